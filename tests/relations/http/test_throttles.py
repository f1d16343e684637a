"""One reader may ask so often and no more, whatever is asked and whoever answers."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations.history import change_number
from relations.http import throttles
from tests.factories import VisitFactory
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when it is told to: ten seconds of a minute are over."""
    now = [1_800_000_010.25]
    monkeypatch.setattr(throttles.time, "time", lambda: now[0])
    return now


@pytest.fixture
def three(settings, clock):
    settings.API_RATE = "3/minute"
    return clock


def test_more_than_the_rate_is_told_when_to_come_back(api, three):
    for _number in range(3):
        assert api("visits/").status_code == 200
    response = api("visits/")
    body = assert_problem(response, 429)
    assert response["Retry-After"] == "50"
    assert body["detail"] == "Too many requests: ask again in 50 seconds."
    assert body["instance"] == "/api/v1/visits/"
    assert response["Cache-Control"] == "no-store"
    three[0] += 49.5
    assert api("visits/")["Retry-After"] == "1"
    three[0] += 0.3
    assert api("visits/").status_code == 200


@pytest.mark.parametrize("path", ["docs/", "schema/", "", "visits/", "visits/?dat=1", "nothing/"])
def test_every_address_counts_and_every_answer_that_is_kept(api, three, path, settings):
    settings.FRESH_FOR = 60
    first = api(path)
    tag = first.get("ETag", '"none"')
    assert api(path, method="head").status_code == first.status_code
    known = api(path, headers={"if-none-match": tag})
    assert known.status_code == (304 if first.has_header("ETag") else first.status_code)
    assert_problem(api(path), 429)
    assert api(path, headers={"if-none-match": tag}).status_code == 429
    assert api("visits/", method="options").status_code == 429
    change_number.forget()


def test_whoever_has_spent_all_costs_the_database_nothing(api, three):
    for _number in range(4):
        api("visits/")
    with CaptureQueriesContext(connection) as asked:
        assert api("visits/").status_code == 429
    assert len(asked) == 0


def test_each_reader_has_an_account_and_a_network_of_ipv6_has_one(api, three, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.1/32")]

    def asked_by(address, **headers):
        return api("visits/", REMOTE_ADDR=address, headers=headers).status_code

    assert [asked_by("203.0.113.7") for _number in range(4)] == [200, 200, 200, 429]
    # A header that anybody may write changes nothing; that of our own proxy is believed.
    assert asked_by("203.0.113.7", x_forwarded_for="203.0.113.8") == 429
    assert asked_by("10.0.0.1", x_forwarded_for="203.0.113.7") == 429
    assert asked_by("10.0.0.1", x_forwarded_for="203.0.113.8") == 200
    own = [asked_by(f"2001:db8::{last}") for last in ("1", "2", "3", "ffff:1")]
    assert own == [200, 200, 200, 429]
    assert asked_by("2001:db8:0:1::1") == 200


def test_all_workers_count_together(three):
    workers = [Client(), Client()]
    told = [
        workers[number % 2].get("/api/v1/visits/", secure=True).status_code for number in range(5)
    ]
    assert told == [200, 200, 200, 429, 429]


def test_pages_are_not_counted_and_without_a_rate_nothing_is(client, three, settings):
    VisitFactory()
    for _number in range(5):
        assert client.get("/visits/", secure=True).status_code == 200
    settings.API_RATE = ""
    with pytest.raises(MiddlewareNotUsed):
        throttles.ThrottleMiddleware(lambda request: None)


@pytest.mark.parametrize("rate", ["fast", "600", "600/fortnight", "0/min", "-1/min", "/min"])
def test_a_rate_that_is_none_stops_with_a_sentence(settings, rate):
    settings.API_RATE = rate
    with pytest.raises(ImproperlyConfigured, match=r"API_RATE is .* for example 600/min"):
        throttles.ThrottleMiddleware(lambda request: None)
