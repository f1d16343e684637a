"""How many rows overlap some days: told by the days on which they begin and end, as by the database."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from relations.filters import RecordFilter
from relations.history import changes
from relations.lists.date_histogram import Spans, Tally
from relations.lists.listing import Listing
from relations.models import Record
from relations.work import unit_of_work
from tests.factories import TopicFactory, VisitFactory

DATES = ("1994", "1996-02", "1996-09-16", "1996-09-16", "1995/1999", "[..1997-03]", "199X")
FIRST = date(1990, 1, 1)
days = st.integers(0, 4000).map(lambda number: FIRST + timedelta(number))


@given(st.lists(st.tuples(days, days).map(sorted), max_size=30), days, days)
def test_what_overlaps_has_begun_and_was_not_over(rows, one, other):
    first, last = sorted((one, other))
    begins, ends = ([row[at] for row in rows] for at in (0, 1))
    spans = Spans(Tally.of(Counter(begins)), Tally.of(Counter(ends)))
    wanted = sum(begin <= last and end >= first for begin, end in rows)
    assert spans.overlapping(first, last) == wanted


def listing(query):
    records = Record.objects.published()
    return Listing(RecordFilter, QueryDict(query), queryset=records, number=changes.latest())


@pytest.mark.django_db
@pytest.mark.parametrize("others", ["", "topic=energy", "kind=visit&topic=energy"])
@pytest.mark.parametrize(
    "asked",
    [
        "date=1996",
        "date=1996-09-16",
        "date=199X",
        "date=1800",
        "date_after=1996",
        "date_before=1996",
        "date_after=1995&date_before=1996",
        "date=1996&date_after=1996-09",
        # Who must reach from 1999 back to 1995.
        "date_after=1999&date_before=1995",
        "date_within=1996&date=1996",
    ],
)
def test_as_many_are_counted_as_listed(others, asked):
    with unit_of_work():
        energy = TopicFactory(slug="energy")
        for number, text in enumerate(DATES):
            VisitFactory(date=text, topics=[energy] if number % 2 else [])
        VisitFactory(date="1996", topics=[energy], stage="draft")
    listed = listing(f"{asked}&{others}")
    assert listed.problems == []
    assert listed.count == len(listed.items) == listed.queryset.count()
    # And asked again, with other years.
    listing(f"date=1994&{others}").count  # noqa: B018
    assert listing(f"{asked}&{others}").count == listed.count


@pytest.mark.django_db
def test_other_years_of_the_same_rows_ask_the_database_for_nothing():
    energy = TopicFactory(slug="energy")
    with unit_of_work():
        for text in DATES:
            VisitFactory(date=text, topics=[energy])
    asked = [listing(f"topic=energy&date={year}") for year in range(1993, 2000)]
    counts = [asked[0].count]
    with CaptureQueriesContext(connection) as queries:
        counts += [one.count for one in asked[1:]]
    assert len(queries) == 0
    assert counts == [one.queryset.count() for one in asked] == [1, 2, 2, 5, 3, 2, 2]
    # What is published is counted at once.
    VisitFactory(date="1993", topics=[energy])
    assert listing("topic=energy&date=1993").count == 2
