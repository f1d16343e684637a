import pytest

from relations.models import RecordLink
from relations.work import unit_of_work
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
    SourceFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)
from tests.relations.views.reading import titles

PAIR = ["AZ", "KZ"]


def facts(page):
    """Each fact's label with its text, evidence included."""
    return {
        fact.one("dt").text: fact.one("dd").text
        for fact in page.one("dl", class_="facts").every("div", class_="fact")
    }


def test_every_fact_with_its_evidence(get, db):
    record = VisitFactory(
        title="State visit",
        date="2004-03-01/2004-03-03",
        date_note="The third day from the communiqué.",
        type="state",
        guest="KZ",
        host="AZ",
        countries=PAIR,
        place=PlaceFactory(name="Baku", country="AZ"),
        topics=[TopicFactory(name="Energy")],
        body=OrganizationFactory(name="Council"),
        ordinal=2,
        occasion="the summit",
    )
    with unit_of_work():
        CitationFactory(record=record, field="guest", value="KZ", as_written="of Kazakhstan")
        person = PersonFactory(name="A President")
        ParticipationFactory(record=record, person=person, role="guest", office="President")
    page = get(record.get_absolute_url())
    assert page.one("h1").text == "State visit"
    assert page.one("p", class_="record-date").text == "1 March – 3 March 2004"
    assert page.one("p", class_="date-note").text == (
        "It lasted from the first date to the second. The third day from the communiqué."
    )
    assert facts(page) == {
        "date": "1 March – 3 March 2004 one source",
        "type": "State visit",
        "guest": "Kazakhstan one source",
        "host": "Azerbaijan",
        "body that met": "Council",
        "session": "number 2 of this body",
        "occasion": "the summit",
        "place": "Baku , Azerbaijan",
        "countries taking part": "Azerbaijan, Kazakhstan",
        "people": "A President guest, President",
        "topics": "Energy",
    }
    assert page.one("a", href="#says-guest").text == "one source"
    assert page.one("section", id="says-guest").one("h3").text == "guest"


def test_every_passage_says_where_it_stands_and_how_it_was_read(get, db):
    source = SourceFactory(author="An Author", published="2025")
    with unit_of_work():
        record = VisitFactory(date="2024", cited=False)
        CitationFactory(
            record=record,
            source=source,
            locator="1,13-15",
            field="date",
            value="2024",
            as_written="last year",
            basis="resolved",
            rule="previous-year",
            note="Counted from 2025.",
        )
        CitationFactory(record=record, source=source, locator="7", field="date", value="2024-06")
        CitationFactory(
            record=record,
            source=source,
            locator="9",
            basis="attributed",
            attributed_to="An Analyst",
        )
    page = get(record.get_absolute_url())
    said = page.one("section", id="says-date").every("div", class_="passage")
    assert [passage.text for passage in said] == [
        (
            "2024 supports An Author, 2025 , paragraphs 1 and 13–15 as written: last year "
            "resolved: “last year” is the year before that of publication Counted from 2025."
        ),
        "June 2024 more exact An Author, 2025 , paragraph 7 stated",
    ]
    assert said[0].one("q").text == "last year"
    whole = page.one("section", id="says-whole")
    assert whole.one("h3").text == "the record as a whole"
    assert whole.one("div", class_="passage").text == (
        "An Author, 2025 , paragraph 9 attributed to An Analyst"
    )


def test_where_sources_differ_every_reading_stands_side_by_side(get, db):
    with unit_of_work():
        record = AgreementFactory(
            date="1993-02-24", instrument="treaty", source=SourceFactory(author="A")
        )
        CitationFactory(
            record=record,
            source=SourceFactory(author="B"),
            locator="99",
            field="date",
            value="1993-12-24",
            as_written="24 December",
        )
        CitationFactory(record=record, field="place", value=PlaceFactory().slug)
    page = get(record.get_absolute_url())
    assert page.one("p", class_="marks").text == "sources disagree on date"
    assert page.every("section", class_="field-evidence")[0].attributes["id"] == "says-date"
    table = page.one("table", class_="readings")
    rows = [
        (row.one("th").text, row.every("td")[1].text, row.attributes["class"])
        for row in table.one("tbody").every("tr")
    ]
    assert rows == [
        ("24 February 1993", "kept by the record", "is-kept"),
        ("24 December 1993", "differs from the record", "is-other"),
    ]
    assert "paragraph 99" in table.text


def test_a_field_left_open_shows_both_readings_as_open(get, db):
    record = AgreementFactory(instrument="unknown")
    with unit_of_work():
        CitationFactory(record=record, field="instrument", value="treaty")
        CitationFactory(record=record, field="instrument", value="agreement")
    table = get(record.get_absolute_url()).one("table", class_="readings")
    rows = [(r.one("th").text, r.every("td")[1].text) for r in table.one("tbody").every("tr")]
    assert rows == [
        ("treaty", "the record decides for none"),
        ("agreement", "the record decides for none"),
    ]


def test_agreement(get, db):
    record = AgreementFactory(
        instrument="treaty",
        level="interstate",
        legal_character="binding",
        official_title="Treaty between A and B",
        official_url="https://example.org/treaty",
        register_numbers="UNTS 1",
        countries=PAIR,
    )
    with unit_of_work():
        PartyFactory(agreement=record, country="AZ")
        PartyFactory(agreement=record, organization=OrganizationFactory(name="A Fund"))
        citation = CitationFactory(record=record)
        AgreementActionFactory(
            agreement=record, type="in-force", date="2006", citation=citation, note="As printed."
        )
    shown = facts(get(record.get_absolute_url()))
    del shown["date"], shown["countries taking part"]
    assert shown == {
        "instrument": "Treaty",
        "level": "Interstate",
        "legal character": "Binding",
        "parties": "Azerbaijan, A Fund",
        "official title": "Treaty between A and B",
        "official text": "https://example.org/treaty",
        "register numbers": "UNTS 1",
        "status": "In force",
        "what became of it": "in force, 2006 As printed.",
    }


