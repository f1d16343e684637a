"""The timeline in a page of somebody else's, and what is copied from ours."""

import pytest
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.factories import AgreementFactory, RelationFactory, VisitFactory

PAIR = ["AZ", "KZ"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pact():
    RelationFactory()
    with unit_of_work():
        for number in range(60):
            VisitFactory(date=f"2010-01-{number % 28 + 1:02}", countries=PAIR)
    return AgreementFactory(slug="pact-2005", title="A pact", date="2005", countries=PAIR)


@pytest.fixture
def article(open_page, elsewhere):
    """A page at another site that holds what it is given: ``article('<iframe…>')``."""

    def article(body, **options):
        elsewhere.page = (
            f"<!doctype html><title>An article</title><link rel=icon href=data:,>{body}"
        )
        page = open_page(**options)
        page.route(f"{elsewhere.url}**", lambda route: route.continue_())
        page.goto(elsewhere.url)
        return page

    return article


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scripts", [True, False])
def test_what_a_record_offers_shows_it_elsewhere(
    open_page, article, elsewhere, pact, width, scripts
):
    page = open_page()
    page.goto(pact.get_absolute_url())
    page.get_by_text("Cite or embed this").click()
    code = page.get_by_label("Code to paste").input_value()
    host = article(code, viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    frame = host.frame_locator("iframe")
    row = frame.locator("#pact-2005")
    expect(row).to_be_in_viewport()
    assert row.evaluate("row => row.matches(':target')")
    assert host.locator("iframe").evaluate("one => one.getBoundingClientRect().right") <= width
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert row.evaluate(f"() => {wide}") <= 0
    with host.context.expect_page() as opened:
        row.get_by_role("link", name="A pact").click()
    assert opened.value.url.endswith("/agreements/pact-2005/")
    assert host.url == elsewhere.url
    assert host.context.cookies() == []


def test_the_lists_places_stay_in_the_frame(article, elsewhere, live_server, pact):
    host = article(f'<iframe src="{live_server.url}/embed/azerbaijan-kazakhstan/"></iframe>')
    frame = host.frame_locator("iframe")
    expect(frame.locator(".embed-row")).to_have_count(50)
    frame.get_by_role("link", name="Older").click()
    expect(frame.get_by_role("heading", name="A pact")).to_be_visible()
    frame.get_by_role("link", name="Newer").click()
    expect(frame.locator(".embed-row")).to_have_count(50)
    assert host.url == elsewhere.url


@pytest.mark.console_noise("the browser says that it refused to frame the page")
def test_no_other_page_is_shown_elsewhere(article, live_server, pact):
    host = article(f'<iframe src="{live_server.url}/azerbaijan-kazakhstan/"></iframe>')
    host.wait_for_load_state("networkidle")
    assert [frame.url for frame in host.frames[1:]] == ["chrome-error://chromewebdata/"]


def test_a_citation_is_copied_and_that_is_said(open_page, pact):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/azerbaijan-kazakhstan/")
    page.get_by_text("Cite or embed this").press("Enter")
    cite = page.locator("#cite")
    cite.get_by_role("button", name="Copy").first.press("Enter")
    expect(cite.get_by_role("status").first).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#cite-text").inner_text()
    cite.get_by_role("button", name="Copy").last.press("Enter")
    expect(cite.get_by_role("status").last).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("<iframe src=")


def test_without_scripts_nothing_offers_to_copy(open_page, pact):
    page = open_page(java_script_enabled=False)
    page.goto("/azerbaijan-kazakhstan/")
    page.get_by_text("Cite or embed this").click()
    expect(page.locator("#cite-text")).to_be_visible()
    expect(page.get_by_role("link", name="BibTeX")).to_be_visible()
    expect(page.locator(".copy:visible")).to_have_count(0)
