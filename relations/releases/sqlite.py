"""The SQLite file: typed tables with keys, indexes, full-text search and views, ready for Datasette.

The same rows in the same order give the same bytes with the same version of the SQLite library, which
writes its version into the file.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from relations.releases.columns import Described
from relations.releases.tables import Table, name_of

TYPES = {"integer": "INTEGER", "number": "NUMERIC"}
SEARCHED = ("title", "name", "summary", "description", "official_title", "as_written", "note")
PRAGMAS = """
    PRAGMA page_size = 4096;
    PRAGMA encoding = 'UTF-8';
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
"""
VIEWS = {
    "passages": (
        "What each passage says of a record, with the record and the source.",
        """
        SELECT timeline.slug AS record, timeline.kind, timeline.title, timeline.date_edtf,
            citations.uid, citations.field, citations.value, citations.as_written, citations.verdict,
            citations.source_slug AS source, citations.source_title, citations.locator_kind, citations.locator
        FROM timeline
        JOIN timeline_citations ON timeline_citations.record = timeline.slug
        JOIN citations ON citations.uid = timeline_citations.uid
        """,
    ),
    "disagreements": (
        "The passages that contradict the record.",
        "SELECT * FROM passages WHERE verdict = 'contradicts'",
    ),
    "records_by_year": (
        "How many records of each kind begin, or may begin, in each year.",
        """
        SELECT CAST(substr(coalesce(date_earliest, date_latest), 1, 4) AS INTEGER) AS year, kind,
            count(*) AS records
        FROM timeline GROUP BY 1, 2
        """,
    ),
    "records_by_country": (
        "How many records of each kind each country takes part in.",
        """
        SELECT timeline_countries.code, timeline_countries.name, timeline.kind, count(*) AS records
        FROM timeline_countries JOIN timeline ON timeline.slug = timeline_countries.record
        GROUP BY 1, 2, 3
        """,
    ),
}


def quoted(name: str) -> str:
    return f'"{name}"'


def listed(columns) -> str:
    return ", ".join(quoted(one.name) for one in columns)


def every_table(tables: list[Table]) -> list[Table]:
    """The tables, including those of the lists inside them."""
    return [one for table in tables for one in (table, *every_table(list(table.inner)))]


def is_looked_up(column: Described) -> bool:
    """Whether rows are looked up by this column often enough for an index."""
    return bool(column.names_one_of or column.choices) or column.type in ("date", "number")


class Database:
    """The file while it is written: open it, add the objects of each table, close it."""

    def __init__(self, path: Path, tables: list[Table]):
        self.tables = every_table(tables)
        self.keys = {table.name: table.key[0].name for table in tables}
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(PRAGMAS)
        for table in self.tables:
            self.connection.execute(self._definition(table))
        self.insert = {
            table.name: f"INSERT INTO {quoted(table.name)} VALUES ({', '.join('?' * len(table.every))})"  # noqa: S608
            for table in self.tables
        }
        self.connection.execute("BEGIN")

    def _definition(self, table: Table) -> str:
        lines = []
        for one in table.every:
            line = f"{quoted(one.name)} {TYPES.get(one.type, 'TEXT')}"
            lines.append(f"{line} NOT NULL" if one in table.key else line)
        lines.append(f"PRIMARY KEY ({listed(table.key)})")
        for one in table.every:
            if one.names_one_of:
                other = name_of(one.names_one_of)
                lines.append(
                    f"FOREIGN KEY ({quoted(one.name)}) REFERENCES {quoted(other)} ({quoted(self.keys[other])})"
                )
        return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"

    def add(self, table: Table, item: dict) -> None:
        """Add an object of a resource, and the items of its lists."""
        for one, row in table.rows(item):
            self.connection.execute(self.insert[one.name], row)

    def finish(self) -> None:
        """Add what is derived from the rows, and optimize the file."""
        for table in self.tables:
            self._index(table)
            if not table.source:
                self._search(table)
        for name, (_meaning, query) in VIEWS.items():
            self.connection.execute(f"CREATE VIEW {quoted(name)} AS {query}")
        self.connection.execute("COMMIT")
        self.connection.executescript("ANALYZE; VACUUM;")

    def _index(self, table: Table) -> None:
        # The primary key has an index of its own, which serves its first column.
        for one in table.every:
            if one is not table.key[0] and is_looked_up(one):
                name = quoted(f"{table.name}_by_{one.name}")
                self.connection.execute(
                    f"CREATE INDEX {name} ON {quoted(table.name)} ({quoted(one.name)})"
                )

    def _search(self, table: Table) -> None:
        searched = [one for one in table.columns if one.name in SEARCHED]
        if searched:
            name = quoted(f"{table.name}_fts")
            self.connection.execute(
                f"CREATE VIRTUAL TABLE {name} USING fts5 ({listed(searched)}, "
                f"content={quoted(table.name)}, tokenize='unicode61 remove_diacritics 2')"
            )
            self.connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608
            self.connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")  # noqa: S608

    def close(self) -> None:
        self.connection.close()
