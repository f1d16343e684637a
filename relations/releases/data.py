"""The data of a release: JSON Lines, CSV and SQLite, written in one pass over what is published."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from pathlib import Path

from relations.api.resources import Resource
from relations.exports.text import cell
from relations.releases.columns import columns_of
from relations.releases.files import DATABASE
from relations.releases.reading import objects_of, released
from relations.releases.sqlite import Database
from relations.releases.tables import Table, tables_of
from relations.releases.tally import Tally


def write(directory: Path) -> dict[str, Tally]:
    """Write the files of the data. Returns the counts by the path of each resource."""
    every = released()
    tables = {path: tables_of(resource) for path, resource in every.items()}
    database = Database(directory / DATABASE, list(tables.values()))
    try:
        tallies = {
            path: _write_resource(directory, resource, database, tables[path])
            for path, resource in every.items()
        }
        database.finish()
    finally:
        database.close()
    return tallies


def _write_resource(directory: Path, resource: Resource, database: Database, table: Table) -> Tally:
    tally = Tally(columns_of(resource))
    columns = [one.column for one in tally.columns]
    with ExitStack() as files:
        lines = files.enter_context(_opened(directory / f"{resource.path}.jsonl"))
        sheet = csv.writer(
            files.enter_context(_opened(directory / f"{resource.path}.csv")),
            lineterminator="\r\n",
        )
        sheet.writerow([column.name for column in columns])
        for text, item in objects_of(resource):
            lines.write(f"{text}\n")
            row = [column.of(item) for column in columns]
            sheet.writerow(
                [
                    cell(value, is_number=column.type == "number")
                    for column, value in zip(columns, row, strict=True)
                ]
            )
            database.add(table, item)
            tally.add(row)
    return tally


def _opened(path: Path):
    # The same line ends on every system.
    return path.open("w", encoding="utf-8", newline="")
