import pytest

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    NameFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.views.reading import titles
from tests.relations.views.test_records import facts


def test_organization(get, db):
    with unit_of_work():
        organization = OrganizationFactory(
            name="Organization of Turkic States",
            description="In our words.",
            founded="2009-10-03",
            seat=PlaceFactory(name="Istanbul"),
        )
        NameFactory(entity=organization, text="Turkic Council", kind="former", until="2021")
        membership = MembershipFactory(organization=organization, role="full member", since="2009")
        CitationFactory(
            membership=membership,
            source=SourceFactory(author="An Author"),
            locator="49",
            field="role",
            value="full member",
            as_written="full members",
        )
        CitationFactory(entity=organization, field="founded", value="2009", as_written="2009")
    VisitFactory(title="session", organizations=[organization])
    VisitFactory(title="draft", organizations=[organization], stage="draft")
    page = get(organization.get_absolute_url())
    assert page.one("h1").text == "Organization of Turkic States"
    assert titles(page) == ["session"]
    assert facts(page) == {
        "type": "Intergovernmental organization",
        "founded": "3 October 2009 one source",
        "seat": "Istanbul",
        "members": "Azerbaijan, full member · from 2009 role: An Author , paragraph 49, full members",
        "other names": "Turkic Council former name · to 2021",
    }
    assert page.one("section", id="says-founded").one("p", class_="passage-value").text == (
        "2009 less exact"
    )


def test_person(get, db):
    with unit_of_work():
        person = PersonFactory(name="A President")
        tenure = TenureFactory(person=person, office="President", since="2003-10")
        CitationFactory(tenure=tenure, field="since", value="2003", as_written="2003")
        record = VisitFactory(title="visit")
        ParticipationFactory(record=record, person=person, office="Head of State")
        hidden = VisitFactory(title="draft", stage="draft")
        ParticipationFactory(record=hidden, person=person, office="Secret office")
    page = get(person.get_absolute_url())
    assert titles(page) == ["visit"]
    assert facts(page)["offices held"].startswith(
        "President, Azerbaijan · from October 2003 from, 2003"
    )
    assert facts(page)["named in records as"] == "Head of State"


def test_place_and_project(get, db):
    with unit_of_work():
        place = PlaceFactory(name="Aktau", country="KZ", latitude="43.65", longitude="51.17")
        whole = ProjectFactory(name="Corridor")
        part = ProjectFactory(name="Port", part_of=whole, type="building", state="planned")
        part.places.add(place)
    shown = facts(get(place.get_absolute_url()))
    assert (shown["country"], shown["projects"]) == ("Kazakhstan", "Port")
    assert shown["coordinates"].startswith("43.65, 51.17")
    shown = facts(get(part.get_absolute_url()))
    assert shown == {
        "type": "Building",
        "state": "planned",
        "part of": "Corridor",
        "places": "Aktau",
    }
    assert facts(get(whole.get_absolute_url()))["parts"] == "Port"


def test_lists_group_and_count_published_records(get, db):
    council = OrganizationFactory(name="Council", type="council")
    OrganizationFactory(name="Ministry", type="ministry", country="AZ")
    VisitFactory(organizations=[council])
    VisitFactory(organizations=[council], stage="draft")
    page = get("/organizations/")
    groups = [(g.one("h2").text, g.one("ul").text) for g in page.every(class_="entity-group")]
    assert groups == [
        ("bilateral council or commission", "Council 1 record"),
        ("ministry or state body", "Ministry"),
    ]


def test_topic(get, db):
    topic = TopicFactory(name="Energy", description="Oil and gas.")
    VisitFactory(title="visit", topics=[topic])
    VisitFactory(title="other")
    page = get(topic.get_absolute_url())
    assert (page.one("h1").text, titles(page)) == ("Energy", ["visit"])
    assert get("/topics/").one("section").text == "Energy Oil and gas. 1 record"


def test_source_is_a_reading_list(get, db):
    source, other = SourceFactory(title="An article", doi="10.1/x"), SourceFactory()
    with unit_of_work():
        record = AgreementFactory(title="pact", date="2005-05-24", source=source)
        CitationFactory(record=record, source=source, locator="3", field="date", value="2005-05-24")
        CitationFactory(record=record, source=source, locator="5", field="date", value="2005")
        CitationFactory(
            record=record, source=other, locator="8", field="instrument", value="treaty"
        )
        AgreementFactory(title="draft", stage="draft", source=source)
        AgreementFactory(title="of another source", source=other)
        place = PlaceFactory(name="Baku", country="AZ")
        CitationFactory(entity=place, source=source, locator="2", field="country", value="AZ")
    page = get(source.get_absolute_url())
    assert titles(page) == ["pact"]
    assert page.one("li", class_="row").one("dl", class_="row-passages").text == (
        "date 24 May 2005 paragraphs 1 and 3 2005 paragraph 5"
    )
    assert page.one("ul", class_="reading-list").text == "Baku country Azerbaijan paragraph 2"
    assert "An article" in get("/sources/").one("main").text


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/organizations/", 2),
        ("/people/", 2),
        ("/places/", 2),
        ("/projects/", 2),
        ("/topics/", 2),
        ("/sources/", 2),
        ("/organizations/body/", 15),
        ("/people/body-person/", 15),
        ("/topics/topic/", 10),
        ("/sources/source/", 12),
    ],
)
def test_queries(client, db, django_assert_num_queries, size, path, queries):
    with unit_of_work():
        organization = OrganizationFactory(slug="body")
        person = PersonFactory(slug="body-person")
        topic = TopicFactory(slug="topic")
        source = SourceFactory(slug="source")
        for number in range(size):
            record = VisitFactory(
                countries=["AZ"],
                topics=[topic],
                organizations=[organization],
                source=source,
                place=PlaceFactory(country="AZ"),
                date=f"{1990 + number}",
            )
            ParticipationFactory(record=record, person=person, office=f"Office {number}")
            MembershipFactory(organization=organization, role=f"role {number}")
            CitationFactory(
                membership=organization.memberships.last(),
                source=source,
                field="role",
                value=f"role {number}",
            )
            tenure = TenureFactory(person=person, organization=OrganizationFactory())
            CitationFactory(tenure=tenure, source=source, field="office", value="President")
            ProjectFactory(part_of=ProjectFactory())
            CitationFactory(entity=organization, field="country", value="AZ")
            PersonFactory()
            TopicFactory()
    with django_assert_num_queries(queries):
        client.get(path, secure=True)
