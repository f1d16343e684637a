import json

import pytest
from django.db import DatabaseError
from django.test import Client

from relations.models import Record
from relations.views import errors, health, nearest
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    OrganizationFactory,
    RelationFactory,
    TopicFactory,
    VisitFactory,
)


def test_not_found_offers_search(get, db):
    page = get("/nowhere/at/all/", status=404)
    assert page.one("h1").text == "There is nothing at this address"
    assert page.one("form", role="search").attributes["action"] == "/timeline/"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"


def test_under_the_api_errors_are_problem_details(client, db):
    response = client.get("/api/v1/nowhere/", secure=True)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404


def meant(page):
    return [
        (link.text, link.attributes["href"])
        for link in page.every("section", class_="error-near")[0].every("a")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "/agreements/strategic-partnership-205/",
        "/agreements/strategic-partner/",
        "/agreements/strategic-partnreship-2005/",
        "/visits/strategic-partnership-of-2005/",
        "/Agreements/Strategic-Partnership/",
        "/agreement/strategic-partnership-2005/",
        "/strategic-partnership-2005/",
    ],
)
def test_not_found_says_what_was_perhaps_meant(get, db, wrong):
    AgreementFactory(slug="strategic-partnership-2005", title="A & partnership")
    AgreementFactory(slug="strategic-partnership-2006", title="not yet", stage="draft")
    AgreementFactory(slug="strategic-partnership-2007", title="in review", stage="review")
    gone = AgreementFactory(slug="strategic-partnership-2008", title="withdrawn")
    gone.stage = "withdrawn"
    gone.save()
    page = get(wrong, status=404)
    assert meant(page) == [("A & partnership", "/agreements/strategic-partnership-2005/")]
    words = page.one("form", role="search").one("input", type="search").attributes["value"]
    assert words.startswith("strategic part")


def test_entities_topics_and_relations_are_meant_too(get, relation):
    OrganizationFactory(slug="turkic-council", name="Turkic Council")
    TopicFactory(slug="energy", name="Energy")
    assert meant(get("/organizations/turkic-counsil/", status=404)) == [
        ("Turkic Council", "/organizations/turkic-council/")
    ]
    assert meant(get("/topics/energie/", status=404)) == [("Energy", "/topics/energy/")]
    assert meant(get("/azerbaijan-kazakstan/", status=404)) == [
        ("Azerbaijan – Kazakhstan", "/azerbaijan-kazakhstan/")
    ]


def test_at_most_three_are_named_the_nearest_first(get, db):
    for year in (2001, 2002, 2003, 2004, 2005):
        VisitFactory(slug=f"visit-to-baku-{year}")
    page = get("/visits/visit-to-baku-20055/", status=404)
    assert len(meant(page)) == 3
    assert meant(page)[0][1] == "/visits/visit-to-baku-2005/"


@pytest.mark.parametrize(
    "path", ["/wp-login.php", "/a/b/c/", "/.env", "/favicon.ico", "/visits/a/b/"]
)
def test_what_is_no_address_of_ours_costs_no_query(client, db, path, django_assert_num_queries):
    VisitFactory(slug="a-visit")
    with django_assert_num_queries(0):
        response = client.get(path, secure=True)
    assert response.status_code == 404
    assert b"Did you mean" not in response.content


@pytest.mark.parametrize("size", [1, 300])
def test_a_wrong_address_stays_cheap(client, db, size, django_assert_num_queries):
    with unit_of_work():
        for number in range(size):
            VisitFactory(slug=f"visit-{number:04}")
    # Change number, the record by three ways, at most four looks for slugs that begin alike, and what they are.
    with django_assert_num_queries(9):
        client.get("/visits/vis-unlike-any-other-of-them/", secure=True)
    assert len(nearest._beginning_alike(Record.objects.all(), "visit-")) == min(
        size, nearest.COMPARED
    )


def test_a_withdrawn_record_says_when_why_and_what_remains(get, relation):
    RelationFactory(first="KZ", second="TR")
    record = AgreementFactory(countries=["AZ", "KZ"], title="A pact", summary="What it said.")
    with unit_of_work(reason="Its source was <retracted>."):
        record.stage = "withdrawn"
        record.save()
    with unit_of_work(reason="a later correction"):
        record.title = "The pact"
        record.save()
    page = get(record.get_absolute_url(), status=410)
    why = page.one("dl", class_="error-why")
    assert why.one("time").attributes["datetime"] == record.modified.date().isoformat()
    assert [dd.text for dd in why.every("dd")][1] == "Its source was <retracted>."
    assert meant(page) == [("Azerbaijan – Kazakhstan", "/azerbaijan-kazakhstan/")]
    assert "What it said." not in page.text
    assert page.every("script", type="application/ld+json") == []


def test_a_record_withdrawn_without_a_reason_says_so(get, db):
    record = VisitFactory()
    record.stage = "withdrawn"
    record.save()
    page = get(record.get_absolute_url(), status=410)
    assert page.one("dl", class_="error-why").every("dd")[1].text == "No reason was recorded."
    assert page.every("section", class_="error-near") == []


@pytest.mark.parametrize("path", ["/nowhere/", "/azerbaijan-kazakhstan/?topc=x"])
def test_error_pages_are_out_of_the_index_and_name_no_other(client, relation, path):
    response = client.get(path, secure=True)
    text = response.content.decode()
    assert text.count('name="robots"') == 1
    assert client.head(path, secure=True).status_code == response.status_code


@pytest.mark.parametrize("status", [400, 403, 404])
def test_error_pages_have_one_heading(rf, db, status):
    view = {400: errors.bad_request, 403: errors.permission_denied, 404: errors.not_found}[status]
    response = view(rf.get("/somewhere/"), Exception())
    assert response.status_code == status
    assert response.content.count(b"<h1") == 1


def test_the_page_of_a_fault_needs_no_database(rf):
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert response.content.count(b"<h1") == 1
    assert b'<a href="/">' in response.content
    problem = errors.server_error(rf.get("/api/v1/timeline/"))
    assert (problem.status_code, json.loads(problem.content)["status"]) == (500, 500)


def test_a_post_is_refused(relation):
    assert Client().post("/azerbaijan-kazakhstan/", secure=True).status_code == 405


def test_health(client, db):
    response = client.get("/healthz", secure=True)
    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_health_without_a_database(rf, monkeypatch):
    class Broken:
        def cursor(self):
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Broken())
    response = health.healthz(rf.get("/healthz"))
    assert (response.status_code, json.loads(response.content)["database"]) == (503, "error")
