"""A real browser against a live server: `page` is a tab whose silence is part of every test."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from relations.http.stylesheets import SHEETS, put_together
from tests.run import browser as chrome

# A policy that only reports, or a violation that the console leaves out, is heard all the same.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(
    `policy: ${event.effectiveDirective} refused ${event.blockedURI} in ${event.sourceFile}`));
"""
TIMEOUT = 15_000  # milliseconds
LOCAL = ("data", "blob", "about")
# As long as a page may take to come: what is expected of it may need a page first.
expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chrome.find()
    if path is None:
        pytest.fail(chrome.NONE_TO_BE_HAD, pytrace=False)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code
        # and forbids the ORM. Nothing here awaits anything.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=path, args=chrome.arguments())
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def live_server(request, tmp_path_factory):
    """pytest-django's own, without the redirect to HTTPS, which it does not speak.

    Style sheets are put together as `collectstatic` does for production.
    """
    whole = tmp_path_factory.mktemp("static")
    (whole / SHEETS).mkdir(parents=True)
    (static,) = settings.STATICFILES_DIRS
    for sheet in (static / SHEETS).iterdir():
        text = put_together(f"{SHEETS}{sheet.name}", lambda name: (static / name).read_text())
        (whole / SHEETS / sheet.name).write_text(text)
    with override_settings(STATICFILES_DIRS=[whole, static]):
        # Middleware reads this once, when the server starts; other tests keep the redirect.
        with override_settings(SECURE_SSL_REDIRECT=False):
            server = request.getfixturevalue("live_server")
        yield server


@pytest.fixture
def open_page(browser: Browser, live_server, settings, request) -> Iterator:
    """Open tabs of the site: `open_page(viewport={"width": 390, "height": 844})`.

    Takes what Playwright's `new_context` takes. At the end the test fails if a tab logged an
    error, threw one, broke the content security policy or asked another host for anything. Where
    that is the very thing under test, mark it: `@pytest.mark.console_noise("why")`.
    """
    # As the redirect: the live server speaks plain HTTP, and its addresses are its own.
    settings.SESSION_COOKIE_SECURE = False
    settings.CSRF_COOKIE_SECURE = False
    settings.SITE_URL = live_server.url

    contexts, noise = [], []
    host = urlsplit(live_server.url).netloc

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            noise.append(f"console: {message.text} ({message.location.get('url', '')})")

    def guard(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc == host or address.scheme in LOCAL:
            route.continue_()
        else:
            noise.append(f"request to another host: {route.request.url}")
            route.abort()

    def open_page(**options) -> Page:
        context = browser.new_context(**{"base_url": live_server.url, **options})
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        context.add_init_script(REPORT_VIOLATIONS)
        context.route("**/*", guard)
        context.on("console", heard)
        context.on("weberror", lambda error: noise.append(f"script: {error.error}"))
        return context.new_page()

    yield open_page

    for context in contexts:
        context.close()
    if noise and not request.node.get_closest_marker("console_noise"):
        pytest.fail("The page was not silent:\n" + "\n".join(noise), pytrace=False)


@pytest.fixture
def page(open_page) -> Page:
    """One tab of the site, open on nothing yet: `page.goto("/")`."""
    return open_page()


@pytest.fixture
def elsewhere():
    """A server of somebody else's: ``elsewhere.page`` is what it answers, ``elsewhere.url`` where."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(server.page.encode())

        def log_message(self, *args):
            pass

    # By number: the site is “localhost”, so that a browser takes the two for different sites.
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
