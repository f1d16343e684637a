"""How long an import takes, and how much memory; run by hand:

    python -m tests.benchmarks.imports [--postgres URL] [--rows 10000] [FILE]

A table of synthetic visits, or the file named, is sent, checked and stored as the desk does it, in a scratch database:
an SQLite file in a temporary directory, or the PostgreSQL database named. Printed are the seconds by the clock, those
that this process computed, and the most memory it held. Exits with 1 where the preview or the storing takes more than
60 s, or 300 MB are exceeded.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests.run.environment import environment

SECONDS, MEGABYTES = 60, 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, help="a table instead of a made one")
    parser.add_argument("--postgres", metavar="URL", help="measure there instead of on SQLite")
    parser.add_argument("--rows", type=int, default=10_000)
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
        call_command("load_dataset", verbosity=0)
        if arguments.file:
            return measured(arguments.file.name, arguments.file.read_bytes())
        return measured("made.csv", made(arguments.rows))


def made(rows: int) -> bytes:
    """Visits of many countries, no two of which are likely the same."""
    from relations.models import Country

    codes = list(Country.objects.order_by("code").values_list("code", flat=True))
    lines = ["title,date,guest,host,type,outcome,summary"]
    for number in range(rows):
        guest, host = codes[number % 241], codes[number % 241 + 1 + number % 7]
        day = f"{1900 + number % 120}-{1 + number % 12:02}-{1 + number % 28:02}"
        lines.append(
            f"Visit {number} of talks,{day},{guest},{host},working,happened,Words of {number}"
        )
    return "\n".join(lines).encode()


taken: dict[str, float] = {}


@contextmanager
def timed(name: str):
    wall, work = time.perf_counter(), time.process_time()
    yield
    taken[name] = time.perf_counter() - wall
    print(f"{name:8} {taken[name]:6.1f} s, {time.process_time() - work:6.1f} s of it computing")


def measured(name: str, data: bytes) -> int:
    from django.contrib.auth.models import User

    from relations.importing import jobs
    from relations.models import Import, Source

    user, source = User.objects.create_superuser("root"), Source.objects.first()
    with timed("preview"):
        job = jobs.begin(user, name, data, "visit", source)
        while job.state == job.State.CHECKING:
            jobs.Job(Import.objects.get(pk=job.pk)).advance(user)
            job.refresh_from_db()
    with timed("storing"):
        stored = jobs.Job(job).store(
            user, skip_refused=True, comment="A benchmark", reason="A benchmark"
        )
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{job.rows} rows, {len(stored.new)} records new, {held:.0f} MB held at most")
    return int(max(taken.values()) > SECONDS or held > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
