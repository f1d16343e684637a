"""The codebook: every table, column and value with its meaning and count, for people to read (Markdown)."""

from __future__ import annotations

from collections.abc import Iterator

from relations.api.resources import Resource
from relations.releases.columns import Described
from relations.releases.tables import Table, resource_meaning
from relations.releases.tally import Tally

HEAD = "| {} |\n| {} |\n"


def text(
    title: str, resources: dict[str, Resource], tallies: dict[str, Tally], lists: list[Table]
) -> str:
    return "\n".join(_parts(title, resources, tallies, lists))


def _parts(title, resources, tallies, lists) -> Iterator[str]:
    yield f"# Codebook of {title}\n"
    yield (
        "The tables of the CSV files, then the tables of the SQLite file that hold the lists inside the\n"
        "objects. *Filled* counts the rows in which something is stated.\n"
    )
    for path, resource in resources.items():
        tally = tallies[path]
        yield f"## {path}\n"
        yield f"{resource_meaning(resource)} {tally.rows:,} rows; key: `{resource.key}`.\n"
        yield _table(
            ("column", "type", "filled", "meaning"),
            (
                (f"`{one.name}`", _type(one), f"{tally.filled[one.name]:,}", escaped(one.meaning))
                for one in tally.columns
            ),
        )
        for one in tally.columns:
            if one.choices:
                yield f"Values of `{one.name}`:\n"
                counted = tally.values[one.name]
                yield _table(
                    ("value", "meaning", "rows"),
                    (
                        (f"`{value}`", escaped(label), f"{counted[value]:,}")
                        for value, label in one.choices
                    ),
                )
    yield "# Lists, in the SQLite file\n"
    for table in lists:
        yield f"## {table.name}\n"
        if table.meaning:
            yield f"{table.meaning}\n"
        yield _table(
            ("column", "type", "meaning"),
            ((f"`{one.name}`", _type(one), escaped(one.meaning)) for one in table.every),
        )


def _type(one: Described) -> str:
    return f"{one.type}, key of {one.names_one_of}" if one.names_one_of else one.type


def escaped(text: str) -> str:
    """Text for the cell of a table; an unescaped bar would end the cell."""
    return " ".join(text.replace("|", "\\|").split())


def _table(head: tuple[str, ...], rows) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
