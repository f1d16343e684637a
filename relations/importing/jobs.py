"""A table on its way in: read, checked some rows at a time with its progress stored, then stored completely
or not at all.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from relations.chunks import CHUNK
from relations.importing import files
from relations.importing.check import (
    AT_ONCE,
    CHANGED,
    NEW,
    REFUSED,
    Checked,
    Checker,
    kind_of,
    twins_among,
)
from relations.importing.resource import Known
from relations.importing.store import Stored, store
from relations.kinds import get as kind
from relations.models import Import, ImportRow, Source
from relations.records.twins import Candidate

# An import that nobody has continued for this long is given up.
KEPT = timedelta(days=7)
State = Import.State


class NotStored(ValueError):
    """Nothing was stored. The message says why, and what to do."""


def begin(
    user, name: str, data: bytes, kind_name: str = "", source: Source | None = None
) -> Import:
    """Read a table and save it for the check. Raises ``files.FileRefused``."""
    table = files.read(name, data)
    found = kind_of(table, kind_name)
    # Refuses columns that the kind does not have, before anything is stored.
    Checker(found, table.columns, Known(user, source))
    give_up(Import.objects.filter(created__lt=timezone.now() - KEPT))
    rows = [[row.number, list(row.cells.values()), row.problem] for row in table.rows]
    return Import.objects.create(
        user=user,
        name=name[:200],
        kind=found.name,
        source=source,
        rows=len(rows),
        table=Import.packed(table.columns, rows),
    )


def give_up(imports) -> None:
    """Delete tables that were not stored, and the results of their rows."""
    open_ones = imports.filter(state__in=[State.CHECKING, State.CHECKED])
    ImportRow.objects.filter(of__in=open_ones.values("pk")).delete()
    open_ones.update(state=State.GIVEN_UP, table=b"")


class Job:
    """An import with its table unpacked."""

    def __init__(self, job: Import) -> None:
        self.job = job
        self.columns, rows = job.unpacked()
        self.rows = [
            files.Row(number, dict(zip(self.columns, cells, strict=True)), problem)
            for number, cells, problem in rows
        ]

    def _checker(self, user) -> Checker:
        return Checker(kind(self.job.kind), self.columns, Known(user, self.job.source))

    def advance(self, user, at_once: int = AT_ONCE) -> None:
        """Check the next rows and save the results. Twins are looked for when all rows have been checked."""
        job, checker = self.job, self._checker(user)
        before = job.results.exclude(slug="").values_list("slug", "number")
        checker.known.taken.update(before)
        found = list(checker.check(self.rows[job.checked : job.checked + at_once]))
        done = job.checked + len(found)
        with transaction.atomic():
            # If two requests check the same rows at the same time, one of them stores the result.
            ours = Import.objects.filter(pk=job.pk, checked=job.checked, state=State.CHECKING)
            if not ours.update(checked=done):
                return
            ImportRow.objects.bulk_create([_row(job, one) for one in found], batch_size=CHUNK)
        job.checked = done
        if done == job.rows:
            self._finish()

    def _finish(self) -> None:
        """Compare the new rows with one another, now that all are known."""
        rows = list(self.job.results.filter(outcome=NEW))
        alike = twins_among([_as_checked(self.job.kind, row) for row in rows])
        altered = [row for row in rows if row.number in alike]
        for row in altered:
            row.twins += alike[row.number]
        with transaction.atomic():
            ImportRow.objects.bulk_update(altered, ["twins"], batch_size=CHUNK)
            Import.objects.filter(pk=self.job.pk, state=State.CHECKING).update(state=State.CHECKED)
        self.job.state = State.CHECKED

    def store(
        self,
        user,
        *,
        reason: str = "",
        skip_refused: bool = False,
        skip_twins: bool = False,
        comment: str = "",
    ) -> Stored:
        """Store what was checked, in one transaction; ``comment`` stands in its revisions. Raises ``NotStored``.

        Every row is checked again first. Where the outcome differs from what was shown, nothing is stored,
        and the table has to be checked again.
        """
        shown = {row.number: row for row in self.job.results.defer("told_by", "problems")}
        if not skip_refused and any(row.outcome == REFUSED for row in shown.values()):
            raise NotStored(_("Some rows are refused: correct them, or leave them out."))
        checker = self._checker(user)
        # The twins are those that were shown and decided on.
        found = list(checker.check(self.rows, with_twins=False))
        if any(one.told() != _told(shown[one.number]) for one in found):
            self._begin_anew()
            raise NotStored(
                _("What is on record has changed since the table was checked: look at it again.")
            )
        if skip_twins:
            found = [one for one in found if not shown[one.number].twins]
        if not reason.strip() and any(_is_public(one) for one in found):
            raise NotStored(_("Say why published records are changed: readers see it."))
        try:
            return self._stored(checker, found, user, reason, comment)
        except (ValidationError, IntegrityError) as error:
            sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise NotStored(
                _("Nothing was stored: %(why)s") % {"why": " ".join(sentences)}
            ) from error

    def _stored(self, checker, found, user, reason, comment) -> Stored:
        with transaction.atomic():
            ours = Import.objects.filter(pk=self.job.pk, state=State.CHECKED)
            if not ours.update(state=State.STORED, reason=reason, table=b""):
                raise NotStored(_("It was stored or given up in the meantime."))
            return store(checker.resource, found, user=user, reason=reason, comment=comment)

    def _begin_anew(self) -> None:
        with transaction.atomic():
            self.job.results.all().delete()
            Import.objects.filter(pk=self.job.pk, state=State.CHECKED).update(
                state=State.CHECKING, checked=0
            )


def _row(job: Import, one: Checked) -> ImportRow:
    about = one.candidate
    told_by = []
    if about is not None:
        particulars = ["" if value is None else str(value) for value in about.particulars]
        told_by = [sorted(about.countries), sorted(about.addresses), particulars]
    return ImportRow(
        of=job,
        number=one.number,
        outcome=one.outcome,
        slug=one.slug,
        title=one.title,
        date=one.date,
        problems=one.problems,
        differences=one.differences,
        twins=one.twins,
        told_by=told_by,
    )


def _as_checked(kind_name: str, row: ImportRow) -> Checked:
    countries, addresses, particulars = row.told_by
    about = Candidate(
        kind_name,
        row.title,
        row.date,
        frozenset(countries),
        frozenset(addresses),
        particulars=tuple(particulars),
    )
    return Checked(row.number, NEW, row.slug, row.title, row.date, candidate=about)


def _is_public(one: Checked) -> bool:
    return one.outcome == CHANGED and one.record.first_published is not None


def _told(row: ImportRow) -> tuple:
    return row.number, row.outcome, row.slug, row.differences
