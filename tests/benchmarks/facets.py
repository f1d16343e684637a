"""How long facets and counts take, asked for the first time and again; run by hand:

    python -m tests.benchmarks.facets [--postgres URL] [--sqlite FILE] [--records 100000] [--rounds 20]

The database is a scratch one: an SQLite file in a temporary directory, or the PostgreSQL database or SQLite file
named, which is filled when it is empty. ``cold`` is the first answer after something was published; ``warm`` the
median of those that ask for the same selection in another way (another number of values, another page), so that no
kept answer can be sent; ``cpu`` is what of it this process computed, which other work of the machine hardly changes.
Lists are asked for since they count too; their page is read anew each time. Exits with 1 where warm facets take 50 ms
or more.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.run.environment import environment

TARGET = 50  # ms
PAIR = "country=AZ&country=KZ"
ADDRESSES = (
    "timeline/facets/?",
    "agreements/facets/?",
    f"agreements/facets/?{PAIR}",
    f"timeline/facets/?{PAIR}&topic=synthetic-topic-energy&date=2000/2009",
    "timeline/facets/?q=energy",
    "citations/facets/?",
    "agreements/?fields=slug",
    f"agreements/?{PAIR}&topic=synthetic-topic-energy&date=2000/2009&fields=slug",
    "timeline/?q=energy&fields=slug",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL", help="measure there instead of on SQLite")
    parser.add_argument("--sqlite", metavar="FILE", help="measure this file, as it is")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as scratch:
        os.environ.update(environment(Path(scratch)))
        os.environ["DJANGO_SETTINGS_MODULE"] = "relations.settings"
        os.environ["CACHE_URL"] = "locmemcache://"
        if arguments.postgres:
            os.environ["DATABASE_URL"] = arguments.postgres
        if arguments.sqlite:
            os.environ["DATABASE_URL"] = f"sqlite:///{arguments.sqlite}"
        import django

        django.setup()
        filled(arguments.records)
        return measured(arguments.rounds)


def filled(size: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from relations.loading import synthetic
    from relations.models import Record

    call_command("migrate", verbosity=0)
    if not Record.objects.exists():
        synthetic.generate(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{Record.objects.published().count()} published records, {connection.vendor}\n")


def measured(rounds: int) -> int:
    from django.test import Client

    from tests.caches import clear_caches

    client = Client(headers={"host": "entente.example"})

    def ask(address: str) -> tuple[float, float]:
        """Milliseconds by the clock, and of this process."""
        clock, cpu = time.perf_counter(), time.process_time()
        response = client.get(f"/api/v1/{address}", secure=True)
        spent = time.perf_counter() - clock, time.process_time() - cpu
        if response.status_code != 200:
            raise SystemExit(
                f"{address} answered {response.status_code}: {response.content[:300]!r}"
            )
        return spent[0] * 1000, spent[1] * 1000

    above = 0
    ask("sources/")
    print(f"{'cold ms':>9}{'cpu':>8}{'warm ms':>9}{'cpu':>8}{'ratio':>8}")
    for address in ADDRESSES:
        name = "facet_size" if "facets/" in address else "page_size"
        clear_caches()
        cold, cold_cpu = ask(f"{address}&{name}=99")
        times = [ask(f"{address}&{name}={number + 1}") for number in range(rounds)]
        warm, warm_cpu = (statistics.median(column) for column in zip(*times, strict=True))
        is_above = warm >= TARGET and "facets/" in address
        above += is_above
        mark = f"  not under {TARGET} ms" * is_above
        print(
            f"{cold:9.0f}{cold_cpu:8.0f}{warm:9.1f}{warm_cpu:8.1f}{cold / warm:8.0f}  {address}{mark}",
            flush=True,
        )
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
