"""The overview as readers use it: by pointer, by keyboard, on a phone, without scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    OrganizationFactory,
    PersonFactory,
    RelationFactory,
    TenureFactory,
    VisitFactory,
)

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def records():
    RelationFactory()
    with unit_of_work():
        body = OrganizationFactory(name="A body with a rather long name indeed", founded="2001-05")
        TenureFactory(person=PersonFactory(name="First Person"), since="1993", until="2003-10")
        for year in range(1990, 2010):
            AgreementFactory(title=f"pact of {year}", date=f"{year}-05-24", countries=PAIR)
        for number in range(12):
            VisitFactory(title=f"visit {number}", date="1996-09-16", countries=PAIR)
        VisitFactory(title="visit in a span", date="[2002..2004]", countries=PAIR)
        VisitFactory(title="planned", date="2008", countries=PAIR, outcome="planned")
        VisitFactory(title="by then", date="[..2009-02]", countries=PAIR, organizations=[body])


def listed(page):
    return page.locator(".standing strong")


def mark(page, kind, name):
    return page.locator(f'.overview-lane[data-kind="{kind}"] a[aria-label^="{name}"]')


@pytest.mark.parametrize("scripts", [False, True])
def test_a_mark_leads_to_its_records_and_back(open_page, records, scripts):
    page = open_page(viewport=DESK, java_script_enabled=scripts)
    page.goto(PAGE)
    mark(page, "visit", "1996, visits: 12 records").click()
    expect(listed(page)).to_have_text("12 records")
    expect(page).to_have_url(re.compile(r"\?kind=visit&date=1996$"))
    assert page.locator(".overview-range").count() == 1
    page.go_back()
    expect(listed(page)).to_have_text("35 records")


def test_the_table_and_the_year_fields_do_without_scripts(open_page, records):
    page = open_page(viewport=DESK, java_script_enabled=False)
    page.goto(PAGE)
    expect(page.locator(".overview-table table")).to_be_hidden()
    page.get_by_role("link", name="The overview as a table").click()
    expect(page.locator(".overview-table caption")).to_be_in_viewport()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="1996"))
    row.get_by_role("link").nth(1).click()
    expect(listed(page)).to_have_text("12 records")
    page.goto(PAGE)
    page.get_by_label("Years from").fill("2005")
    page.locator(".overview-choose").get_by_label("to").fill("2006")
    page.get_by_role("button", name="Choose").click()
    expect(listed(page)).to_have_text("2 records")
    page.get_by_role("link", name="All years").click()
    expect(listed(page)).to_have_text("35 records")


def test_years_are_chosen_by_dragging(open_page, records):
    page = open_page(viewport=DESK)
    page.goto(f"{PAGE}?kind=agreement")
    box = page.locator(".overview-ground").bounding_box()
    year = box["width"] / 20
    y = box["y"] + 20
    page.mouse.move(box["x"] + year * 5.5, y)
    page.mouse.down()
    page.mouse.move(box["x"] + year * 7, y, steps=4)
    page.mouse.move(box["x"] + year * 9.5, y, steps=4)
    expect(page.locator(".overview-brush")).to_be_visible()
    expect(page.get_by_label("Years from")).to_have_value("1995")
    expect(page.locator(".overview-choose").get_by_label("to")).to_have_value("1999")
    page.mouse.up()
    expect(listed(page)).to_have_text("5 records")
    expect(page).to_have_url(re.compile(r"kind=agreement&date_after=1995&date_before=1999$"))
    expect(page.locator(".overview-brush:visible")).to_have_count(0)
    # The overview that came in place of the first hears the pointer as well, also from right to left.
    page.mouse.move(box["x"] + year * 3.5, y)
    page.mouse.down()
    page.mouse.move(box["x"] + year * 0.5, y, steps=4)
    page.mouse.up()
    expect(listed(page)).to_have_text("4 records")


def test_a_drag_is_taken_back_with_escape(open_page, records):
    page = open_page(viewport=DESK)
    page.goto(PAGE)
    box = page.locator(".overview-ground").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 20, steps=3)
    expect(page.locator(".overview-brush")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".overview-brush")).to_be_hidden()
    page.mouse.up()
    expect(page.get_by_label("Years from")).to_have_value("")
    expect(page).to_have_url(re.compile(f"{PAGE}$"))


def test_by_keyboard_a_lane_is_one_stop_and_arrows_move_in_it(open_page, records):
    page = open_page(viewport=DESK)
    page.goto(PAGE)

    def focused():
        return page.evaluate("document.activeElement.getAttribute('aria-label')")

    page.locator('.overview-lane[data-kind="agreement"] .overview-name a').focus()
    page.keyboard.press("Tab")
    assert focused() == "1990, agreements: 1 record"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused() == "1992, agreements: 1 record"
    page.keyboard.press("End")
    assert focused() == "2009, agreements: 1 record"
    page.keyboard.press("Home")
    for _press in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert focused() == "1996, visits: 12 records"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focused() == "1996, visits: 12 records"
    page.keyboard.press("Enter")
    expect(listed(page)).to_have_text("12 records")


def test_by_keyboard_years_are_chosen_with_shift(open_page, records):
    page = open_page(viewport=DESK)
    page.goto(PAGE)
    mark(page, "agreement", "1990, agreements").focus()
    for _press in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-overview-status]")).to_have_text("1990–1992")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Years from")).to_have_value("")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?date_after=1990&date_before=1991$"))
    expect(listed(page)).to_have_text("2 records")


def test_the_stops_of_the_tab_key_are_few(open_page, records):
    page = open_page(viewport=DESK)
    page.goto(PAGE)
    stops = page.locator(".overview").locator("a:not([tabindex]), a[tabindex='0'], input, button")
    # Two kinds by name and as lanes, presidents, organizations, years, two fields and their button, the table.
    assert stops.count() == 11


def test_under_the_pointer_stand_the_numbers_of_the_year(open_page, records):
    page = open_page(viewport=DESK)
    page.goto(PAGE)
    mark(page, "visit", "1996, visits").hover()
    card = page.locator(".overview-card")
    expect(card).to_be_visible()
    assert card.inner_text().split() == "1996 Agreements 1 Visits 12 All kinds 13".split()
    page.locator("h1").hover()
    expect(card).to_be_hidden()


def test_a_year_leads_into_the_list(open_page, records):
    page = open_page(viewport=DESK, reduced_motion="reduce")
    page.goto(PAGE)
    page.locator(".overview-axis a", has_text="1996").click()
    expect(page).to_have_url(re.compile("#1996$"))
    expect(page.locator("h2.year", has_text="1996")).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_found_by_axe_and_nothing_is_too_wide(open_page, records, width, scheme):
    page = open_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(f"{PAGE}?kind=visit&date_after=1996")
    page.locator(".overview-table summary").click()
    found = Axe().run(
        page, context={"include": [[".overview"], [".overview-table"]]}, options=RULES
    )
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) == 0


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_text_keeps_its_size_and_nothing_shifts(open_page, records, viewport):
    page = open_page(viewport=viewport)
    page.goto(PAGE)
    sizes = page.locator(".overview-plot text:visible").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"
    )
    assert min(sizes) >= 12
    shift = page.evaluate(
        """new Promise(done => { let sum = 0;
            new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 300) })"""
    )
    assert shift == 0
