"""A list and a record on paper: in the browser's print media, and as the PDF it makes of them."""

import re

import pytest
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
A4 = {"width": 673, "height": 987}  # between its margins, at 96 pixels an inch
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def records():
    RelationFactory()
    with unit_of_work():
        energy = TopicFactory(name="Energy", slug="energy")
        article = SourceFactory(title="A history", author="An Author", doi="10.1/history")
        report = SourceFactory(title="A report", publisher="News", published="2025-10-16")
        pact = AgreementFactory(
            slug="pact-2005",
            title="A partnership",
            date="2005-05-24",
            countries=PAIR,
            topics=[energy],
            source=article,
            official_url="https://example.org/pact",
        )
        CitationFactory(record=pact, source=article, locator="55-56")
        CitationFactory(record=pact, source=report, locator="3")
        VisitFactory(title="A visit", date="1996", countries=PAIR, topics=[energy], source=report)
        for slug in ("exports", "imports"):
            TradeFigureFactory(
                slug=slug, title=slug, date="2024", flow=slug, countries=PAIR, source=report
            )
        VisitFactory(title="A draft", stage="draft", countries=PAIR)


def shown(page, selector):
    return [text for text in page.locator(selector).all_inner_texts() if text]


def text_of(page):
    return " ".join(page.locator("body").inner_text().split())


def test_a_list_prints_as_a_chronology_with_notes(page, records):
    page.goto(f"{PAGE}?topic=energy")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    text = text_of(page)
    assert "2 records newest first Topic Energy" in text
    assert shown(page, ".row-title") == ["A partnership", "A visit"]
    assert [" ".join(one.split()) for one in shown(page, ".row-notes")] == [
        "1 paragraphs 1 and 55–56 2 paragraph 3",
        "2 paragraph 1",
    ]
    assert [" ".join(one.split()) for one in shown(page, ".footnotes li")] == [
        "1 An Author, A history. https://doi.org/10.1/history",
        "2 A report, News, 16 October 2025.",
    ]
    for hidden in ("oldest first", "Compact", "JSON", "1 source:", "Agreements Visits Milestones"):
        assert hidden not in text
    for control in ("input", "button", "select", "nav a", ".rail", ".facets", ".exports", ".cite"):
        assert page.locator(control).filter(visible=True).count() == 0, control


def test_on_a_screen_the_notes_are_neither_seen_nor_announced(page, records):
    page.goto(PAGE)
    expect(page.locator(".footnotes")).to_be_hidden()
    expect(page.locator(".row-notes").first).to_be_hidden()
    tree = page.locator("main").aria_snapshot()
    assert "A history" not in tree
    assert "An Author" in tree


def test_a_page_of_a_longer_list_says_so(page):
    RelationFactory()
    with unit_of_work():
        for number in range(61):
            VisitFactory(date=f"{1900 + number}", countries=PAIR)
    page.set_viewport_size(A4)
    page.goto(PAGE)
    assert "This page holds" not in text_of(page)
    page.emulate_media(media="print")
    assert "61 records newest first This page holds 60 of 61." in text_of(page)
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert 3 < len(re.findall(rb"/Type\s*/Page\b", pdf)) < 30
    years = page.locator(".year")
    assert years.first.evaluate("one => getComputedStyle(one).breakAfter") == "avoid"
    assert (
        page.locator(".row").first.evaluate("one => getComputedStyle(one).breakInside") == "avoid"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == A4["width"]


@pytest.mark.parametrize("path", [PAGE, "/agreements/pact-2005/", f"{PAGE}?view=compact"])
def test_paper_is_white_whatever_the_screen(open_page, records, path):
    page = open_page(viewport=A4, color_scheme="dark")
    page.goto(path)
    page.emulate_media(media="print", color_scheme="dark")
    paper, ink = page.evaluate(
        "[getComputedStyle(document.documentElement).backgroundColor,"
        " getComputedStyle(document.querySelector('h1')).color]"
    )
    assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    assert page.evaluate("document.documentElement.scrollWidth") == A4["width"]


def test_figures_of_one_date_print_together(page, records):
    page.set_viewport_size(A4)
    page.goto(f"{PAGE}?kind=trade-figure")
    page.emulate_media(media="print")
    assert sorted(shown(page, ".figure .row-title")) == ["exports", "imports"]
    value = page.locator(".figure .row-figure").first.bounding_box()
    title = page.locator(".figure .row-title").first.bounding_box()
    assert value["x"] > title["x"] + title["width"] / 2
    assert len(shown(page, ".figure .row-notes")) == 2


def test_a_compact_list_prints_one_line_a_record(page, records):
    page.set_viewport_size(A4)
    page.goto(f"{PAGE}?view=compact")
    page.emulate_media(media="print")
    assert len(shown(page, ".is-line .row-title")) == 4
    date = page.locator(".is-line .row-date").first.bounding_box()
    title = page.locator(".is-line .row-title").first.bounding_box()
    assert abs(date["y"] - title["y"]) < 6
    assert len(shown(page, ".footnotes li")) == 2


def test_a_record_prints_with_its_passages(page, records):
    page.goto("/agreements/pact-2005/")
    page.emulate_media(media="print")
    text = text_of(page)
    assert "A partnership" in text
    assert "https://example.org/pact" in text
    assert "paragraphs 55–56" in text
    for control in ("input", "button", "nav a", ".cite", ".neighbours"):
        assert page.locator(control).filter(visible=True).count() == 0, control
    assert page.pdf().startswith(b"%PDF")
