"""Rows: who, what, when, where and who says so; figures of one date together; notes for print."""

import pytest
from django.db import connection
from django.template.loader import render_to_string

from relations.models import Record
from relations.views.timeline_rows.rows import by_year, notes_of, rows
from relations.work import unit_of_work
from tests.factories import (
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
    SourceFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)
from tests.relations.views.reading import read, titles

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
# What the templates of a row take beside the row.
CONTEXT = {"prefix": "", "trail": "", "site": {"url": ""}}
is_postgresql = connection.vendor == "postgresql"


def only_row(page):
    return page.one("li", class_="row")


def about(row):
    return [item.text for item in row.one("ul", class_="row-about").every("li")]


# Who, what, where ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"guest": "KZ", "host": "AZ"}, "official visit · Kazakhstan visiting Azerbaijan"),
        ({"host": "AZ"}, "official visit · hosted by Azerbaijan"),
        ({"guest": "KZ"}, "official visit · Kazakhstan visiting"),
        ({}, "official visit"),
    ],
)
def test_a_visit_says_who_visits_whom(get, relation, named, said):
    VisitFactory(type="official", countries=PAIR, **named)
    assert only_row(get(PAGE)).one("p", class_="row-kind").text == said


def test_a_session_names_the_body_once(get, relation):
    council = OrganizationFactory(name="Council")
    VisitFactory(
        type="council-session", body=council, ordinal=2, countries=PAIR, organizations=[council]
    )
    row = only_row(get(PAGE))
    assert row.one("p", class_="row-kind").text == "council session · Council, session 2"
    assert row.every("ul", class_="row-about") == []


def test_an_agreement_names_its_parties(get, relation):
    ministry, other = OrganizationFactory(name="Ministry"), OrganizationFactory(name="Other")
    with unit_of_work():
        pact = AgreementFactory(
            instrument="treaty", countries=PAIR, organizations=[ministry, other]
        )
        PartyFactory(agreement=pact, country="AZ")
        PartyFactory(agreement=pact, country=None, organization=ministry)
    row = only_row(get(PAGE))
    assert row.one("p", class_="row-kind").text == "treaty · Azerbaijan, Ministry"
    assert about(row) == ["Other"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "trade figure · turnover · reporter not stated"),
        (
            {"flow": "exports", "origin": "KZ", "destination": "AZ", "reporter": "KZ"},
            "trade figure · exports · Kazakhstan to Azerbaijan · reported by Kazakhstan",
        ),
        (
            {"flow": "imports", "origin": "AZ"},
            "trade figure · imports · from Azerbaijan · reporter not stated",
        ),
    ],
)
def test_a_figure_says_its_direction_and_whose_it_is(get, relation, columns, said):
    TradeFigureFactory(countries=PAIR, **columns)
    assert only_row(get(PAGE)).one("p", class_="row-kind").text == said


def test_where_who_and_about_what(get, relation):
    with unit_of_work():
        record = MilestoneFactory(
            countries=[*PAIR, "TR"],
            place=PlaceFactory(name="Aktau"),
            organizations=[OrganizationFactory(name="Port")],
            projects=[ProjectFactory(name="Corridor")],
            topics=[TopicFactory(name="Transport"), TopicFactory(name="Energy")],
        )
        ParticipationFactory(record=record, person=PersonFactory(name="First"))
        ParticipationFactory(record=record, person=PersonFactory(name="Second"))
        absent = PersonFactory(name="Only mentioned")
        ParticipationFactory(record=record, person=absent, role="mentioned")
    row = only_row(get(PAGE))
    assert about(row) == ["Aktau", "First", "Second", "Port", "Türkiye", "Energy", "Transport"]
    addresses = [link.attributes["href"] for link in row.one("ul", class_="row-about").every("a")]
    assert addresses[0] == record.place.get_absolute_url()
    assert addresses[-1] == "/topics/" + record.topics.get(name="Transport").slug + "/"
    assert "Azerbaijan, Kazakhstan, Türkiye" in about(only_row(get("/timeline/")))


