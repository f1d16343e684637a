"""Write records as a table that can be imported again, or an empty table that explains its columns."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook

from relations.chunks import chunks
from relations.exports.tables import BOM, text_cell
from relations.exports.text import cell
from relations.importing.check import AT_ONCE
from relations.importing.resource import RecordResource

Lines = Iterable[list[str]]


def lines(resource: RecordResource, records: QuerySet) -> Iterator[list[str]]:
    """The cells of each record, read a few hundred at a time."""
    for part in chunks(list(records.values_list("pk", flat=True)), AT_ONCE):
        found = resource.whole().in_bulk(part)
        for pk in part:
            if pk in found:
                yield list(resource.texts(found[pk]).values())


def write_csv(columns: list[str], cells: Lines) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([cell(one) for one in line] for line in chain([columns], cells))
    return (BOM + text.getvalue()).encode()


def write_xlsx(columns: list[str], cells: Lines, about: dict[str, str] | None = None) -> bytes:
    """A workbook; ``about`` is a second sheet with what each column means."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Records")
    sheet.freeze_panes = "A2"
    for line in chain([columns], cells):
        sheet.append([text_cell(sheet, one) for one in line])
    if about:
        sheet = book.create_sheet("Columns")
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 120
        for line in about.items():
            sheet.append([text_cell(sheet, one) for one in line])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        return file.read()


def write_json(columns: list[str], cells: Lines) -> bytes:
    found = [dict(zip(columns, line, strict=True)) for line in cells]
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True)
class Format:
    label: str
    content_type: str
    write: Callable[[list[str], Lines], bytes]


FORMATS = {
    "csv": Format("CSV", "text/csv; charset=utf-8", write_csv),
    "xlsx": Format(
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    "json": Format("JSON", "application/json", write_json),
}


def template(resource: RecordResource) -> bytes:
    """An empty workbook with all columns of the kind, and the meaning of each."""
    columns = [*resource.fields.values(), *resource.citation_fields.values()]
    about = {_("Column"): _("What stands in it")}
    about |= {column.column_name: column.meaning for column in columns}
    return write_xlsx([column.column_name for column in columns], [], about)
