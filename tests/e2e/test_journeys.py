"""Whole ways through the site: with scripts and without, on a desk and on a phone, and by keyboard alone."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from relations.models import Report
from relations.views.lists.context import PAGE_SIZE
from relations.work import unit_of_work
from tests.e2e.test_filtering import until_htmx_is_there
from tests.factories import AgreementFactory, RelationFactory, TopicFactory, VisitFactory

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What holds the focus, and whether a reader sees that it does: it is in the window, to which it may have to
# be scrolled first, and it or what is drawn inside it (a mark of the overview) is outlined by two pixels or more.
FOCUS = """async () => {
    const one = document.activeElement;
    const isMarked = () => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
            || [...one.closest("svg") ? one.querySelectorAll("*") : []].some(part => {
                const {stroke, strokeWidth, outlineStyle} = getComputedStyle(part);
                return outlineStyle !== "none" || (stroke !== "none" && parseFloat(strokeWidth) >= 2);
            });
    };
    const isInWindow = () => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && box.bottom > 0 && box.top < innerHeight
            && box.right > 0 && box.left < innerWidth;
    };
    for (let frame = 0; frame < 60 && !(isMarked() && isInWindow()); frame++)
        await new Promise(requestAnimationFrame);
    return {isSeen: isMarked() && isInWindow(), html: one.outerHTML.slice(0, 160)};
}"""


@pytest.fixture
def records():
    """Two pages of visits, and agreements on energy: one before, one after them all."""
    cache.clear()  # it counts how often one address reports
    RelationFactory()
    with unit_of_work():
        energy = TopicFactory(name="Energy", slug="energy")
        for number in range(PAGE_SIZE + 1):
            VisitFactory(title=f"Visit {number:03}", date=f"{1900 + number}", countries=PAIR)
        AgreementFactory(
            slug="oil", title="An oil pact", date="1996-09", countries=PAIR, topics=[energy]
        )
        AgreementFactory(
            slug="gas", title="A gas pact", date="2005-05-24", countries=PAIR, topics=[energy]
        )
        AgreementFactory(
            slug="draft", title="A draft", countries=PAIR, topics=[energy], stage="draft"
        )


def listed(page, *wanted):
    expect(page.locator(".row-title")).to_have_text(list(wanted))
    fits(page)


def at(page, heading):
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    fits(page)


def fits(page):
    assert page.evaluate(TOO_WIDE) <= 0, page.url


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": DESK},
        {"viewport": DESK, "java_script_enabled": False},
        {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    ],
    ids=["desk", "without scripts", "phone"],
)
def test_from_a_facet_to_a_report_and_back(open_page, records, options):
    page = open_page(**options)
    page.goto(PAGE)
    at(page, "Azerbaijan – Kazakhstan")
    expect(page.locator(".row")).to_have_count(PAGE_SIZE)

    # A page on, and back by the browser.
    page.get_by_role("link", name="Older").click()
    listed(page, "Visit 002", "Visit 001", "Visit 000")
    page.go_back()
    expect(page.locator(".row")).to_have_count(PAGE_SIZE)

    # A facet, taken back by its chip, and taken again.
    def choose_energy():
        energy, panel = page.locator("#facet-topic-energy"), page.locator("#facets-panel > summary")
        # On a phone the panel stays as the reader left it, on a page of its own it is folded. While a
        # page comes neither can be seen: which of the two it is, is told once one of them is.
        expect(energy.or_(panel).filter(visible=True)).not_to_have_count(0)
        if not energy.is_visible():
            panel.click()
        energy.click()
        listed(page, "A gas pact", "An oil pact")
        assert page.url.endswith(f"{PAGE}?topic=energy")

    choose_energy()
    page.get_by_role("link", name="Remove filter: Topic Energy").click()
    expect(page.locator(".row")).to_have_count(PAGE_SIZE)
    choose_energy()

    # What is offered of this list answers, with its filter.
    page.locator("#take-with-you > summary").click()
    fits(page)
    links = page.locator("#take-with-you a[type]")
    addresses = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert {page.request.get(address).status for address in addresses} == {200}
    table = page.request.get(next(one for one in addresses if ".csv" in one)).text()
    assert [
        title for title in ("A gas pact", "An oil pact", "Visit", "A draft") if title in table
    ] == [
        "A gas pact",
        "An oil pact",
    ]

    # Record, the one before, the list, and back by the browser.
    page.get_by_role("link", name="A gas pact").click()
    at(page, "A gas pact")
    page.get_by_role("link", name="Earlier").click()
    at(page, "An oil pact")
    expect(page.get_by_role("link", name="Earlier")).to_have_count(0)
    page.get_by_role("link", name="Back to the list").click()
    listed(page, "A gas pact", "An oil pact")
    expect(page.locator("#oil")).to_be_in_viewport()
    page.go_back()
    at(page, "An oil pact")
    page.go_back()
    at(page, "A gas pact")

    # How to cite it.
    expect(page.locator("#cite-text")).to_be_hidden()
    page.locator("#cite > summary").click()
    expect(page.locator("#cite-text")).to_contain_text("A gas pact")
    fits(page)

    # A problem with it.
    page.get_by_role("link", name="Report a problem").click()
    at(page, "Report a problem")
    page.get_by_label("What should it say").fill("It was signed a day earlier.")
    page.get_by_label("What is wrong").select_option("date")
    page.get_by_role("button", name="Send to the editors").click()
    at(page, "Thank you")
    page.get_by_role("link", name="Back to the record").click()
    at(page, "A gas pact")
    report = Report.objects.get()
    assert (report.record.slug, report.problem, report.text) == (
        "gas",
        "date",
        "It was signed a day earlier.",
    )


@pytest.mark.console_noise("the answer is a 400")
def test_a_refused_report_leads_to_what_is_missing(page, records):
    page.goto("/agreements/gas/report/")
    page.get_by_label("Where can we see that").fill("A document, p. 5")
    page.get_by_role("button", name="Send to the editors").click()
    missing = page.get_by_role("alert").get_by_role("link")
    expect(missing).to_have_text(["What is wrong", "What should it say"])
    expect(page.get_by_label("Where can we see that")).to_have_value("A document, p. 5")
    for number, label in enumerate(("What is wrong", "What should it say")):
        missing.nth(number).press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        expect(page.get_by_label(label)).to_be_focused()


def tab_to(page, selector, most=120):
    """Press Tab until what ``selector`` names has the focus; at each stop the focus is to be seen."""
    for _press in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["isSeen"], (page.url, focus["html"])
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached on {page.url}: {focus['html']}")


def skip(page):
    """Past what stands on every page, as the first press of Tab offers."""
    tab_to(page, "a.skip", most=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_from_the_home_page_to_a_report_by_keyboard(open_page, records):
    page = open_page(viewport=DESK)
    page.goto("/")
    skip(page)
    page.goto("/timeline/")
    tab_to(page, "#search-all, #filter-q")
    page.keyboard.type("pact")
    page.keyboard.press("Enter")
    listed(page, "A gas pact", "An oil pact")

    # On the relation's own page: a facet, which leaves the focus where it was.
    page.goto(f"{PAGE}?q=pact")
    skip(page)
    tab_to(page, "#facet-topic-energy")
    until_htmx_is_there(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}?q=pact&topic=energy")
    expect(page.locator("#facet-topic-energy")).to_be_focused()
    assert page.evaluate(FOCUS)["isSeen"]
    tab_to(page, "#oil .row-title a, .row-title a[href*='/oil/']")
    page.keyboard.press("Enter")
    at(page, "An oil pact")

    # To its foot, through every stop of the record.
    skip(page)
    tab_to(page, "a[href$='report/']")
    page.keyboard.press("Enter")
    at(page, "Report a problem")
    skip(page)
    tab_to(page, "#report-problem")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#report-text", most=1)
    page.keyboard.type("It was signed a day earlier.")
    tab_to(page, "#report-evidence", most=1)
    tab_to(page, "#report-email", most=1)
    # What only programs fill in is no stop.
    tab_to(page, "button", most=1)
    page.keyboard.press("Enter")
    at(page, "Thank you")
    assert list(Report.objects.values_list("record__slug", "status")) == [("oil", "new")]
