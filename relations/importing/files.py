"""Read an uploaded file as a table of text: CSV, XLSX, JSON and JSON Lines, each within limits."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from relations.exports.text import is_formula

MEGABYTE = settings.MEGABYTE
MOST_BYTES = settings.IMPORT_MAX_BYTES
# A workbook is a packed archive: a small one can hold any amount.
MOST_UNPACKED = 80 * MEGABYTE
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 5_000
SEPARATOR = "; "


class FileRefused(ValueError):
    """The file as a whole cannot be read. The message says why, and what can be read."""


@dataclass(frozen=True)
class Row:
    """One row of a table.

    ``number`` is how its reader counts: the row of a sheet, the line of a JSON Lines file, the item of a
    JSON list. ``problem`` says why the row itself cannot be read; else it is empty.
    """

    number: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    columns: list[str]
    rows: list[Row]


def read(name: str, data: bytes) -> Table:
    """The table in a file, whose format the ending of its name tells. Raises ``FileRefused``."""
    if len(data) > MOST_BYTES:
        raise FileRefused(too_large(len(data)))
    ending = name.rpartition(".")[2].casefold()
    reader = READERS.get(ending)
    if reader is None:
        raise FileRefused(
            _("“%(name)s” cannot be read: give a table as .csv, .xlsx, .json or .jsonl.")
            % {"name": name[:100]}
        )
    table = reader(data)
    if not table.rows:
        raise FileRefused(_("The file holds no rows below its header."))
    return table


def too_large(size: int) -> str:
    return _("The file has %(size).1f MB; at most %(most)d MB are read at once. Split it.") % {
        "size": size / MEGABYTE,
        "most": MOST_BYTES // MEGABYTE,
    }


# Rows and columns, whatever they come from ------------------------------------------------------------------


def column_name(text: str) -> str:
    return "_".join(text.strip().casefold().split())


def _named(header: Iterable[str]) -> list[str]:
    columns = [column_name(text) for text in header]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise FileRefused(_("The first row must name the columns; it is empty."))
    if len(columns) > MOST_COLUMNS:
        raise FileRefused(_("The table has more than %(most)d columns.") % {"most": MOST_COLUMNS})
    for place, column in enumerate(columns, start=1):
        if not column:
            raise FileRefused(_("Column %(place)d has no name.") % {"place": place})
        if columns.index(column) != place - 1:
            raise FileRefused(_("The column “%(name)s” occurs twice.") % {"name": column})
    return columns


def _row(number: int, columns: list[str], cells: list[str]) -> Row | None:
    """A row under its columns; None where it is empty."""
    if not any(cells):
        return None
    over = next((cell for cell in cells[len(columns) :] if cell), None)
    problem = ""
    if over is not None:
        problem = _("It has more cells than there are columns: “%(cell)s”.") % {"cell": over[:80]}
    elif any(len(cell) > LONGEST_CELL for cell in cells):
        problem = _("A cell of it has more than %(most)d characters.") % {"most": LONGEST_CELL}
    elif any("\0" in cell for cell in cells):
        problem = _("It holds a NUL character, which is not text.")
    padded = [*cells, *[""] * len(columns)] if not problem else [""] * len(columns)
    return Row(number, dict(zip(columns, padded, strict=False)), problem)


def _table(columns: list[str], rows: Iterable[Row | None]) -> Table:
    found = list(islice((row for row in rows if row is not None), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise FileRefused(
            _("The table has more than %(most)d rows; split it.") % {"most": MOST_ROWS}
        )
    return Table(columns, found)


# CSV ---------------------------------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("The text is not UTF-8 (see byte %(place)d); save it as “CSV UTF-8”.")
            % {"place": error.start + 1}
        ) from None


def _unled(text: str) -> str:
    """The text without the apostrophe that our own CSV puts before what a spreadsheet would run."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def read_csv(data: bytes) -> Table:
    text = _text(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _named(next(lines, []))
        return _table(
            columns,
            (
                _row(number, columns, [_unled(cell.strip()) for cell in cells])
                for number, cells in enumerate(lines, start=2)
            ),
        )
    except csv.Error as error:
        raise FileRefused(
            _("The CSV breaks off at line %(line)d: %(error)s.")
            % {"line": lines.line_num, "error": error}
        ) from None


# XLSX --------------------------------------------------------------------------------------------------------


def read_xlsx(data: bytes) -> Table:
    """The sheet named Records, else the first one.

    Formulas are refused, because the file does not hold their results.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise FileRefused(_("The file is named .xlsx but is not a workbook.")) from None
    if unpacked > MOST_UNPACKED:
        raise FileRefused(
            _("Unpacked, the workbook has %(size)d MB; at most %(most)d MB are read.")
            % {"size": unpacked // MEGABYTE, "most": MOST_UNPACKED // MEGABYTE}
        )
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        sheet = sheets.get("Records") or next(iter(sheets.values()))
        # The size that the sheet announces need not be true.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=MOST_ROWS + 3, max_col=MOST_COLUMNS + 1)
        columns = _named(_cell(cell) for cell in next(rows, ()))
        return _table(
            columns,
            (
                _row(number, columns, [_cell(cell) for cell in cells])
                for number, cells in enumerate(rows, start=2)
            ),
        )
    except FileRefused:
        raise
    # A broken or hostile archive can make the reader raise anything.
    except Exception as error:  # noqa: BLE001
        raise FileRefused(
            _("The workbook cannot be read (%(error)s); save it again, or as CSV.")
            % {"error": f"{type(error).__name__}: {error}".partition("\n")[0][:200]}
        ) from None


def _cell(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise FileRefused(
            _("Cell %(cell)s holds a formula; put its value there instead.")
            % {"cell": cell.coordinate}
        )
    if cell.data_type == "e":
        raise FileRefused(
            _("Cell %(cell)s holds the error %(error)s.")
            % {"cell": cell.coordinate, "error": str(value)[:20]}
        )
    return plain(value)


def plain(value) -> str:
    """A value of a sheet or of JSON as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()


# JSON --------------------------------------------------------------------------------------------------------


class _Malformed(ValueError):
    pass


def _whole(text: str) -> str:
    """The text. Half a character is refused: JSON can escape one, but no database can store it."""
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _Malformed(_("it holds half a character, a lone surrogate"))
    return text


def _object(pairs: list[tuple[str, object]]) -> dict:
    found = {column_name(_whole(name)): value for name, value in pairs}
    if len(found) < len(pairs):
        raise _Malformed(_("it names a column twice"))
    return found


def _constant(text: str):
    raise _Malformed(_("“%(text)s” is not JSON") % {"text": text})


def _loads(text: str):
    # Numbers as they are written, without rounding.
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_constant=_constant,
        parse_int=str,
        parse_float=str,
    )


