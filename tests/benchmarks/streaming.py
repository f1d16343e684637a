"""What it takes to send a million records as one file: memory of the worker, rows a second; run by hand:

    python -m tests.benchmarks.streaming [--rows 1000000] [--postgres URL] [--most 150]

A scratch database holds generated records and copies of them with other keys, enough for the rows asked for (some
4 KB of disk each). For each format gunicorn is started anew with one worker, the whole timeline is read from it as
a client reads it, and printed are the rows, the seconds, and the peak of the worker's resident memory (Linux:
VmHWM of /proc) before and after. Exits with 1 where that is above ``--most`` (MB) or the file is not whole.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.run.environment import environment

ROOT = Path(__file__).resolve().parents[2]
DRAWN = 2000
FORMATS = ("jsonl", "csv", "csv&fields=slug,title,date.edtf", "jsonl&fields=slug,title,date.edtf")
SCHEMA = "benchmark_streaming"


def main() -> int:
    arguments = parsed()
    with tempfile.TemporaryDirectory(prefix="entente-streaming-") as scratch:
        env = surroundings(arguments, scratch)
        make = [sys.executable, "-m", "tests.benchmarks.streaming", "--rows", str(arguments.rows)]
        try:
            subprocess.run([*make, "--make"], cwd=ROOT, env=env, check=True)
            return max(measured(env, name, arguments) for name in FORMATS)
        finally:
            if arguments.postgres:
                subprocess.run([*make, "--drop"], cwd=ROOT, env=env, check=True)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--postgres", metavar="URL", help="measure there instead of on SQLite")
    parser.add_argument("--most", type=float, default=150, help="megabytes of resident memory")
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--drop", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def surroundings(arguments: argparse.Namespace, scratch: str) -> dict[str, str]:
    env = environment(Path(scratch)) | {"SITE_URL": "http://entente.example"}
    if arguments.postgres:
        sign = "&" if "?" in arguments.postgres else "?"
        env["DATABASE_URL"] = (
            f"{arguments.postgres}{sign}options=-c%20search_path%3D{SCHEMA}%2Cpublic"
        )
    return env


# The records ------------------------------------------------------------------------------------------------


def make(rows: int) -> None:
    """Records drawn as ``generate_records`` draws them, and copies: rows that differ in their key and slug only."""
    from django.core.management import call_command
    from django.db import connection

    from relations.loading import synthetic
    from relations.models import Record, StoredObject

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    synthetic.generate(min(rows, DRAWN))
    published = Record.objects.published().count()
    span = Record.objects.order_by("-pk").values_list("pk", flat=True)[0]
    copies = -(-rows // published) - 1
    start = time.perf_counter()
    if copies:
        for model, made in (
            (Record, {"id": "id + k * %(span)s", "slug": "slug || '-' || k"}),
            (StoredObject, {"record_id": "record_id + k * %(span)s"}),
        ):
            copy(connection, model, made, {"span": span, "copies": copies})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    count = Record.objects.published().count()
    print(
        f"{count} published records made, copies in {time.perf_counter() - start:.0f} s", flush=True
    )


def copy(connection, model, made: dict[str, str], numbers: dict[str, int]) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(made.get(column, f'"{column}"') for column in columns) % numbers
    names = ", ".join(f'"{column}"' for column in columns)
    table, limit = model._meta.db_table, numbers["copies"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies WHERE k < {limit}) "  # noqa: S608
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" CROSS JOIN copies'
        )


# The measurement --------------------------------------------------------------------------------------------


def measured(env: dict[str, str], name: str, arguments: argparse.Namespace) -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "relations.wsgi", "--workers", "1", "--threads", "4",
         "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT, env=env,
    )  # fmt: skip
    try:
        # Warm: templates, filters and the connection are there before anything is measured.
        wait_for(port)
        get(port, "/api/v1/timeline/?page_size=1").read()
        worker = worker_of(server.pid)
        before, start = peak(worker), time.perf_counter()
        response = get(port, f"/api/v1/timeline/?format={name}")
        lines = size = 0
        first = 0.0
        while part := response.read(1 << 16):
            first = first or time.perf_counter() - start
            lines += part.count(b"\n")
            size += len(part)
        spent, after = time.perf_counter() - start, peak(worker)
    finally:
        server.terminate()
        server.wait(30)
    rows = lines - name.startswith("csv")
    expected = int(response.headers["X-Entente-Count"])
    is_good = rows == expected and rows >= arguments.rows and after <= arguments.most
    print(
        f"{name}: {rows} of {expected} rows, {size / 1e6:.0f} MB in {spent:.0f} s "
        f"({rows / spent:.0f} rows/s, first bytes after {first * 1000:.0f} ms), "
        f"peak {before:.0f} MB before, {after:.0f} MB after{'' if is_good else '  NOT GOOD'}",
        flush=True,
    )
    return 0 if is_good else 1


def get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path)
    response = connection.getresponse()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}: {response.read(300)!r}")
    return response


def wait_for(port: int) -> None:
    for _attempt in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server does not answer.")


def worker_of(master: int) -> int:
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return int(children[0])


def peak(pid: int) -> float:
    """The most memory that was ever resident, in MB (of 1024 * 1024 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("This system does not tell the peak of memory.")


def inside() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relations.settings")
    import django

    django.setup()
    from django.db import connection

    arguments = parsed()
    if arguments.make:
        make(arguments.rows)
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


if __name__ == "__main__":
    asked = parsed()
    sys.exit(inside() if asked.make or asked.drop else main())
