"""Two-step sign-in in a browser: set up from the picture, used, and what one sees when it is locked."""

import re
from base64 import b32decode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from tests.e2e.test_every_page import RULES

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"
DESK = "The staff’s desk"
# Otherwise axe adds the sheets to the page once more, in lines of its own, which the policy refuses.
QUIETLY = RULES | {"preload": False}
SIZES = [(390, "light"), (820, "dark"), (1280, "light")]


@pytest.fixture
def editor(transactional_db):
    return User.objects.create_superuser("editor", "editor@example.org", PASSWORD)


def give_password(page: Page, password: str = PASSWORD) -> None:
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def check(page: Page) -> None:
    """Axe finds nothing in what is ours, and no page is wider than its window; light and dark."""
    found = []
    page.wait_for_load_state("load")
    for width, scheme in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        # Links change their colour slowly.
        page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        for one in Axe().run(page, context="#content", options=QUIETLY).response["violations"]:
            found += [f"{width}: {one['id']}: {node['html'][:120]}" for node in one["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{width}: wider than its window")
    assert found == []


def test_signing_in_in_two_steps(page: Page, open_page, editor):
    give_password(page)
    page.get_by_role("link", name="Two-step sign-in").click()
    expect(page.get_by_role("button", name="Set up")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Set up").click()
    picture = page.get_by_role("img", name="QR code that holds the key below")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth > 100")
    check(page)

    # An app reads the key as a person types it.
    key = b32decode(page.locator(".desk-key").inner_text().replace(" ", ""))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code").fill(f"{totp(key):06}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator(".desk-codes li").all_inner_texts()
    assert len(codes) == 10
    check(page)
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_text("You have 10 recovery codes left.")).to_be_visible()
    check(page)

    other = open_page()
    give_password(other)
    code = other.get_by_label("Code")
    expect(code).to_be_focused()
    check(other)
    other.goto("/admin/")
    expect(other).to_have_url(re.compile("/admin/login/"))
    other.goto("/admin/login/code/")
    code.fill(f"{totp(key, drift=1):06}")
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", name=DESK)).to_be_visible()

    other.get_by_role("button", name="Log out").click()
    give_password(other)
    code.fill(codes[0])
    other.get_by_role("button", name="Sign in").click()
    expect(other.locator(".messagelist")).to_contain_text(
        "You have used a recovery code: 9 are left."
    )

    # As if half a minute had passed since the last code.
    TOTPDevice.objects.update(last_t=-1)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code").fill(f"{totp(key):06}")
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator(".messagelist")).to_have_text(
        re.compile("Two-step sign-in is switched off")
    )


@pytest.mark.console_noise("the answer is 429")
def test_what_one_sees_when_signing_in_is_locked(page: Page, editor):
    policy = []
    page.on("console", lambda one: policy.append(one.text) if "policy" in one.text else None)
    for _ in range(4):
        give_password(page, "wrong")
        # What is sent while one leaves the page may never arrive.
        expect(page.locator(".errornote")).to_be_visible()
    give_password(page, "wrong")
    expect(page.get_by_role("heading", level=1)).to_have_text("Signing in is locked for a while")
    expect(page.get_by_role("alert")).to_contain_text("Try again in 15 minutes")
    check(page)
    page.get_by_role("link", name="Back to signing in").click()
    expect(page.get_by_label("Username")).to_be_visible()
    check(page)
    assert policy == []


def test_who_must_sets_it_up_before_anything_else(page: Page, editor, settings):
    settings.REQUIRE_TWO_STEPS = True
    give_password(page)
    expect(page.get_by_text("Everybody here signs in in two steps")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Set up").click()
    key = b32decode(page.locator(".desk-key").inner_text().replace(" ", ""))
    check(page)
    page.get_by_label("Code").fill(f"{totp(key):06}")
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_role("heading", name=DESK)).to_be_visible()
