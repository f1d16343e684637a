import pytest

from relations import kinds
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
    factory_of,
)
from tests.relations.views.reading import titles

PAIR = ["AZ", "KZ"]


def facts(page):
    """Each fact's label with its text, evidence included."""
    return {
        fact.one("dt").text: fact.one("dd").text
        for fact in page.one("dl", class_="facts").every("div", class_="fact")
    }


def readings(table):
    """Each passage of a readings table: reading, what it says, where, verdict, beside the record.

    What spans several passages is said again of each.
    """
    found = []
    for reading in table.every("tbody"):
        value, verdict, kept = "", "", ""
        for row in reading.every("tr"):
            cells = [cell.text for cell in row.every("td")]
            if heads := row.every("th"):
                value, verdict, kept = heads[0].text, cells[2], cells[3]
            found.append((value, cells[0], cells[1], verdict, kept))
    return found


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
        author = SourceFactory(title="A", author="An Author")
        reporter = SourceFactory(title="B", author="A Reporter")
        said = [
            (author, "1", "people", person.slug),
            (author, "2", "offices", "another office"),
            (reporter, "7", "offices", "President"),
        ]
        for source, locator, field, value in said:
            CitationFactory(record=record, source=source, locator=locator, field=field, value=value)
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
        "people": (
            "A President guest, President An Author , paragraph 1 A Reporter , paragraph 7 "
            "one source"
        ),
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
    table = page.one("section", id="says-date").one("table", class_="readings")
    assert readings(table) == [
        (
            "2024",
            (
                "as written: last year resolved: “last year” is the year before that of publication "
                "Counted from 2025."
            ),
            "An Author, 2025 , paragraphs 1 and 13–15",
            "supports",
            "kept by the record",
        ),
        (
            "June 2024",
            "stated",
            "An Author, 2025 , paragraph 7",
            "more exact",
            "agrees, more exact",
        ),
    ]
    assert table.every("q")[0].text == "last year"
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
    assert table.one("caption").text == "What the passages give as the date, side by side"
    assert [one.attributes["class"] for one in table.every("tbody")] == ["is-kept", "is-other"]
    assert readings(table) == [
        (
            "24 February 1993",
            "as written: 1993-02-24 stated",
            "A , paragraph 1",
            "supports",
            "kept by the record",
        ),
        (
            "24 December 1993",
            "as written: 24 December stated",
            "B , paragraph 99",
            "contradicts",
            "differs from the record",
        ),
    ]


def test_passages_of_one_reading_stand_under_it(get, db):
    record = AgreementFactory(instrument="treaty", cited=False, stage="draft")
    source = SourceFactory()
    with unit_of_work():
        for locator, value in (("5", "agreement"), ("3", "treaty"), ("9", "treaty")):
            CitationFactory(
                record=record, source=source, locator=locator, field="instrument", value=value
            )
        record.stage = "published"
        record.save()
    table = get(record.get_absolute_url()).one("table", class_="readings")
    assert [(row[0], row[2].split()[-1], row[4]) for row in readings(table)] == [
        ("treaty", "3", "kept by the record"),
        ("treaty", "9", "kept by the record"),
        ("agreement", "5", "differs from the record"),
    ]
    heads = [head.attributes["rowspan"] for head in table.every("th", scope="rowgroup")]
    assert heads == ["2", "1"]


def test_one_reading_needs_no_table(get, db):
    record = AgreementFactory(date="2005-05-24")
    with unit_of_work():
        CitationFactory(record=record, field="date", value="2005-05-24")
        for country in PAIR:
            CitationFactory(record=record, field="countries", value=country)
        for title in (record.title, record.title.upper()):
            CitationFactory(record=record, field="title", value=title)
    assert get(record.get_absolute_url()).every("table", class_="readings") == []


def test_a_title_in_other_words_is_no_open_question(get, db):
    record = AgreementFactory(title="Treaty on Friendship")
    with unit_of_work():
        CitationFactory(record=record, field="title", value="Treaty on Friendship")
        CitationFactory(record=record, field="title", value="Friendship Treaty")
    table = get(record.get_absolute_url()).one("table", class_="readings")
    assert [(row[0], row[4]) for row in readings(table)] == [
        ("Treaty on Friendship", "kept by the record"),
        ("Friendship Treaty", "worded otherwise"),
    ]


