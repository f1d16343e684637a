"""What every pytest run needs before it starts, however it was started.

Loaded by `-p` (see pyproject.toml), which is before Django's settings are imported: a plain
`pytest` needs no environment of its own.
"""

from pathlib import Path

import pytest

from tests.run import browser
from tests.run.environment import complete

SCRATCH = complete()
DATABASE_FIXTURES = {"django_db_setup", "db", "transactional_db", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from django.db import connections

    # Names with a hash need `collectstatic` first.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    # Half a second a password, times every test that signs in; what it costs an attacker is Django's to test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests get SQLite as it is deployed, a file with locks of its own; by default Django would
    # share one connection in memory between a test and its live server's threads.
    database = connections.settings["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(Path(SCRATCH.name, "test.sqlite3"))
    config.add_cleanup(SCRATCH.cleanup)


# First: what is marked here must be known to `-m`.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever asks for the browser is a browser test; nobody needs to remember the mark.

    So is what asks for the database a test of the database. It would be refused one that it did not ask for.
    """
    driving = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    for item in driving:
        item.add_marker(pytest.mark.browser)
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if item.get_closest_marker("django_db") or not DATABASE_FIXTURES.isdisjoint(asked):
            item.add_marker(pytest.mark.database)
    if browser.skipped() and driving:
        config.hook.pytest_deselected(items=driving)
        items[:] = [item for item in items if item not in driving]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if browser.skipped():
        terminalreporter.write_line(f"!!! {browser.LEFT_OUT}", yellow=True, bold=True)
