"""Somebody at the staff's desk, in a browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.test_every_page import RULES

PASSWORD = "correct horse battery"


def sign_in(page: Page, name: str = "editor") -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="The staff’s desk")).to_be_visible()


def choose(page: Page, name: str, text: str) -> None:
    """Pick from a field with autocompletion, by keyboard."""
    page.locator(f"[name={name}] + .select2").click()
    page.keyboard.type(text)
    page.locator(".select2-results__option--highlighted", has_text=text).wait_for()
    page.keyboard.press("Enter")


def own_problems(page: Page, *ours: str) -> list[str]:
    """What axe finds in these parts of a page of the desk, the rest of which is Django's."""
    context = {"include": [[part] for part in ours]}
    # To look into Django's style sheets it would add some to the page, which the policy refuses.
    options = RULES | {"preload": False}
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