def test_a_person_with_two_roles_stands_once(get, relation):
    with unit_of_work():
        record = MilestoneFactory(countries=PAIR)
        person = PersonFactory(name="Both")
        ParticipationFactory(record=record, person=person, role="guest")
        ParticipationFactory(record=record, person=person, role="signatory")
    assert about(only_row(get(PAGE))) == ["Both"]


def test_of_many_people_the_first_are_named_and_the_others_counted(get, relation):
    with unit_of_work():
        record = MilestoneFactory(countries=PAIR)
        for number in range(6):
            ParticipationFactory(record=record, person=PersonFactory(name=f"P{number}"))
    assert about(only_row(get(PAGE))) == ["P0", "P1", "P2", "P3", "2 more"]
    assert about(only_row(get(f"{PAGE}?q=p5"))) == ["P0", "P1", "P2", "P3", "P5", "1 more"]


def test_sources_are_counted_and_named_each_once(get, relation):
    first, second = SourceFactory(author="A"), SourceFactory(author="B", slug="second")
    record = VisitFactory(countries=PAIR, source=first)
    assert only_row(get(PAGE)).one("p", class_="row-says").text == "1 source: A"
    with unit_of_work():
        for locator in ("2", "3"):
            CitationFactory(record=record, source=second, locator=locator)
    says = only_row(get(PAGE)).one("p", class_="row-says")
    assert says.text == "date from one source 2 sources: A ; B"
    links = [link.attributes["href"] for link in says.one(class_="row-sources").every("a")]
    assert links == [f"/sources/{first.slug}/", "/sources/second/"]


# Figures of one date ------------------------------------------------------------------------------------


@pytest.fixture
def figures(relation):
    with unit_of_work():
        TradeFigureFactory(slug="turnover", title="Turnover", date="2025-40", countries=PAIR)
        TradeFigureFactory(
            slug="target",
            title="Target",
            date="2025-40",
            nature="target",
            outcome="planned",
            value=2 * 10**9,
            countries=PAIR,
        )
        # Between them in the order of the list: of the same days, and of another kind.
        IndicatorFactory(slug="people", title="People", date="2025-40", countries=PAIR)
        TradeFigureFactory(
            slug="growth",
            title="Growth",
            date="2025-40",
            value=None,
            unit="",
            currency="",
            change_kind="percent",
            change_value=40,
            countries=PAIR,
        )
        # The same days otherwise written, and other days.
        TradeFigureFactory(slug="spanned", title="Spanned", date="2025-01/2025-06", countries=PAIR)
        TradeFigureFactory(slug="year", title="Year", date="2025", countries=PAIR)
        TradeFigureFactory(title="draft", date="2025-40", stage="draft", countries=PAIR)


def test_figures_of_one_date_stand_in_one_row_and_count_as_records(get, figures):
    page = get(f"{PAGE}?ordering=date")
    assert page.one("div", class_="standing").one("strong").text == "6 records"
    assert [row.one("p", class_="row-date").text for row in page.every("li", class_="row")] == [
        "first half of 2025",
        "first half of 2025",
        "January–June 2025",
        "2025",
    ]
    shared = page.one("li", class_="is-shared")
    assert shared.one("p", class_="row-date").text == "first half of 2025"
    assert shared.every("p", class_="row-kind")[0].text == "3 trade figures"
    found = shared.every("li", class_="figure")
    assert [figure.attributes["id"] for figure in found] == ["turnover", "target", "growth"]
    assert titles(shared) == ["Turnover", "Target", "Growth"]
    assert [figure.one("h3").one("a").attributes["href"].partition("?")[0] for figure in found] == [
        "/trade-figures/turnover/",
        "/trade-figures/target/",
        "/trade-figures/growth/",
    ]
    assert [figure.one("p", class_="row-figure").text for figure in found] == [
        "1 million USD",
        "2 billion USD",
        "40% higher",
    ]
    assert [[tag.text for tag in figure.every(class_="tag")] for figure in found] == [
        [],
        ["planned", "target"],
        [],
    ]
    assert found[0].one("p", class_="row-kind").text == "turnover · reporter not stated"
    assert all("1 source:" in figure.one("p", class_="row-says").text for figure in found)


def test_the_kinds_that_share_a_row_say_so_themselves(get, figures):
    page = get(f"{PAGE}?ordering=date")
    assert page.one("li", id="people").attributes["class"] == "row"


