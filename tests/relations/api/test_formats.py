"""The formats of the API: which a resource has, how they are asked for, and what each holds."""

import json

import pytest

from relations.api import resources
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    NameFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db
SITE = "https://entente.example"
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "jsonld": "application/ld+json",
    "geojson": "application/geo+json",
}
LINKED = {
    "timeline", "agreements", "visits", "milestones", "trade-figures", "indicators",
    "organizations", "people", "places", "projects", "countries", "topics", "sources",
}  # fmt: skip


@pytest.mark.parametrize("path", list(resources.every()))
def test_each_resource_has_its_formats_and_refuses_the_others(api, path):
    had = ["json", "csv", "jsonl"]
    had += ["jsonld"] if path in LINKED else []
    had += ["geojson"] if path == "places" else []
    assert resources.every()[path].formats == had
    for name, content_type in TYPES.items():
        accept = content_type.partition(";")[0]
        by_name, by_type = (
            api(f"{path}/?format={name}"),
            api(f"{path}/", headers={"accept": accept}),
        )
        if name in had:
            assert by_name["Content-Type"] == by_type["Content-Type"] == content_type
            assert sorted(by_type["Vary"].split(", ")) == ["Accept", "Accept-Encoding"]
            assert by_name["Vary"] == by_type["Vary"]
        else:
            assert_problem(by_name, 400, parameters=["format"], valid=sorted(had))
            body = assert_problem(by_type, 406)
            assert all(TYPES[one].partition(";")[0] in body["detail"] for one in had)


def test_json_lines_have_two_names(api):
    VisitFactory(slug="visit")
    for media_type in ("application/jsonl", "application/x-ndjson"):
        response = api("visits/", headers={"accept": media_type})
        assert response["Content-Type"] == media_type
        assert json.loads(response.content)["slug"] == "visit"


def lines(response) -> list[dict]:
    assert response["Content-Type"] == "application/jsonl"
    assert response.content.endswith(b"\n") or not response.content
    return [json.loads(line) for line in response.content.decode().split("\n")[:-1]]


def test_json_lines_are_the_objects_of_json(api):
    VisitFactory(slug="one", date="2001", title="Two\nlines\u2028and a third")
    AgreementFactory(slug="two", date="2002")
    VisitFactory(slug="draft", stage="draft")
    TopicFactory(slug="energy")
    for path, queries in (
        ("timeline/", ("", "omit=summary,citations", "fields=slug,title,date.edtf")),
        ("topics/", ("", "omit=url", "fields=slug")),
    ):
        for query in queries:
            expected = api(f"{path}?{query}").json()["results"]
            assert expected
            assert lines(api(f"{path}?{query}&format=jsonl")) == expected
    assert lines(api("visits/one/?format=jsonl")) == [api("visits/one/").json()]
    assert lines(api("visits/?format=jsonl&date=1990")) == []


def test_a_file_holds_all_and_says_how_many(api):
    with unit_of_work():
        for number in range(60):
            TopicFactory(slug=f"topic-{number:02}", name=f"Topic {number:02}")
    first = api("topics/").json()
    assert len(first["results"]) == 50
    for name in ("csv", "jsonl"):
        response = api(f"topics/?format={name}")
        # A table has a line of names.
        assert response.content.count(b"\n") == 60 + (name == "csv")
        assert response["X-Entente-Count"] == "60"
        assert 'rel="next"' not in response.get("Link", "")
    cursor = first["next"].partition("cursor=")[2]
    rest = lines(api(f"topics/?format=jsonl&cursor={cursor}"))
    assert rest == api(f"topics/?cursor={cursor}").json()["results"]
    assert [one["slug"] for one in rest] == [f"topic-{number}" for number in range(50, 60)]


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_a_file_is_not_cut_into_pages(api, name):
    for number in range(3):
        TopicFactory(slug=f"topic-{number}", name=f"Topic {number}")
    for size in ("50", "x", "0"):
        body = assert_problem(
            api(f"topics/?format={name}&page_size={size}"), 400, parameters=["page_size"]
        )
        assert f"A list as {name} has no pages" in body["detail"]
    second = api(api("topics/?page_size=1").json()["next"].partition("/api/v1/")[2]).json()
    back = second["previous"].partition("cursor=")[2]
    body = assert_problem(api(f"topics/?format={name}&cursor={back}"), 400, parameters=["cursor"])
    assert "only runs forwards" in body["detail"]
    assert api(f"topics/?format={name}&page_size=").status_code == 200