def read_json(data: bytes) -> Table:
    """A list of objects, or one object per line."""
    text = _text(data)
    if text.lstrip()[:1] != "[":
        return read_jsonl(data)
    try:
        items = _loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefused(_("The JSON cannot be read: %(error)s.") % {"error": error}) from None
    return _of_objects((number, item, "") for number, item in enumerate(items, start=1))


def read_jsonl(data: bytes) -> Table:
    return _of_objects(_of_lines(_text(data)))


def _of_lines(text: str) -> Iterator[tuple[int, object, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, _loads(line), ""
        except (ValueError, RecursionError) as error:
            yield number, None, _("It is not JSON: %(error)s.") % {"error": error}


def _of_objects(items: Iterable[tuple[int, object, str]]) -> Table:
    found = list(islice(items, MOST_ROWS + 1))
    objects = [item for _number, item, _problem in found if isinstance(item, dict)]
    if not objects:
        raise FileRefused(_("The JSON holds no objects: give one object per record."))
    columns = _named(dict.fromkeys(name for item in objects for name in item))
    return _table(columns, (_of_object(columns, *item) for item in found))


def _of_object(columns: list[str], number: int, item, problem: str) -> Row | None:
    empty = dict.fromkeys(columns, "")
    if problem:
        return Row(number, empty, problem)
    if not isinstance(item, dict):
        return Row(number, empty, _("It is not an object with the names of columns."))
    try:
        cells = [_value(item.get(name)) for name in columns]
    except _Malformed as error:
        return Row(number, empty, str(error))
    return _row(number, columns, cells)


def _value(value) -> str:
    if isinstance(value, list):
        if any(isinstance(one, list | dict) for one in value):
            raise _Malformed(_("It holds a list of lists or objects: give texts or numbers."))
        return SEPARATOR.join(_whole(plain(one)) for one in value)
    if isinstance(value, dict):
        raise _Malformed(_("It holds an object within an object: give a text or number."))
    return _whole(plain(value))


READERS = {"csv": read_csv, "xlsx": read_xlsx, "json": read_json, "jsonl": read_jsonl}
