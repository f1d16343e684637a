"""The trade of a relation in a real browser: read, followed, printed, with and without scripts."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.e2e.test_every_page import RULES
from tests.factories import (
    CitationFactory,
    IndicatorFactory,
    RelationFactory,
    SourceFactory,
    TradeFigureFactory,
    VisitFactory,
)

PATH = "/azerbaijan-kazakhstan/trade/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def records():
    """Two states' reports, a course, a target, an estimate, limits, a disagreement, two currencies."""
    RelationFactory()
    shared = {"countries": ["AZ", "KZ"], "source": SourceFactory(author="A statistics office")}
    goods = {"origin": "KZ", "destination": "AZ"}
    with unit_of_work():
        for year in range(2018, 2025):
            sold = TradeFigureFactory(
                title=f"Exports {year}",
                date=str(year),
                flow="exports",
                reporter="KZ",
                value=200_000_000 + 10_000_000 * (year - 2018),
                **goods,
                **shared,
            )
            TradeFigureFactory(
                title=f"Imports {year}",
                date=str(year),
                flow="imports",
                reporter="AZ",
                value=120_000_000,
                **goods,
                **shared,
            )
            VisitFactory(title=f"Visit {year}", date=str(year), countries=["AZ", "KZ"])
        CitationFactory(record=sold, field="value", value="1 USD", as_written="1")
        CitationFactory(record=sold, field="value", value=f"{sold.value} USD", as_written="2")
        for number, qualifier in enumerate(("about", "more-than", "less-than")):
            TradeFigureFactory(
                date=f"{2019 + number}-40",
                value=90_000_000,
                qualifier=qualifier,
                nature=("actual", "estimate", "actual")[number],
                **shared,
            )
        TradeFigureFactory(
            title="Target", date="[2025..]", nature="target", value=400_000_000, **shared
        )
        TradeFigureFactory(title="In euros", date="2020", currency="EUR", value=5000, **shared)
        IndicatorFactory(title="Diaspora", date="2024", countries=["AZ", "KZ"])


def too_wide(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_accessible_and_as_wide_as_its_window(open_page, records, width, scheme):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(PATH)
    assert page.locator("a.bar").count() == 19
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [
        f"{found['id']}: {node['html'][:150]}" for found in violations for node in found["nodes"]
    ] == []
    assert too_wide(page) == 0


def test_bars_of_one_period_share_its_width_without_hiding_one_another(open_page, records):
    page = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(PATH)
    strip = page.locator(".strip").filter(has_text="From Kazakhstan to Azerbaijan")
    plot = strip.locator("svg.plot").bounding_box()
    sides = [
        (box["x"], box["x"] + box["width"])
        for box in (body.bounding_box() for body in strip.locator(".bar .body").all())
    ]
    assert len(sides) == 14
    for (_start, end), (start, _end) in pairwise(sides):
        assert end <= start + 2  # the width of an outline
    year = plot["width"] / 7
    # Two reports of one year fill it.
    assert sides[1][1] - sides[0][0] == pytest.approx(year, abs=4)


def test_with_the_keyboard_from_the_drawing_to_a_record(page, records):
    page.goto(PATH)
    skip = page.get_by_role("link", name="Skip the drawing: the same figures as a table")
    skip.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#figures")
    page.go_back()
    skip.focus()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.get_attribute("class").startswith("bar ")
    name = focused.get_attribute("aria-label")
    stroke = focused.locator(".body").evaluate("body => getComputedStyle(body).strokeWidth")
    assert stroke == "4px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/trade-figures/**")
    assert page.locator("h1").inner_text()
    assert name


@pytest.mark.parametrize("scripts", [False, True])
def test_filter_by_words_and_take_it_back(open_page, records, scripts):
    page = open_page(java_script_enabled=scripts)
    page.goto(PATH)
    rows = page.locator("#figures tbody tr")
    assert rows.count() == 19
    page.get_by_label("Search in this list").fill("Imports")
    page.get_by_role("button", name="Show").first.click()
    page.wait_for_url("**/trade/?*q=Imports*")
    expect(rows).to_have_count(7)
    expect(page.locator("a.bar")).to_have_count(7)
    expect(page.locator(".trade-reports")).to_have_count(0)
    page.get_by_role("link", name="Remove filter: Search Imports").click()
    page.wait_for_url(f"**{PATH}")
    expect(rows).to_have_count(19)


def test_a_year_leads_into_the_timeline(page, records):
    page.goto(PATH)
    page.get_by_role("link", name="2021: 1 record", exact=True).click()
    page.wait_for_url("**/azerbaijan-kazakhstan/?*at=2021#2021")
    assert page.locator("#\\32 021").is_visible()


def test_it_prints_with_the_drawing_and_the_table(open_page, records):
    page = open_page()
    page.emulate_media(media="print")
    page.goto(PATH)
    assert page.locator(".relation-nav").is_hidden()
    assert page.locator("a.bar").first.is_visible()
    assert page.locator("#figures table").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