@pytest.mark.parametrize(
    ("path", "disposition"),
    [
        (
            "agreements/?format=csv&date=1996&country=AZ",
            'attachment; filename="agreements-1996-az.csv"',
        ),
        ("timeline/?format=jsonl&kind=visit", 'attachment; filename="timeline-visits.jsonl"'),
        ("sources/?format=csv&kind=article", 'attachment; filename="sources-article.csv"'),
        ("places/?format=geojson", 'inline; filename="places.geojson"'),
        ("visits/visit/?format=csv&fields=slug", 'attachment; filename="visits-visit.csv"'),
        ("visits/visit/", None),
        ("visits/?format=jsonld", None),
    ],
)
def test_files_have_speaking_names(api, path, disposition):
    VisitFactory(slug="visit", countries=["AZ"])
    response = api(path)
    assert response.status_code == 200, response.content
    assert response.get("Content-Disposition") == disposition


def test_places_on_the_map(api):
    PlaceFactory(slug="baku", name="Baku", country="AZ", latitude="40.37767", longitude="49.89201")
    PlaceFactory(slug="nowhere", name="Nowhere", latitude=None, longitude=None)
    first = api("places/?format=geojson&page_size=1&fields=name,latitude")
    body = first.json()
    assert body == {
        "type": "FeatureCollection",
        "count": 2,
        "next": body["next"],
        "previous": None,
        "features": [
            {
                "type": "Feature",
                "id": "baku",
                "geometry": {"type": "Point", "coordinates": [49.89201, 40.37767]},
                "properties": {"name": "Baku", "latitude": "40.37767"},
            }
        ],
    }
    assert first["Link"] == f'<{body["next"]}>; rel="next"'
    (unlocated,) = api(body["next"].partition("/api/v1/")[2]).json()["features"]
    assert (unlocated["id"], unlocated["geometry"]) == ("nowhere", None)
    one = api("places/baku/?format=geojson").json()
    assert one["properties"] == api("places/baku/").json()


def test_records_as_linked_data(api):
    VisitFactory(slug="visit", title="A visit", date="2005-05-24", summary="What it was.")
    AgreementFactory(slug="pact", title="A pact", date="1996")
    AgreementFactory(slug="draft", stage="draft")
    response = api("timeline/?format=jsonld&page_size=1")
    body = response.json()
    assert list(body) == ["@context", "@graph"]
    assert (body["@context"], response["X-Entente-Count"]) == ("https://schema.org", "2")
    assert [node["@id"] for node in body["@graph"]] == [f"{SITE}/visits/visit/"]
    one = api("visits/visit/?format=jsonld").json()
    assert one == {"@context": "https://schema.org", **body["@graph"][0]}
    assert (one["@type"], one["startDate"], one["name"]) == ("Event", "2005-05-24", "A visit")
    following = response["Link"].partition("<")[2].partition(">")[0]
    assert "format=jsonld" in following
    (pact,) = api(following.partition("/api/v1/")[2]).json()["@graph"]
    assert pact["@id"] == f"{SITE}/agreements/pact/"
    for path in ("timeline/", "visits/visit/"):
        assert_problem(api(f"{path}?format=jsonld&fields=slug"), 400, parameters=["fields"])
        assert_problem(api(f"{path}?format=jsonld&omit=slug"), 400, parameters=["omit"])


