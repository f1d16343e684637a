"""What would become of each row of a table: new, changed, unchanged or refused, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.results import RowResult

from relations import kinds
from relations.chunks import chunks
from relations.filters.problems import nearest_of
from relations.importing import layouts
from relations.importing.files import FileRefused, Row, Table
from relations.importing.resource import Known, RecordResource
from relations.kinds import Kind
from relations.models import ImportRow, Record
from relations.models.base import SLUG_LENGTH
from relations.records import twins

# Looked up, checked and told together.
AT_ONCE = 500
NEW, CHANGED, UNCHANGED, REFUSED = ImportRow.Outcome
OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: NEW,
    RowResult.IMPORT_TYPE_UPDATE: CHANGED,
    RowResult.IMPORT_TYPE_SKIP: UNCHANGED,
    RowResult.IMPORT_TYPE_INVALID: REFUSED,
}


@dataclass
class Checked:
    """What would become of a row.

    ``problems`` says why it is refused: pairs of a column (empty for the whole row) and a sentence.
    ``differences`` maps each column of a record that would change to its present and its new value.
    ``record`` is the new record, not stored yet, or the stored one as it would be.
    """

    number: int
    outcome: str
    slug: str = ""
    title: str = ""
    date: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)
    differences: dict[str, list[str]] = field(default_factory=dict)
    twins: list[list[str]] = field(default_factory=list)
    record: Record | None = None
    candidate: twins.Candidate | None = None

    def told(self) -> tuple:
        """What users are shown of the row. It must still be the same when the row is stored."""
        return self.number, self.outcome, self.slug, self.differences


class Checker:
    """Checks the rows of one table, which name records of one kind. Nothing is stored.

    Raises ``FileRefused`` where the table has columns that the kind does not have, or has no source and
    needs one.
    """

    def __init__(self, kind: Kind, columns: list[str], known: Known) -> None:
        self.layout = layouts.of(columns)
        self.kind, self.known = kind, known
        self.resource: RecordResource = kind.resource_class(kind.model, known)
        if self.layout is None:
            self._refuse_columns(columns)
        elif self.layout.kind != kind.name:
            raise FileRefused(
                _("The table holds records of another kind: %(kind)s.")
                % {"kind": kinds.get(self.layout.kind).label_plural}
            )
        elif known.source is None:
            raise FileRefused(_("Say which source its rows are cited from; they do not name it."))

    def _refuse_columns(self, columns: list[str]) -> None:
        valid = [*self.resource.fields, *self.resource.citation_fields]
        for column in columns:
            if column in valid:
                continue
            words = {"column": column[:80], "valid": ", ".join(valid)}
            words["near"] = nearest_of(column[:80], valid)
            if words["near"]:
                raise FileRefused(
                    _(
                        "“%(column)s” is not a column here; do you mean “%(near)s”? Valid: "
                        "%(valid)s."
                    )
                    % words
                )
            raise FileRefused(_("“%(column)s” is not a column here. Valid: %(valid)s.") % words)

    def check(self, rows: Iterable[Row], *, with_twins: bool = True) -> Iterator[Checked]:
        """Check each row in order, a few hundred at a time."""
        for part in chunks(rows, AT_ONCE):
            found = self._check(part)
            if with_twins:
                self._look_for_twins([one for one in found if one.outcome == NEW])
            yield from found

    def _look_for_twins(self, rows: list[Checked]) -> None:
        """Add to each new row the records that it probably duplicates."""
        for row in rows:
            row.candidate = twins.candidate(row.record, self.resource.countries(row.record))
        found = twins.likely([row.candidate for row in rows])
        for row, likely in zip(rows, found, strict=True):
            row.twins = [
                [
                    twin.record.slug,
                    f"{twin.record.title} ({twin.record.edtf.display()}): {twin.why}",
                ]
                for twin in likely
            ]

    def _check(self, rows: list[Row]) -> list[Checked]:
        refused: dict[int, Checked] = {}
        cells: dict[int, dict[str, str]] = {}
        for row in rows:
            try:
                if row.problem:
                    raise ValidationError(row.problem)
                cells[row.number] = self._converted(row)
            except ValidationError as error:
                refused[row.number] = Checked(
                    row.number,
                    REFUSED,
                    title=_words(row.cells),
                    problems=_problems(error),
                )
        passed = self._imported(cells) if cells else {}
        return [refused.get(row.number) or passed[row.number] for row in rows]

    def _converted(self, row: Row) -> dict[str, str]:
        if self.layout is None:
            return row.cells
        return self.layout.convert(row.cells, self.known.indexes)

    def _imported(self, cells: dict[int, dict[str, str]]) -> dict[int, Checked]:
        self.resource.prepare([row["slug"] for row in cells.values() if row.get("slug")])
        columns = list(next(iter(cells.values())))
        table = tablib.Dataset(headers=["row", *columns])
        for number, row in cells.items():
            table.append([number, *(row[column] for column in columns)])
        result = self.resource.import_data(table, use_transactions=False)
        for fault in result.base_errors:
            raise fault.error
        return {row.row_values["row"]: self._checked(row) for row in result.rows}

    def _checked(self, result: RowResult) -> Checked:
        # Any other error is a fault of the program, and must not be reported as one of the row.
        for fault in result.errors:
            raise fault.error
        values = result.row_values
        outcome = OUTCOMES[result.import_type]
        made = Checked(
            values["row"],
            outcome,
            slug=values.get("slug", "")[:SLUG_LENGTH],
            title=values.get("title", "")[:300],
            date=values.get("date", "")[:100],
        )
        if outcome == REFUSED:
            made.problems = _problems(result.validation_error)
            return made
        record = result.instance
        made.record, made.slug, made.title, made.date = (
            record,
            record.slug,
            record.title,
            record.date,
        )
        if outcome == CHANGED:
            after = self.resource.texts(record)
            made.differences = {
                name: [text, after[name]]
                for name, text in record.before.items()
                if text != after[name]
            }
            if record.citing:
                made.differences["cited"] = ["", _cited(record)]
        return made


def _words(cells: dict[str, str]) -> str:
    """The words by which people recognize a row that was refused."""
    return (cells.get("title") or " · ".join(filter(None, cells.values())))[:120]


def _cited(record: Record) -> str:
    return "; ".join(f"{one.field} ({one.locator})" for one in record.citing)


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(error, "error_dict"):
        return [("", sentence) for sentence in error.messages]
    return [
        ("" if column == NON_FIELD_ERRORS else column, sentence)
        for column, sentences in error.message_dict.items()
        for sentence in sentences
    ]


def twins_among(rows: Sequence[Checked]) -> dict[int, list[list[str]]]:
    """Per new row, by number: earlier rows that are likely the same, in the form of ``Checked.twins``."""
    found = {}
    for row, places in zip(rows, twins.among([row.candidate for row in rows]), strict=True):
        if places:
            words = ({"number": rows[one].number, "title": rows[one].title} for one in places[:5])
            found[row.number] = [["", _("row %(number)d here: %(title)s") % one] for one in words]
    return found


def kind_of(table: Table, named: str = "") -> Kind:
    """The kind of a table's records: the named one, else that of its layout. Raises ``FileRefused``."""
    layout = layouts.of(table.columns)
    name = named or (layout.kind if layout else "")
    if name in kinds.names():
        return kinds.get(name)
    words = {"kinds": ", ".join(kinds.names())}
    if not name:
        raise FileRefused(_("Say which kind of record the rows are: %(kinds)s.") % words)
    raise FileRefused(
        _("“%(name)s” is not a kind of record; choose one of %(kinds)s.")
        % {**words, "name": name[:80]}
    )
