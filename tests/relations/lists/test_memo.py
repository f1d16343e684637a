"""What was counted is not counted again, and never taken for the count of anything else."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from relations.filters.kinds import VisitFilter
from relations.history import changes
from relations.http.conditional import MAX_CACHED_SIZE
from relations.lists.facets import facets
from relations.lists.listing import Listing
from relations.lists.memo import memoized
from relations.models import Visit
from relations.work import unit_of_work
from tests.factories import AgreementFactory, TopicFactory, VisitFactory

pytestmark = pytest.mark.django_db


def listing(query="", *, queryset=None, **options) -> Listing:
    queryset = Visit.objects.published() if queryset is None else queryset
    options.setdefault("number", changes.latest())
    return Listing(VisitFilter, QueryDict(query), queryset=queryset, **options)


def counted(function) -> int:
    """How many queries count something while the function runs."""
    with CaptureQueriesContext(connection) as asked:
        function()
    return sum("COUNT(" in one["sql"] for one in asked)


def ask(client, path, status=200):
    response = client.get(path, secure=True)
    assert response.status_code == status
    return response


def test_other_pages_formats_and_orders_of_a_list_are_not_counted_again(client):
    for year in range(1990, 1995):
        VisitFactory(date=str(year), title=f"Energy {year}")
    first = ask(client, "/api/v1/visits/?page_size=2&q=energy").json()
    then = first["next"].partition("entente.example")[2]
    assert first["count"] == 5
    for path in (
        then,
        "/api/v1/visits/?q=energy",
        "/api/v1/visits/?q=energy&ordering=title",
        "/api/v1/visits/?q=energy&fields=slug",
        "/api/v1/visits/?q=energy&format=csv",
    ):
        assert counted(lambda path=path: ask(client, path)) == 0, path
    assert ask(client, then).json()["count"] == 5
    other = "/api/v1/visits/?q=energy&date=1990/2000"
    assert counted(lambda: ask(client, f"{other}&page_size=2")) == 1


def test_page_and_api_share_their_facets(client, relation):
    VisitFactory(topics=[TopicFactory(slug="energy")])
    asked = counted(lambda: ask(client, "/api/v1/visits/facets/?topic=energy"))
    assert asked > 1
    again = counted(lambda: ask(client, "/api/v1/visits/facets/?topic=energy&facet=kind"))
    assert again == 0
    listed = listing("topic=energy")
    assert counted(lambda: facets(listed)) == 0
    assert counted(lambda: facets(listing("topic=energy", number=None))) > 1


def test_what_is_published_is_counted_at_once(client):
    VisitFactory()
    VisitFactory(stage="draft", cited=False)
    assert listing().count == 1
    visit = VisitFactory()
    assert listing().count == 2
    visit.stage = "withdrawn"
    visit.save()
    assert listing().count == 1
    assert ask(client, "/api/v1/visits/").json()["count"] == 1


def test_what_is_not_yet_stored_for_good_is_not_remembered():
    VisitFactory()
    before = changes.latest()

    def undone():
        with unit_of_work():
            VisitFactory()
            assert changes.latest() == before
            assert listing().count == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert changes.latest() == before
    assert listing().count == 1


def test_the_same_words_asked_of_something_else_are_counted_by_themselves(relation):
    VisitFactory(countries=["AZ", "KZ"])
    VisitFactory(countries=["AZ", "TR"])
    VisitFactory(stage="draft", cited=False)
    assert listing().count == 2
    assert listing(queryset=Visit.objects.all()).count == 3
    assert listing(queryset=Visit.objects.none()).count == 0
    assert listing(relation=relation).count == 1
    AgreementFactory()
    assert listing().count == 2
    assert listing("date=nonsense").count == 0


def test_what_is_too_large_is_counted_again():
    computed = []

    def compute(size):
        computed.append(size)
        return "x" * size

    for size in (MAX_CACHED_SIZE - 100, MAX_CACHED_SIZE):
        for _time in range(2):
            assert memoized(1, "rows", lambda size=size: compute(size), size) == "x" * size
    assert computed == [MAX_CACHED_SIZE - 100, MAX_CACHED_SIZE, MAX_CACHED_SIZE]


def test_a_result_that_is_nothing_is_not_computed_again():
    computed = []
    for _time in range(2):
        assert memoized(1, "rows", lambda: computed.append(1)) is None
    assert computed == [1]


def test_counts_pages_and_answers_of_the_api_drive_none_of_the_others_out(settings):
    most = settings.CACHES["counts"]["OPTIONS"]["MAX_ENTRIES"]
    for name in ("pages", "api"):
        caches[name].set("kept", b"answer")
    for number in range(most + 1):
        memoized(1, "rows", lambda: 5, number)
    assert [caches[name].get("kept") for name in ("pages", "api")] == [b"answer"] * 2
    assert len(caches["counts"]._cache) <= most
    in_memory = [one for name, one in settings.CACHES.items() if name != "default"]
    entries = sum(one["OPTIONS"]["MAX_ENTRIES"] for one in in_memory)
    assert entries * MAX_CACHED_SIZE <= 150_000_000