def test_who_and_where_as_linked_data(api):
    baku = PlaceFactory(slug="baku", name="Baku", country="AZ", latitude="40.5", longitude="49.75")
    source = SourceFactory(slug="article", title="Article")
    council = OrganizationFactory(
        slug="council",
        name="Council",
        description="A body.",
        founded="2009-10",
        seat=baku,
        country="AZ",
    )
    NameFactory(entity=council, text="The Council")
    CitationFactory(entity=council, source=source)
    MembershipFactory(organization=council, country="KZ", role="member", since="[2009..2010]")
    person = PersonFactory(slug="person", name="A. Person")
    TenureFactory(
        person=person, office="Secretary", organization=council, since="2010", until="2012-05"
    )
    TopicFactory(slug="energy", name="Energy")

    def node(address):
        body = api(f"{address}?format=jsonld").json()
        assert body.pop("@context") == "https://schema.org"
        return body

    kazakhstan = {"@type": "Country", "name": "Kazakhstan", "identifier": "KZ"}
    assert node("organizations/council/") == {
        "@type": "Organization",
        "@id": f"{SITE}/organizations/council/",
        "name": "Council",
        "url": f"{SITE}/organizations/council/",
        "identifier": "council",
        "description": "A body.",
        "alternateName": ["The Council"],
        "foundingDate": "2009-10",
        "location": {"@type": "Place", "@id": f"{SITE}/places/baku/", "name": "Baku"},
        "areaServed": {"@type": "Country", "name": "Azerbaijan", "identifier": "AZ"},
        # When is not said: the source says one of these years.
        "member": [{"@type": "Role", "roleName": "member", "member": kazakhstan}],
        "subjectOf": [node("sources/article/")],
    }
    assert node("people/person/")["hasOccupation"] == [
        {
            "@type": "Role",
            "hasOccupation": {
                "@type": "Occupation",
                "name": "Secretary",
                "occupationLocation": {
                    "@type": "Country",
                    "name": "Azerbaijan",
                    "identifier": "AZ",
                },
            },
            "startDate": "2010",
            "endDate": "2012-05",
        }
    ]
    assert node("places/baku/")["geo"] == {
        "@type": "GeoCoordinates",
        "latitude": 40.5,
        "longitude": 49.75,
    }
    assert node("countries/KZ/")["@type"] == "Country"
    assert node("topics/energy/")["termCode"] == "energy"
    for path in ("organizations", "people", "places", "countries", "topics", "sources"):
        graph = api(f"{path}/?format=jsonld").json()["@graph"]
        key = resources.every()[path].key
        keys = [item[key] for item in api(f"{path}/").json()["results"]]
        assert graph == [node(f"{path}/{key}/") for key in keys]


def test_what_is_withdrawn_or_a_draft_is_in_no_format(api):
    gone = AgreementFactory(slug="gone", title="Withdrawn")
    gone.stage = "withdrawn"
    gone.save()
    AgreementFactory(slug="draft", title="A draft", stage="draft")
    for name in ("json", "csv", "jsonl", "jsonld"):
        for path in ("agreements/", "timeline/"):
            text = api(f"{path}?format={name}").content.decode()
            assert not [word for word in ("gone", "Withdrawn", "draft", "A draft") if word in text]
        assert_problem(api(f"agreements/gone/?format={name}"), 410)
        assert_problem(api(f"agreements/draft/?format={name}"), 404)


def test_the_description_names_them(api):
    paths = api("schema/").json()["paths"]
    for path, resource in resources.every().items():
        for address in (f"/api/v1/{path}/", f"/api/v1/{path}/{{{resource.key}}}/"):
            described = paths[address]["get"]
            (given,) = [one for one in described["parameters"] if one["name"] == "format"]
            assert given["schema"]["enum"] == resource.formats
            content = {TYPES[name].partition(";")[0] for name in resource.formats}
            assert set(described["responses"]["200"]["content"]) == content
