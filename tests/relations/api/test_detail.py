"""A record in JSON is sent as it is stored, in few queries, and only where that is current and public."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relations.api import deprecations
from relations.derived import stored_json
from relations.history import change_number
from relations.models import Record, StoredObject
from tests.factories import AgreementFactory, PlaceFactory, VisitFactory
from tests.relations.api.asserts import assert_problem
from tests.relations.api.test_deprecations import GOES, TOLD, told

pytestmark = pytest.mark.django_db
PLAIN = ({}, {"accept": "*/*"}, {"accept": "application/json"}, {"accept": "text/html, */*"})


@pytest.mark.parametrize("headers", PLAIN)
@pytest.mark.parametrize("path", ["visits/a-visit/", "timeline/a-visit/"])
def test_what_is_stored_and_what_is_made_anew_are_one(api, path, headers):
    visit = VisitFactory(slug="a-visit", title="A visit", place=PlaceFactory())
    with CaptureQueriesContext(connection) as asked:
        stored = api(path, headers=headers)
    # The number of the last change, and the object.
    assert len(asked) == 2
    StoredObject.objects.filter(record=visit).delete()
    made = api(path, headers={**headers, "x-any": "1"})
    assert stored.json()["title"] == "A visit"
    assert stored.content == made.content
    assert dict(stored.items()) == dict(made.items())


def test_each_key_has_its_own_record_and_only_in_its_own_kind(api):
    """The SQL is made once per endpoint: no key may stand in it for another."""
    VisitFactory(slug="a-visit", title="A visit")
    VisitFactory(slug="published", title="Published")
    AgreementFactory(slug="a-pact", title="A pact")
    for path, title in (
        ("visits/a-visit/", "A visit"),
        ("visits/published/", "Published"),
        ("visits/a-visit/", "A visit"),
        ("timeline/a-pact/", "A pact"),
    ):
        assert api(path).json()["title"] == title
    assert api("visits/a-pact/").status_code == 404


def test_a_number_that_was_just_read_is_not_read_again(api, settings):
    settings.FRESH_FOR = 60.0
    VisitFactory(slug="a-visit")
    change_number.forget()
    api("visits/")
    with CaptureQueriesContext(connection) as asked:
        assert api("visits/a-visit/").status_code == 200
    assert len(asked) == 1
    # Whoever follows by number is told the last one there is.
    with CaptureQueriesContext(connection) as asked:
        api("changes/?since=0")
    assert sum("relations_changecounter" in one["sql"] for one in asked) >= 1


def test_what_a_client_holds_costs_the_number_only(api):
    VisitFactory(slug="a-visit")
    first = api("visits/a-visit/")
    with CaptureQueriesContext(connection) as asked:
        known = api("visits/a-visit/", headers={"If-None-Match": first["ETag"]})
    assert len(asked) == 1
    assert (known.status_code, known.content) == (304, b"")
    assert {name: known[name] for name in ("ETag", "Last-Modified", "Vary")} == {
        name: first[name] for name in ("ETag", "Last-Modified", "Vary")
    }


def test_what_other_code_has_stored_is_not_sent(api):
    visit = VisitFactory(slug="a-visit", title="A visit")
    StoredObject.objects.filter(record=visit).update(made_by="other", body='{"title": "stale"}')
    assert api("visits/a-visit/").json()["title"] == "A visit"
    StoredObject.objects.filter(record=visit).delete()
    assert api("visits/a-visit/", headers={"accept": "*/*"}).json()["title"] == "A visit"


@pytest.mark.parametrize("stage", ["draft", "review"])
def test_what_is_not_published_is_not_sent_whatever_is_stored(api, stage):
    visit = VisitFactory(slug="a-visit", stage=stage)
    StoredObject.objects.create(
        record=visit, body='{"title": "secret"}', change=1, made_by=stored_json.maker()
    )
    assert_problem(api("visits/a-visit/"), 404)
    # The rows are there: once published they are sent.
    Record.objects.filter(pk=visit.pk).update(stage="published", first_published=timezone.now())
    assert api("visits/a-visit/", headers={"accept": "*/*"}).json() == {"title": "secret"}


def test_what_will_go_is_told(api, monkeypatch):
    VisitFactory(slug="a-visit")
    monkeypatch.setattr(
        deprecations, "DEPRECATED", (deprecations.Deprecation(**GOES, path="visits"),)
    )
    assert told(api("visits/a-visit/")) == TOLD


def test_what_is_no_record_is_answered_as_ever(api):
    PlaceFactory(slug="baku")
    assert api("places/baku/").json()["slug"] == "baku"
