"""Scripts of other sites may read every answer of the API; whatever keeps one knows what it depends on."""

import pytest

from tests.factories import VisitFactory

pytestmark = pytest.mark.django_db


def vary(response):
    return sorted(name.strip() for name in response.get("Vary", "").split(","))


@pytest.fixture
def visit():
    return VisitFactory(slug="a-visit", summary="It was long. " * 40, guest="AZ", host="KZ")


def withdrawn():
    record = VisitFactory(slug="gone")
    record.stage = "withdrawn"
    record.save()


ANSWERS = {
    "": 200,
    "docs/": 200,
    "schema/": 200,
    "visits/": 200,
    "visits/a-visit/": 200,
    "visits/a-visit": 308,
    "visits/?format=csv": 200,
    "visits/?dat=1": 400,
    "visits/?q=%00": 400,
    "visits/nothing/": 404,
    "nothing/": 404,
    "visits/gone/": 410,
}


def test_every_answer_may_be_read_elsewhere_and_kept_by_anybody(api, client, visit):
    withdrawn()
    for path, status in ANSWERS.items():
        for turn in ("made", "kept"):
            response = api(path, headers={"origin": "https://elsewhere.example"})
            assert response.status_code == status, (path, turn)
            assert response["Access-Control-Allow-Origin"] == "*"
            exposed = response["Access-Control-Expose-Headers"].split(", ")
            assert {"ETag", "Link", "Location", "Retry-After"} <= set(exposed)
            assert not response.has_header("Access-Control-Allow-Credentials")
            assert not response.cookies, path
            assert not {"Cookie", "Origin", "*"} & set(vary(response)), path
    for path, status in (("visits/", 405), ("nothing/", 405)):
        response = api(path, method="post")
        assert (response.status_code, response["Access-Control-Allow-Origin"]) == (status, "*")
    assert api("visits/", headers={"accept": "image/png"})["Access-Control-Allow-Origin"] == "*"
    # A redirect to https is open too, or the script would never arrive.
    redirect = client.get("/api/v1/visits/")
    assert (redirect.status_code, redirect["Access-Control-Allow-Origin"]) == (301, "*")
    # A page is not: it belongs to a person with a session.
    assert not client.get("/visits/", secure=True).has_header("Access-Control-Allow-Origin")


def test_a_browser_is_given_leave_to_ask(api):
    response = api(
        "visits/",
        method="options",
        headers={
            "origin": "https://elsewhere.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        },
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "Accept, If-Modified-Since, If-None-Match"
    assert response["Access-Control-Max-Age"] == "86400"
    assert not response.has_header("Access-Control-Allow-Credentials")
    # Without the question it is an ordinary request.
    plain = api("visits/", method="options")
    assert plain.status_code == 204
    assert not plain.has_header("Access-Control-Allow-Methods")


@pytest.mark.parametrize("path", ["visits/", "visits/a-visit/", "visits/?format=csv", "schema/"])
def test_the_tag_is_strong_and_weak_where_the_answer_was_compressed(api, visit, path):
    """What gzip makes differs from one time to the next, so a strong tag of it would not be true."""
    plain = api(path)
    assert plain["ETag"].startswith('"')
    assert vary(plain) == ["Accept", "Accept-Encoding"]
    squeezed = api(path, headers={"accept-encoding": "gzip, br"})
    assert squeezed["Content-Encoding"] == "gzip"
    assert squeezed["ETag"] == f"W/{plain['ETag']}"
    assert vary(squeezed) == vary(plain)
    for tag in (plain["ETag"], squeezed["ETag"], f'"other", {squeezed["ETag"]}'):
        for encoding in ("gzip", "identity"):
            known = api(path, headers={"if-none-match": tag, "accept-encoding": encoding})
            assert (known.status_code, known.content) == (304, b"")
            assert known["ETag"].removeprefix("W/") == plain["ETag"]
            assert vary(known) == vary(plain)
            assert known["Access-Control-Allow-Origin"] == "*"
