"""Journeys through the timeline in a real browser, with and without scripts."""

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


@pytest.mark.parametrize("scripts", [False, True])
def test_filter_by_the_form_share_the_address_and_take_it_back(open_page, records, scripts):
    page = open_page(java_script_enabled=scripts)
    page.goto("/azerbaijan-kazakhstan/")
    assert titles(page) == ["A partnership", "A visit", "An oil pact"]
    page.get_by_label("agreements", exact=True).check()
    page.locator(".filters-first").get_by_role("button", name="Show").click()
    assert titles(page) == ["A partnership", "An oil pact"]
    page.locator(".more summary").click()
    page.get_by_label("Topic").select_option("energy")
    page.locator(".more").get_by_role("button", name="Show").click()
    assert titles(page) == ["An oil pact"]
    address = page.url
    assert re.search(r"kind=agreement.*topic=energy", address)
    other = open_page(java_script_enabled=scripts)
    other.goto(address)
    assert titles(other) == ["An oil pact"]
    page.get_by_role("link", name="Remove filter: Topic Energy").click()
    assert titles(page) == ["A partnership", "An oil pact"]
    page.go_back()
    assert titles(page) == ["An oil pact"]


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
    expect(page.get_by_role("heading", name="1996")).to_be_in_viewport()


def test_at_a_year_the_rail_leads_back_to_the_others(page, records):
    page.goto("/azerbaijan-kazakhstan/?at=1996")
    assert titles(page) == ["A visit", "An oil pact"]
    page.get_by_role("navigation", name="Years").get_by_role("link", name="2005").click()
    page.wait_for_url("**/azerbaijan-kazakhstan/?at=2005#2005")
    assert titles(page) == ["A partnership", "A visit", "An oil pact"]


def test_from_a_contested_row_to_every_reading(page, records):
    page.goto("/azerbaijan-kazakhstan/")
    page.get_by_role("link", name="sources disagree on instrument").click()
    page.wait_for_url("**/agreements/pact-2005/#sources")
    table = page.get_by_role("table")
    expect(table.get_by_role("rowheader")).to_have_text(["treaty", "agreement"])
    expect(table).to_contain_text("paragraph 71")
    expect(table).to_contain_text("Second Author, paragraph 94")
    expect(table).to_contain_text("differs from the record")


def test_the_first_tab_skips_to_the_content(page, records):
    page.goto("/azerbaijan-kazakhstan/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_whole_form_by_keyboard(page, records):
    page.goto("/azerbaijan-kazakhstan/")
    page.get_by_label("visits").focus()
    page.keyboard.press("Space")
    page.locator(".more summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    page.keyboard.type("1996-09")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*date=1996-09*")
    assert titles(page) == ["A visit"]


def test_a_wrong_date_is_marked_where_it_was_typed(page, records, request):
    request.node.add_marker(pytest.mark.console_noise("the answer is a 400"))
    page.goto("/azerbaijan-kazakhstan/?date=1996-02-31")
    expect(page.get_by_role("alert")).to_contain_text("1996-02-31")
    expect(page.get_by_label("Date", exact=True)).to_have_attribute("aria-invalid", "true")
    assert titles(page) == []
