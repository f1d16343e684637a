import json

import pytest
from django.db import DatabaseError
from django.test import Client

from relations.views import errors, health


def test_not_found_offers_search(get, db):
    page = get("/nowhere/at/all/", status=404)
    assert page.one("h1").text == "Nothing is at this address"
    assert page.one("form", role="search").attributes["action"] == "/timeline/"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"


def test_under_the_api_errors_are_problem_details(client, db):
    response = client.get("/api/v1/nowhere/", secure=True)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404


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
