"""Filtering as readers do it: by facets, chips and the form, with and without scripts, by keyboard, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.e2e.test_every_page import problems
from tests.factories import AgreementFactory, RelationFactory, TopicFactory, VisitFactory

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
PHONE = {"width": 390, "height": 844}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def records():
    RelationFactory()
    with unit_of_work():
        energy = TopicFactory(name="Energy", slug="energy")
        trade = TopicFactory(name="Trade", slug="trade")
        VisitFactory(title="A visit", date="1996-09-16", countries=PAIR, topics=[trade])
        AgreementFactory(title="An oil pact", date="1996", countries=PAIR, topics=[energy])
        AgreementFactory(title="A partnership", date="2005-05-24", countries=PAIR)
        AgreementFactory(title="A draft", countries=PAIR, topics=[energy], stage="draft")


def titles(page):
    return page.locator(".row-title").all_inner_texts()


def listed(page, *wanted):
    expect(page.locator(".row-title")).to_have_text(list(wanted))


def until_htmx_is_there(page):
    # Playwright's own way of waiting evaluates text in the page, which the policy forbids.
    for _attempt in range(200):
        if page.evaluate("Boolean(window.htmx)"):
            return
        page.wait_for_timeout(50)
    pytest.fail("htmx did not come")


def ready(page):
    """Bring the pointer near the filters, as a reader does, and wait until htmx has come."""
    page.locator("#filter-q").hover()
    until_htmx_is_there(page)


def stays(page):
    """Whether the page is still the one that was loaded, by a mark that no other would bear."""
    return page.evaluate("window.isTheSamePage === true")


def mark(page):
    page.evaluate("window.isTheSamePage = true")


@pytest.mark.parametrize("scripts", [False, True])
def test_filter_share_the_address_take_it_back_and_go_back(open_page, records, scripts):
    page = open_page(java_script_enabled=scripts)
    page.goto(PAGE)
    if scripts:
        ready(page)
        mark(page)
    listed(page, "A partnership", "A visit", "An oil pact")
    page.locator("#facet-kind").get_by_role("link", name="Agreements 2").click()
    page.wait_for_url(f"**{PAGE}?kind=agreement")
    listed(page, "A partnership", "An oil pact")
    expect(page.locator("#facet-kind-agreement")).to_have_attribute("aria-current", "true")
    page.locator("#facet-topic").get_by_role("link", name="Energy 1").click()
    page.wait_for_url(f"**{PAGE}?kind=agreement&topic=energy")
    listed(page, "An oil pact")
    other = open_page(java_script_enabled=scripts)
    other.goto(page.url)
    listed(other, "An oil pact")
    page.get_by_role("link", name="Remove filter: Topic Energy").click()
    page.wait_for_url(f"**{PAGE}?kind=agreement")
    listed(page, "A partnership", "An oil pact")
    page.go_back()
    page.wait_for_url(f"**{PAGE}?kind=agreement&topic=energy")
    listed(page, "An oil pact")
    expect(page.locator("#facet-topic-energy")).to_have_attribute("aria-current", "true")
    page.go_back()
    listed(page, "A partnership", "An oil pact")
    page.go_back()
    listed(page, "A partnership", "A visit", "An oil pact")
    page.go_forward()
    listed(page, "A partnership", "An oil pact")
    if scripts:
        assert stays(page)


@pytest.mark.console_noise("htmx logs the request that it gives up for the next")
def test_of_several_steps_at_once_the_last_one_counts(page, records):
    page.goto(PAGE)
    ready(page)
    page.locator("#facet-kind-agreement").click()
    listed(page, "A partnership", "An oil pact")
    page.locator("#facet-topic-energy").click()
    listed(page, "An oil pact")
    # Back again as soon as the first step was taken, its results still on their way.
    page.evaluate("""() => {
      addEventListener("popstate", () => history.back(), { once: true });
      history.back();
    }""")
    page.wait_for_url(f"**{PAGE}")
    listed(page, "A partnership", "A visit", "An oil pact")


@pytest.mark.parametrize("scripts", [False, True])
def test_dates_and_words_are_typed(open_page, records, scripts):
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{PAGE}?kind=agreement")
    if scripts:
        ready(page)
        mark(page)
    page.locator("#facet-typed > summary").click()
    page.get_by_label("Until", exact=True).fill("1999")
    page.get_by_label("Until", exact=True).press("Enter")
    listed(page, "An oil pact")
    page.get_by_label("Search in this list").fill("partnership")
    page.get_by_role("search").get_by_role("button", name="Show").last.click()
    expect(page.locator(".empty")).to_contain_text("No record matches.")
    page.get_by_role("link", name="Without “Until: 1999”").click()
    listed(page, "A partnership")
    if scripts:
        # What is empty is left out of the address.
        page.wait_for_url(f"**{PAGE}?q=partnership&kind=agreement")
        assert stays(page)


@pytest.mark.parametrize("scripts", [False, True])
def test_a_refused_date_is_marked_and_can_be_left_out(open_page, records, scripts, request):
    request.node.add_marker(pytest.mark.console_noise("the answer is a 400"))
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{PAGE}?kind=visit")
    if scripts:
        ready(page)
        mark(page)
    page.locator("#facet-typed > summary").click()
    page.get_by_label("Date", exact=True).fill("1996-02-31")
    page.get_by_label("Date", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("1996-02-31")
    wrong = page.get_by_label("Date", exact=True)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_visible()
    assert titles(page) == []
    page.get_by_role("link", name="Show the list without it").click()
    listed(page, "A visit")
    if scripts:
        page.go_back()
        expect(page.get_by_role("alert")).to_contain_text("1996-02-31")
        page.go_back()
        listed(page, "A visit")
        assert stays(page)


def test_the_count_is_announced_and_the_focus_stays(page, records):
    page.goto(PAGE)
    energy = page.locator("#facet-topic-energy")
    energy.focus()
    until_htmx_is_there(page)
    mark(page)
    page.keyboard.press("Enter")
    expect(page.locator("#announced")).to_have_text("1 record")
    expect(energy).to_be_focused()
    # The chip goes with its filter: the count takes the focus, and so is read out.
    page.get_by_role("link", name="Remove filter: Topic Energy").focus()
    page.keyboard.press("Enter")
    listed(page, "A partnership", "A visit", "An oil pact")
    expect(page.locator("#listing-count")).to_be_focused()
    expect(page.locator("#announced")).to_have_text("")
    assert stays(page)


def test_panels_stay_as_the_reader_left_them(page, records):
    page.goto(PAGE)
    ready(page)
    page.locator("#facet-source > summary").click()
    page.locator("#facet-kind > summary").click()
    page.locator("#facet-topic-energy").click()
    listed(page, "An oil pact")
    expect(page.locator("#facet-source")).to_have_attribute("open", "")
    expect(page.locator("#facet-kind")).not_to_have_attribute("open", "")


def test_by_keyboard_alone(page, records):
    page.goto(PAGE)
    page.locator("#filter-q").focus()
    until_htmx_is_there(page)
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "facet-kind-agreement":
            break
    page.keyboard.press("Enter")
    listed(page, "A partnership", "An oil pact")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#facet-typed > summary')"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    page.keyboard.type("1996-09")
    page.keyboard.press("Enter")
    listed(page, "An oil pact")
    page.wait_for_url(f"**{PAGE}?kind=agreement&date=1996-09")


def test_turning_a_page_begins_at_its_top(page):
    RelationFactory()
    with unit_of_work():
        for number in range(70):
            VisitFactory(title=f"visit {number:03}", date=f"{1900 + number}", countries=PAIR)
    page.goto(PAGE)
    ready(page)
    mark(page)
    older = page.get_by_role("link", name="Older")
    older.scroll_into_view_if_needed()
    older.click()
    expect(page.locator(".row-title").first).to_have_text("visit 009")
    expect(page.locator("#listing-count")).to_be_in_viewport()
    expect(page.locator("#listing-count")).to_be_focused()
    assert stays(page)


@pytest.mark.console_noise("the server fails on purpose")
def test_what_cannot_be_taken_is_opened_as_a_page(page, records):
    page.goto(PAGE)
    ready(page)
    mark(page)
    page.route("**/*topic=energy", lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"))
    page.locator("#facet-topic-energy").click()
    expect(page.get_by_role("heading", name="Broken")).to_be_visible()
    assert page.url.endswith("?topic=energy")
    assert not stays(page)


@pytest.mark.console_noise("the server fails on purpose")
def test_what_was_cut_off_is_opened_as_a_page(page, records):
    page.goto(PAGE)
    ready(page)
    mark(page)
    cut = []

    def cut_once(route):
        if cut:
            route.fallback()
        else:
            cut.append(route.request.url)
            route.abort()

    page.route("**/*topic=trade", cut_once)
    page.locator("#facet-topic-trade").click()
    listed(page, "A visit")
    assert not stays(page)


@pytest.mark.console_noise("htmx logs the request that it gives up for the next")
def test_back_over_a_year_link_shows_what_the_address_says(page, records):
    page.goto(PAGE)
    ready(page)
    page.locator("#facet-topic-energy").click()
    listed(page, "An oil pact")
    page.evaluate("location.hash = 'a-year'")
    expect(page).to_have_url(re.compile(r"\?topic=energy#a-year$"))
    page.go_back()
    page.go_back()
    listed(page, "A partnership", "A visit", "An oil pact")
    page.go_forward()
    page.go_forward()
    listed(page, "An oil pact")


@pytest.mark.parametrize("scripts", [False, True])
def test_on_a_phone_the_filters_are_folded(open_page, records, scripts):
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    page.goto(PAGE)
    energy = page.locator("#facet-topic-energy")
    expect(energy).to_be_hidden()
    page.locator("#facets-panel > summary").click()
    expect(energy).to_be_visible()
    energy.click()
    listed(page, "An oil pact")
    assert page.url.endswith("?topic=energy")
    expect(page.locator("#facets-panel > summary")).to_contain_text("1 in use")


def test_on_a_wide_screen_they_stand_open(page, records):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(PAGE)
    expect(page.locator("#facet-topic-energy")).to_be_visible()
    expect(page.locator("#facets-panel > summary")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_accessible_with_everything_open(open_page, records, scheme, width, request):
    request.node.add_marker(pytest.mark.console_noise("one of the answers is a 400"))
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for query in (
        "",
        "?kind=agreement&topic=energy",
        "?kind=visit&topic=energy",
        "?date=1996-02-31",
    ):
        page.goto(f"{PAGE}{query}")
        page.evaluate(
            "document.querySelectorAll('.facets details').forEach(one => one.open = true)"
        )
        assert problems(page) == []
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) == 0
