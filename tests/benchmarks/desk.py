"""How long the desk takes with many records; run by hand:

    python -m tests.benchmarks.desk [--postgres URL] [--records 10000] [--rounds 9]

The database is a scratch one, filled with generated records: an SQLite file in a temporary directory, or the
PostgreSQL database named. Each list of the desk is asked for as a superuser sees it, unfiltered, searched and by its
first filter; so are its first page and the form of one record. Printed are the median in milliseconds, what of it this
process computed, and the number of queries. Exits with 1 where a list takes more than 300 ms.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.run.environment import environment

TARGET = 300  # ms


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL", help="measure there instead of on SQLite")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as scratch:
        os.environ.update(environment(Path(scratch)))
        os.environ["DJANGO_SETTINGS_MODULE"] = "relations.settings"
        if arguments.postgres:
            os.environ["DATABASE_URL"] = arguments.postgres
        import django

        django.setup()
        from django.core.management import call_command

        from tests.benchmarks.facets import filled

        call_command("collectstatic", verbosity=0, interactive=False)
        filled(arguments.records)
        return measured(arguments.rounds)


def pages(site) -> dict[str, str]:
    """The addresses of the desk, by what they are called; those that are lists begin with “list”."""
    from relations import kinds
    from relations.admin.addresses import page

    found = {"desk": "/admin/"}
    for model in site._registry:
        name, address = model._meta.verbose_name_plural, page(model, "changelist")
        found[f"list of {name}"] = address
        if site.get_model_admin(model).search_fields:
            found[f"list of {name}, searched"] = f"{address}?q=energy"
    for kind in kinds.every():
        record = kind.model.objects.first()
        if record is not None:
            found[f"form of one of the {kind.label_plural}"] = page(kind.model, "change", record.pk)
    return found


def measured(rounds: int) -> int:
    from django.contrib import admin
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "entente.example"})
    client.force_login(User.objects.create_superuser("root"))
    slowest = 0.0
    for name, address in pages(admin.site).items():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, secure=True)
        assert answer.status_code == 200, (address, answer.status_code)
        asked = len(queries)
        walls, works = [], []
        for _round in range(rounds):
            wall, work = time.perf_counter(), time.process_time()
            client.get(address, secure=True)
            walls.append((time.perf_counter() - wall) * 1000)
            works.append((time.process_time() - work) * 1000)
        wall, work = statistics.median(walls), statistics.median(works)
        print(f"{name:46} {wall:7.0f} ms  {work:7.0f} ms cpu  {asked:3} queries")
        if name.startswith("list"):
            slowest = max(slowest, wall)
    print(f"slowest list: {slowest:.0f} ms, to be at most {TARGET} ms")
    return int(slowest > TARGET)


if __name__ == "__main__":
    sys.exit(main())
