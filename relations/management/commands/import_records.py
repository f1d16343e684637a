"""``manage.py import_records FILE``: a table of records, checked row by row, stored completely or not at
all.
"""

import sys
from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils.translation import ngettext

from relations import kinds
from relations.importing import files
from relations.importing.check import NEW, REFUSED, Checked, Checker, kind_of, twins_among
from relations.importing.resource import Known
from relations.importing.store import store
from relations.models import ImportRow, Source

WIDTH = 40
TWINS = ("refuse", "skip", "store")


class Command(BaseCommand):
    help = (
        "Reads a table of records (CSV, XLSX, JSON or JSON Lines), says why it refuses a row, "
        "and stores the others as drafts: all rows or none, unless told otherwise."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the table: .csv, .xlsx, .json or .jsonl")
        parser.add_argument(
            "--kind", default="", help=("the kind of its rows, where the table does not say "
                                       "it: %(metavar)s"),
            metavar="|".join(kinds.names()),
        )  # fmt: skip
        parser.add_argument(
            "--source", default="", help="slug of the source of all rows that name none"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would become of each row"
        )
        parser.add_argument(
            "--skip-refused", action="store_true", help="store the others where rows are refused"
        )
        parser.add_argument(
            "--twins",
            choices=TWINS,
            default="refuse",
            help="what to do with new rows that are probably on record already (refuse by default)",
        )
        parser.add_argument(
            "--reason", default="", help="the reason, which readers see beside published changes"
        )

    def handle(self, *, file: Path, **options):
        try:
            table = files.read(file.name, self._bytes(file))
            kind = kind_of(table, options["kind"])
            checker = Checker(kind, table.columns, Known(source=self._source(options["source"])))
        except files.FileRefused as error:
            raise CommandError(f"{file.name}: {error}") from None
        rows = self._checked(checker, table)
        self._report(rows, checker)
        stored = self._chosen(rows, options)
        if options["dry_run"]:
            self.stdout.write("Nothing was stored: this was a dry run.")
            return
        try:
            done = store(
                checker.resource, stored, reason=options["reason"] or f"Import of {file.name}"
            )
        except (ValidationError, IntegrityError) as error:
            sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise CommandError(f"Nothing was stored. {' '.join(sentences)}") from None
        self.stdout.write(
            ngettext(
                "%(new)d record added as a draft, %(changed)d changed.",
                "%(new)d records added as drafts, %(changed)d changed.",
                len(done.new),
            )
            % {"new": len(done.new), "changed": len(done.changed)}
        )

    @staticmethod
    def _bytes(file: Path) -> bytes:
        try:
            size = file.stat().st_size
            if size > files.MOST_BYTES:
                raise CommandError(f"{file.name}: {files.too_large(size)}")
            return file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None

    @staticmethod
    def _source(slug: str) -> Source | None:
        if not slug:
            return None
        found = Source.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(Source.objects.values_list("slug", flat=True)[:20])
            raise CommandError(f"No source “{slug}” is on record. There are: {known or 'none'}.")
        return found

    def _checked(self, checker: Checker, table: files.Table) -> list[Checked]:
        rows = []
        for row in checker.check(table.rows):
            rows.append(row)
            self._progress(len(rows), len(table.rows))
        new = [row for row in rows if row.outcome == NEW]
        alike = twins_among(new)
        for row in new:
            row.twins += alike.get(row.number, [])
        return rows

    def _progress(self, done: int, total: int) -> None:
        if not self.stderr.isatty() or (done % 100 and done != total):
            return
        filled = WIDTH * done // total
        bar = "#" * filled + "." * (WIDTH - filled)
        self.stderr.write(f"\r{bar} {done} of {total}", ending="\n" if done == total else "")
        sys.stderr.flush()

    def _report(self, rows: list[Checked], checker: Checker) -> None:
        for row in rows:
            for column, sentence in row.problems:
                self.stdout.write(f"row {row.number}, {column or 'whole row'}: {sentence}")
            for _slug, sentence in row.twins:
                self.stdout.write(f"row {row.number}: likely the same as {sentence}")
        if checker.layout is not None:
            self.stdout.write(f"{checker.layout.label}. {checker.layout.left}")
        counts = Counter(row.outcome for row in rows)
        labels = ", ".join(f"{counts[value]} {value}" for value in ImportRow.Outcome.values)
        alike = sum(bool(row.twins) for row in rows)
        total = ngettext("%d row", "%d rows", len(rows)) % len(rows)
        self.stdout.write(f"{total}: {labels}; {alike} probably on record, or twice in the table.")

    @staticmethod
    def _chosen(rows: list[Checked], options: dict) -> list[Checked]:
        """The rows to store. Raises ``CommandError`` where the options do not decide it."""
        if not options["skip_refused"] and any(row.outcome == REFUSED for row in rows):
            raise CommandError(
                "Nothing was stored: some rows are refused. Correct them, or leave them out "
                "with --skip-refused."
            )
        if options["twins"] == "refuse" and any(row.twins for row in rows):
            raise CommandError(
                "Nothing was stored: some rows are probably on record already, or twice in "
                "the table. Leave them out with --twins skip, or store them anyway with "
                "--twins store."
            )
        return [row for row in rows if not (row.twins and options["twins"] == "skip")]
