"""What is asked: our site, the bare view, plain code on the same models, and Datasette, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.benchmarks.api.client import Server
from tests.run.environment import environment
from tests.run.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parents[3]
# As docs/operating.md starts it, but for the number of processes.
GUNICORN = (sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4")
DATASETTE = "datasette"


def settings(directory: Path, database: str) -> dict[str, str]:
    """The environment of all that uses our models: production, with a database of its own."""
    return {
        **environment(directory),
        "DATABASE_URL": database,
        "CACHE_URL": "locmemcache://",
        # Part of what is stored: the same whatever the port.
        "SITE_URL": "http://entente.example",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "relations.settings",
    }


@contextmanager
def serving(
    directory: Path, env: dict[str, str], asked: dict, without: list[str]
) -> Iterator[dict[str, Server]]:
    """All servers but those. One that cannot be had is not among them."""
    with ExitStack() as stack:
        found = {"ours": stack.enter_context(gunicorn(env, "relations.wsgi"))}
        bodies = directory / "bodies"
        keep_bodies(bodies, found["ours"].port, asked)
        bare = {**env, "BODIES": str(bodies)}
        found["bare"] = stack.enter_context(gunicorn(bare, "tests.benchmarks.api.bare"))
        plain = {**env, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.api.plain_settings"}
        if "plain" not in without:
            found["plain"] = stack.enter_context(gunicorn(plain, "relations.wsgi"))
        if "datasette" not in without and (program := datasette_program(directory)):
            found["datasette"] = stack.enter_context(datasette(directory, program))
        yield found


def keep_bodies(bodies: Path, port: int, asked: dict) -> None:
    """What we answer, for the bare view to return."""
    bodies.mkdir(exist_ok=True)
    for question, addresses in asked.items():
        address = f"http://127.0.0.1:{port}{addresses['ours'][0]}"
        with urllib.request.urlopen(address, timeout=60) as response:
            (bodies / f"{name_of(question)}.json").write_bytes(response.read())


def name_of(question: str) -> str:
    """The question as part of an address."""
    return question.replace(" ", "-").replace(",", "")


@contextmanager
def gunicorn(env: dict[str, str], application: str) -> Iterator[Server]:
    port = free_port()
    with process([*GUNICORN, "--bind", f"127.0.0.1:{port}", application], port, env) as pid:
        yield Server(port, pid)


@contextmanager
def datasette(directory: Path, program: Path) -> Iterator[Server]:
    port = free_port()
    # At its best: an immutable file is counted once, and nothing is suggested.
    command = [program, "serve", "-i", directory / "datasette.sqlite3", "--port", str(port)]
    for name, value in (("suggest_facets", "off"), ("sql_time_limit_ms", "20000")):
        command += ["--setting", name, value]
    with process(command, port, dict(os.environ)) as pid:
        yield Server(port, pid)


def datasette_program(directory: Path) -> Path | None:
    """Datasette in an environment of its own, or None where it cannot be installed."""
    home = directory / "datasette"
    program = home / "bin" / DATASETTE
    if not program.exists():
        venv.create(home, with_pip=True)
        installing = [home / "bin" / "pip", "install", "--quiet", DATASETTE]
        if subprocess.run(installing, check=False).returncode:
            print("Datasette cannot be installed here: it is left out.")
            return None
    return program


@contextmanager
def process(command: list, port: int, env: dict[str, str]) -> Iterator[int]:
    """Yields its number as soon as it answers."""
    log = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield server.pid
    finally:
        # One that still works on what nobody waits for any more does not stop when asked to.
        server.kill() if command[0] != sys.executable else server.terminate()
        server.wait(60)


def questions(directory: Path) -> dict[str, dict[str, list[str]]]:
    return json.loads((directory / "questions.json").read_text())
