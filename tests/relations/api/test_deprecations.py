"""What will go is told to whoever uses it, for a year at least, and to nobody else."""

from datetime import date

import pytest
from drf_spectacular.generators import SchemaGenerator

from relations.api import deprecations
from relations.api.deprecations import Deprecation
from tests.factories import VisitFactory

GOES = {"since": date(2026, 3, 1), "sunset": date(2027, 3, 31), "instead": "Use “date”."}
TOLD = {
    "Deprecation": "@1772323200",
    "Sunset": "Wed, 31 Mar 2027 00:00:00 GMT",
    "Link": '<https://entente.example/about/api/#deprecations>; rel="deprecation"; type="text/html"',
}
TOLD_NAMES = ("Deprecation", "Sunset", "Link")


def told(response):
    return {name: response[name] for name in TOLD_NAMES if name in response}


@pytest.mark.django_db
def test_a_parameter_that_will_go_is_told_where_it_is_used(api, client, monkeypatch):
    goes = Deprecation(**GOES, path="visits", parameter="date_after")
    monkeypatch.setattr(deprecations, "DEPRECATED", (goes,))
    assert told(api("visits/?date_after=1996")) == TOLD
    assert told(api("visits/facets/?date_after=1996")) == TOLD
    # Also beside the neighbouring pages, and on an error.
    VisitFactory.create_batch(2)
    response = api("visits/?date_after=1000&page_size=1")
    assert response["Link"].count('rel="next"') == 1
    assert response["Link"].endswith(TOLD["Link"])
    assert told(api("visits/?date_after=1996&dat=1")) == TOLD
    for path in ("visits/", "visits/?date=1996", "agreements/?date_after=1996", ""):
        assert told(api(path)) == {}
    operations = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    marked = {
        (path, parameter["name"])
        for path, methods in operations.items()
        for parameter in methods["get"]["parameters"]
        if parameter.get("deprecated")
    }
    assert marked == {
        ("/api/v1/visits/", "date_after"),
        ("/api/v1/visits/facets/", "date_after"),
    }


@pytest.mark.django_db
def test_an_endpoint_that_will_go_is_told_with_all_its_objects(api, monkeypatch):
    monkeypatch.setattr(deprecations, "DEPRECATED", (Deprecation(**GOES, path="visits"),))
    VisitFactory(slug="a-visit")
    for path in ("visits/", "visits/facets/", "visits/a-visit/", "visits/nothing/"):
        assert told(api(path)) == TOLD
    assert told(api("timeline/")) == {}
    operations = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    marked = {path for path, methods in operations.items() if methods["get"].get("deprecated")}
    assert marked == {f"/api/v1/visits/{below}" for below in ("", "facets/", "{slug}/")}


@pytest.mark.django_db
def test_the_page_of_promises_lists_what_will_go(client, monkeypatch):
    goes = Deprecation(**GOES, path="visits", parameter="date_after")
    monkeypatch.setattr("relations.views.api_help.pages.DEPRECATED", (goes,))
    page = client.get("/about/api/", secure=True).content.decode()
    assert "/api/v1/visits/?date_after=" in page
    assert "31 March 2027" in page
    assert "Use “date”." in page


def test_nothing_goes_without_a_year_of_notice_or_unnamed():
    with pytest.raises(ValueError, match="365 days"):
        Deprecation(since=date(2026, 1, 1), sunset=date(2026, 12, 31), instead="", path="visits")
    with pytest.raises(ValueError, match="name an endpoint"):
        Deprecation(**GOES)
