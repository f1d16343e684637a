"""How an object of the API becomes one flat row: columns derived from its serializer, never from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from relations.api.fields import NumberField

SEPARATOR = "; "
TYPES = {
    "number": (NumberField, serializers.IntegerField),
    "date": (serializers.DateField,),
    "datetime": (serializers.DateTimeField,),
}


@dataclass(frozen=True)
class Column:
    """A column: where in the object its value is, and for a list by which key its items are named.

    ``type``: text, number (as exact text), date or datetime (in ISO 8601).
    """

    name: str
    path: tuple[str, ...]
    item_key: str = ""
    is_list: bool = False
    type: str = "text"

    def of(self, row: dict) -> Any:
        value: Any = row
        for key in self.path:
            value = value.get(key) if isinstance(value, dict) else None
        if not self.is_list:
            return value
        items = [item[self.item_key] if self.item_key else item for item in value or ()]
        return SEPARATOR.join(str(item) for item in items)


def columns_of(serializer: serializers.Serializer, path: tuple[str, ...] = ()) -> Iterable[Column]:
    """The columns of a serializer: one a field, those of an object inside it joined by ``_``.

    A list becomes one column with the ``csv_key`` of its items. A field may name its own columns with
    ``csv_paths``: the parts of its value that are shown.
    """
    for name, field in serializer.fields.items():
        here = (*path, name)
        if isinstance(field, serializers.ListSerializer):
            yield Column("_".join(here), here, field.child.csv_key, is_list=True)
        elif isinstance(field, serializers.ListField):
            yield Column("_".join(here), here, is_list=True)
        elif isinstance(field, serializers.Serializer):
            yield from columns_of(field, here)
        elif paths := getattr(field, "csv_paths", ()):
            for inner in paths:
                yield Column("_".join((*here, *inner)), (*here, *inner))
        else:
            yield Column("_".join(here), here, type=type_of(field))


def type_of(field: serializers.Field) -> str:
    """What a column of this field holds: text unless the field says that it is something else."""
    for kind, types in TYPES.items():
        if isinstance(field, types):
            return kind
    return "text"
