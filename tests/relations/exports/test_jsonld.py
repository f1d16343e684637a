"""JSON-LD: records in schema.org's words, a kind at a time."""

import json

import pytest
from django.conf import settings

from relations import kinds
from relations.exports.jsonld import record_document
from relations.views.records.pages import whole
from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    CitationFactory,
    IndicatorFactory,
    MilestoneFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RecordLinkFactory,
    SourceFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
    country,
)
from tests.relations.exports.readers import fetch

SITE = settings.SITE_URL


def document(record) -> dict:
    return record_document(whole(type(record)).get(pk=record.pk))


@pytest.mark.django_db
def test_a_visit_is_an_event():
    source = SourceFactory(
        slug="article",
        title="Article",
        author="A. Author",
        publisher="Publisher",
        published="2024-05",
        language="en",
        url="https://example.org/a",
        doi="10.1/x",
    )
    baku = PlaceFactory(slug="baku", name="Baku", country="AZ", latitude="40.5", longitude="49.75")
    body = OrganizationFactory(slug="council", name="Council")
    visit = VisitFactory(
        slug="visit",
        title="Visit </script>",
        summary="What it was.",
        date="2004-03-01/2004-03-03",
        place=baku,
        body=body,
        occasion="Summit of 2004",
        countries=["AZ", "KZ"],
        organizations=[body, OrganizationFactory(slug="fund", name="Fund")],
        projects=[ProjectFactory(slug="corridor", name="Corridor")],
        topics=[TopicFactory(name="Energy")],
        source=source,
    )
    ParticipationFactory(
        record=visit, person=PersonFactory(slug="p", name="P"), role="guest", office="President"
    )
    ParticipationFactory(record=visit, person=PersonFactory(slug="q", name="Q"), role="mentioned")
    CitationFactory(record=visit, source=source, locator="2")
    assert document(visit) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": f"{SITE}/visits/visit/",
        "url": f"{SITE}/visits/visit/",
        "name": "Visit </script>",
        "description": "What it was.",
        "identifier": "visit",
        "startDate": "2004-03-01",
        "endDate": "2004-03-03",
        "location": {
            "@type": "Place",
            "@id": f"{SITE}/places/baku/",
            "name": "Baku",
            "geo": {"@type": "GeoCoordinates", "latitude": 40.5, "longitude": 49.75},
            "containedInPlace": {"@type": "Country", "name": "Azerbaijan", "identifier": "AZ"},
        },
        "attendee": [
            {"@type": "Organization", "@id": f"{SITE}/organizations/council/", "name": "Council"},
            {
                "@type": "Person",
                "@id": f"{SITE}/people/p/",
                "name": "P",
                "jobTitle": "President",
            },
            {"@type": "Organization", "@id": f"{SITE}/organizations/fund/", "name": "Fund"},
        ],
        "about": [
            {"@type": "Country", "name": "Azerbaijan", "identifier": "AZ"},
            {"@type": "Country", "name": "Kazakhstan", "identifier": "KZ"},
            {"@type": "Project", "@id": f"{SITE}/projects/corridor/", "name": "Corridor"},
        ],
        "keywords": ["Energy"],
        "superEvent": [{"@type": "Event", "name": "Summit of 2004"}],
        "subjectOf": [
            {
                "@type": "CreativeWork",
                "@id": f"{SITE}/sources/article/",
                "name": "Article",
                "creditText": "A. Author",
                "publisher": {"@type": "Organization", "name": "Publisher"},
                "datePublished": "2024-05",
                "inLanguage": "en",
                "url": "https://example.org/a",
                "identifier": "https://doi.org/10.1/x",
            }
        ],
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2005-05-24", {"startDate": "2005-05-24"}),
        ("2008-09", {"startDate": "2008-09"}),
        ("1996", {"startDate": "1996"}),
        ("1992/1999", {"startDate": "1992", "endDate": "1999"}),
        ("1993~", {"description": "Date: about 1993."}),
        ("199X", {"description": "Date: 1990s."}),
        ("[..2025-10-16]", {"description": "Date: by 16 October 2025."}),
    ],
)
def test_a_date_is_never_more_than_its_source_says(text, said):
    found = document(MilestoneFactory(date=text))
    names = ("startDate", "endDate", "description")
    assert {name: found[name] for name in names if name in found} == said


@pytest.mark.django_db
def test_a_plan_says_that_it_is_one():
    found = document(VisitFactory(date="2030", outcome="planned", summary="Will be."))
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    assert found["description"] == "Will be. Status: planned."


