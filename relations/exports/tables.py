"""CSV (RFC 4180) and XLSX: one row per record, with the API's columns."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from relations.exports.selection import LICENSE, Column, Selection
from relations.exports.text import cell, is_formula, xml_text

BOM = "\ufeff"
CHUNK = 64 * 1024
# Excel counts days from here on as the calendar does; its 29 February 1900 never was.
FIRST_DAY = date(1900, 3, 1)
LONGEST = 32_767
# A workbook's numbers are doubles: longer numbers would be changed silently.
MOST_DIGITS = 15
WIDTHS = {"title": 48, "summary": 60, "date_display": 22}


class _Line:
    """A file for ``csv.writer`` that returns what was written."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: list[Column], rows: Iterable[dict]) -> Iterator[str]:
    """A header line, then a line per row."""
    line = csv.writer(_Line(), lineterminator="\r\n").writerow
    yield line([column.name for column in columns])
    for row in rows:
        yield line([cell(column.of(row), is_number=column.is_number) for column in columns])


def write_csv(selection: Selection) -> Iterator[bytes]:
    """CSV with a byte order mark, without which Excel reads UTF-8 in the code page of the machine."""
    yield BOM.encode()
    for line in csv_lines(selection.columns, selection.objects()):
        yield line.encode()


def write_xlsx(selection: Selection) -> Iterator[bytes]:
    """Written row by row to a file on disk, then sent."""
    book = Workbook(write_only=True)
    book.properties.title = xml_text(selection.full_title)
    book.properties.creator = xml_text(selection.title)
    sheet = book.create_sheet("Records")
    _frame(sheet, selection)
    sheet.append([_bold(sheet, column.name) for column in selection.columns])
    for row in selection.objects():
        sheet.append([_typed(sheet, column, row) for column in selection.columns])
    _about(book.create_sheet("About"), selection)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while part := file.read(CHUNK):
            yield part


def _frame(sheet, selection: Selection) -> None:
    """Freeze the header and give it filters. Must be called before the first row is written."""
    sheet.freeze_panes = "A2"
    last = get_column_letter(len(selection.columns))
    sheet.auto_filter.ref = f"A1:{last}{selection.count + 1}"
    for number, column in enumerate(selection.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column.name, 18)


def _about(sheet, selection: Selection) -> None:
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 90
    for label, value in (
        ("Title", selection.title),
        ("Filter", selection.words or "none: all records"),
        ("Records", selection.count),
        ("Address", selection.page),
        ("This file", selection.own),
        ("Licence", f"{LICENSE['name']}, {LICENSE['url']}"),
        ("Version", f"change {selection.change}"),
        ("Accessed", selection.day),
        ("Dates", "EDTF (ISO 8601-2), as exact as the sources; earliest and latest are the days it may mean"),
    ):  # fmt: skip
        shown = _day(sheet, value) if isinstance(value, date) else text_cell(sheet, value)
        sheet.append([_bold(sheet, label), shown])


def _bold(sheet, text: str) -> WriteOnlyCell:
    made = WriteOnlyCell(sheet, text)
    made.font = Font(bold=True)
    return made


def text_cell(sheet, value):
    """Text as a text cell, whatever it begins with; numbers as numbers."""
    if not isinstance(value, str):
        return value
    text = xml_text(value)[:LONGEST]
    if not text:
        return None
    if not is_formula(text) and not text.startswith("#"):
        return text
    made = WriteOnlyCell(sheet, text)
    made.data_type = "s"
    # Stays text even when somebody edits the cell.
    made.quotePrefix = True
    return made


def _day(sheet, value: date) -> WriteOnlyCell:
    made = WriteOnlyCell(sheet, value)
    made.number_format = "yyyy-mm-dd"
    return made


def workbook_number(text: str) -> Decimal | str:
    """The number if a workbook can hold it unaltered, else its text."""
    number = Decimal(text)
    return number if len(number.normalize().as_tuple().digits) <= MOST_DIGITS else text


def _typed(sheet, column: Column, row: dict):
    value = column.of(row)
    if value is None or value == "":
        return None
    if column.is_number:
        return workbook_number(str(value))
    if column.type == "date":
        day = date.fromisoformat(value)
        return _day(sheet, day) if day >= FIRST_DAY else value
    if column.type == "datetime":
        made = WriteOnlyCell(sheet, datetime.fromisoformat(value).replace(tzinfo=None))
        made.number_format = "yyyy-mm-dd hh:mm:ss"
        return made
    return text_cell(sheet, value)
