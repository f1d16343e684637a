"""Whether the parts that a kind names are there, and are what they are taken for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.contrib import admin
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured

from relations.admin.records import RecordAdmin
from relations.api.serializers import RecordSerializer
from relations.filters import RecordFilter
from relations.filters.conflicts import contestable
from relations.importing.resource import RecordResource
from relations.kinds import Kind
from relations.loading.synthetic import Maker
from relations.models import Record
from relations.models.records import RecordManager
from relations.provenance.comparers import COMPARERS

PATHS = ("filterset", "serializer", "resource", "linked_data", "synthetic")
# Attributes of a kind's model that name fields, parts or columns of it.
NAMING = ("leading_fields", "expected", "official_address_fields", "parts", "row_parts")


def model(kind: Kind) -> Iterator[CheckMessage]:
    if not issubclass(kind.model, Record) or kind.model is Record:
        yield Error(
            f"The model of the kind “{kind.name}” is not a child of Record.",
            hint=f"Write `class {kind.model.__name__}(Record)`, with Record from relations.models.",
            obj=kind.model,
            id="relations.E001",
        )
        return
    if kind.name != kind.model.KIND:
        yield Error(
            f"The kind “{kind.name}” is called “{kind.model.KIND}” by its model.",
            hint=f'Write `KIND = "{kind.name}"` in the model, and `name={kind.model.__name__}.KIND` '
            "where it is registered.",
            obj=kind.model,
            id="relations.E002",
        )
    manager: object = kind.model._default_manager
    if not isinstance(manager, RecordManager):
        yield Error(
            f"The manager of “{kind.name}” is not a RecordManager.",
            hint="Write `objects = RecordManager()` in the model, from relations.models.records.",
            obj=kind.model,
            id="relations.E003",
        )


def names(kind: Kind) -> Iterator[CheckMessage]:
    """A misspelt name would be passed over in silence."""
    for attribute in NAMING:
        for name in getattr(kind.model, attribute, ()):
            try:
                kind.model._meta.get_field(name)
            except FieldDoesNotExist:
                yield Error(
                    f"“{name}” in `{attribute}` of “{kind.name}” is not a field of its model.",
                    hint="Correct the name, or take it out.",
                    obj=kind.model,
                    id="relations.E004",
                )
    for name, comparer in getattr(kind.model, "citable", {}).items():
        if comparer not in COMPARERS:
            yield Error(
                f"`citable` of “{kind.name}” compares “{name}” by “{comparer}”, which does not exist.",
                hint=f"Choose one of: {', '.join(COMPARERS)}.",
                obj=kind.model,
                id="relations.E005",
            )


def paths(kind: Kind) -> Iterator[CheckMessage]:
    for attribute in PATHS:
        if not getattr(kind, attribute):
            continue
        try:
            kind.part(attribute)
        except ImproperlyConfigured as error:
            yield Error(
                str(error),
                hint="Write it, or correct the dotted path where the kind is registered.",
                obj=kind.model,
                id="relations.E006",
            )


def filterset(kind: Kind) -> Iterator[CheckMessage]:
    found = _found(kind, "filterset")
    if found is None:
        return
    if not issubclass(found, RecordFilter):
        yield Error(
            f"The filter set of “{kind.name}” is not a RecordFilter.",
            hint=f"Write `class {found.__name__}(RecordFilter)`, from relations.filters.",
            obj=found,
            id="relations.E007",
        )
        return
    meta = vars(found).get("Meta")
    if meta is None or not issubclass(meta, RecordFilter.Meta) or meta.model is not kind.model:
        yield Error(
            f"The filter set of “{kind.name}” does not say that it filters {kind.model.__name__}.",
            hint="Write `class Meta(RecordFilter.Meta):` in it, with "
            f"`model = {kind.model.__name__}`.",
            obj=found,
            id="relations.E008",
        )
    offered = found.base_filters["conflict"].extra["choices"]
    fields = contestable(cast("type[Record]", kind.model))
    if callable(offered) or {name for name, _label in offered} != {*fields}:
        yield Error(
            f"The parameter `conflict` of “{kind.name}” offers fields of other kinds.",
            hint=f"Write `conflict = conflict_in({kind.model.__name__})` in its filter set, from "
            "relations.filters.conflicts.",
            obj=found,
            id="relations.E009",
        )


def serializer(kind: Kind) -> Iterator[CheckMessage]:
    found = _found(kind, "serializer")
    if found is None:
        return
    if not issubclass(found, RecordSerializer):
        yield Error(
            f"The serializer of “{kind.name}” is not a RecordSerializer.",
            hint=f"Write `class {found.__name__}(RecordSerializer)`, from relations.api.serializers.",
            obj=found,
            id="relations.E010",
        )
    elif not getattr(found, "example", ""):
        yield Error(
            f"The serializer of “{kind.name}” has no `example`.",
            hint='Write `example = "…"` in it: the slug of a published record of the data set, '
            "which the description of the API shows.",
            obj=found,
            id="relations.E011",
        )


def desk(kind: Kind) -> Iterator[CheckMessage]:
    site = admin.site
    is_registered = site.is_registered(kind.model)
    if not (is_registered and isinstance(site.get_model_admin(kind.model), RecordAdmin)):
        yield Error(
            f"“{kind.name}” has no form at the desk.",
            hint=f"Register a child of RecordAdmin (relations.admin.records) for "
            f"{kind.model.__name__} in {kind.app.name}.admin.",
            obj=kind.model,
            id="relations.E012",
        )


def loading(kind: Kind) -> Iterator[CheckMessage]:
    """What reads tables of the kind, and what makes synthetic records of it."""
    resource = _found(kind, "resource")
    if resource is not None and not issubclass(resource, RecordResource):
        yield Error(
            f"The resource of “{kind.name}” is not a RecordResource.",
            hint=f"Write `class {resource.__name__}(RecordResource)`, from "
            "relations.importing.resource, or leave `resource` out.",
            obj=resource,
            id="relations.E013",
        )
    maker = _found(kind, "synthetic") if kind.synthetic else None
    if maker is not None and not isinstance(maker, Maker):
        yield Error(
            f"`{kind.synthetic}`, which makes synthetic records of “{kind.name}”, is not a Maker.",
            hint="Write `Maker(weight, function)`, from relations.loading.synthetic.",
            obj=kind.model,
            id="relations.E014",
        )


def _found(kind: Kind, attribute: str):
    """The part that a kind names; None where it cannot be loaded, which ``paths`` says."""
    try:
        return kind.part(attribute)
    except ImproperlyConfigured:
        return None


EVERY = (model, names, paths, filterset, serializer, desk, loading)
