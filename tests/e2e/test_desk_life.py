"""A fact's whole life at the desk, in a browser: drafted, refused, reviewed, read, altered, brought back, withdrawn."""

import re

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from agreements.models import Agreement
from relations.models import Import, Record
from tests import factories
from tests.e2e.desk import PASSWORD, choose, own_problems, sign_in
from tests.e2e.test_every_page import TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "Pact on the Caspian"
SLUG = "pact-on-the-caspian-1993"
SIZES = [(390, "dark"), (820, "light"), (1280, "dark"), (1280, "light")]


@pytest.fixture
def staff(transactional_db):
    """An editor and a reviewer, with the groups that a migration makes: they are gone with the test before."""
    from importlib import import_module

    from django.apps import apps
    from django.db import connection

    module = import_module("relations.migrations.0006_editors_and_reviewers")
    with connection.schema_editor() as editor:
        module.make(apps, editor)
    for name, group in (("rita", "Editor"), ("rob", "Reviewer")):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=group))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).first.click()


def cite(page: Page, row: int, source: str, value: str, locator: str = "") -> None:
    choose(page, f"citations-{row}-source", source)
    page.locator(f"[name=citations-{row}-field]").select_option("date")
    page.locator(f"[name=citations-{row}-value]").fill(value)
    page.locator(f"[name=citations-{row}-locator]").fill(locator)


