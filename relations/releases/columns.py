"""The meaning of the columns of a table, derived from the API's serializers and the models behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from rest_framework import serializers

from relations import kinds
from relations.api import fields as parts
from relations.api import tabular
from relations.api.addresses import TIMELINE
from relations.api.citations import CitedSerializer
from relations.api.resources import Resource
from relations.api.serializers import LinkSerializer, RecordSerializer, TakingPartSerializer
from relations.api.tabular import SEPARATOR, Column, type_of
from relations.models import Record

# The resource to which the key inside such a part refers.
NAMES_ONE_OF = {
    parts.CountryRefSerializer: "countries",
    parts.TopicRefSerializer: "topics",
    parts.OrganizationRefSerializer: "organizations",
    parts.ProjectRefSerializer: "projects",
    parts.PlaceRefSerializer: "places",
    parts.SourceRefSerializer: "sources",
    TakingPartSerializer: "people",
    LinkSerializer: TIMELINE,
    CitedSerializer: "citations",
}
KEYS = ("code", "slug", "uid")


@dataclass(frozen=True)
class Described:
    """A column with its meaning.

    ``type`` is text, integer, number, date or datetime. ``choices`` are the values it may have, with their
    labels; empty where any value is possible. ``names_one_of`` is the path of the resource whose key it
    holds.
    """

    column: Column
    meaning: str
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    names_one_of: str = ""

    @property
    def name(self) -> str:
        return self.column.name


def shapes_of(resource: Resource) -> list[tuple[serializers.Serializer, type[Model]]]:
    """The serializers and models of its objects; for the timeline those of every kind."""
    if not resource.is_timeline:
        return [(resource.serializer_class(), resource.model)]
    every = ((kind.serializer_class(), kind.model) for kind in kinds.every())
    return [(RecordSerializer(), Record), *every]


def columns_of(resource: Resource) -> list[Described]:
    """The columns of its CSV, in order."""
    found: dict[str, Described] = {}
    for serializer, model in shapes_of(resource):
        for one in described(serializer, model):
            first = found.setdefault(one.name, one)
            # Two kinds may have different values in a column: it gets those of both.
            choices = dict.fromkeys((*first.choices, *one.choices))
            found[one.name] = replace(first, choices=tuple(choices))
    return list(found.values())


def described(
    serializer: serializers.Serializer, model: type[Model] | None, *, is_part: bool = False
) -> Iterator[Described]:
    """The columns that ``relations.api.tabular`` makes of a serializer, with their meaning.

    ``model`` is where its fields come from; None where that is not a model. ``is_part`` says that the
    serializer shows a part of another object, whose key then refers to a resource.
    """
    columns = {column.name: column for column in tabular.columns_of(serializer)}
    for name, about in _abouts(serializer, model, is_part=is_part):
        yield Described(columns[name], **about)


def _abouts(
    serializer, model, path: tuple[str, ...] = (), meaning: str = "", *, is_part: bool
) -> Iterator[tuple[str, dict]]:
    """The names of the columns, each with its description. ``meaning`` is that of the whole."""
    refers = NAMES_ONE_OF.get(type(serializer), "") if is_part else ""
    for name, field in serializer.fields.items():
        here = (*path, name)
        is_reference = bool(refers and name in KEYS)
        own = f"The {name} of one of the {refers}" if is_reference else meaning_of(field, model)
        words = sentences(meaning, own)
        if isinstance(field, serializers.ListSerializer):
            each = f"The {field.child.csv_key} of each, joined by “{SEPARATOR.strip()}”"
            yield "_".join(here), {"meaning": sentences(words, each)}
        elif isinstance(field, serializers.ListField):
            yield "_".join(here), {"meaning": words}
        elif isinstance(field, serializers.Serializer):
            yield from _abouts(field, related_model(field, model), here, words, is_part=True)
        elif paths := getattr(field, "csv_paths", ()):
            for inner in paths:
                choices = choices_of(field.child)
                yield "_".join((*here, *inner)), {"meaning": words, "choices": choices}
        else:
            yield (
                "_".join(here),
                {
                    "meaning": words,
                    "type": type_of(field),
                    "choices": choices_of(field),
                    "names_one_of": refers if is_reference else "",
                },
            )


def sentences(*texts: str) -> str:
    return " ".join(f"{text.strip().rstrip('.')}." for text in texts if text.strip())


def meaning_of(field: serializers.Field, model: type[Model] | None) -> str:
    """The meaning that the API gives, else the one that the model gives."""
    if field.help_text:
        return str(field.help_text)
    found = model_field(field, model)
    help_text = str(getattr(found, "help_text", ""))
    return help_text or capfirst(str(getattr(found, "verbose_name", "")))


def model_field(field: serializers.Field, model: type[Model] | None):
    """The field of the model that it shows; None where it shows none or more than one."""
    for name in field.source.split("."):
        try:
            found = model._meta.get_field(name) if model else None
        except FieldDoesNotExist:
            return None
        model = getattr(found, "related_model", None)
    return found


def related_model(field: serializers.Field, model: type[Model] | None) -> type[Model] | None:
    """The model of a part: that of the field which leads to it, or the same model where the part is made of
    the whole.
    """
    if field.source == "*":
        return model
    return getattr(model_field(field, model), "related_model", None)


def choices_of(field: serializers.Field) -> tuple[tuple[str, str], ...]:
    """Its values and their labels, without the empty text, which stands for “not stated”."""
    if field.field_name == "kind" and isinstance(field.parent, RecordSerializer):
        return tuple((kind.name, str(kind.label)) for kind in kinds.every())
    choices = getattr(field, "choices", {})
    return tuple((value, str(label)) for value, label in choices.items() if value)
