"""An editor's work at the desk, in a browser, under the content security policy."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from agreements.models import Agreement
from relations.models import Change, Visit
from tests import factories
from tests.e2e.desk import PASSWORD, choose, own_problems, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(transactional_db, settings):
    settings.SELF_PUBLISH = True  # a desk of one; that it takes two has tests of its own
    return User.objects.create_superuser("editor", "editor@example.org", PASSWORD)


@pytest.fixture
def at_the_desk(page: Page, editor) -> Page:
    sign_in(page)
    return page


def test_an_agreement_is_added_refused_and_published(at_the_desk: Page, editor):
    for code in ("AZ", "KZ"):
        factories.country(code)
    factories.SourceFactory(title="Journal article")
    page = at_the_desk
    page.get_by_role("link", name="Add").and_(
        page.locator("[aria-describedby=records-agreement]")
    ).first.click()

    page.get_by_label("Title:", exact=True).fill("Trade agreement")
    page.get_by_label("Date:", exact=True).fill("[1993-02-24,1993-12-24]")
    page.get_by_label("Instrument:").select_option("agreement")
    choose(page, "countries", "Azerbaijan")
    choose(page, "countries", "Kazakhstan")
    page.get_by_label("Stage:").select_option("published")
    page.get_by_role("button", name="Save", exact=True).first.click()

    # Nothing is published without a passage that says so, and nothing typed is lost.
    expect(page.locator(".field-stage .errorlist")).to_have_text(
        "To be published, this needs at least one citation with a locator: "
        "add one below, or save it as a draft."
    )
    expect(page.get_by_label("Title:", exact=True)).to_have_value("Trade agreement")
    expect(page.get_by_text("Reads: 24 February or 24 December 1993.")).to_be_visible()
    assert not Agreement.objects.exists()

    choose(page, "citations-0-source", "Journal article")
    page.locator("[name=citations-0-locator]").fill("55")
    page.locator("[name=citations-0-field]").select_option("date")
    page.locator("[name=citations-0-value]").fill("1993-02-24")
    page.locator("[name=citations-0-as_written]").fill("24 February 1993")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_contain_text("was added successfully")
    expect(page.locator("#result_list .field-honest_date")).to_have_text(
        "24 February or 24 December 1993"
    )

    agreement = Agreement.objects.get()
    assert agreement.stage == "published"
    assert agreement.citations.get().verdict == "finer"
    assert Change.objects.latest("number").user == editor

    page.locator("#result_list").get_by_role("link", name="Trade agreement").click()
    page.get_by_role("link", name="View on site").click()
    expect(page).to_have_url(re.compile(r"/agreements/trade-agreement-1993/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Trade agreement")


def test_a_date_says_what_it_means_while_it_is_typed(at_the_desk: Page):
    page = at_the_desk
    page.goto("/admin/relations/milestone/add/")
    date = page.get_by_label("Date:", exact=True)
    told = page.locator(".field-date .desk-told")
    date.press_sequentially("about 1993")
    expect(told.locator(".desk-reads")).to_have_text(
        "Reads: about 1993. Sorts: 1993-01-01, ends 1993-12-31."
    )
    expect(told.locator(".desk-stored")).to_be_visible()
    expect(told.locator("code")).to_have_text("1993~")

    date.fill("1992-1999")
    expect(told.locator(".desk-problem")).to_contain_text("write 1992/1999 if it lasted")
    expect(told.locator(".desk-stored")).to_be_hidden()
    date.fill("1993~")
    expect(told.locator(".desk-reads")).to_contain_text("Reads: about 1993.")
    expect(told.locator(".desk-stored")).to_be_hidden()
    date.fill("")
    expect(told).to_have_text(re.compile(r"^\s*Stored:\s*$"))
    expect(told.locator(".desk-stored")).to_be_hidden()


def test_an_edit_is_undone_from_the_history(at_the_desk: Page):
    agreement = factories.AgreementFactory(title="Treaty of friendship")
    page = at_the_desk
    page.goto(f"/admin/agreements/agreement/{agreement.pk}/change/")
    page.get_by_label("Title:", exact=True).fill("Friendship")
    page.get_by_label("Reason for the change").fill("Shorter")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.get_by_label("Title:", exact=True)).to_have_value("Friendship")

    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Compare and restore").last.click()
    expect(page.locator(".desk-differences tbody tr")).to_have_text(
        re.compile(r"Title\s*Friendship\s*Treaty of friendship")
    )
    page.get_by_label("Reason for the change").fill("The name is the name")
    page.get_by_role("button", name="Restore this version").click()
    expect(page.get_by_label("Title:", exact=True)).to_have_value("Treaty of friendship")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_no_page_is_wider_than_the_window(open_page, editor, width, scheme):
    visit = factories.VisitFactory(
        title="A visit with a title of " + "many words " * 20, guest="AZ", host="KZ"
    )
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(page)
    wide = []
    for path in (
        "/admin/",
        "/admin/relations/record/",
        "/admin/contested/?show=all",
        "/admin/relations/visit/add/",
        "/admin/agreements/agreement/add/",
        "/admin/relations/tradefigure/add/",
        "/admin/relations/organization/add/",
        "/admin/relations/person/add/",
        f"/admin/relations/visit/{visit.pk}/change/",
        f"/admin/relations/visit/{visit.pk}/history/",
        "/admin/relations/change/",
        f"/admin/relations/change/{Change.objects.latest('number').pk}/change/",
    ):
        page.goto(path)
        for another in page.locator("[data-inline-type=tabular] .add-row a").all():
            another.click()
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    assert wide == []


def test_what_may_be_the_same_is_shown_and_stored_on_purpose_only(at_the_desk: Page):
    stored = factories.VisitFactory(
        title="Visit of the President to Baku", date="1996-09-16", countries=("AZ", "KZ")
    )
    page = at_the_desk
    page.goto("/admin/relations/visit/add/")
    page.get_by_label("Title:", exact=True).fill("Visit of the president to Baku")
    page.get_by_label("Summary:").fill("Three days of talks.")
    page.get_by_label("Date:", exact=True).fill("September 1996")
    choose(page, "countries", "Azerbaijan")
    choose(page, "countries", "Kazakhstan")
    page.get_by_role("button", name="Save", exact=True).first.click()

    expect(page.get_by_text("Nothing was stored yet")).to_be_visible()
    twin = page.get_by_role("link", name=stored.title)
    expect(twin).to_have_attribute("href", f"/admin/relations/visit/{stored.pk}/change/")
    expect(page.get_by_label("Summary:")).to_have_value("Three days of talks.")
    expect(page.get_by_text("dates that may be the same")).to_be_visible()
    page.wait_for_load_state("load")
    assert own_problems(page, ".desk-twins") == []
    assert Visit.objects.get() == stored

    page.get_by_label("None of these is the same: store it anyway").check()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert Visit.objects.count() == 2


def test_a_record_is_merged_into_its_twin(at_the_desk: Page, live_server):
    kept = factories.VisitFactory(slug="kept", title="Visit to Baku", countries=("AZ", "KZ"))
    merged = factories.VisitFactory(slug="merged", title="Talks in Baku", countries=("AZ", "KZ"))
    page = at_the_desk
    page.goto(f"/admin/relations/visit/{merged.pk}/change/")
    page.get_by_role("link", name="Merge into…").click()
    choose(page, "into", "Visit to Baku")
    page.get_by_role("button", name="Show what would move").click()
    expect(page.get_by_role("table", name="Where they differ")).to_contain_text("Talks in Baku")
    page.wait_for_load_state("load")
    assert own_problems(page, ".desk-differences", "#id_reason") == []
    page.get_by_label("Reason for the change:").fill("One event, told twice")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("Merged “Talks in Baku” into “Visit to Baku”.")).to_be_visible()
    assert kept.citations.count() == 2
    page.goto("/visits/merged/")
    expect(page).to_have_url(f"{live_server.url}/visits/kept/")
