"""Objects of the API: complete, and the same whoever asks."""

import csv
import io

import pytest

from relations import kinds
from relations.api import addresses, resources
from relations.derived import stored_json
from relations.exports.text import cell
from tests.factories import (
    CitationFactory,
    MembershipFactory,
    NameFactory,
    OrganizationFactory,
    PlaceFactory,
    SourceFactory,
    TradeFigureFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db

SITE = "https://entente.example"


def test_a_visit_is_complete(api):
    source = SourceFactory(slug="news", title="News")
    council = OrganizationFactory(slug="council", name="Council")
    visit = VisitFactory(
        slug="second-session-2008",
        title="Second session",
        summary="It met.",
        date="2008-09",
        date_note="The month only.",
        place=PlaceFactory(slug="baku", name="Baku", country="AZ"),
        guest="KZ",
        host="AZ",
        body=council,
        ordinal=2,
        type="council-session",
        source=source,
    )
    visit.citations.update(uid="the-citation")
    stored_json.refresh([visit.pk])
    body = api("visits/second-session-2008/").json()
    modified = body.pop("modified")
    assert modified.endswith("Z")
    assert body == {
        "url": f"{SITE}/api/v1/visits/second-session-2008/",
        "html_url": f"{SITE}/visits/second-session-2008/",
        "slug": "second-session-2008",
        "kind": "visit",
        "title": "Second session",
        "summary": "It met.",
        "outcome": "happened",
        "date": {
            "edtf": "2008-09",
            "earliest": "2008-09-01",
            "latest": "2008-09-30",
            "precision": "month",
            "display": "September 2008",
            "note": "The month only.",
        },
        "place": {"slug": "baku", "name": "Baku", "country": "AZ"},
        "countries": [
            {"code": "AZ", "name": "Azerbaijan"},
            {"code": "KZ", "name": "Kazakhstan"},
        ],
        "people": [],
        "organizations": [],
        "projects": [],
        "topics": [],
        "type": "council-session",
        "guest": {"code": "KZ", "name": "Kazakhstan"},
        "host": {"code": "AZ", "name": "Azerbaijan"},
        "body": {"slug": "council", "name": "Council"},
        "ordinal": 2,
        "occasion": "",
        "links": [],
        "linked_from": [],
        "evidence": {"overall": "single", "date": "single"},
        "decisions": [],
        "citations": [
            {
                "uid": "the-citation",
                "source": {"slug": "news", "title": "News"},
                "locator_kind": "paragraph",
                "locator": "1",
                "field": "date",
                "value": "2008-09",
                "as_written": "2008-09",
                "basis": "stated",
                "rule": "",
                "attributed_to": "",
                "verdict": "supports",
                "set_aside": "",
                "note": "",
            }
        ],
        "change": visit.change,
    }


def test_a_figure_states_exact_numbers_and_its_change(api):
    TradeFigureFactory(
        slug="with-value",
        value="331700000.5",
        origin="AZ",
        destination="KZ",
        flow="exports",
        nature="target",
    )
    TradeFigureFactory(
        slug="change-only",
        value=None,
        unit="",
        currency="",
        change_kind="factor",
        change_value=5,
        change_qualifier="more-than",
        change_base="2023",
        change_base_note="the year before",
    )
    body = api("trade-figures/with-value/").json()
    assert (body["value"], body["unit"], body["currency"]) == ("331700000.5", "currency", "USD")
    assert (body["origin"]["code"], body["reporter"], body["nature"]) == ("AZ", None, "target")
    assert body["stated_change"] is None
    body = api("trade-figures/change-only/").json()
    assert body["value"] is None
    assert body["stated_change"] == {
        "kind": "factor",
        "value": "5",
        "qualifier": "more-than",
        "base": {
            "edtf": "2023",
            "earliest": "2023-01-01",
            "latest": "2023-12-31",
            "precision": "year",
            "display": "2023",
        },
        "base_note": "the year before",
    }


def test_an_open_date_is_null_where_it_is_open(api):
    VisitFactory(slug="by-then", date="[..2025-10-16]")
    assert api("visits/by-then/").json()["date"] == {
        "edtf": "[..2025-10-16]",
        "earliest": None,
        "latest": "2025-10-16",
        "precision": "open",
        "display": "by 16 October 2025",
        "note": "",
    }


def test_an_organization_is_complete_with_the_passages_of_its_members(api):
    council = OrganizationFactory(slug="council", name="Council", founded="2009-10", country=None)
    NameFactory(entity=council, text="Old name", kind="former", until="2021-11-12")
    membership = MembershipFactory(organization=council, country="KZ", since="2009")
    source = SourceFactory(slug="news", title="News")
    CitationFactory(uid="of-membership", membership=membership, source=source, locator="4")
    body = api("organizations/council/").json()
    assert body["founded"]["display"] == "October 2009"
    assert [name["text"] for name in body["names"]] == ["Old name"]
    assert body["names"][0]["since"] is None
    assert body["names"][0]["until"]["edtf"] == "2021-11-12"
    assert body["country"] is None
    assert body["timeline"] == f"{SITE}/api/v1/timeline/?organization=council"
    [member] = body["members"]
    assert member["country"] == {"code": "KZ", "name": "Kazakhstan"}
    assert [cited["uid"] for cited in member["citations"]] == ["of-membership"]
    citation = api("citations/of-membership/").json()
    assert citation["subject"] == {
        "type": "membership",
        "slug": "council",
        "title": "Council",
        "url": f"{SITE}/api/v1/organizations/council/",
    }


def test_it_speaks_english_whatever_is_asked(api):
    VisitFactory(slug="visit", date="2008-09")
    response = api("visits/visit/", headers={"accept-language": "ru"})
    assert response.json()["date"]["display"] == "September 2008"
    assert sorted(response["Vary"].split(", ")) == ["Accept", "Accept-Encoding"]


# Caches ---------------------------------------------------------------------------------------------------


def test_nothing_is_read_while_nothing_has_changed(api, django_assert_num_queries):
    VisitFactory(slug="visit")
    tags = set()
    for path in ("visits/", "visits/visit/", "visits/?format=csv", "timeline/", ""):
        response = api(path)
        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
        tags.add(response["ETag"])
        with django_assert_num_queries(1):
            again = api(path, headers={"if-none-match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == response["ETag"]
        assert again.get("Vary") == response.get("Vary")
    assert len(tags) == 5
    by_accept = api("visits/", headers={"accept": "text/csv"})
    assert by_accept["ETag"] not in tags
    VisitFactory()
    response = api("visits/", headers={"if-none-match": ", ".join(tags)})
    assert response.status_code == 200


def test_head_says_what_get_would(api):
    VisitFactory(slug="visit")
    for path in ("visits/", "visits/visit/", "visits/visit/?format=csv", "visits/nothing/"):
        get, head = api(path), api(path, "head")
        assert head.content == b""
        assert (head.status_code, dict(head.items())) == (get.status_code, dict(get.items()))


# CSV --------------------------------------------------------------------------------------------------------


def rows(response) -> list[dict]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def test_the_same_records_as_csv(api):
    VisitFactory(slug="dated", date="2008-09", countries=["AZ", "KZ"], title='Say "hi", then\ngo')
    VisitFactory(slug="open", date="[..2025-10-16]", guest="AZ")
    VisitFactory(slug="draft", stage="draft")
    found = rows(api("visits/?ordering=date", headers={"accept": "text/csv"}))
    assert [row["slug"] for row in found] == ["dated", "open"]
    assert found[0]["countries"] == "AZ; KZ"
    assert found[0]["title"] == 'Say "hi", then\ngo'
    assert found[0]["date_edtf"] == "2008-09"
    assert found[1]["date_earliest"] == ""
    assert (found[1]["guest_code"], found[1]["host_code"]) == ("AZ", "")
    assert found[0]["evidence_overall"] == "single"
    assert [row["slug"] for row in rows(api("visits/dated/?format=csv"))] == ["dated"]
    assert [row["slug"] for row in rows(api("visits/?date=1990&format=csv"))] == []


@pytest.mark.parametrize("path", list(resources.every()))
def test_the_columns_are_the_same_whatever_the_rows_hold(api, path):
    resource = resources.every()[path]
    header = api(f"{path}/?format=csv").content.decode().splitlines()[0]
    assert header.split(",") == [column.name for column in resource.columns]
    assert len(set(header.split(","))) == len(header.split(","))


def test_the_csv_of_the_timeline_has_the_columns_of_every_kind():
    names = [column.name for column in resources.every()["timeline"].columns]
    for kind in kinds.every():
        for column in resources.every()[kind.path].columns:
            assert column.name in names


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+7 717", "'+7 717"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("a=1", "a=1"),
        (-5, "-5"),
        (None, ""),
        (True, "true"),
    ],
)
def test_no_cell_is_a_formula(value, text):
    assert cell(value) == text


def test_a_title_that_begins_like_a_formula_is_defused(api):
    VisitFactory(title="=HYPERLINK(0)", slug="formula")
    assert rows(api("visits/?format=csv"))[0]["title"] == "'=HYPERLINK(0)"


# Formats --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/json; indent=8", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json;q=0.1, text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
    ],
)
def test_the_format_is_what_is_preferred(api, accept, content_type):
    response = api("visits/", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, content_type)


def test_format_goes_before_accept(api):
    response = api("visits/?format=json", headers={"accept": "text/csv"})
    assert response["Content-Type"] == "application/json"


def test_where_things_are():
    visit = VisitFactory(slug="visit")
    assert addresses.address_of(visit) == f"{SITE}/api/v1/visits/visit/"
    assert addresses.address_of(visit.record_ptr) == f"{SITE}/api/v1/visits/visit/"
    assert addresses.list_address("timeline", country=["AZ", "KZ"]) == (
        f"{SITE}/api/v1/timeline/?country=AZ&country=KZ"
    )
