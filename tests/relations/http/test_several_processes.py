"""Several processes on one database: none shows what has been altered once the bound is over."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from relations.models import Visit
from relations.work import unit_of_work
from tests.factories import VisitFactory
from tests.run.ports import free_port, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
BOUND = 1.0


def database_url():
    """That of the database of the tests."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    where = settings["HOST"]
    where = f"/{where}" if where.startswith("/") else f"{where}:{settings['PORT'] or 5432}"
    account = ":".join(filter(None, (settings["USER"], settings["PASSWORD"])))
    return f"postgres://{account}@{where}/{settings['NAME']}"


@contextmanager
def gunicorn():
    """A process that serves the site as in production; yields its address."""
    address = f"127.0.0.1:{free_port()}"
    env = os.environ | {
        "DATABASE_URL": database_url(),
        "FRESH_FOR": str(BOUND),
        "SECURE_SSL_REDIRECT": "0",
    }
    command = [sys.executable, "-m", "gunicorn", "relations.wsgi", "--workers", "1"]
    server = subprocess.Popen(
        [*command, "--bind", address], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(60)


def ask(address, tag=""):
    """The status, the entity tag and the object or problem."""
    headers = {"If-None-Match": tag} if tag else {}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return response.status, response.headers["ETag"], json.load(response)
    except urllib.error.HTTPError as response:
        with response:
            return response.code, response.headers["ETag"], json.loads(response.read() or "{}")


def test_no_process_shows_what_was_altered_longer_than_the_bound():
    visit = VisitFactory(slug="a-visit", title="Old")
    with ExitStack() as stack:
        sites = [stack.enter_context(gunicorn()) for _process in range(2)]
        for site in sites:
            wait_for(f"{site}/healthz")
        listed = [f"{site}/api/v1/visits/" for site in sites]
        detailed = [f"{site}/api/v1/visits/a-visit/" for site in sites]
        tags = {address: ask(address)[1] for address in (*listed, *detailed)}
        # All of it is kept from here on.
        for address, tag in tags.items():
            assert ask(address, tag)[0] == 304

        with unit_of_work():
            visit.title = "New"
            visit.save()
        time.sleep(BOUND)
        for address in listed:
            status, _tag, page = ask(address, tags[address])
            assert status == 200
            assert [one["title"] for one in page["results"]] == ["New"]
        for address in detailed:
            status, _tag, shown = ask(address, tags[address])
            assert (status, shown["title"]) == (200, "New")

        with unit_of_work():
            visit.stage = Visit.Stage.WITHDRAWN
            visit.save()
        time.sleep(BOUND)
        for address in listed:
            assert ask(address)[2]["results"] == []
        for address in detailed:
            assert ask(address, tags[address])[0] == 410
