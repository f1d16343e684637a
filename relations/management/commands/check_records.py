"""``manage.py check_records``: validates the whole database."""

import sys

from django.core.management.base import BaseCommand

from relations.loading.checks import check_database


class Command(BaseCommand):
    help = (
        "Validates every row, every citation and everything derived from them: dates, verdicts, evidence, "
        "participants, status, timeline entries, search index, former addresses, change numbers. Lists what "
        "is wrong and then exits with 1. Nothing is altered."
    )

    def handle(self, **options):
        report = check_database()
        for problem in report.problems:
            self.stdout.write(problem)
        count = len(report.problems)
        self.stdout.write(
            f"{report.rows} row{'' if report.rows == 1 else 's'} checked, "
            f"{count} problem{'' if count == 1 else 's'}"
        )
        if report.problems:
            sys.exit(1)
