"""The environment the settings read while tests run, whatever the caller's own holds."""

import os
import tempfile
from pathlib import Path

# Production mode on purpose: what is tested is what is deployed.
SETTINGS = {
    "DEBUG": "0",
    "SECRET_KEY": "only-for-tests-8f3b1c6d9e2a7054-only-for-tests-b7c4d1e0a9f86325",
    "ALLOWED_HOSTS": "*",
    "SITE_URL": "https://entente.example",
}

# Left at their defaults: a caller's values would change the result.
UNSET = (
    # read by the settings
    "API_RATE",
    "REPORT_RATE",
    "CACHE_URL",
    "FRESH_FOR",
    "LOG_LEVEL",
    "PORT",
    "REQUIRE_TWO_STEPS",
    "SECURE_SSL_REDIRECT",
    "SELF_PUBLISH",
    "TRUSTED_PROXIES",
    # read by Django, Python and pytest
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "DJANGO_SETTINGS_MODULE",
    "PYTEST_ADDOPTS",
    "PYTHONWARNINGS",
)


def places(scratch: Path) -> dict[str, str]:
    """Where the settings find their files: in a directory of the run's own."""
    static = scratch / "static"
    static.mkdir(exist_ok=True)  # whitenoise warns of one that is not there
    return {
        "DATABASE_URL": f"sqlite:///{scratch / 'entente.sqlite3'}",
        "STATIC_ROOT": str(static),
        "RELEASES_DIR": str(scratch / "releases"),
    }


def environment(scratch: Path) -> dict[str, str]:
    """The caller's environment with every name that matters replaced by ours."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    # What a step that was cut short leaves behind goes with the rest.
    return {**kept, **SETTINGS, **places(scratch), "TMPDIR": str(scratch)}


def complete() -> tempfile.TemporaryDirectory:
    """Give this process what it lacks, as a `pytest` started by hand does; returns its scratch."""
    scratch = tempfile.TemporaryDirectory(prefix="entente-pytest-")
    for name, value in {**SETTINGS, **places(Path(scratch.name))}.items():
        os.environ.setdefault(name, value)
    return scratch