def test_figures_are_not_gathered_in_another_order_nor_line_by_line(get, figures):
    for query in ("?ordering=title", "?view=compact&ordering=date"):
        page = get(f"{PAGE}{query}")
        assert page.every("li", class_="is-shared") == []
        assert len(page.every("li", class_="row")) == 6


def test_a_page_takes_only_its_own_figures_into_a_row(relation):
    with unit_of_work():
        for number in range(4):
            TradeFigureFactory(title=f"{number}", date="2024", countries=PAIR)
    records = list(Record.objects.for_timeline().in_order())
    for part, shown in ((records[:3], [3]), (records[3:], [1])):
        years = by_year(rows(part), "date")
        assert [len(one.rows) if one.is_shared else 1 for one in years[0].shown] == shown
        assert [row.record.pk for row in years[0].rows] == [record.pk for record in part]


def test_a_source_says_its_part_of_each_figure(get, relation):
    source = SourceFactory(slug="report")
    with unit_of_work():
        for slug in ("one", "two"):
            record = TradeFigureFactory(slug=slug, date="2024", countries=PAIR, source=source)
            CitationFactory(
                record=record, source=source, field="value", value="1000000 USD", locator="7"
            )
    found = get("/sources/report/").every("li", class_="figure")
    assert ["1 million USD paragraph 7" in figure.one("dl").text for figure in found] == [True] * 2


# Notes for print ----------------------------------------------------------------------------------------


def test_sources_are_numbered_notes_once_for_all_rows(get, relation):
    article = SourceFactory(
        title="History", author="S. Jabbarova", publisher="Journal", published="2025", doi="10.1/x"
    )
    report = SourceFactory(title="Report", url="https://example.org/report")
    unused = SourceFactory(title="Unused")
    with unit_of_work():
        first = VisitFactory(date="2005", countries=PAIR, source=article)
        CitationFactory(record=first, source=article, locator="55-56")
        CitationFactory(record=first, source=report, locator="3")
        VisitFactory(date="2004", countries=PAIR, source=report)
        VisitFactory(date="2003", stage="draft", countries=PAIR, source=unused)
    page = get(PAGE)
    notes = [row.one("p", class_="row-notes").text for row in page.every("li", class_="row")]
    assert notes == ["1 paragraphs 1 and 55–56 2 paragraph 3", "2 paragraph 1"]
    assert [note.text for note in page.one("section", class_="footnotes").every("li")] == [
        "1 S. Jabbarova, History , Journal, 2025. https://doi.org/10.1/x",
        "2 Report . https://example.org/report",
    ]


def test_an_empty_list_has_no_notes(get, relation):
    assert get(PAGE).every("section", class_="footnotes") == []
    assert notes_of([]) == []


# Cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_queries(relation, django_assert_num_queries, size):
    council = OrganizationFactory()
    with unit_of_work():
        for number in range(size):
            visit = VisitFactory(
                guest="KZ", host="AZ", body=council, ordinal=1, countries=PAIR, place=PlaceFactory()
            )
            ParticipationFactory(record=visit, person=PersonFactory())
            pact = AgreementFactory(countries=PAIR, organizations=[OrganizationFactory()])
            PartyFactory(agreement=pact, country="AZ")
            PartyFactory(agreement=pact, country=None, organization=OrganizationFactory())
            TradeFigureFactory(reporter="AZ", origin="KZ", flow="imports", countries=PAIR)
            TradeFigureFactory(countries=PAIR, topics=[TopicFactory()])
            MilestoneFactory(countries=PAIR, projects=[ProjectFactory()], date=f"{1990 + number}")
    records = list(Record.objects.published().select_related("place").in_order())
    for looked_for, queries in (("", 11), ("record", 14 + is_postgresql)):
        with django_assert_num_queries(queries):
            found = rows(records, looked_for=looked_for, relation=relation)
            html = "".join(
                render_to_string(f"relations/parts/{part}.html", {"row": row} | CONTEXT)
                for row in found
                for part in ("row", "row_compact", "embed_row")
            )
        read(f"<div>{html}</div>")
        assert len(found) == 5 * size
