"""Listing: one page of what a query string selects, or what is wrong with it."""

from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict

from relations import kinds
from relations.filters import RecordFilter
from relations.lists.listing import Active, Listing
from relations.models import Record
from relations.search import statistics
from relations.work import unit_of_work
from tests.factories import PlaceFactory, RelationFactory, TopicFactory, VisitFactory

pytestmark = pytest.mark.django_db


def listing(query="", **options) -> Listing:
    return Listing(
        RecordFilter,
        QueryDict(query),
        queryset=Record.objects.published().for_timeline(),
        **options,
    )


def slugs(listed: Listing) -> list[str]:
    return [record.slug for record in listed.items]


@pytest.fixture
def years():
    with unit_of_work():
        for year in (1994, 1995, 1996, 1997):
            VisitFactory(slug=f"in-{year}", date=str(year), countries=["AZ", "KZ"])
        VisitFactory(slug="draft", date="1996", countries=["AZ", "KZ"], stage="draft")
    gone = VisitFactory(slug="gone", date="1996", countries=["AZ", "KZ"])
    gone.stage = "withdrawn"
    gone.save()


@pytest.mark.parametrize("many", [1, 10**6], ids=["walked along", "gathered"])
@pytest.mark.parametrize("query", ["", "country_any=AZ", "country=AZ&country=KZ"])
@pytest.mark.parametrize("is_relation", [True, False])
def test_many_and_few_are_found_alike(monkeypatch, many, query, is_relation):
    monkeypatch.setattr("relations.lists.listing.MANY", many)
    if is_relation:
        RelationFactory()
    with unit_of_work():
        energy, oil = TopicFactory(slug="energy"), TopicFactory(slug="oil")
        for year in range(1990, 2000):
            topics = [topic for topic, by in ((energy, 2), (oil, 3)) if year % by == 0]
            VisitFactory(slug=f"in-{year}", date=str(year), countries=["AZ", "KZ"], topics=topics)
        VisitFactory(slug="draft", date="1996", countries=["AZ", "KZ"], topics=[oil], stage="draft")
    query += "&topic=energy&topic=oil&date_after=1992&date_before=1998&page_size=2"
    first = listing(query)
    assert (slugs(first), first.count) == (["in-1998", "in-1996"], 5)
    second = listing(f"{query}&cursor={first.next}")
    assert slugs(second) == ["in-1995", "in-1994"]
    assert slugs(listing(f"{query}&cursor={second.previous}")) == slugs(first)
    walked = "EXISTS" in str(first.page.queryset.query)
    assert walked is (many == 1)


def test_newest_first_unless_asked_otherwise(years):
    assert slugs(listing()) == ["in-1997", "in-1996", "in-1995", "in-1994"]
    assert slugs(listing("ordering=date")) == ["in-1994", "in-1995", "in-1996", "in-1997"]
    assert slugs(listing(default_ordering="date")) == ["in-1994", "in-1995", "in-1996", "in-1997"]
    assert [record.slug for record in listing("date=1996").queryset] == ["in-1996"]
    assert listing().count == 4


@pytest.mark.parametrize("ordering", ["date", "-date", "title", "-title", "modified", "-modified"])
@pytest.mark.parametrize("is_relation", [True, False])
def test_pages_follow_one_another_in_every_order(years, ordering, is_relation):
    if is_relation:
        RelationFactory()
    query = f"country=AZ&country=KZ&ordering={ordering}&page_size=1"
    whole = [record.slug for record in listing(query).queryset]
    assert sorted(whole) == ["in-1994", "in-1995", "in-1996", "in-1997"]
    seen, following = [], listing(query)
    assert (following.relation is not None) is is_relation
    while True:
        seen += slugs(following)
        if following.next is None:
            break
        following = listing(following.query(cursor=following.next))
    assert seen == whole
    back = []
    while True:
        back = slugs(following) + back
        if following.previous is None:
            break
        following = listing(following.query(cursor=following.previous))
    assert back == whole


def test_through_its_relation_a_pair_is_listed_as_without_it(years):
    by_join = slugs(listing("country=AZ&country=KZ"))
    relation = RelationFactory()
    assert slugs(listing("country=AZ&country=KZ")) == by_join
    assert slugs(listing(relation=relation)) == by_join


def test_at_opens_the_page_at_a_year(years):
    assert slugs(listing("at=1996")) == ["in-1996", "in-1995", "in-1994"]
    assert slugs(listing("at=1996&ordering=date")) == ["in-1996", "in-1997"]
    assert listing("at=1996").count == 4
    assert slugs(listing("at=1996&page_size=1")) == ["in-1996"]
    before = listing("at=1996&page_size=2")
    assert slugs(listing(before.query(cursor=before.previous))) == ["in-1997"]
    assert listing("at=1996").at == date(1996, 12, 31)


