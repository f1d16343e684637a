"""Queries whose SQL is made once answer as they do when it is made each time."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from relations.models import Record, Visit
from relations.prepared import Prepared
from tests.factories import VisitFactory

pytestmark = pytest.mark.django_db
KINDS = {
    "title": ("a sample", ["A visit", "Another", "No such"]),
    "sort_date": (date(1001, 1, 1), [date(1996, 9, 16), date(2005, 5, 24), date(1900, 1, 1)]),
    "modified": (
        datetime(1001, 1, 1, tzinfo=UTC),
        [datetime(2026, 1, 1, 8, 30, 0, 250, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)],
    ),
    "pk": (-1_000_001, [1, 10**6]),
}


@pytest.fixture
def visits():
    VisitFactory(title="A visit", date="1996-09-16")
    VisitFactory(title="Another", date="2005-05-24")
    for number, visit in enumerate(Visit.objects.order_by("sort_date")):
        at = datetime(2026, 1, 1 + number, *((8, 30, 0, 250) if not number else ()), tzinfo=UTC)
        Record.objects.filter(pk=visit.pk).update(modified=at)


@pytest.mark.parametrize("column", KINDS)
def test_other_values_find_other_rows(visits, column):
    made = []

    def build(value):
        made.append(value)
        rows = Visit.objects.published().filter(**{f"{column}__gte": value}).order_by("-pk")
        return rows.values_list("pk", "title", "sort_date", "modified", "stage")

    sample, values = KINDS[column]
    prepared = Prepared(build, sample)
    found = [prepared.rows(value) for value in values]
    assert made == [sample]
    assert found == [list(build(value)) for value in values]
    assert len(set(map(len, found))) > 1


def test_rows_have_names_where_the_queryset_gives_them():
    visit = VisitFactory(title="A visit")
    prepared = Prepared(
        lambda: Visit.objects.annotate(day=F("sort_date")).values_list("pk", "day", named=True)
    )
    (row,) = prepared.rows()
    assert (row.pk, row.day) == (visit.pk, visit.sort_date)


def test_nothing_but_the_values_is_sent():
    prepared = Prepared(
        lambda slug: Visit.objects.filter(slug=slug, stage="published").values_list("pk"), "any"
    )
    with CaptureQueriesContext(connection) as asked:
        assert prepared.rows("x' OR 1=1 --") == []
    assert len(asked) == 1


def test_what_cannot_be_prepared_is_refused():
    without = Prepared(lambda _value: Visit.objects.values_list("pk"), "any")
    with pytest.raises(ValueError, match="not compared as it is: 'any'"):
        without.rows("a")
    prepared = Prepared(lambda value: Visit.objects.filter(slug=value).values_list("pk"), "any")
    with pytest.raises(ValueError, match="1 values are needed, not 2"):
        prepared.rows("a", "b")


def test_every_thread_makes_its_own():
    prepared = Prepared(lambda: Visit.objects.values_list("pk"))
    prepared.rows()
    seen = []
    thread = threading.Thread(target=lambda: seen.append(prepared.made))
    thread.start()
    thread.join()
    assert prepared.made is not None
    assert seen == [None]