@pytest.mark.django_db
def test_an_agreement_is_legislation():
    pact = AgreementFactory(
        slug="pact",
        title="Pact",
        date="2005-05-24",
        instrument="treaty",
        official_title="Treaty of Baku",
        official_url="https://example.org/treaty",
        register_numbers="I-12345",
    )
    PartyFactory(agreement=pact, country=country("AZ"))
    PartyFactory(agreement=pact, organization=OrganizationFactory(slug="ministry", name="Ministry"))
    AgreementActionFactory(agreement=pact, type="in-force", citation=pact.citations.get())
    earlier = AgreementFactory(slug="earlier", title="Earlier", date="1996")
    hidden = AgreementFactory(slug="hidden", title="Hidden", stage="draft")
    RecordLinkFactory(source=pact, type="amends", target=earlier)
    RecordLinkFactory(source=pact, type="amends", target=hidden)
    found = document(pact)
    assert {name: found[name] for name in found if name.startswith("legislation")} == {
        "legislationType": "treaty",
        "legislationIdentifier": "I-12345",
        "legislationDate": "2005-05-24",
        "legislationLegalForce": "https://schema.org/InForce",
        "legislationJurisdiction": [{"@type": "Country", "name": "Azerbaijan", "identifier": "AZ"}],
        "legislationPassedBy": [
            {"@type": "Organization", "@id": f"{SITE}/organizations/ministry/", "name": "Ministry"}
        ],
        "legislationChanges": [
            {"@type": "Legislation", "@id": f"{SITE}/agreements/earlier/", "name": "Earlier"}
        ],
    }
    assert (found["@type"], found["alternateName"]) == ("Legislation", "Treaty of Baku")
    assert found["sameAs"] == "https://example.org/treaty"


@pytest.mark.django_db
def test_what_was_not_signed_is_no_law():
    found = document(AgreementFactory(date="2030-01-01", outcome="proposed", instrument="treaty"))
    assert "legislationDate" not in found
    assert found["creativeWorkStatus"] == "proposed"


@pytest.mark.django_db
def test_a_figure_is_an_observation():
    figure = TradeFigureFactory(
        date="2024",
        flow="exports",
        origin="KZ",
        destination="AZ",
        reporter="KZ",
        value="331700000",
        qualifier="about",
    )
    found = document(figure)
    names = ("@type", "observationDate", "variableMeasured", "value", "unitText")
    assert [found[name] for name in names] == [
        "Observation", "2024", "exports from Kazakhstan to Azerbaijan", 331700000, "USD",
    ]  # fmt: skip
    assert found["measurementQualifier"] == "about"
    assert found["measurementTechnique"] == "statistics of Kazakhstan"


@pytest.mark.django_db
def test_a_limit_and_a_target_are_no_values():
    limit = document(IndicatorFactory(qualifier="more-than", value="1000", date="2020/2024"))
    assert (limit["minValue"], limit["observationPeriod"]) == (1000, "2020/2024")
    assert "value" not in limit
    target = document(IndicatorFactory(nature="target", value="5000"))
    assert target["measurementQualifier"] == "target"


@pytest.mark.django_db
def test_a_record_of_each_kind_costs_no_query(django_assert_num_queries):
    for kind, make in zip(
        ["agreement", "visit", "milestone", "trade-figure", "indicator"],
        [AgreementFactory, VisitFactory, MilestoneFactory, TradeFigureFactory, IndicatorFactory],
        strict=True,
    ):
        record = whole(kinds.get(kind).model).get(pk=make(place=PlaceFactory(country="AZ")).pk)
        with django_assert_num_queries(0):
            assert record_document(record)["@id"] == f"{SITE}{record.get_absolute_url()}"


@pytest.mark.django_db
def test_the_set_is_a_dataset(client, relation):
    VisitFactory(slug="one", countries=["AZ", "KZ"], date="1996-05")
    VisitFactory(slug="two", countries=["AZ", "KZ"], date="1999/2003")
    _response, body = fetch(client, "/azerbaijan-kazakhstan/timeline.jsonld?kind=visit")
    document = json.loads(body)
    data, *nodes = document["@graph"]
    page = f"{SITE}/azerbaijan-kazakhstan/"
    assert document["@context"] == "https://schema.org"
    assert [node["identifier"] for node in nodes] == ["two", "one"]
    assert (data["@type"], data["@id"]) == ("Dataset", f"{page}?kind=visit")
    assert data["temporalCoverage"] == "1996/2003"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [one["name"] for one in data["spatialCoverage"]] == ["Azerbaijan", "Kazakhstan"]
    downloads = {one["name"]: one["contentUrl"] for one in data["distribution"]}
    assert downloads["CSV"] == f"{page}timeline.csv?kind=visit"
    assert len(downloads) == 7


@pytest.mark.django_db
def test_an_empty_set_has_no_coverage(client):
    _response, body = fetch(client, "/timeline/timeline.jsonld")
    (data,) = json.loads(body)["@graph"]
    assert "temporalCoverage" not in data
