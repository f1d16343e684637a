"""``manage.py verify_citations DIRECTORY``: checks every citation against the documents themselves."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from relations.provenance.verify import verify


class Command(BaseCommand):
    help = (
        "Checks every citation against the reference copies in DIRECTORY: that the quoted words stand in the "
        "cited paragraph, that a stated value is what they say, that a resolved value follows from its rule, "
        "and that no sentence was copied. Lists what is wrong and then exits with 1."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="where the sources' documents are")

    def handle(self, *, directory: Path, **options):
        if not directory.is_dir():
            raise CommandError(
                f"{directory} is not a directory; name the one that holds the documents."
            )
        try:
            next(directory.iterdir(), None)
        except PermissionError:
            raise CommandError(f"{directory} cannot be read.") from None
        report = verify(directory)
        for problem in report.problems:
            self.stdout.write(problem)
        for slug, count in sorted(report.unchecked.items()):
            self.stdout.write(f"{slug}: no reference copy, {_count(count, 'citation')} not checked")
        found = _count(len(report.problems), "problem")
        self.stdout.write(f"{_count(report.checked, 'citation')} checked, {found}")
        if report.problems:
            sys.exit(1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
