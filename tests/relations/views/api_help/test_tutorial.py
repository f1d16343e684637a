"""The tutorial's commands are run as a reader would, against a server with the published data set."""

import re
import shlex
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.test import override_settings

from relations.views.api_help.tutorial import CUT, STEPS
from tests.relations.views.reading import read

MISTAKES = {"mistake"}
CURL = shutil.which("curl")


@pytest.fixture(scope="session")
def live_server(request):
    """pytest-django's own, without the redirect to HTTPS, which it does not speak."""
    # Middleware reads this once, when the server starts; other tests keep the redirect.
    with override_settings(SECURE_SSL_REDIRECT=False):
        return request.getfixturevalue("live_server")


@pytest.fixture
def run(tmp_path):
    """Run a step in an empty directory; ``python3`` is the Python of these tests."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(sys.executable)
    folder = tmp_path / "folder"
    folder.mkdir()

    def run(step):
        command = (
            [sys.executable, "-c", step.command]
            if step.language == "python"
            else ["/bin/sh", "-c", step.command]
        )
        environment = {
            "PATH": f"{programs}:{Path(CURL).parent if CURL else ''}:/usr/bin:/bin",
            "PYTHONUTF8": "1",
            "no_proxy": "*",
        }
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def as_shown(shown):
    """A pattern for what a command may print: a cut stands for anything, a line with nothing else for lines."""
    return ".*?".join(re.escape(part.strip(" ")) for part in shown.split(CUT))


def is_as_shown(printed, shown):
    unindented = re.sub(r"^ +", "", printed, flags=re.MULTILINE).strip()
    shown = re.sub(r"^ +", "", shown, flags=re.MULTILINE)
    return re.fullmatch(as_shown(shown), unindented, flags=re.DOTALL) is not None


@pytest.mark.slow("Runs each command of the tutorial against a server.")
@pytest.mark.django_db(transaction=True)
def test_every_command_prints_what_is_shown(dataset, live_server, settings, run, subtests):
    settings.SITE_URL = live_server.url
    for step in (step.at(live_server.url) for step in STEPS):
        with subtests.test(step=step.name):
            if step.language == "python" or CURL:
                printed = run(step)
                assert is_as_shown(printed, step.shown), printed
            else:
                # Without curl at least the addresses are asked for.
                answered = [status_of(address) for address in addresses(step.command)]
                assert set(answered) == {400 if step.name in MISTAKES else 200}


def addresses(command):
    words = [word for word in shlex.split(command) if urlsplit(word).scheme == "http"]
    pairs = re.findall(r" -d (\S+)", command)
    return [f"{word}?{'&'.join(pairs)}" if pairs else word for word in words]


def status_of(address):
    try:
        with urlopen(address) as answer:  # noqa: S310 - the live server
            return answer.status
    except HTTPError as error:
        return error.code


def test_a_cut_stands_for_what_is_left_out_and_for_nothing_else():
    assert is_as_shown('{\n    "a": 1,\n    "b": 2\n}\n', '{\n    "a": 1,\n    …\n}')
    assert is_as_shown('{"next": "http://x/?cursor=abc"}', '{"next": "http://x/?…"}')
    assert not is_as_shown('{"a": 1}', '{"a": 2}')
    assert not is_as_shown('{"a": 1, "b": 2}', '{"a": 1}')
    assert addresses("curl -s -G 'http://x/y/' -d a=1 -d b=2 | less") == ["http://x/y/?a=1&b=2"]


@pytest.mark.django_db
def test_the_page_shows_them_with_the_address_of_the_site(client):
    page = client.get("/about/api/tutorial/", secure=True).content.decode()
    found = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, flags=re.DOTALL)
    blocks = [unescape(block) for block in found]
    expected = [
        text
        for step in STEPS
        for text in (
            step.at("https://entente.example").command,
            step.at("https://entente.example").shown,
        )
    ]
    assert blocks == expected
    assert "SITE" not in "".join(blocks)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/api/v1/docs/", "/about/api/"])
def test_it_is_linked_where_a_programmer_looks(client, address):
    page = read(client.get(address, secure=True).content.decode())
    links = {link.attributes["href"] for link in page.every("a")}
    assert "/about/api/tutorial/" in links
    sitemap = b"".join(client.get("/sitemap.xml", secure=True)).decode()
    assert "<loc>https://entente.example/about/api/tutorial/</loc>" in sitemap
    assert "<loc>https://entente.example/about/api/</loc>" in sitemap
