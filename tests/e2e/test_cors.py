"""A page of somebody else's reads the API in a real browser: the answer, its tag, and what it did wrong."""

import pytest

from tests.factories import VisitFactory

pytestmark = pytest.mark.django_db(transaction=True)

ASK = """async ([address, tag]) => {
    const answer = await fetch(address, tag ? {headers: {"If-None-Match": tag}, cache: "no-store"} : {});
    return {
        status: answer.status,
        tag: answer.headers.get("ETag"),
        link: answer.headers.get("Link"),
        body: answer.status === 304 ? null : await answer.json(),
    };
}"""


def test_a_page_of_another_origin_reads_the_api(browser, live_server, settings, elsewhere):
    settings.SITE_URL = live_server.url
    VisitFactory(slug="first")
    VisitFactory(slug="second", date="2006")
    context = browser.new_context()
    page = context.new_page()
    elsewhere.page = "<!doctype html><title>Elsewhere</title><link rel=icon href=data:,>"
    page.goto(elsewhere.url)
    address = f"{live_server.url}/api/v1/visits/"
    answer = page.evaluate(ASK, [f"{address}?page_size=1", None])
    assert (answer["status"], answer["body"]["count"]) == (200, 2)
    assert answer["body"]["results"][0]["slug"] == "second"
    assert 'rel="next"' in answer["link"]
    # With a header of its own the browser asks for leave first.
    again = page.evaluate(ASK, [f"{address}?page_size=1", answer["tag"]])
    assert (again["status"], again["tag"]) == (304, answer["tag"])
    wrong = page.evaluate(ASK, [f"{address}?dat=1996", None])
    assert wrong["status"] == 400
    assert wrong["body"]["problems"][0]["nearest"] == "date"
    context.close()
