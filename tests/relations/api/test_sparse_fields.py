"""``fields`` and ``omit``: answers with less in them, and nothing in them that was not asked for."""

import csv
import io

import pytest

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def records():
    with unit_of_work():
        source = SourceFactory(slug="article", title="An article")
        pact = AgreementFactory(
            slug="pact",
            instrument="treaty",
            title="A pact",
            date="1996-09",
            countries=["AZ", "KZ"],
            place=PlaceFactory(slug="baku", name="Baku", country="AZ"),
            topics=[TopicFactory(slug="energy", name="Energy")],
            source=source,
        )
        CitationFactory(record=pact, source=source, field="date", value="1996-09", locator="7")
        VisitFactory(slug="visit", title="A visit", date="1997", guest="AZ", host="KZ")


def one(api, query, path="agreements/pact/"):
    response = api(f"{path}?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def test_only_the_fields_asked_for(api, records):
    assert one(api, "fields=title,date.edtf,place.name,citations.locator,evidence.overall") == {
        "title": "A pact",
        "date": {"edtf": "1996-09"},
        "place": {"name": "Baku"},
        "evidence": {"overall": "single"},
        "citations": [{"locator": "1"}, {"locator": "7"}],
    }
    assert one(api, "fields=citations.source.slug") == {
        "citations": [{"source": {"slug": "article"}}] * 2
    }


def test_the_whole_of_a_part_wins_over_a_part_of_it(api, records):
    whole = one(api, "fields=place")
    assert whole == {"place": {"slug": "baku", "name": "Baku", "country": "AZ"}}
    assert one(api, "fields=place,place.name") == whole
    assert one(api, "fields=place.name,place") == whole


def test_all_but_what_is_omitted(api, records):
    everything = one(api, "")
    less = one(api, "omit=citations,date.display,topics.name")
    assert less.keys() == everything.keys() - {"citations"}
    assert less["date"].keys() == everything["date"].keys() - {"display"}
    assert less["topics"] == [{"slug": "energy"}]
    assert {name: less[name] for name in ("title", "place", "evidence")} == {
        name: everything[name] for name in ("title", "place", "evidence")
    }


def test_a_part_that_is_null_stays_null(api, records):
    assert one(api, "fields=place.name", "visits/visit/") == {"place": None}


def test_of_a_union_each_object_shows_what_it_has(api, records):
    body = one(api, "fields=kind,guest.code,instrument", "timeline/")
    assert body["count"] == 2
    assert body["results"] == [
        {"kind": "visit", "guest": {"code": "AZ"}},
        {"kind": "agreement", "instrument": "treaty"},
    ]


def test_pages_go_on_as_they_began(api, records):
    body = one(api, "fields=slug&page_size=1", "timeline/")
    assert body["results"] == [{"slug": "visit"}]
    following = api(body["next"].removeprefix("https://entente.example/api/v1/"))
    assert following.json()["results"] == [{"slug": "pact"}]
    PlaceFactory(slug="aktau")
    on_map = api("places/?format=geojson&omit=names&page_size=1")
    assert "format=geojson" in on_map["Link"]
    assert "omit=names" in on_map["Link"]


def columns(response):
    return next(csv.reader(io.StringIO(response.content.decode())))


def test_a_table_has_the_columns_asked_for(api, records):
    response = api("agreements/?format=csv&fields=slug,date.edtf,place,citations.verdict")
    lines = list(csv.reader(io.StringIO(response.content.decode())))
    assert lines[0] == [
        "slug",
        "date_edtf",
        "place_slug",
        "place_name",
        "place_country",
        "citations",
    ]
    assert lines[1][:5] == ["pact", "1996-09", "baku", "Baku", "AZ"]
    everything = columns(api("agreements/?format=csv"))
    less = columns(api("agreements/?format=csv&omit=citations,date.display"))
    assert less == [name for name in everything if name not in ("citations", "date_display")]


@pytest.mark.parametrize("path", ["agreements/", "agreements/pact/", "timeline/", "sources/"])
def test_an_unknown_name_is_refused_with_the_nearest(api, records, path):
    body = assert_problem(
        api(f"{path}?fields=slug,titel"), 400, parameters=["fields"], nearest="title"
    )
    assert "“titel”" in body["detail"]
    assert "slug" in body["problems"][0]["valid"]


@pytest.mark.parametrize(
    ("query", "parameters", "says"),
    [
        ("fields=date.edft", ["fields"], "date.edtf, date.earliest"),
        ("omit=title.text", ["omit"], "“title” has no parts."),
        ("fields=guest", ["fields"], "There is no “guest”"),
        ("fields=evidence.guest", ["fields"], "There is no “evidence.guest”"),
        ("fields=date..edtf", ["fields"], "There is no “date..edtf”"),
        ("fields=titel,sumary", ["fields", "fields"], "titel"),
        ("fields=title&omit=summary", ["omit"], "either"),
        ("fields=title&fields=slug", ["fields"], "once"),
        ("fields=%00", ["fields"], ""),
        ("omit=" + "a," * 600, ["omit"], "1000"),
    ],
)
@pytest.mark.parametrize("path", ["agreements/", "agreements/pact/"])
def test_what_cannot_be_used_is_refused(api, records, path, query, parameters, says):
    response = api(f"{path}?{query}")
    if query.endswith("%00"):
        assert_problem(response, 400, parameters=["query"])
        return
    body = assert_problem(response, 400, parameters=parameters)
    assert says in body["detail"]


def test_nothing_named_is_everything(api, records):
    assert one(api, "fields=") == one(api, "omit=") == one(api, "")


def test_other_addresses_take_neither(api):
    assert_problem(api("?fields=title"), 400, parameters=["fields"])


def test_the_description_has_both_the_whole_and_the_trimmed(api):
    paths = api("schema/").json()["paths"]

    def shapes(path):
        content = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return [shape["$ref"].rpartition("/")[2] for shape in content["anyOf"]]

    assert shapes("/api/v1/topics/") == ["TopicPage", "TrimmedPage"]
    assert shapes("/api/v1/topics/{slug}/") == ["Topic", "Trimmed"]
