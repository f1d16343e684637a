"""Journeys through the timeline in a real browser. Filtering has a file of its own."""

import pytest
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

PAIR = ["AZ", "KZ"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def records():
    RelationFactory()
    with unit_of_work():
        energy = TopicFactory(name="Energy", slug="energy")
        VisitFactory(slug="visit-1996", title="A visit", date="1996-09-16", countries=PAIR)
        AgreementFactory(
            slug="oil-1996", title="An oil pact", date="1996", countries=PAIR, topics=[energy]
        )
        pact = AgreementFactory(
            slug="pact-2005",
            title="A partnership",
            date="2005-05-24",
            countries=PAIR,
            instrument="treaty",
            source=SourceFactory(author="First Author"),
        )
        CitationFactory(record=pact, field="instrument", value="treaty", locator="71")
        CitationFactory(
            record=pact,
            source=SourceFactory(author="Second Author"),
            field="instrument",
            value="agreement",
            locator="94",
            as_written="Agreement",
        )
    return pact


def titles(page):
    return page.locator(".row-title").all_inner_texts()


def test_search_from_the_home_page(page, records):
    page.goto("/")
    page.get_by_role("searchbox").fill("partnership")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/timeline/?q=partnership")
    assert titles(page) == ["A partnership"]


def test_the_year_rail_jumps_to_a_year(open_page, records):
    page = open_page(viewport={"width": 1280, "height": 500})
    page.goto("/azerbaijan-kazakhstan/")
    page.get_by_role("navigation", name="Years").get_by_role("link", name="1996").click()
    page.wait_for_url("**/azerbaijan-kazakhstan/#1996")
    expect(page.get_by_role("heading", name="1996", exact=True)).to_be_in_viewport()


def test_at_a_year_the_rail_leads_back_to_the_others(page, records):
    page.goto("/azerbaijan-kazakhstan/?at=1996")
    assert titles(page) == ["A visit", "An oil pact"]
    page.get_by_role("navigation", name="Years").get_by_role("link", name="2005").click()
    page.wait_for_url("**/azerbaijan-kazakhstan/?at=2005#2005")
    assert titles(page) == ["A partnership", "A visit", "An oil pact"]


def test_from_a_contested_row_to_every_reading(page, records):
    page.goto("/azerbaijan-kazakhstan/")
    page.get_by_role("link", name="sources disagree on instrument").click()
    page.wait_for_url("**/agreements/pact-2005/**#sources")
    table = page.get_by_role("table")
    expect(table.get_by_role("rowheader")).to_have_text(["treaty", "agreement"])
    expect(table).to_contain_text("paragraph 71")
    expect(table).to_contain_text("Second Author, paragraph 94")
    expect(table).to_contain_text("differs from the record")


def test_the_second_tab_skips_what_stands_before_the_records(page, records):
    page.goto("/azerbaijan-kazakhstan/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the records")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#listing-count")).to_be_focused()
    expect(page.locator("#listing-count")).to_be_in_viewport()


def test_the_first_tab_skips_to_the_content(page, records):
    page.goto("/azerbaijan-kazakhstan/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
