"""A record that is sent as it is stored, and the same one that took the way of all answers, are one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relations.api import deprecations
from relations.derived import stored_json
from relations.models import Record, StoredObject
from tests.factories import PlaceFactory, VisitFactory
from tests.relations.api.asserts import assert_problem
from tests.relations.api.test_deprecations import GOES, TOLD, told

pytestmark = pytest.mark.django_db
SHORT = ({}, {"accept": "*/*"}, {"accept": "application/json"}, {"accept": "text/html, */*"})


@pytest.fixture
def long_way(monkeypatch):
    """What is asked under it is answered as if nothing were stored."""

    class LongWay:
        def __enter__(self):
            monkeypatch.setattr(
                "relations.api.views.DetailEndpoint._as_stored", lambda *_args: None
            )

        def __exit__(self, *_args):
            monkeypatch.undo()

    return LongWay()


@pytest.mark.parametrize("headers", SHORT)
@pytest.mark.parametrize("path", ["visits/a-visit/", "timeline/a-visit/"])
def test_both_ways_say_the_same(api, long_way, path, headers):
    VisitFactory(slug="a-visit", title="A visit", place=PlaceFactory())
    with CaptureQueriesContext(connection) as asked:
        short = api(path, headers=headers)
    # The number of the last change for what is kept and for the tag, and the object.
    assert len(asked) == 3
    with long_way:
        whole = api(path, headers={**headers, "x-any": "1"})
    assert short.json()["title"] == "A visit"
    assert short.content == whole.content
    assert dict(short.items()) == dict(whole.items())


def test_both_ways_know_what_a_client_holds(api, long_way):
    VisitFactory(slug="a-visit")
    tag = api("visits/a-visit/")["ETag"]
    known = {"If-None-Match": tag}
    with CaptureQueriesContext(connection) as asked:
        short = api("visits/a-visit/", headers=known)
    assert len(asked) <= 2
    with long_way:
        whole = api("visits/a-visit/", headers=known)
    assert (short.status_code, short.content) == (whole.status_code, whole.content) == (304, b"")
    assert dict(short.items()) == dict(whole.items())


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
