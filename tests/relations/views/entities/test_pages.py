import pytest

from relations.models import RecordLink
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MembershipFactory,
    MilestoneFactory,
    NameFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    PlaceFactory,
    ProjectFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.views.reading import titles
from tests.relations.views.records.test_pages import facts


def rows(page, title):
    """The rows of the table under that heading: the text of each cell."""
    section = next(
        one for one in page.every("section") if [h.text for h in one.every("h2")] == [title]
    )
    body = section.one("table").one("tbody")
    return [
        [cell.text for cell in row.children if not isinstance(cell, str)]
        for row in body.every("tr")
    ]


def headings(page):
    return [one.text for one in page.one("main").every("h2")]


def test_organization(get, db):
    with unit_of_work():
        organization = OrganizationFactory(
            name="Organization of Turkic States",
            description="In our words.",
            founded="2009-10-03",
            seat=PlaceFactory(name="Istanbul"),
        )
        NameFactory(entity=organization, text="Turkic Council", kind="former", until="2021")
        article = SourceFactory(title="A", author="An Author")
        report = SourceFactory(title="B", author="A Reporter")
        for source, locator, value in (
            (article, "3", "Turkic Council"),
            (report, "7", "Turkic  Council"),
            (article, "4", "Council of Turkic States"),
        ):
            CitationFactory(
                entity=organization, source=source, locator=locator, field="names", value=value
            )
        membership = MembershipFactory(organization=organization, role="full member", since="2009")
        for locator, value in (("2", "member"), ("49", "full member")):
            CitationFactory(
                membership=membership, source=article, locator=locator, field="role", value=value
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
    }
    assert rows(page, "Members") == [
        [
            "Azerbaijan",
            "full member",
            "from 2009",
            (
                "role: An Author , paragraph 49 "
                "role, member (another reading): An Author , paragraph 2"
            ),
        ]
    ]
    assert rows(page, "Names") == [
        ["Organization of Turkic States", "name used here", ""],
        [
            "Turkic Council",
            "former name · to 2021",
            "An Author , paragraph 3 A Reporter , paragraph 7",
        ],
        ["Council of Turkic States", "in a source", "An Author , paragraph 4"],
    ]
    assert page.one("section", id="says-founded").one("p", class_="passage-value").text == (
        "2009 less exact"
    )
    said = [one.attributes["id"] for one in page.every("section", class_="field-evidence")]
    assert said == ["says-founded"]


def test_members_without_dates_have_no_column_for_them(get, db):
    membership = MembershipFactory()
    page = get(membership.organization.get_absolute_url())
    assert rows(page, "Members") == [["Azerbaijan", "–", ""]]


def test_what_is_not_known_has_no_heading(get, db):
    for one in (OrganizationFactory(), PersonFactory(), PlaceFactory(), ProjectFactory()):
        page = get(one.get_absolute_url())
        assert headings(page) == (["Facts"] if one.kind in ("organization", "project") else []) + [
            "Records"
        ]
        assert page.every("figure") == []


def test_how_an_organization_came_about(get, db):
    council = OrganizationFactory(name="Council")
    with unit_of_work():
        founded = MilestoneFactory(
            title="Council set up",
            date="2022",
            category="organization-founded",
            organizations=[council],
        )
        pact = AgreementFactory(title="Declaration", date="2021")
        draft = AgreementFactory(title="draft pact", stage="draft")
        for other in (pact, draft):
            RecordLink.objects.create(source=founded, target=other, type="follows")
        RecordLink.objects.create(source=draft, target=founded, type="follows")
        MilestoneFactory(title="a gift", category="gift", organizations=[council])
        MilestoneFactory(
            title="draft",
            category="organization-founded",
            organizations=[council],
            stage="draft",
        )
    assert facts(get(council.get_absolute_url())) == {
        "type": "Intergovernmental organization",
        "organization founded": "Council set up 2022 follows Declaration , 2021",
    }


def test_the_meetings_of_an_organization_and_who_served_in_it(get, db):
    council, other = OrganizationFactory(), OrganizationFactory()
    with unit_of_work():
        tenure = TenureFactory(
            person=PersonFactory(name="A Secretary"), organization=council, since="2009"
        )
        CitationFactory(tenure=tenure, source=SourceFactory(author="An Author"), field="office",
                        value="President")  # fmt: skip
        for year in range(1990, 2022):
            VisitFactory(title=f"session {year}", date=str(year), body=council)
        VisitFactory(title="draft", date="2022", body=council, stage="draft")
        VisitFactory(title="of another", date="2023", body=other)
    page = get(council.get_absolute_url())
    shown = [one.text for one in page.one("section", id="meetings").every("li")]
    assert shown == [f"{year} session {year}" for year in range(2021, 1991, -1)]
    more = page.one("section", id="meetings").one("p", class_="quiet").one("a")
    assert titles(get(more.attributes["href"]))[0] == "session 2021"
    assert rows(page, "Who held office in it") == [
        ["A Secretary", "President", "from 2009", "office: An Author , paragraph 1"]
    ]


