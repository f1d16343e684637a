"""What every answer of the API says in its headers: safe to open, and the same for everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.api.views import ListEndpoint
from tests.factories import VisitFactory
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db
DATA = "default-src 'none'; frame-ancestors 'none'"
SAFE = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",
}
ADDRESSES = [
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
]
# Each of them makes a session, a form or a language do something to the answer of a page.
BROKEN_COOKIES = "sessionid=x; csrftoken=x; django_language=de; messages=x"


def varied_by(response):
    return {name.strip().lower() for name in response.get("Vary", "").split(",")}


@pytest.mark.parametrize(("path", "status"), ADDRESSES)
def test_data_bears_all_that_keeps_it_safe(api, path, status):
    VisitFactory(slug="a-visit")
    response = api(path)
    assert response.status_code == status
    assert {name: response.get(name) for name in SAFE} == SAFE
    assert response["Content-Security-Policy"] == DATA


@pytest.mark.parametrize(("path", "status"), [*ADDRESSES, ("docs/", 200)])
def test_nobody_is_told_apart_by_cookie_or_language(api, path, status):
    VisitFactory(slug="a-visit")
    plain = api(path)
    told = {"cookie": BROKEN_COOKIES, "accept-language": "de"}
    with CaptureQueriesContext(connection) as asked:
        response = api(path, headers=told)
    assert response.status_code == status
    assert response.getvalue() == plain.getvalue()
    assert dict(response.items()) == dict(plain.items())
    assert not response.cookies
    assert varied_by(response).isdisjoint({"cookie", "accept-language"})
    assert [one["sql"] for one in asked if "django_session" in one["sql"]] == []


def test_a_page_is_varied_by_a_broken_cookie(client):
    """What the test above sends does something."""
    response = client.get("/healthz", secure=True, headers={"cookie": BROKEN_COOKIES})
    assert "sessionid" in response.cookies
    assert "cookie" in varied_by(response)


def test_the_page_below_the_api_has_the_policy_of_pages(api):
    response = api("docs/")
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert {name: response.get(name) for name in SAFE} == SAFE


def test_what_fails_outside_of_the_framework_is_told_as_everywhere(api, client, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError("broken")

    monkeypatch.setattr(ListEndpoint, "dispatch", fail)
    client.raise_request_exception = False
    assert_problem(api("visits/"), 500)
