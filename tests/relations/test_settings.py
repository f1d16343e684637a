"""One settings file, environment only, closed when the environment is empty."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {"SECRET_KEY": "0123456789abcdef" * 4, "SITE_URL": "https://entente.example"}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """``manage.py`` with exactly this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def show(expression: str, **environment: str) -> str:
    code = f"from django.conf import settings; print({expression})"
    done = run("shell", "-v0", "-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_empty_environment_stops_with_a_sentence():
    done = run("check")
    assert done.returncode == 1
    assert done.stderr == (
        "Set SECRET_KEY: a long random text that signs sessions and cursors "
        "(or DEBUG=1 to try the site on this machine only).\n"
    )
    assert done.stdout == ""


def test_each_secret_is_asked_for():
    done = run("check", SECRET_KEY="x" * 60)
    assert done.returncode == 1
    assert done.stderr.startswith("Set SITE_URL: the public address of the site")


@pytest.mark.parametrize("address", ["entente.example", "ftp://x", "https://x/path", "https://"])
def test_a_bad_site_address_is_refused(address):
    done = run("check", **PRODUCTION | {"SITE_URL": address})
    assert done.returncode == 1
    assert done.stderr.startswith(f"SITE_URL is '{address}'") or "SITE_URL" in done.stderr


def test_a_bad_proxy_is_refused():
    done = run("check", **PRODUCTION, TRUSTED_PROXIES="127.0.0.1,nonsense")
    assert done.returncode == 1
    assert done.stderr.startswith("TRUSTED_PROXIES: 'nonsense'")


def test_production_checks_clean():
    done = run("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "System check identified no issues (0 silenced).",
    ), done.stderr


def test_production_is_closed_by_default():
    shown = show(
        "settings.DEBUG, settings.ALLOWED_HOSTS, settings.SESSION_COOKIE_SECURE, "
        "settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS",
        **PRODUCTION,
    )
    assert shown == "False ['entente.example'] True True 31536000"


def test_debug_needs_nothing_and_stays_on_this_machine():
    shown = show("settings.SITE_URL, settings.ALLOWED_HOSTS", DEBUG="1", PORT="8123")
    assert shown == "http://127.0.0.1:8123 ['127.0.0.1', '127.0.0.1', 'localhost']"


def test_the_database_and_cache_come_from_their_addresses():
    shown = show(
        "settings.DATABASES['default']['ENGINE'], settings.CACHES['default']['BACKEND']",
        **PRODUCTION,
        DATABASE_URL="postgres://user:pass@localhost:5432/entente",
        CACHE_URL="rediscache://localhost:6379/1",
    )
    assert shown.startswith("django.db.backends.postgresql ")
    assert "redis" in shown.lower()


def test_sqlite_waits_for_its_writers():
    options = settings.DATABASES["default"]["OPTIONS"]
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        pytest.skip("about SQLite")
    assert (options["timeout"], options["transaction_mode"]) == (60, "IMMEDIATE")