@pytest.mark.parametrize(
    ("values", "value", "change"),
    [
        ({"value": 331_700_000}, "331.7 million USD", ""),
        ({"value": 50_000_000, "qualifier": "about"}, "about 50 million USD", ""),
        ({"value": 10**9, "qualifier": "more-than"}, "more than 1 billion USD", ""),
        ({"value": "1234567.891"}, "1,234,567.891 USD", ""),
        (
            {
                "value": None,
                "unit": "",
                "currency": "",
                "change_kind": "factor",
                "change_value": 5,
                "change_qualifier": "nearly",
                "change_base": "2020",
            },
            "",
            "nearly 5 times as much as in 2020",
        ),
        (
            {
                "value": 1,
                "change_kind": "percent",
                "change_value": 40,
                "change_qualifier": "nearly",
                "change_base": "2024",
                "change_base_note": "the previous year",
            },
            "1 USD",
            "nearly 40% higher than in 2024 (as worded: “the previous year”)",
        ),
        (
            {"value": 1, "change_kind": "percent", "change_value": "-2.5"},
            "1 USD",
            "2.5% lower",
        ),
    ],
)
def test_figures_are_said_as_stated(get, db, values, value, change):
    page = get(TradeFigureFactory(**values).get_absolute_url())
    assert [one.text for one in page.every("p", class_="figure-value")] == [value] * bool(value)
    assert [one.text for one in page.every("p", class_="figure-change")] == [change] * bool(change)


def test_trade_figure_and_indicator(get, db):
    figure = TradeFigureFactory(
        flow="imports",
        origin="KZ",
        destination="AZ",
        reporter="AZ",
        compiled_by="A Ministry",
        nature="estimate",
    )
    page = get(figure.get_absolute_url())
    shown = facts(page)
    assert {
        name: shown[name] for name in ("flow", "from", "to", "reporter", "compiled by", "nature")
    } == {
        "flow": "Imports",
        "from": "Kazakhstan",
        "to": "Azerbaijan",
        "reporter": "Azerbaijan",
        "compiled by": "A Ministry",
        "nature": "Estimate",
    }
    assert page.one("p", class_="marks").one(class_="tag").text == "estimate"
    unnamed = facts(get(TradeFigureFactory().get_absolute_url()))
    assert unnamed["reporter"] == "the source does not say whose statistics these are"
    shown = facts(get(IndicatorFactory(value=155_000, qualifier="about").get_absolute_url()))
    assert (shown["measure"], shown["value"]) == ("Size of a diaspora", "about 155,000 people")


def test_links_both_ways_to_published_records(get, db):
    with unit_of_work():
        visit = VisitFactory(title="visit")
        pact = AgreementFactory(title="pact")
        draft = AgreementFactory(title="draft", stage="draft")
        for record in (pact, draft):
            RecordLink.objects.create(source=record, target=visit, type="signed-during")
    link = get(visit.get_absolute_url()).one("ul", class_="links").one("li")
    assert link.text == "signed on this occasion pact 24 May 2005"
    link = get(pact.get_absolute_url()).one("ul", class_="links").one("li")
    assert link.text == "signed during visit 24 May 2005"


def test_a_kind_lists_its_own_records(get, db):
    AgreementFactory(title="pact", instrument="treaty")
    AgreementFactory(title="other", instrument="protocol", date="2004")
    AgreementFactory(title="draft", stage="draft")
    MilestoneFactory(title="milestone")
    assert titles(get("/agreements/")) == ["pact", "other"]
    assert titles(get("/agreements/?instrument=protocol")) == ["other"]
    assert titles(get("/milestones/")) == ["milestone"]
    get("/milestones/?instrument=protocol", status=400)


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, db, django_assert_num_queries, size):
    with unit_of_work():
        record = AgreementFactory(
            countries=PAIR,
            topics=[TopicFactory() for _ in range(size)],
            organizations=[OrganizationFactory() for _ in range(size)],
        )
        for _number in range(size):
            CitationFactory(record=record, field="place", value=PlaceFactory().slug)
            ParticipationFactory(record=record, person=PersonFactory())
            PartyFactory(agreement=record, organization=OrganizationFactory())
            AgreementActionFactory(agreement=record, type="ratified")
            RecordLink.objects.create(source=record, target=VisitFactory(), type="follows")
    with django_assert_num_queries(14):
        client.get(record.get_absolute_url(), secure=True)


def test_a_date_left_as_one_of_two_favours_neither_reading(get, db):
    record = AgreementFactory(date="[1993-02-24,1993-12-24]", cited=False, stage="draft")
    with unit_of_work():
        CitationFactory(record=record, field="date", value="1993-02-24", locator="55")
        CitationFactory(record=record, field="date", value="1993-12-24", locator="108")
        CitationFactory(record=record, field="date", value="1993", locator="33")
        record.stage = "published"
        record.save()
    table = get(record.get_absolute_url()).one("table", class_="readings")
    rows = [(r.one("th").text, r.every("td")[1].text) for r in table.one("tbody").every("tr")]
    assert rows == [
        ("24 February 1993", "one of the dates the record allows"),
        ("24 December 1993", "one of the dates the record allows"),
        ("1993", "agrees, less exact"),
    ]