def test_an_organization_lists_what_its_filter_finds(get, db):
    """Whether it takes part, met or is a party: the same records here, on the timeline, in the count."""
    fund, other = OrganizationFactory(name="A Fund", slug="fund"), OrganizationFactory(name="B")
    with unit_of_work():
        VisitFactory(title="took part", date="2001", organizations=[fund])
        VisitFactory(title="met", date="2002", body=fund)
        VisitFactory(title="both", date="2003", body=fund, organizations=[fund, other])
        pact = AgreementFactory(title="party", date="2004")
        PartyFactory(agreement=pact, organization=fund)
        VisitFactory(title="draft", body=fund, stage="draft")
        hidden = AgreementFactory(title="draft pact", stage="draft")
        PartyFactory(agreement=hidden, organization=fund)
    expected = ["party", "both", "met", "took part"]
    assert titles(get(fund.get_absolute_url())) == expected
    assert titles(get("/timeline/?organization=fund")) == expected
    listed = get("/organizations/").one("ul", class_="entity-list").every("li")
    assert [one.text for one in listed] == ["A Fund 4 records", "B 1 record"]


def test_person(get, db):
    with unit_of_work():
        person = PersonFactory(name="A President")
        tenure = TenureFactory(person=person, office="President", since="2003-10")
        CitationFactory(tenure=tenure, source=SourceFactory(author="An Author"), field="since",
                        value="2003", as_written="2003")  # fmt: skip
        for date, office in (("2010", "Head of State"), ("2005", "President"), ("2006", "")):
            record = VisitFactory(title=f"visit {date}", date=date)
            ParticipationFactory(record=record, person=person, office=office, role="guest")
            CitationFactory(record=record, source=SourceFactory(author="A Reporter"), locator="5",
                            field="offices", value=office or "unsaid")  # fmt: skip
        hidden = VisitFactory(title="draft", stage="draft")
        ParticipationFactory(record=hidden, person=person, office="Secret office")
    page = get(person.get_absolute_url())
    assert titles(page) == ["visit 2010", "visit 2006", "visit 2005"]
    assert rows(page, "Offices held") == [
        ["President", "Azerbaijan", "from October 2003",
         "from, 2003 (less exact): An Author , paragraph 1, 2003"]
    ]  # fmt: skip
    assert rows(page, "As the records name the office") == [
        ["2005", "President guest", "visit 2005", "A Reporter , paragraph 5"],
        ["2010", "Head of State guest", "visit 2010", "A Reporter , paragraph 5"],
    ]
    assert "Secret office" not in page.text


def test_place_and_project(get, db):
    with unit_of_work():
        place = PlaceFactory(name="Aktau", country="KZ", latitude="43.65", longitude="51.17")
        NameFactory(entity=place, text="Ақтау", language="kk", kind="transliteration")
        OrganizationFactory(name="Consulate", seat=place)
        whole = ProjectFactory(name="Corridor")
        part = ProjectFactory(name="Port", part_of=whole, type="building", state="planned")
        part.places.add(place)
        CitationFactory(entity=whole, source=SourceFactory(author="An Author"), locator="2",
                        field="names", value="Middle Corridor", note="So the report says.")  # fmt: skip
    page = get(place.get_absolute_url())
    assert facts(page) == {"country": "Kazakhstan", "projects": "Port", "seat of": "Consulate"}
    assert (
        page.one("figure", class_="place-map")
        .one("figcaption")
        .text.startswith("43.65° N, 51.17° E")
    )
    assert rows(page, "Spellings and names") == [
        ["Aktau", "name used here", ""],
        ["Ақтау", "transliteration · kk", ""],
    ]
    assert page.one("th", lang="kk").text == "Ақтау"
    shown = facts(get(part.get_absolute_url()))
    assert shown == {
        "type": "Building",
        "state": "planned",
        "part of": "Corridor",
        "places": "Aktau",
    }
    page = get(whole.get_absolute_url())
    assert facts(page)["parts"] == "Port planned"
    assert rows(page, "What the sources call it") == [
        ["Corridor", "name used here", ""],
        ["Middle Corridor", "in a source", "An Author , paragraph 2 So the report says."],
    ]


