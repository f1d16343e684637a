"""Turn an object of the API into one flat row. Columns are derived from its serializer, never from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rest_framework import serializers

from relations.api.fields import NumberField

SEPARATOR = "; "
TYPES = {
    "number": (NumberField,),
    "integer": (serializers.IntegerField,),
    "date": (serializers.DateField,),
    "datetime": (serializers.DateTimeField,),
    "address": (serializers.URLField,),
}


@dataclass(frozen=True)
class Column:
    """A column: the path of its value in the object, and for a list the keys that name its items.

    ``type`` is text, number (as exact text), integer, date or datetime (in ISO 8601) or address (absolute).
    ``meaning`` is a sentence or two. ``choices`` are the possible values, empty where any value is
    possible.
    """

    name: str
    path: tuple[str, ...]
    item_path: tuple[str, ...] = ()
    is_list: bool = False
    type: str = "text"
    meaning: str = field(default="", compare=False)
    choices: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_number(self) -> bool:
        return self.type in ("number", "integer")

    def of(self, row: dict) -> Any:
        value = _within(row, self.path)
        if not self.is_list:
            return value
        return SEPARATOR.join(str(_within(item, self.item_path)) for item in value or ())

    def together(self, other: Column) -> Column:
        """The same column of objects of two sorts."""
        is_free = not (self.choices and other.choices)
        return replace(
            self,
            meaning=" ".join(dict.fromkeys(filter(None, (self.meaning, other.meaning)))),
            choices=() if is_free else tuple(dict.fromkeys((*self.choices, *other.choices))),
        )


def _within(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def columns_of(
    serializer: serializers.Serializer, path: tuple[str, ...] = (), meaning: str = ""
) -> Iterable[Column]:
    """The columns of a serializer: one per field; names of an inner object's fields are joined by ``_``.

    A list becomes one column with the ``csv_key`` of its items. A field may name its own columns with
    ``csv_paths``: the parts of its value that are shown. ``meaning`` is that of the object it stands in.
    """
    for name, part in serializer.fields.items():
        here, about = (*path, name), meaning_of(part, meaning)
        if isinstance(part, serializers.ListSerializer):
            keys = item_path(part.child)
            yield Column("_".join(here), here, keys, is_list=True, meaning=about)
        elif isinstance(part, serializers.ListField):
            yield Column("_".join(here), here, is_list=True, meaning=about)
        elif isinstance(part, serializers.Serializer):
            yield from columns_of(part, here, about)
        elif paths := getattr(part, "csv_paths", ()):
            for inner in paths:
                yield Column("_".join((*here, *inner)), (*here, *inner), meaning=about)
        else:
            choices = tuple(filter(None, getattr(part, "choices", ())))
            yield Column("_".join(here), here, type=type_of(part), meaning=about, choices=choices)


def item_path(child: serializers.Serializer) -> tuple[str, ...]:
    """The path of an item's name in a list: its ``csv_key``, and where that is an object, that object's key."""
    inner = child.fields[child.csv_key]
    deeper = item_path(inner) if isinstance(inner, serializers.Serializer) else ()
    return (child.csv_key, *deeper)


def type_of(part: serializers.Field) -> str:
    """The type of a field's column: text unless the field says otherwise."""
    for kind, types in TYPES.items():
        if isinstance(part, types):
            return kind
    return "text"


def meaning_of(part: serializers.Field, before: str = "") -> str:
    """The description of a field, after that of the object which contains it; its label where it has none."""
    said = part.help_text
    if not said and isinstance(part, serializers.BaseSerializer):
        shape = getattr(part, "child", part)
        said = (type(shape).__doc__ or "").partition("\n")[0]
    said = str(said or f"{part.label or part.field_name}.")
    return f"{before} {said}".strip()


def together(columns: Iterable[Column]) -> list[Column]:
    """The columns of objects of several sorts, each once, in order of appearance."""
    found: dict[Column, Column] = {}
    for column in columns:
        found[column] = found[column].together(column) if column in found else column
    return list(found.values())