def test_a_field_left_open_shows_both_readings_as_open(get, db):
    record = AgreementFactory(instrument="unknown")
    with unit_of_work():
        CitationFactory(record=record, field="instrument", value="treaty")
        CitationFactory(record=record, field="instrument", value="agreement")
    table = get(record.get_absolute_url()).one("table", class_="readings")
    assert [(row[0], row[4]) for row in readings(table)] == [
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
    assert linked(get(visit.get_absolute_url())) == {
        "signed on this occasion": ["agreement: pact 24 May 2005"]
    }
    assert linked(get(pact.get_absolute_url())) == {"signed during": ["visit: visit 24 May 2005"]}


def linked(page):
    """What each way of being linked leads to."""
    return {
        group.one("dt").text: [
            link.text.replace("Agreement:", "agreement:").replace("Visit:", "visit:")
            for link in group.every("dd")
        ]
        for group in page.one("dl", class_="links").every("div")
    }


def test_what_was_signed_on_the_same_occasion(get, db):
    with unit_of_work():
        visit, other = VisitFactory(title="Summit"), VisitFactory(title="Other visit")
        pact, second = AgreementFactory(title="pact"), AgreementFactory(title="second pact")
        elsewhere = AgreementFactory(title="elsewhere")
        draft = AgreementFactory(title="draft", stage="draft")
        for record in (pact, second, draft):
            RecordLink.objects.create(source=record, target=visit, type="signed-during")
        RecordLink.objects.create(source=elsewhere, target=other, type="signed-during")
        RecordLink.objects.create(source=elsewhere, target=visit, type="follows")
    assert linked(get(pact.get_absolute_url())) == {
        "signed during": ["visit: Summit 24 May 2005"],
        "also signed during “Summit”": ["agreement: second pact 24 May 2005"],
    }


def test_the_meetings_of_a_body(get, db):
    council, other = OrganizationFactory(name="Council"), OrganizationFactory()
    with unit_of_work():
        first = VisitFactory(title="first", date="2001", body=council, ordinal=1)
        here = VisitFactory(title="here", date="2005", body=council, ordinal=2)
        same = VisitFactory(title="the same year", date="2005", body=council)
        VisitFactory(title="draft", date="2004", body=council, stage="draft")
        VisitFactory(title="of another body", date="2005", body=other)
        VisitFactory(title="merely there", date="2005", organizations=[council])
    page = get(here.get_absolute_url())
    meetings = page.one("ol", class_="meetings")
    assert [one.text for one in meetings.every("li")] == [
        "2001 first the one before number 1",
        "2005 this meeting number 2",
        "2005 the same year the one after",
    ]
    assert meetings.one("a", rel="prev").attributes["href"] == first.get_absolute_url()
    assert meetings.one("a", rel="next").attributes["href"] == same.get_absolute_url()
    assert get(same.get_absolute_url()).one("ol", class_="meetings").every("a", rel="next") == []


def test_the_only_meeting_of_a_body_has_no_list(get, db):
    record = VisitFactory(body=OrganizationFactory())
    assert get(record.get_absolute_url()).every("ol", class_="meetings") == []


def test_of_many_meetings_a_few_each_way_are_shown(get, db):
    council = OrganizationFactory(name="Council")
    with unit_of_work():
        visits = [VisitFactory(date=f"{1990 + n}", body=council) for n in range(20)]
    page = get(visits[10].get_absolute_url())
    shown = [one.text.split()[0] for one in page.one("ol", class_="meetings").every("li")]
    assert shown == [str(year) for year in range(1995, 2006)]
    all_of_them = page.every("a", href=f"{council.get_absolute_url()}#meetings")
    assert [one.text for one in all_of_them] == ["Earlier meetings", "Later meetings"]


@pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.name)
def test_every_citable_field_of_a_kind_has_its_passages_on_the_page(get, db, kind):
    """A fact that a source may state is shown with what it says, whatever kind it is of."""
    record = factory_of(kind.model)()
    values = {"date": "2005", "code": "AZ", "many_codes": "AZ", "quantity": "7 USD", "number": "7"}
    with unit_of_work():
        for field, comparer in kind.model.citable.items():
            value = values.get(comparer, "other")
            CitationFactory(record=record, field=field, value=value, as_written="so it says")
    page = get(record.get_absolute_url())
    found = {one.attributes["id"] for one in page.every("section", class_="field-evidence")}
    assert found == {f"says-{field.replace('_', '-')}" for field in kind.model.citable}
    for link in page.every("a", class_="evidence-link"):
        assert page.one(id=link.attributes["href"].removeprefix("#"))


def test_milestone(get, db):
    record = MilestoneFactory(category="gift", outcome="planned", countries=PAIR)
    shown = facts(get(record.get_absolute_url()))
    assert shown["category"] == "Gift"
    assert shown["outcome"] == "Planned"


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
            RecordLink.objects.create(source=record, target=VisitFactory(), type="signed-during")
    with django_assert_num_queries(21):
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
    assert [(row[0], row[4]) for row in readings(table)] == [
        ("24 February 1993", "one of the dates the record allows"),
        ("24 December 1993", "one of the dates the record allows"),
        ("1993", "agrees, less exact"),
    ]