def test_a_place_in_numbers(get, db):
    place = PlaceFactory(slug="baku")
    with unit_of_work():
        for date in ("1996", "1996-09", "2005"):
            VisitFactory(date=date, place=place)
        AgreementFactory(title="pact", date="2005", place=place)
        VisitFactory(date="2005", place=place, stage="draft")
        VisitFactory(date="2005")
    page = get("/places/baku/")
    lens = page.one("div", class_="lens")
    assert [one.text for one in lens.one("ul", class_="lens-kinds").every("li")] == [
        "agreement 1",
        "visits 3",
    ]
    # Both years have as many.
    assert lens.one("figcaption").text == "4 records that begin from 1996 to 2005."
    assert [one.text for one in lens.one("details").every("li")] == [
        "1996 2 records",
        "2005 2 records",
    ]
    bars = [(bar.attributes["x"], bar.attributes["height"]) for bar in lens.every("rect")]
    assert bars == [("0", "24"), ("90", "24")]
    link = lens.one("ul", class_="lens-kinds").every("a")[0].attributes["href"]
    assert titles(get(f"/places/baku/{link.partition('#')[0]}")) == ["pact"]
    link = lens.one("details").every("a")[0].attributes["href"]
    assert len(titles(get(f"/places/baku/{link.partition('#')[0]}"))) == 2
    page = get("/places/baku/?kind=visit&ordering=title")
    link = page.one("details", class_="lens-table").every("a")[1].attributes["href"]
    assert link == "?kind=visit&at=2005#2005"
    assert page.one("figcaption").text == (
        "3 records that begin from 1996 to 2005; most in 1996: 2."
    )
    page = get("/places/baku/?kind=x", status=400)
    assert page.every("div", class_="lens") == []


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
    topic = TopicFactory(slug="energy", name="Energy", description="Oil and gas.")
    caspian, unused = TopicFactory(name="Caspian"), TopicFactory(name="Sport")
    person, fund = PersonFactory(name="A President"), OrganizationFactory(name="A Fund")
    with unit_of_work():
        first = VisitFactory(title="visit", date="1996", topics=[topic, caspian])
        VisitFactory(title="middle", date="1999", topics=[topic, caspian], organizations=[fund])
        VisitFactory(title="last", date="2010", topics=[topic], outcome="planned",
                     place=PlaceFactory(name="Baku"))  # fmt: skip
        ParticipationFactory(record=first, person=person)
        ParticipationFactory(record=first, person=person, role="guest")
        VisitFactory(title="other", date="1990", topics=[caspian, unused])
        hidden = VisitFactory(title="draft", date="1980", stage="draft", topics=[topic, unused])
        ParticipationFactory(record=hidden, person=PersonFactory(name="Hidden"))
    page = get(topic.get_absolute_url())
    assert (page.one("h1").text, titles(page)) == ("Energy", ["last", "middle", "visit"])
    assert [one.text for one in page.one("dl", class_="ends").every("dd")] == [
        "1996 visit",
        "2010 last planned",
    ]
    present = page.one("div", class_="presence")
    assert [one.text for one in present.every("h3")] == [
        "Often together with",
        "People",
        "Organizations",
        "Places",
    ]
    assert [one.text for one in present.every("li")] == [
        "Caspian 2 records",
        "A President 1 record",
        "A Fund 1 record",
        "Baku 1 record",
    ]
    listed = [one.text for one in get("/topics/").every("section")]
    assert listed[1] == "Energy Oil and gas. 3 records 1996–2010"


def test_a_topic_without_records(get, db):
    page = get(TopicFactory(name="Sport").get_absolute_url())
    assert headings(page) == ["Records"]


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
    assert page.one("ul", class_="tally").text == (
        "3 support what the record holds 1 agree, more or less exactly"
    )
    paragraphs = page.one("details", class_="in-order").one("ol").children
    assert [one.text for one in paragraphs if not isinstance(one, str)] == [
        "paragraph 1 pact date",
        "paragraph 2 Baku country",
        "paragraph 3 pact date",
        "paragraph 5 pact date",
    ]
    assert "An article" in get("/sources/").one("main").text


QUERIES = {
    "/organizations/": 2,
    "/people/": 2,
    "/places/": 2,
    "/projects/": 2,
    "/topics/": 2,
    "/sources/": 2,
    "/organizations/body/": 25,
    "/people/body-person/": 20,
    "/places/place/": 20,
    "/projects/project/": 18,
    "/topics/topic/": 21,
    "/sources/source/": 17,
}


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, db, django_assert_num_queries, subtests, size):
    with unit_of_work():
        organization = OrganizationFactory(slug="body")
        person = PersonFactory(slug="body-person")
        topic = TopicFactory(slug="topic")
        source = SourceFactory(slug="source")
        place = PlaceFactory(slug="place", country="AZ", latitude="40", longitude="50")
        project = ProjectFactory(slug="project")
        for number in range(size):
            record = VisitFactory(
                countries=["AZ"],
                topics=[topic],
                organizations=[organization],
                source=source,
                projects=[project],
                place=place,
                body=organization,
                date=f"{1990 + number}",
            )
            founded = MilestoneFactory(
                category="organization-founded", organizations=[organization]
            )
            RecordLink.objects.create(source=founded, target=record, type="follows")
            CitationFactory(record=record, field="offices", value=f"Office {number}")
            TenureFactory(person=PersonFactory(), organization=organization)
            CitationFactory(entity=place, field="names", value=f"Spelling {number}")
            ProjectFactory(part_of=project).places.add(place)
            PlaceFactory(country="AZ")
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
    for path, queries in QUERIES.items():
        with subtests.test(path=path), django_assert_num_queries(queries):
            client.get(path, secure=True)
