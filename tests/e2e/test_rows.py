"""Rows in a real browser: anchors inside a shared row, words found, and how densely rows stand."""

import pytest
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.factories import RelationFactory, TradeFigureFactory, VisitFactory

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def records():
    RelationFactory()
    with unit_of_work():
        for number in range(12):
            VisitFactory(
                title=f"A visit to the capital of the other state, number {number}",
                summary="<b onclick=alert(1)>Deals</b> & a look at the capital.",
                date=f"20{number:02}-05-24",
                countries=PAIR,
            )
        for slug in ("exports", "imports", "turnover"):
            TradeFigureFactory(slug=slug, title=slug, date="1999", countries=PAIR)


def test_a_figure_of_a_shared_row_is_reached_by_its_anchor(open_page, records):
    page = open_page(viewport={"width": 1280, "height": 500})
    page.goto(f"{PAGE}#imports")
    expect(page.locator("#imports")).to_be_in_viewport()
    expect(page.get_by_text("3 trade figures")).to_be_visible()
    page.locator("#imports").get_by_role("link", name="imports").click()
    page.wait_for_url("**/trade-figures/imports/**")


@pytest.mark.parametrize("scripts", [False, True])
def test_from_cards_to_one_line_a_record_and_back(open_page, records, scripts):
    page = open_page(java_script_enabled=scripts, viewport={"width": 390, "height": 844})
    page.goto(f"{PAGE}?kind=visit")
    page.get_by_role("link", name="Compact").click()
    page.wait_for_url("**view=compact**")
    assert "kind=visit" in page.url
    expect(page.locator(".row")).to_have_count(12)
    expect(page.locator(".row-summary")).to_have_count(0)
    heights = [page.locator(".row").nth(number).bounding_box()["height"] for number in (0, 5, 11)]
    assert max(heights) < 90
    page.get_by_role("link", name="oldest first").click()
    page.wait_for_url("**ordering=date**")
    assert "view=compact" in page.url
    page.get_by_role("link", name="Cards").click()
    expect(page.locator(".row-summary")).to_have_count(12)
    page.go_back()
    expect(page.locator(".row-summary")).to_have_count(0)


@pytest.mark.parametrize("query", ["", "?view=compact", "?q=capital", "?kind=trade-figure"])
def test_nothing_is_cut_off_on_a_narrow_screen(open_page, records, query):
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(f"{PAGE}{query}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_words_found_are_marked_and_nothing_runs(page, records):
    page.goto(f"{PAGE}?q=CAPITAL+deals")
    row = page.locator(".row").first
    expect(row.locator(".row-title mark")).to_have_text("capital")
    expect(row.locator(".row-summary")).to_have_text(
        "<b onclick=alert(1)>Deals</b> & a look at the capital."
    )
    assert row.locator(".row-summary mark").all_inner_texts() == ["Deals", "capital"]
