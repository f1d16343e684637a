"""Endpoints are called without what only pages need, and keep what every answer has."""

import pytest

from tests.factories import VisitFactory
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db
DATA = "default-src 'none'; frame-ancestors 'none'"
OF_PAGES = ("session", "_messages")
SAFE = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",
}


def passed(response):
    """What only pages need that the request of this answer has come by."""
    return [name for name in OF_PAGES if hasattr(response.wsgi_request, name)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 200),
        ("visits/", 200),
        ("visits/a-visit/", 200),
        ("visits/facets/", 200),
        ("visits/?format=csv", 200),
        ("schema/tables/visits.json", 200),
        ("visits/nowhere/", 404),
        ("visits/?dat=1", 400),
        ("nothing/", 404),
        ("visits", 308),
    ],
)
def test_data_goes_the_short_way_with_all_that_keeps_it_safe(api, path, status):
    VisitFactory(slug="a-visit")
    response = api(path)
    assert response.status_code == status
    assert passed(response) == []
    assert {name: response.get(name) for name in SAFE} == SAFE
    assert response["Content-Security-Policy"] == DATA
    assert not response.cookies


def test_the_page_below_the_api_goes_the_way_of_pages(api):
    response = api("docs/")
    assert passed(response) == list(OF_PAGES)
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert {name: response.get(name) for name in SAFE} == SAFE


def test_pages_go_the_way_of_pages(client):
    assert passed(client.get("/", secure=True)) == list(OF_PAGES)


def test_what_fails_on_the_short_way_is_told_as_everywhere(api, client, monkeypatch):
    def fail(*_args):
        raise RuntimeError("broken")

    monkeypatch.setattr("relations.api.straight.resolve", resolved_to(fail))
    client.raise_request_exception = False
    assert_problem(api("visits/"), 500)


def resolved_to(function):
    """A resolver that finds that function in the place of an endpoint."""
    from django.urls import resolve

    def found(path):
        match = resolve(path)
        function.cls = match.func.cls
        match.func = function
        return match

    return found
