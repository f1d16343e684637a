"""What a save costs; run by hand:

    python -m tests.benchmarks.saving [--postgres URL] [--rounds 15] [--records 2000]

The database is a scratch one: an SQLite file in a temporary directory, or the PostgreSQL database named. Printed are
the queries (those that open and close transactions are counted too) and the milliseconds of processor time of this
process, the median of the rounds: of one save of a published visit whose summary is altered; of one visit made by the
factory of the tests with its citation; of thirty visits made in one unit of work, per visit; and of the batch writer,
per record.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.run.environment import environment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL", help="measure there instead of on SQLite")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--records", type=int, default=2000, help="how many the batch writer writes"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as scratch:
        os.environ.update(environment(Path(scratch)))
        os.environ["DJANGO_SETTINGS_MODULE"] = "relations.settings"
        if arguments.postgres:
            os.environ["DATABASE_URL"] = arguments.postgres
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measured(arguments.rounds, arguments.records)


def measured(rounds: int, records: int) -> None:
    from django.core.management import call_command

    from relations.models import Record
    from relations.work import unit_of_work
    from tests.factories import RelationFactory, VisitFactory

    RelationFactory()
    visit = VisitFactory(guest="AZ", host="KZ")

    def save() -> None:
        visit.summary += "."
        visit.save()

    def thirty() -> None:
        with unit_of_work():
            for _number in range(30):
                VisitFactory(guest="AZ", host="KZ")

    def batch() -> None:
        call_command("generate_records", records, force=True, verbosity=0)

    told("one save of an altered visit", save, rounds)
    told("one visit made with its citation", lambda: VisitFactory(guest="AZ", host="KZ"), rounds)
    told("thirty visits in one unit, per visit", thirty, max(3, rounds // 5), of=30)
    before = Record.objects.count()
    told("the batch writer, per record", batch, 1, of=records)
    assert Record.objects.count() - before == records


def told(name: str, what: Callable[[], None], rounds: int, of: int = 1) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    works, counts = [], []
    for _round in range(rounds):
        work = time.process_time()
        what()
        works.append((time.process_time() - work) * 1000)
    if of < 100:
        with CaptureQueriesContext(connection) as queries:
            what()
        counts.append(len(queries))
    asked = f"{counts[0] / of:6.1f} queries" if counts else ""
    print(f"{name:38} {statistics.median(works) / of:7.2f} ms cpu {asked}")


if __name__ == "__main__":
    main()
