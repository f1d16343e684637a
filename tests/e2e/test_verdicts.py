"""At the desk, in a browser: what citations say while one types, what the editors decide, a draft as it will look."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from relations.models import Decision
from tests import factories
from tests.e2e.desk import PASSWORD, own_problems, sign_in
from tests.e2e.test_every_page import TOO_WIDE, problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# How far the widest part of a page that scrolls sideways has to be scrolled to be seen whole.
ASIDE = """Math.max(...[...document.querySelectorAll(".desk-wide")].map(
    (part) => part.scrollWidth - part.clientWidth))"""
SIZES = [(390, "dark"), (820, "light"), (1280, "dark"), (1280, "light")]


@pytest.fixture
def editor(transactional_db):
    return User.objects.create_superuser("editor", "editor@example.org", PASSWORD)


@pytest.fixture
def at_the_desk(page: Page, editor) -> Page:
    sign_in(page)
    return page


@pytest.fixture
def visit(transactional_db):
    visit = factories.VisitFactory(
        title="State visit",
        date="2004-03",
        stage="draft",
        countries=["AZ", "KZ"],
        source=factories.SourceFactory(publisher="Gazette"),
    )
    factories.CitationFactory(
        record=visit,
        source=factories.SourceFactory(publisher="Herald"),
        field="date",
        value="2004-05",
        as_written="in May",
    )
    return visit


def test_citations_are_judged_while_one_types(at_the_desk: Page, visit):
    factories.PlaceFactory(slug="baku", name="Baku")
    page = at_the_desk
    page.goto(f"/admin/relations/visit/{visit.pk}/change/")
    date = page.locator("[data-said=date]")
    first = page.locator("#citations-0 .field-verdict_reads .readonly")
    expect(date.locator(".desk-said-line").first).to_have_text("supports Gazette, paragraph 1")

    page.get_by_label("Date:", exact=True).fill("May 2004")
    expect(date.locator(".desk-said-line").first).to_have_text("supports Herald, paragraph 1")
    expect(first).to_have_text("contradicts")
    expect(date).to_contain_text("Sources disagree.")

    page.locator("[name=citations-0-value]").fill("16.05.2004")
    expect(first).to_have_text("more exact")
    expect(date).not_to_contain_text("Sources disagree.")

    # A row that is added, and what is chosen by autocompletion.
    page.get_by_role("button", name="Add another Citation").click()
    page.locator("[name=citations-2-field]").select_option("place")
    page.locator("[name=citations-2-value]").fill("baku")
    place = page.locator("[data-said=place]")
    expect(place).to_have_text("another reading Baku no source yet")
    page.locator("[name=place] + .select2").click()
    page.keyboard.type("Baku")
    page.locator(".select2-results__option--highlighted", has_text="Baku").wait_for()
    page.keyboard.press("Enter")
    expect(place).to_have_text("supports no source yet")
    page.locator("#citations-2 .inline-deletelink").click()
    expect(place).to_have_text("")
    expect(date).to_have_attribute("aria-live", "polite")
    assert own_problems(page, ".desk-said", ".desk-standing") == []
    visit.refresh_from_db()
    assert visit.date == "2004-03"


def test_the_editors_decide_and_readers_see_why(at_the_desk: Page, visit):
    visit.stage = "published"
    visit.save()
    page = at_the_desk
    page.goto("/admin/")
    page.get_by_role("link", name="State visit").first.click()
    expect(page.get_by_role("heading", name="Sources disagree")).to_be_visible()

    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Nothing was decided. Choose what becomes of it."
    )
    # By keyboard alone.
    page.get_by_label("Set aside May 2004, Herald").focus()
    page.keyboard.press("Space")
    page.get_by_label("Reason, which readers see").focus()
    page.keyboard.type("It was written a year later.")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_contain_text("The claim is set aside")

    page.goto(visit.get_absolute_url())
    said = page.locator(".set-aside")
    expect(said).to_have_text("Set aside by the editors: It was written a year later.")
    assert problems(page) == []

    page.goto(f"/admin/contested/?record={visit.pk}")
    page.get_by_label("Count it again").check()
    page.get_by_label("Reason, which readers see").fill("It may be right.")
    page.get_by_role("button", name="Decide").click()
    page.get_by_label("Keep open").check()
    page.get_by_label("Reason, which readers see").fill("Both were there.")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".desk-contest .desk-decision")).to_have_text(
        "Left open by the editors: Both were there."
    )
    page.goto(visit.get_absolute_url())
    expect(page.locator(".decision")).to_have_text("Left open by the editors: Both were there.")
    assert problems(page) == []


def test_a_refused_form_begins_at_the_first_field_to_mend(at_the_desk: Page):
    page = at_the_desk
    page.goto("/admin/relations/visit/add/")
    page.get_by_label("Title:", exact=True).fill("State visit")
    page.get_by_label("Date:", exact=True).fill("1992-1999")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".field-date .errorlist")).to_be_visible()
    expect(page.get_by_label("Date:", exact=True)).to_be_focused()


def test_what_is_missing_is_made_without_leaving_the_form(at_the_desk: Page):
    page = at_the_desk
    page.goto("/admin/relations/visit/add/")
    page.locator("#participations-group .add-row a").click()
    for opener, field, name in (
        ("#add_id_place", "place", "Aktau"),
        ("#add_id_organizations", "organizations", "Port authority"),
        ("#add_id_topics", "topics", "Ports"),
        ("#add_id_participations-0-person", "participations-0-person", "A Guest"),
        ("#add_id_citations-0-source", "citations-0-source", "A gazette"),
    ):
        with page.expect_popup() as opened:
            page.locator(opener).click()
        popup = opened.value
        own = popup.get_by_label("Title:", exact=True).or_(popup.get_by_label("Name:", exact=True))
        own.fill(name)
        for choice in popup.locator("select[required]").all():
            choice.select_option(index=1)
        popup.get_by_role("button", name="Save", exact=True).first.click()
        expect(page.locator(f"[name={field}] + .select2")).to_contain_text(name)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_list_of_contested_records_is_accessible(open_page, editor, visit, width, scheme):
    other = factories.AgreementFactory(title="A treaty of " + "many words " * 20)
    factories.CitationFactory(record=other, field="date", value="1999", as_written="w" * 80)
    factories.CitationFactory(
        record=other, field="date", value="1998", set_aside="A misprint, " * 20
    )
    factories.DecisionFactory(record=other.record_ptr, reason="reason" * 50)
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(page)
    page.goto("/admin/contested/?show=all")
    assert page.evaluate(TOO_WIDE) == 0
    assert page.evaluate(ASIDE) == 0
    assert own_problems(page, "#content") == []
    assert Decision.objects.count() == 1


def test_a_draft_is_seen_as_it_will_look(at_the_desk: Page, open_page, visit):
    page = at_the_desk
    page.goto(f"/admin/relations/visit/{visit.pk}/change/")
    page.get_by_role("link", name="Preview as saved").click()
    expect(page).to_have_url(re.compile(r"/preview/[^/]+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("State visit")
    expect(page.get_by_role("note")).to_contain_text("Draft – not published.")

    # Whoever is handed the link needs no account; no other page hears where they come from.
    reader = open_page(viewport={"width": 390, "height": 844})
    reader.goto(page.url)
    expect(reader.get_by_role("heading", level=1)).to_have_text("State visit")
    with reader.expect_request("**/disagreements/") as asked:
        reader.locator("a[href='/disagreements/']").first.click()
    assert "referer" not in asked.value.headers
