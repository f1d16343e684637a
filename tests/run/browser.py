"""Finds a Chromium to drive, and gets one where there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
LEFT_OUT = "SKIP_BROWSER is set: the browser tests were left out."
NONE_TO_BE_HAD = (
    "No Chromium or Chrome that starts was found and none could be installed: install one or name "
    "it in CHROME_PATH, or leave the browser tests out with SKIP_BROWSER=1."
)


def skipped() -> bool:
    return os.environ.get("SKIP_BROWSER", "") not in ("", "0")


def find() -> str | None:
    """The first candidate that starts: a name alone proves little, Ubuntu's is a mere signpost."""
    return next((path for path in _candidates() if _starts(path)), None)


def obtain() -> str | None:
    """As `find`, after installing a browser where that is possible."""
    found = find()
    if found is not None or os.environ.get("CHROME_PATH"):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update")
        _try("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
        found = find()
    if found is None:
        _try(sys.executable, "-m", "playwright", "install", "chromium")
        found = find()
    return found


def arguments() -> list[str]:
    """Quiet, and silent towards its maker's servers."""
    flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update"]
    # Chromium's sandbox refuses to work for root.
    return [*flags, "--no-sandbox"] if os.geteuid() == 0 else flags


def _candidates() -> Iterator[str]:
    named = os.environ.get("CHROME_PATH")
    if named:
        # Someone who names a browser means that one.
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield str(MAC)
    yield _playwrights_own()


def _playwrights_own() -> str:
    # In another process: this one must stay free of Playwright's event loop.
    code = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as p: print(p.chromium.executable_path)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


def _starts(path: str) -> bool:
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _try(*command: str) -> None:
    print("+", *command, flush=True)
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, env=environment, timeout=900, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, flush=True)
