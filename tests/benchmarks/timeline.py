"""How much slower 10,000 records make the site than 100, measured side by side; run by hand:

    python -m tests.benchmarks.timeline [--postgres URL] [--few 100] [--many 10000] [--rounds 30]

Both databases are scratch ones: two SQLite files in a temporary directory, or, in the PostgreSQL database named,
two schemas that are dropped at the end. Pages are asked for through Django's test client, in turns, so that what
else the machine does falls on both alike; the ratio of the medians is printed for each address. Exits with 1 where
one is above the target.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from tests.run.environment import environment

ROOT = Path(__file__).resolve().parents[2]
TARGET = 2.0
ADDRESSES = (
    "/azerbaijan-kazakhstan/",
    "/timeline/?country=AZ&country=KZ",
    # A page that both fill: of 100 records some 24 are agreements of the pair.
    "/api/v1/agreements/?country=AZ&country=KZ&page_size=20",
    "/api/v1/timeline/",
)
# At 100 records these fill less than a page, so their ratio is shown and not judged.
SHORTER = (
    "/api/v1/agreements/?country=AZ&country=KZ",
    "/azerbaijan-kazakhstan/?kind=agreement",
    "/azerbaijan-kazakhstan/?q=energy",
    "/agreements/",
)


def main() -> int:
    arguments = parsed()
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as scratch:
        few, many = (Worker(arguments, scratch, size) for size in (arguments.few, arguments.many))
        try:
            for worker in (few, many):
                made = worker.ask("make")
                print(f"{worker.size} records written in {made:.1f} s", flush=True)
            return compare(few, many, arguments.rounds)
        finally:
            few.stop()
            many.stop()


def compare(few: "Worker", many: "Worker", rounds: int) -> int:
    above = 0
    print(f"\n{'ms at ' + str(few.size):>12}{'at ' + str(many.size):>12}{'ratio':>8}")
    for address in (*ADDRESSES, *SHORTER):
        few.ask(address), many.ask(address)  # templates and connections are warm from here on
        times = [(few.ask(address), many.ask(address)) for _ in range(rounds)]
        one, other = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
        ratio = other / one
        is_above = ratio > TARGET and address in ADDRESSES
        above += is_above
        mark = f"  above {TARGET}" if is_above else "  (not judged)" * (address in SHORTER)
        print(f"{one:12.1f}{other:12.1f}{ratio:8.2f}  {address}{mark}", flush=True)
    return 1 if above else 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL", help="measure there instead of on SQLite")
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument(
        "--rounds", type=int, default=30, help="how often each address is asked for"
    )
    parser.add_argument("--serve", metavar="SIZE", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


class Worker:
    """A process with a database of its own: settings name one, and we need two at once."""

    def __init__(self, arguments: argparse.Namespace, scratch: str, size: int) -> None:
        self.size = size
        url = f"sqlite:///{scratch}/{size}.sqlite3"
        if arguments.postgres:
            sign = "&" if "?" in arguments.postgres else "?"
            options = quote(f"-c search_path=benchmark_{size}")
            url = f"{arguments.postgres}{sign}options={options}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.timeline", "--serve", str(size)],
            cwd=ROOT,
            env={
                **environment(Path(scratch)),
                "STATIC_ROOT": f"{scratch}/static-{size}",
                "DATABASE_URL": url,
                "CACHE_URL": "locmemcache://",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str) -> float:
        """The seconds that it took."""
        print(what, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"The process with {self.size} records ended at {what}.")
        return json.loads(answer)

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


def serve(size: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relations.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from relations.loading import synthetic
    from tests.caches import clear_caches

    schema = f"benchmark_{size}"
    is_postgres = connection.vendor == "postgresql"
    if is_postgres:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    client = Client(headers={"host": "entente.example"})
    try:
        for line in sys.stdin:
            what = line.strip()
            clear_caches()  # the cost of making a page, not of taking it from the cache
            start = time.perf_counter()
            if what == "make":
                synthetic.generate(size)
                spent = time.perf_counter() - start
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            else:
                response = client.get(what, secure=True)
                body = response.content if not response.streaming else b"".join(response)
                spent = time.perf_counter() - start
                if response.status_code != 200:
                    raise SystemExit(f"{what} answered {response.status_code}: {body[:300]!r}")
            print(json.dumps(spent), flush=True)
    finally:
        if is_postgres:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA {schema} CASCADE")


if __name__ == "__main__":
    asked = parsed().serve
    sys.exit(serve(asked) if asked else main())
