"""Lists of the API: what they hold, how they are paged, what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import kinds
from relations.api import resources
from relations.models import Country, Record, Relation, Visit
from relations.work import unit_of_work
from tests.factories import (
    AgreementActionFactory,
    AgreementFactory,
    CitationFactory,
    CountryFactory,
    IndicatorFactory,
    MembershipFactory,
    MilestoneFactory,
    NameFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    RecordLinkFactory,
    RelationFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db

PATHS = list(resources.every())


def test_the_root_lists_every_endpoint(api):
    body = api().json()
    assert list(body) == [
        "timeline", "agreements", "visits", "milestones", "trade-figures", "indicators", "organizations",
        "people", "places", "projects", "countries", "relations", "topics", "sources", "citations",
        "changes", "schema", "docs",
    ]  # fmt: skip
    for address in body.values():
        assert address.startswith("https://entente.example/api/v1/")
        assert api(address.removeprefix("https://entente.example/api/v1/")).status_code == 200


def test_addresses_come_from_the_setting_and_not_from_the_host(api, settings):
    settings.ALLOWED_HOSTS = ["*"]
    VisitFactory(slug="one", date="1996")
    VisitFactory(slug="two", date="1997")
    response = api("visits/?page_size=1", headers={"host": "evil.example"})
    assert "evil.example" not in response.content.decode()
    assert response.json()["next"].startswith(
        "https://entente.example/api/v1/visits/?page_size=1&cursor="
    )
    assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'


def test_pages_lead_through_the_whole_list_and_back(api):
    for number in range(7):
        VisitFactory(slug=f"visit-{number}")
    address, seen = "visits/?page_size=3&date=2005", []
    while address:
        body = api(address).json()
        assert body["count"] == 7
        seen.append([item["slug"] for item in body["results"]])
        address = body["next"] and body["next"].removeprefix("https://entente.example/api/v1/")
    assert [len(page) for page in seen] == [3, 3, 1]
    assert sum(seen, []) == [f"visit-{number}" for number in range(6, -1, -1)]  # noqa: RUF017 - three lists
    back = body["previous"].removeprefix("https://entente.example/api/v1/")
    assert [item["slug"] for item in api(back).json()["results"]] == seen[1]


def test_fifty_a_page_unless_asked_otherwise(api):
    with unit_of_work():
        for number in range(51):
            TopicFactory(slug=f"topic-{number:02}", name=f"Topic {number:02}")
    assert len(api("topics/").json()["results"]) == 50
    assert len(api("topics/?page_size=200").json()["results"]) == 51


def everything():
    """One of each, and each with one of everything that hangs on it."""
    with unit_of_work():
        _everything()


def _everything():
    if not Relation.objects.exists():
        RelationFactory()
    place, person = PlaceFactory(country="KZ"), PersonFactory()
    council, project = OrganizationFactory(country="AZ", seat=place), ProjectFactory()
    project.places.add(place)
    topic, source = TopicFactory(), SourceFactory()
    NameFactory(entity=council)
    membership = MembershipFactory(organization=council)
    CitationFactory(membership=membership, source=source)
    tenure = TenureFactory(person=person, organization=council)
    CitationFactory(tenure=tenure, source=source)
    CitationFactory(entity=council, source=source)
    linked = {
        "countries": ["AZ", "KZ"],
        "topics": [topic],
        "organizations": [council],
        "projects": [project],
        "place": place,
        "source": source,
    }
    made = [
        VisitFactory(guest="AZ", host="KZ", body=council, ordinal=1, **linked),
        MilestoneFactory(**linked),
        TradeFigureFactory(reporter="AZ", **linked),
        IndicatorFactory(change_kind="percent", change_value=40, change_base="2023", **linked),
        AgreementFactory(**linked),
    ]
    agreement = made[-1]
    party = PartyFactory(agreement=agreement, organization=council)
    PartyFactory(agreement=agreement, country="AZ")
    AgreementActionFactory(
        agreement=agreement, party=party, date="2006", citation=agreement.citations.first()
    )
    for record in made:
        ParticipationFactory(record=record, person=person)
        RecordLinkFactory(source=record, target=made[made.index(record) - 1])


def draft():
    record = VisitFactory(stage="draft", title="A draft", countries=["AZ", "KZ"])
    gone = AgreementFactory(title="Withdrawn", countries=["AZ", "KZ"])
    gone.stage = "withdrawn"
    gone.save()
    published = Record.objects.published().first()
    RecordLinkFactory(source=published.specific, target=record)
    RecordLinkFactory(source=gone, target=published.specific)


QUERIES = {
    # The change number, once; and the rows, with records as they are stored.
    "timeline": 2,
    "visits": 2,
    "milestones": 2,
    "trade-figures": 2,
    "indicators": 2,
    "agreements": 2,
    # And each kind of thing that hangs on them.
    "organizations": 6,
    "people": 6,
    "places": 4,
    "projects": 5,
    "countries": 2,
    "relations": 2,
    "topics": 2,
    "sources": 2,
    "citations": 2,
    # The last number once more; what the changes touched, and one query for each model of that.
    "changes": 10,
}


@pytest.mark.parametrize("size", [1, 30])
def test_a_list_costs_the_same_at_any_size(api, size):
    with unit_of_work():
        for _number in range(size):
            everything()
    for number in range(size - 1):
        add_country(number)
    asked, wanted = {}, {}
    for path in PATHS:
        with CaptureQueriesContext(connection) as queries:
            body = api(f"{path}/?page_size=200").json()
        assert size <= body["count"], path
        assert len(body["results"]) == min(body["count"], 200), path
        asked[path] = len(queries)
        # What a page does not hold whole is counted.
        wanted[path] = QUERIES[path] + (body["count"] > 200)
    assert asked == wanted
    assert wanted.keys() == QUERIES.keys()


def add_country(number: int):
    code = f"B{chr(65 + number)}" if number < 26 else f"C{chr(65 + number - 26)}"
    made = Country.objects.create(
        code=code,
        alpha3=f"X{code}",
        numeric=f"9{number:02}",
        slug=f"land-{number}",
        name=f"Land {number}",
    )
    Relation.objects.create(first=made, second_id="KZ", slug=f"relation-{made.slug}")


def test_list_items_equal_detail_objects(api):
    everything()
    draft()
    for path, resource in resources.every().items():
        body = api(f"{path}/").json()
        assert body["results"], path
        for item in body["results"]:
            assert api(f"{path}/{item[resource.key]}/").json() == item
            if path != "timeline":
                assert item["url"] == f"https://entente.example/api/v1/{path}/{item[resource.key]}/"


def test_items_of_the_timeline_are_those_of_their_kinds(api):
    everything()
    for item in api("timeline/").json()["results"]:
        kind = kinds.get(item["kind"])
        assert api(f"{kind.path}/{item['slug']}/").json() == item


def test_only_the_published_is_anywhere(api):
    everything()
    draft()
    hidden = Record.objects.exclude(stage="published")
    citations = [uid for record in hidden for uid in record.citations.values_list("uid", flat=True)]
    gone = hidden.get(stage="withdrawn").slug
    words = [
        *hidden.values_list("slug", flat=True),
        *hidden.values_list("title", flat=True),
        *citations,
    ]
    assert len(words) == 6
    for path in PATHS:
        for query in ("page_size=200", "format=csv", "format=jsonl"):
            text = api(f"{path}/?{query}").content.decode()
            # The log of changes says that something was withdrawn, and nothing else of it.
            told = [gone] if path == "changes" else []
            assert [word for word in words if word in text] == told
    for uid in citations:
        assert api(f"citations/{uid}/").status_code == 404


def test_records_share_the_filters_of_the_pages(api, slugs):
    VisitFactory(slug="on-the-day", title="A", date="1996-09-16", countries=["AZ", "KZ"])
    VisitFactory(slug="the-day-after", date="1996-09-17", countries=["AZ", "KZ"])
    VisitFactory(slug="draft", date="1996-09-16", countries=["AZ", "KZ"], stage="draft")
    AgreementFactory(slug="agreement", title="B", date="1996-09-16", countries=["AZ"])
    assert slugs("timeline/?date=1996-09-16&ordering=title") == ["on-the-day", "agreement"]
    assert slugs("visits/?date=1996-09-16") == ["on-the-day"]
    assert slugs("timeline/?country=AZ&country=KZ&ordering=date") == ["on-the-day", "the-day-after"]
    assert Visit.objects.count() == 3


# Entities and the rest -------------------------------------------------------------------------------------


def test_organizations(slugs):
    council = OrganizationFactory(
        slug="council", name="Turkic Council", country="AZ", type="council"
    )
    NameFactory(entity=council, text="Organization of Turkic States")
    MembershipFactory(organization=council, country="KZ", role="founder")
    MembershipFactory(organization=council, country="KZ", role="member")
    OrganizationFactory(slug="ministry", name="Ministry", country="KZ", type="ministry")
    assert slugs("organizations/") == ["ministry", "council"]
    assert slugs("organizations/?ordering=-name") == ["council", "ministry"]
    assert slugs("organizations/?q=turkic+states") == ["council"]
    assert slugs("organizations/?q=COUNCIL") == ["council"]
    assert slugs("organizations/?country=KZ") == ["ministry"]
    assert slugs("organizations/?type=council") == ["council"]
    assert slugs("organizations/?member=KZ") == ["council"]


def test_people_places_and_projects(slugs):
    president = PersonFactory(slug="president", name="A. President")
    TenureFactory(person=president, country="KZ", office="President")
    TenureFactory(person=president, country="KZ", office="Prime minister")
    PersonFactory(slug="nobody", name="Nobody")
    CountryFactory(code="AZ")
    assert slugs("people/?country=KZ") == ["president"]
    assert slugs("people/?country=AZ") == []
    assert slugs("people/?q=nobody") == ["nobody"]
    aktau = PlaceFactory(slug="aktau", name="Aktau", country="KZ")
    PlaceFactory(slug="baku", name="Baku", country="AZ")
    assert slugs("places/?country=KZ") == ["aktau"]
    cable = ProjectFactory(slug="cable", name="Cable", type="cable", state="planned")
    with unit_of_work():
        cable.places.add(aktau)
    ProjectFactory(slug="corridor", name="Corridor")
    assert slugs("projects/?place=aktau") == ["cable"]
    assert slugs("projects/?type=corridor") == ["corridor"]
    assert slugs("projects/?state=planned") == ["cable"]


def test_relations_countries_topics_and_sources(api, slugs):
    RelationFactory()
    RelationFactory(first="AZ", second="TR")
    assert slugs("relations/?country=AZ") == ["azerbaijan-kazakhstan", "azerbaijan-turkiye"]
    assert slugs("relations/?country=AZ&country=TR") == ["azerbaijan-turkiye"]
    assert slugs("relations/?country=KZ&country=TR") == []
    assert [item["code"] for item in api("countries/?q=kazakh").json()["results"]] == ["KZ"]
    TopicFactory(slug="energy", name="Energy")
    TopicFactory(slug="trade", name="Trade")
    assert slugs("topics/?q=energy") == ["energy"]
    SourceFactory(slug="article", kind="article", title="On relations", author="Somebody")
    SourceFactory(slug="news", title="News")
    assert slugs("sources/?kind=article") == ["article"]
    assert slugs("sources/?q=somebody") == ["article"]


def test_citations_by_source_passage_and_what_they_say(api):
    source, other = SourceFactory(slug="article"), SourceFactory(slug="other")
    visit = VisitFactory(slug="visit", source=other)
    council = OrganizationFactory(slug="council")
    CitationFactory(
        uid="a", record=visit, source=source, locator="55-56", field="date", value="2005-05-25"
    )
    CitationFactory(uid="b", record=visit, source=source, locator="1,13")
    CitationFactory(uid="c", entity=council, source=source, locator="56")
    CitationFactory(uid="d", entity=council, source=source, locator="5")
    CitationFactory(uid="e", record=VisitFactory(stage="draft"), source=source, locator="56")

    def uids(query):
        return [item["uid"] for item in api(f"citations/?source=article&{query}").json()["results"]]

    assert uids("") == ["a", "b", "c", "d"]
    assert uids("ordering=-added") == ["d", "c", "b", "a"]
    assert uids("locator=56") == ["a", "c"]
    assert uids("locator=13") == ["b"]
    assert uids("locator=5") == ["d"]
    assert uids("record=visit") == ["a", "b"]
    assert uids("entity=council") == ["c", "d"]
    assert uids("field=date") == ["a"]
    assert uids("verdict=contradicts") == ["a"]
    assert uids("basis=attributed") == []
    assert uids("basis=stated&locator=5") == ["d"]
    assert api("citations/?source=other").json()["count"] == 1
