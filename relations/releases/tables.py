"""The tables of the SQLite file: one per resource, and one per list inside its objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rest_framework import serializers

from relations.api.addresses import TIMELINE
from relations.api.citations import CitedSerializer
from relations.api.resources import Resource
from relations.api.serializers import RecordSerializer
from relations.api.tabular import Column
from relations.models import Record
from relations.releases.columns import (
    Described,
    choices_of,
    described,
    meaning_of,
    related_model,
    sentences,
)


@dataclass(frozen=True)
class Table:
    """A table and where its rows are found.

    For a resource ``source`` is empty and ``key`` is its one key. For a list ``source`` is the field that
    holds it, and ``key`` is the key of the object with the position (from 1) in each list on the way.
    ``inner`` are the lists inside its items.
    """

    name: str
    meaning: str
    key: tuple[Described, ...]
    columns: tuple[Described, ...]
    source: str = ""
    inner: tuple[Table, ...] = ()

    @property
    def every(self) -> tuple[Described, ...]:
        return (*self.key, *self.columns) if self.source else self.columns

    def rows(self, item: dict, key: tuple = ()) -> Iterator[tuple[Table, list]]:
        """The rows that an object, or an item of a list, gives this table and those of the lists inside it."""
        own = [value(one.column, item) for one in self.columns]
        yield self, [*key, *own]
        for table in self.inner:
            held = item[table.source] or ()
            if isinstance(held, dict):
                held = [{"field": name, "value": value} for name, value in held.items()]
            start = key or (item[self.key[0].name],)
            for position, one in enumerate(held, start=1):
                yield from table.rows(one, (*start, position))


def value(column: Column, item: dict):
    """The value of a column: NULL where nothing is stated, never empty text."""
    found = column.of(item)
    return None if found == "" else found


def name_of(path: str) -> str:
    return path.replace("-", "_")


def tables_of(resource: Resource) -> Table:
    """The table of a resource, and those of the lists inside it.

    Lists that every record has stand beside the timeline; a kind adds its own.
    """
    is_kind = resource.is_of_records and not resource.is_timeline
    serializer = RecordSerializer() if resource.is_timeline else resource.serializer_class()
    model = Record if resource.is_timeline else resource.model
    columns = tuple(
        # A record of a kind is on the timeline too.
        replace(one, names_one_of=TIMELINE) if is_kind and one.name == resource.key else one
        for one in described(serializer, model)
        if not one.column.is_list
    )
    (key,) = (one for one in columns if one.name == resource.key)
    named = Column(resource.label.replace(" ", "_"), (resource.key,))
    owner = Described(named, f"The {resource.label}.", names_one_of=resource.path)
    known = set(RecordSerializer().fields) if is_kind else set()
    inner = lists_of(serializer, model, name_of(resource.path), (owner,), known)
    return Table(
        name_of(resource.path), resource_meaning(resource), (key,), columns, inner=tuple(inner)
    )


def resource_meaning(resource: Resource) -> str:
    if resource.is_timeline:
        return "Records of every kind."
    return (resource.serializer_class.__doc__ or "").partition("\n")[0]


def lists_of(serializer, model, prefix: str, key: tuple, known: set[str]) -> Iterator[Table]:
    for name, field in serializer.fields.items():
        here, meaning = f"{prefix}_{name}", meaning_of(field, model)
        if name in known:
            continue
        if isinstance(field, serializers.DictField):
            at = (*key, position())
            columns: tuple[Described, ...] = (
                Described(Column("field", ("field",)), "The field; overall is the whole."),
                Described(
                    Column("value", ("value",)), sentences(meaning), choices=choices_of(field.child)
                ),
            )
            yield Table(here, sentences(meaning), at, columns, name)
        elif isinstance(field, serializers.ListSerializer):
            at, child = (*key, position()), field.child
            of = related_model(field, model)
            columns = tuple(
                one for one in described(child, of, is_part=True) if not one.column.is_list
            )
            if isinstance(child, CitedSerializer):
                # The passage itself is stored once, in the table of citations.
                columns = tuple(one for one in columns if one.name == child.csv_key)
            deeper = (*key, position(name))
            inner = tuple(lists_of(child, of, here, deeper, set()))
            meaning = sentences(meaning) or (child.__doc__ or "").partition("\n")[0]
            yield Table(here, meaning, at, columns, name, inner)


def position(of: str = "") -> Described:
    name = f"{of}_position" if of else "position"
    return Described(Column(name, ()), "Its place in the list, from 1.", "integer")
