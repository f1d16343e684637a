"""Files as tables: what can be read is read as it is, and what cannot is refused with a sentence."""

import io
import json
import struct
import zipfile

import pytest
from openpyxl import Workbook

from relations.importing import files


def told(name: str, data: bytes) -> str:
    with pytest.raises(files.FileRefused) as refusal:
        files.read(name, data)
    return str(refusal.value)


def workbook(*rows, sheet="Records", first=None) -> bytes:
    book = Workbook()
    book.active.title = first or sheet
    if first:
        book.active.append(["something else"])
        book.create_sheet(sheet)
    for row in rows:
        book[sheet].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cells(name: str, data: bytes) -> list[dict]:
    return [row.cells for row in files.read(name, data).rows]


def test_csv_as_spreadsheets_write_it():
    text = 'Title;Date Note\r\n"One; two";"a\nb"\r\n;\r\n'
    table = files.read("t.csv", b"\xef\xbb\xbf" + text.encode())
    assert table.columns == ["title", "date_note"]
    assert table.rows == [files.Row(2, {"title": "One; two", "date_note": "a\nb"})]


def test_csv_in_utf_16():
    assert cells("t.csv", "title,date\nBakı,1996\n".encode("utf-16")) == [
        {"title": "Bakı", "date": "1996"}
    ]


def test_the_apostrophe_that_our_own_csv_leads_formulas_with_is_taken_off():
    assert cells("t.csv", b"title\n'=1+1\n'twas\n") == [{"title": "=1+1"}, {"title": "'twas"}]


def test_rows_are_numbered_as_a_sheet_numbers_them():
    table = files.read("t.csv", b"title\nOne\n\nTwo\n")
    assert [(row.number, row.cells["title"]) for row in table.rows] == [(2, "One"), (4, "Two")]


def test_a_short_row_ends_in_empty_cells_and_a_long_one_is_a_problem_of_that_row():
    table = files.read("t.csv", b"title,date\nOne\nTwo,1996,more\nThree,1997,\n")
    assert table.rows[0].cells == {"title": "One", "date": ""}
    assert table.rows[1].problem == "It has more cells than there are columns: “more”."
    assert table.rows[2] == files.Row(4, {"title": "Three", "date": "1997"})


def test_cells_that_no_column_could_hold_are_problems_of_their_row():
    long, nul = b"x" * 5001, b"a\0b"
    table = files.read("t.csv", b"title\n" + long + b"\n" + nul + b"\nfine\n")
    assert [row.problem for row in table.rows] == [
        "A cell of it has more than 5000 characters.",
        "It holds a NUL character, which is not text.",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("t.svg", b"<svg/>", "“t.svg” cannot be read: give a table as"),
        ("t", b"title\n", "“t” cannot be read: give a table as"),
        ("t.csv", b"", "The first row must name the columns; it is empty."),
        ("t.csv", b"title,date\n", "The file holds no rows below its header."),
        ("t.csv", b"title,,date\n1,2,3\n", "Column 2 has no name."),
        ("t.csv", b"title,Title\n1,2\n", "The column “title” occurs twice."),
        ("t.csv", b"title\n\xff\n", "The text is not UTF-8 (see byte 7)"),
        ("t.csv", b'title\n"never closed\n', "The CSV breaks off at line 2"),
        ("t.csv", b",".join([b"c%d" % n for n in range(101)]), "more than 100 columns"),
        ("t.csv", b"title\n" + b"x\n" * 20_001, "more than 20000 rows"),
        ("t.xlsx", b"PK no archive", "The file is named .xlsx but is not a workbook."),
        ("t.json", b"[1, 2", "The JSON cannot be read"),
        ("t.json", b"[1, 2]", "The JSON holds no objects"),
        ("t.json", b"[" * 100_000, "The JSON cannot be read"),
        ("t.json", b"[{}]", "The first row must name the columns; it is empty."),
    ],
)
def test_what_cannot_be_read_is_refused(name, data, sentence):
    assert sentence in told(name, data)


def test_too_large_a_file_is_refused_unread():
    assert told("t.csv", b"x" * (files.MOST_BYTES + 1)) == (
        "The file has 10.0 MB; at most 10 MB are read at once. Split it."
    )


# Workbooks ---------------------------------------------------------------------------------------------------


