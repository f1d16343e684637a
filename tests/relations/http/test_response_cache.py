"""Answers given again from memory: quickly, and never older than is said."""

import gzip

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.history import change_number, changes
from relations.models import Visit
from tests.caches import clear_caches
from tests.factories import VisitFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/visits/"


@pytest.fixture
def clock(monkeypatch, settings):
    """Time that passes only when it is told to."""
    settings.FRESH_FOR = 1.0
    now = [1000.0]
    monkeypatch.setattr(change_number.time, "monotonic", lambda: now[0])
    change_number.forget()
    return now


def ask(client, path=LIST, **headers):
    return client.get(path, secure=True, headers=headers)


def test_what_was_asked_before_asks_the_database_for_nothing(client, clock):
    VisitFactory(title="A visit")
    first = ask(client)
    with CaptureQueriesContext(connection) as asked:
        again = ask(client)
        known = ask(client, **{"If-None-Match": first["ETag"]})
    assert len(asked) == 0
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())
    assert (known.status_code, known.content) == (304, b"")
    assert (known["ETag"], known["Cache-Control"]) == (first["ETag"], first["Cache-Control"])
    assert known["Vary"] == first["Vary"]
    # A shared cache may keep it as long as this process does, a browser asks each time.
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=1"


def test_what_a_client_has_from_elsewhere_is_known_without_the_database(client, clock):
    """Of another process, or from before this one began: only by what it is known is kept then."""
    VisitFactory(title="A visit")
    tag = ask(client)["ETag"]
    clear_caches()
    first = ask(client, **{"If-None-Match": tag})
    with CaptureQueriesContext(connection) as asked:
        again = ask(client, **{"If-None-Match": tag})
    assert len(asked) == 0
    assert (first.status_code, again.status_code, again.content) == (304, 304, b"")
    kept = ("ETag", "Cache-Control", "Vary", "Last-Modified")
    assert [again[name] for name in kept] == [first[name] for name in kept]
    assert again["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=1"
    # Who holds nothing gets all of it.
    whole = ask(client)
    assert whole.json()["count"] == 1
    assert ask(client, **{"If-None-Match": '"other"'}).content == whole.content


def test_what_this_process_publishes_is_seen_at_once(
    client, clock, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        VisitFactory()
    first = ask(client)
    with django_capture_on_commit_callbacks(execute=True):
        VisitFactory()
    second = ask(client, **{"If-None-Match": first["ETag"]})
    assert (first.json()["count"], second.json()["count"]) == (1, 2)


def test_what_another_process_publishes_is_seen_when_the_bound_is_over(client, clock):
    VisitFactory()
    change_number.forget()
    first = ask(client)
    # As another process does: nothing here hears of it.
    VisitFactory()
    clock[0] += 0.9
    assert ask(client).content == first.content
    clock[0] += 0.2
    assert ask(client).json()["count"] == 2
    assert ask(client, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_every_representation_is_kept_by_itself(client, clock):
    VisitFactory(title="A visit " * 30, guest="AZ", host="KZ")
    plain, squeezed = ask(client), ask(client, **{"Accept-Encoding": "gzip"})
    assert squeezed["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.content) == plain.content
    table = ask(client, accept="text/csv")
    assert table["Content-Type"].startswith("text/csv")
    trimmed = ask(client, f"{LIST}?fields=slug")
    for headers, path, first in (
        ({}, LIST, plain),
        ({"Accept-Encoding": "gzip"}, LIST, squeezed),
        ({"accept": "text/csv"}, LIST, table),
        ({}, f"{LIST}?fields=slug", trimmed),
    ):
        again = ask(client, path, **headers)
        assert again.content == first.content
        assert again["Content-Type"] == first["Content-Type"]
    assert len({plain.content, squeezed.content, table.content, trimmed.content}) == 4


def test_who_follows_by_number_is_never_answered_from_memory(client, clock):
    VisitFactory()
    numbers = f"{LIST}?changed_since={changes.latest()}"
    assert ask(client, numbers).json()["count"] == 0
    log = f"/api/v1/changes/?since={changes.latest()}"
    assert ask(client, log).json()["count"] == 0
    # As another process does: nothing here hears of it.
    VisitFactory()
    assert ask(client, numbers).json()["count"] == 1
    assert ask(client, log).json()["latest"] == changes.latest()
    again = ask(client, log)
    assert ask(client, log, **{"If-None-Match": again["ETag"]}).status_code == 304


def test_a_time_is_known_without_the_database(client, clock):
    VisitFactory()
    first = ask(client)
    with CaptureQueriesContext(connection) as asked:
        known = ask(client, **{"If-Modified-Since": first["Last-Modified"]})
        other = ask(client, **{"If-Modified-Since": first["Last-Modified"], "If-None-Match": '"x"'})
        early = ask(client, **{"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"})
    assert len(asked) == 0
    assert (known.status_code, known.content) == (304, b"")
    assert known["Last-Modified"] == first["Last-Modified"]
    assert (other.status_code, early.status_code) == (200, 200)


@pytest.mark.parametrize("path", ["/api/v1/visits/nowhere/", f"{LIST}?dat=1"])
def test_errors_are_not_kept(client, clock, path, monkeypatch):
    kept = []
    monkeypatch.setattr(caches["api"], "set", lambda key, value: kept.append(key))
    ask(client, path)
    assert kept == []


def test_a_host_that_is_not_ours_is_refused_whatever_is_kept(client, clock, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert ask(client).status_code == 200
    assert ask(client, host="evil.example").status_code == 400


def test_head_is_answered_like_get(client, clock):
    VisitFactory()
    shown = ask(client)
    head = client.head(LIST, secure=True)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", shown["ETag"])
    assert Visit.objects.count() == 1