def test_the_years_of_the_rail(years):
    VisitFactory(date="1996/1999")
    assert listing().years == [(1994, 1), (1995, 1), (1996, 2), (1997, 1)]
    assert listing("date=1996").years == [(1996, 2)]
    relation = RelationFactory()
    assert listing(relation=relation).years == [(1994, 1), (1995, 1), (1996, 1), (1997, 1)]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("dat=1996", "dat"),
        ("at=1996&ordering=title", "at"),
        ("at=x", "at"),
        ("at=1996&at=1997", "at"),
        ("cursor=x", "cursor"),
        ("cursor=x&cursor=y", "cursor"),
        ("cursor=%00", "cursor"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=1e2", "page_size"),
        ("page_size=" + "9" * 5000, "page_size"),
        ("page_size=%D9%A1", "page_size"),
        ("page_size=1&page_size=2", "page_size"),
        ("ordering=x&cursor=abc", "ordering"),
        ("format=json", "format"),
    ],
)
def test_what_is_wrong_lists_nothing(years, query, parameter):
    listed = listing(query)
    assert [problem.parameter for problem in listed.problems] == [parameter]
    assert (listed.items, listed.count, list(listed.queryset)) == ([], 0, [])
    assert (listed.next, listed.previous, listed.years) == (None, None, [])


def test_a_cursor_of_another_order_is_refused(years):
    cursor = listing("page_size=1").next
    assert listing(f"cursor={cursor}").problems == []
    other = listing(f"cursor={cursor}&ordering=date")
    assert [problem.parameter for problem in other.problems] == ["cursor"]
    assert [problem.parameter for problem in listing(f"cursor={cursor}&at=1996").problems] == ["at"]


def test_what_a_caller_does_not_read_is_refused(years):
    listed = listing("at=1996", extra_parameters=("cursor", "page_size", "format"))
    assert [problem.parameter for problem in listed.problems] == ["at"]
    assert listing("format=csv", extra_parameters=("format",)).problems == []


def test_the_query_string_with_changes(years):
    TopicFactory(slug="energy")
    TopicFactory(slug="trade")
    listed = listing("topic=energy&topic=trade&date=&q=oil+gas&page_size=5&at=1996")
    assert listed.query() == "topic=energy&topic=trade&q=oil+gas&page_size=5"
    assert listed.query(topic=["energy"]) == "q=oil+gas&page_size=5&topic=energy"
    assert listed.query(q=None, page_size=None) == "topic=energy&topic=trade"
    assert listed.query(topic=None, q=None, page_size=None, at="1997") == "at=1997"
    odd = QueryDict(mutable=True)
    odd["q"], odd["at"] = "\ud800", "\ud800"
    assert Listing(RecordFilter, odd, queryset=Record.objects.published()).query() == ""


def test_filters_in_use_can_be_dropped_one_by_one(years):
    TopicFactory(slug="energy", name="Energy")
    TopicFactory(slug="trade", name="Trade")
    PlaceFactory(slug="baku", name="Baku")
    listed = listing(
        "topic=energy&topic=trade&place=baku&date=1996-09&outcome=happened&ordering=date"
    )
    assert listed.active == [
        Active(
            "topic", "energy", "Topic", "Energy",
            "place=baku&date=1996-09&outcome=happened&ordering=date&topic=trade",
        ),
        Active(
            "topic", "trade", "Topic", "Trade",
            "place=baku&date=1996-09&outcome=happened&ordering=date&topic=energy",
        ),
        Active(
            "place", "baku", "Place", "Baku",
            "topic=energy&topic=trade&date=1996-09&outcome=happened&ordering=date",
        ),
        Active(
            "date", "1996-09", "Date", "September 1996",
            "topic=energy&topic=trade&place=baku&outcome=happened&ordering=date",
        ),
        Active(
            "outcome", "happened", "Outcome", "happened",
            "topic=energy&topic=trade&place=baku&date=1996-09&ordering=date",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 30])
def test_a_listing_asks_the_same_questions_at_any_size(size, django_assert_num_queries):
    relation = RelationFactory()
    with unit_of_work():
        for _number in range(size):
            VisitFactory(countries=["AZ", "KZ"], topics=[TopicFactory()])
    listed = listing(relation=relation)
    # The rows, their countries and their topics; a page that holds them all need not be counted.
    with django_assert_num_queries(3):
        for record in listed.items:
            _read = [*record.countries.all(), *record.topics.all(), record.place]
        assert listed.count == size
        assert (listed.next, listed.previous) == (None, None)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite plans it")
@pytest.mark.parametrize("ordering", ["date", "-date", "title", "-modified"])
def test_a_page_of_a_kind_is_read_along_an_index_and_no_ties_are_sorted(ordering):
    # What another test had counted is still in this connection's memory.
    statistics.count()
    for kind in kinds.every():
        listing = Listing(
            kind.filterset_class,
            QueryDict(f"ordering={ordering}"),
            queryset=kind.model.objects.published(),
        )
        plan = listing.page._read().explain()
        assert "INDEX record_" in plan
        assert "ORDER BY" not in plan