def test_workbooks_keep_numbers_days_and_texts():
    from datetime import date, datetime

    data = workbook(
        ["title", "date", "value", "ordinal", "flag"],
        ["007", date(1996, 9, 16), 8.5, 2.0, True],
        [" x ", datetime(1996, 9, 16, 8, 30), 331700000, None, None],  # noqa: DTZ001
    )
    assert cells("t.xlsx", data) == [
        {"title": "007", "date": "1996-09-16", "value": "8.5", "ordinal": "2", "flag": "true"},
        {
            "title": "x",
            "date": "1996-09-16T08:30:00",
            "value": "331700000",
            "ordinal": "",
            "flag": "",
        },
    ]


def test_the_sheet_of_records_is_read_wherever_it_stands():
    assert cells("t.xlsx", workbook(["title"], ["One"], first="About")) == [{"title": "One"}]


def test_a_formula_is_refused_by_its_cell():
    data = workbook(["title"], ["One"], ['=HYPERLINK("https://evil.example")'])
    assert told("t.xlsx", data) == "Cell A3 holds a formula; put its value there instead."


def test_a_cell_far_away_makes_no_million_rows():
    book = Workbook()
    book.active.append(["title"])
    book.active.append(["One"])
    book.active.cell(1_048_576, 16_384).value = "far"
    file = io.BytesIO()
    book.save(file)
    assert cells("t.xlsx", file.getvalue()) == [{"title": "One"}]


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (files.MOST_UNPACKED + 1))
    data = file.getvalue()
    assert len(data) < files.MEGABYTE
    assert told("t.xlsx", data) == "Unpacked, the workbook has 80 MB; at most 80 MB are read."


def test_a_zip_bomb_that_lies_of_its_size_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"0" * (files.MOST_UNPACKED + 1))
    size = struct.pack("<L", files.MOST_UNPACKED + 1)
    data = file.getvalue()
    assert size in data
    assert "The workbook cannot be read" in told("t.xlsx", data.replace(size, struct.pack("<L", 9)))


def test_entities_in_a_workbook_are_not_expanded():
    file = io.BytesIO(workbook(["title"], ["One"]))
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, bomb if entry == "xl/workbook.xml" else old.read(entry))
    assert "The workbook cannot be read" in told("t.xlsx", made.getvalue())


# JSON --------------------------------------------------------------------------------------------------------


def test_json_is_read_as_it_is_written():
    rows = '[{"Title": "One", "countries": ["AZ", "KZ"], "value": 8.50, "body": null, "x": true}]'
    assert cells("t.json", rows.encode()) == [
        {"title": "One", "countries": "AZ; KZ", "value": "8.50", "body": "", "x": "true"}
    ]


def test_objects_may_name_different_columns():
    assert cells("t.json", json.dumps([{"title": "One"}, {"date": "1996"}]).encode()) == [
        {"title": "One", "date": ""},
        {"title": "", "date": "1996"},
    ]


def test_a_broken_line_is_a_problem_of_that_line():
    data = b'{"title": "One"}\n\n{"title": \n[1]\n{"title": {"en": "Two"}}\n{"title": NaN}\n'
    table = files.read("t.jsonl", data)
    assert [(row.number, row.problem.partition(":")[0]) for row in table.rows] == [
        (1, ""),
        (3, "It is not JSON"),
        (4, "It is not an object with the names of columns."),
        (5, "It holds an object within an object"),
        (6, "It is not JSON"),
    ]


def test_half_a_character_is_a_problem_of_its_line_and_of_a_name_too():
    lines = [
        r'{"title": "One"}',
        r'{"title": "\ud800"}',
        r'{"title": ["\udfff"]}',
        r'{"\ud800": 1}',
    ]
    table = files.read("t.jsonl", "\n".join(lines).encode())
    half = "it holds half a character, a lone surrogate"
    assert [row.problem for row in table.rows] == ["", half, half, f"It is not JSON: {half}."]
    assert "half a character" in told("t.json", rb'[{"\ud800": 1}]')


def test_a_column_named_twice_in_one_object_is_a_problem():
    table = files.read("t.jsonl", b'{"title": "One"}\n{"title": "Two", "Title": "Three"}\n')
    assert table.rows[1].problem == "It is not JSON: it names a column twice."