def test_a_fact_lives_from_its_draft_to_its_withdrawal(open_page, staff):
    factories.RelationFactory()
    for title in ("Gazette", "Herald"):
        factories.SourceFactory(title=title)
    rita, rob = open_page(), open_page()
    sign_in(rita, "rita")

    # An uncertain date, as it is said, and two citations that disagree.
    rita.goto("/admin/agreements/agreement/add/")
    rita.get_by_label("Title:", exact=True).fill(TITLE)
    rita.get_by_label("Date:", exact=True).fill("24 Feb or 24 Dec 1993")
    choose(rita, "countries", "Azerbaijan")
    choose(rita, "countries", "Kazakhstan")
    cite(rita, 0, "Gazette", "24 Feb 1993")
    rita.get_by_role("button", name="Add another Citation").click()
    cite(rita, 1, "Herald", "1994", "12")
    assert "published" not in rita.locator("[name=stage] option").evaluate_all(
        "options => options.map(option => option.value)"
    )
    save(rita)
    expect(rita.locator(".messagelist .success")).to_contain_text("was added successfully")
    agreement = Agreement.objects.get()
    assert agreement.date == "[1993-02-24,1993-12-24]"

    # What it lacks is listed; it goes to review, and no reader sees it yet.
    form = f"/admin/agreements/agreement/{agreement.pk}/change/"
    rita.goto(form)
    rita.get_by_label("Stage:").select_option("review")
    save(rita)
    assert rita.request.get(f"/agreements/{SLUG}/").status == 404

    # Refused without a locator; with one the reviewer publishes.
    agreement.citations.filter(value="1994").delete()
    sign_in(rob, "rob")
    rob.goto(form)
    rob.get_by_label("Stage:").select_option("published")
    save(rob)
    expect(rob.locator(".field-stage .errorlist")).to_contain_text(
        "at least one citation with a locator"
    )
    assert Agreement.objects.get().stage == "review"
    rita.goto(form)
    rita.locator("[name=citations-0-locator]").fill("7")
    rita.get_by_role("button", name="Add another Citation").click()
    cite(rita, 1, "Herald", "1994", "12")
    save(rita)
    rob.goto(form)
    rob.get_by_label("Stage:").select_option("published")
    save(rob)
    expect(rob.locator(".messagelist .success")).to_contain_text("was changed successfully")

    # Page, API, feed and search have it at once.
    reader = open_page()
    reader.goto(f"/agreements/{SLUG}/")
    expect(reader.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(reader.locator("main")).to_contain_text("24 February or 24 December 1993")
    found = reader.request.get(f"/api/v1/agreements/{SLUG}/").json()
    assert found["evidence"]["overall"] == "conflict"
    assert [one["value"] for one in found["citations"]] == ["1993-02-24", "1994"]
    assert TITLE in reader.request.get("/azerbaijan-kazakhstan/timeline.atom").text()
    assert reader.request.get("/api/v1/timeline/?q=caspian").json()["count"] == 1

    # Of two forms of it the one that is sent later is refused.
    first, second = rob, rob.context.new_page()
    for tab, summary in ((first, "One."), (second, "Two.")):
        tab.goto(form)
        tab.get_by_label("Summary:").fill(summary)
        tab.get_by_label("Reason for the change:").fill("Said more")
    save(first)
    expect(first.locator(".messagelist .success")).to_be_visible()
    save(second)
    expect(second.locator(".errornote")).to_be_visible()
    expect(second.get_by_label("Summary:")).to_have_value("Two.")
    assert Agreement.objects.get().summary == "One."

    # An earlier version is brought back, citations and all.
    rob.goto(f"/admin/agreements/agreement/{agreement.pk}/history/")
    rob.get_by_role("link", name="Compare and restore").nth(1).click()
    expect(rob.locator(".desk-differences tbody tr")).to_have_text(
        re.compile(r"Summary\s*One\.\s*–")
    )
    rob.get_by_label("Reason for the change:").fill("Said too much")
    rob.get_by_role("button", name="Restore this version").click()
    expect(rob.get_by_label("Summary:")).to_have_value("")
    agreement.refresh_from_db()
    assert (agreement.summary, agreement.citations.count()) == ("", 2)

    # Withdrawn, it says so everywhere.
    rob.goto(form)
    rob.get_by_label("Stage:").select_option("withdrawn")
    rob.get_by_label("Reason for the change:").fill("It was never signed")
    save(rob)
    expect(rob.locator(".messagelist .success")).to_be_visible()
    for address in (
        f"/agreements/{SLUG}/",
        f"/api/v1/timeline/{SLUG}/",
        f"/api/v1/agreements/{SLUG}/",
    ):
        assert reader.request.get(address).status == 410, address
    assert reader.request.get("/api/v1/timeline/?q=caspian").json()["count"] == 0
    assert TITLE not in reader.request.get("/azerbaijan-kazakhstan/timeline.atom").text()


def test_a_table_with_bad_rows_changes_nothing_and_says_which(open_page, staff, tmp_path):
    factories.RelationFactory()
    table = tmp_path / "visits.csv"
    rows = [f"Visit {number},{1990 + number},AZ,KZ" for number in range(1, 6)]
    bad = ["Bad date,2004-13,AZ,KZ", "Bad guest,1996,Texas,KZ", ",1996,AZ,KZ"]
    table.write_text("\n".join(["title,date,guest,host", *rows, *bad]))
    page = open_page()
    sign_in(page, "rita")
    page.get_by_role("link", name="Imports", exact=True).first.click()
    page.goto("/admin/relations/import/add/")
    # The source is chosen by Django’s own widget.
    assert own_problems(page, ".desk-table", "#id_file", "#id_kind", ".submit-row") == []
    page.get_by_label("Table:").set_input_files(table)
    page.get_by_label("What its rows are:").select_option("visit")
    page.get_by_role("button", name="Check the table").click()

    # The script checks it to the end; nobody has to press anything.
    expect(page.get_by_role("heading", name="Store it")).to_be_visible()
    page.get_by_role("button", name="Store 5 rows").click()
    expect(page.locator(".messagelist .error")).to_have_text(
        "Some rows are refused: correct them, or leave them out."
    )
    assert not Record.objects.exists()
    page.get_by_role("navigation", name="Rows by outcome").get_by_role(
        "link", name="refused"
    ).click()
    expect(page.locator("#content-main tbody th[scope=row]")).to_have_text(["7", "8", "9"])
    for width, scheme in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.reload()
        assert own_problems(page, "#content-main") == [], (width, scheme)
        assert not page.evaluate(TOO_WIDE), width

    page.get_by_label("Leave out the rows that are refused").check()
    page.get_by_role("button", name="Store 5 rows").click()
    expect(page.locator(".messagelist .success")).to_have_text(
        "5 records were added as drafts, 0 changed."
    )
    assert Import.objects.get().state == "stored"
