"""Per-record JSON, stored in the database and refreshed whenever anything it contains changes.

A published record is stored as the API shows it. Text made by other code or for another address is never sent: a
request makes it again, and ``manage.py rebuild_objects`` stores it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model, Prefetch, prefetch_related_objects
from django.utils import translation
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import Serializer

from relations import kinds
from relations.chunks import chunks
from relations.derived import code_version
from relations.history import changes
from relations.models import (
    ChangeCounter,
    Country,
    Entity,
    Record,
    RecordLink,
    Source,
    StoredObject,
    Topic,
)
from relations.models.base import Tracked
from relations.models.complete import complete
from relations.work import UnitOfWork

CHUNK = 500
# What an object shows of another: when one of these changes, so does every object that shows it.
SHOWN = ("slug", "code", "name", "title", "kind", "stage", "country")


def maker() -> str:
    """What objects are made by now: this code, for this address."""
    return hashlib.sha256(f"{code_version.digest()} {settings.SITE_URL}".encode()).hexdigest()[:32]


def render(one: Any) -> str:
    """As the API writes it."""
    return JSONRenderer().render(one).decode()


@cache
def _serializer(serializer_class: type[Serializer]) -> Serializer:
    """One serializer of its class, whose fields are made once: to make them takes longer than to show a record."""
    return serializer_class()


def texts(records: Iterable[Record]) -> dict[int, str]:
    """The objects of complete records (see ``relations.models.complete``), by their keys.

    A record is shown by the serializer that its kind has registered.
    """
    records = list(records)
    sources = RecordLink.objects.order_by("source_id", "type").select_related("source")
    prefetch_related_objects(records, Prefetch("linked_from", sources))
    # The API speaks English, whatever language the editor uses.
    with translation.override("en"):
        return {
            record.pk: render(
                _serializer(kinds.get(record.kind).serializer_class).to_representation(record)
            )
            for record in records
        }


def made(pks: Iterable[int]) -> dict[int, str]:
    """The objects of those of these records that are published, made now."""
    return texts(row for row in complete(Record, sorted(pks)).values() if row.is_published)


def refresh(pks: Iterable[int], number: int | None = None) -> None:
    """Bring what is stored of these records in step with them: see ``refresh_records``."""
    for part in chunks(sorted(pks), CHUNK):
        refresh_records(complete(Record, part).values(), number)


def refresh_records(records: Iterable[Record], number: int | None = None) -> None:
    """Bring what is stored of complete records in step with them. A text that reads as before keeps its number.

    ``number`` is the number of the change that altered the texts: the last one, unless another is named.
    """
    for part in chunks(records, CHUNK):
        wanted = texts(record for record in part if record.is_published)
        stored = {
            pk: rest
            for pk, *rest in StoredObject.objects.filter(
                record__in=[record.pk for record in part]
            ).values_list("pk", "body", "change", "made_by")
        }
        if gone := stored.keys() - wanted.keys():
            StoredObject.objects.filter(pk__in=gone).delete()
        objects = []
        for pk, text in wanted.items():
            body, change, made_by = stored.get(pk, ("", 0, ""))
            if text == body and made_by == maker():
                continue
            if text != body:
                number = changes.latest() if number is None else number
                change = number
            objects.append(StoredObject(record_id=pk, body=text, change=change, made_by=maker()))
        StoredObject.objects.bulk_create(
            objects,
            update_conflicts=True,
            update_fields=["body", "change", "made_by"],
            unique_fields=["record"],
        )


def rebuild() -> int:
    """Make every object again; returns how many there are.

    After a release an object may read differently though its facts are the same. Then the rebuilding has a change
    number of its own, so that mirrors read the object again. Call it in a transaction.
    """
    # Held to the end, so that the next number is ours.
    ChangeCounter.objects.select_for_update().first()
    number = changes.latest() + 1
    StoredObject.objects.exclude(record__in=Record.objects.published()).delete()
    pks = list(Record.objects.published().order_by("pk").values_list("pk", flat=True))
    refresh(pks, number)
    if StoredObject.objects.filter(change=number).exists():
        changes.record_change([], reason="Objects were made again.", substantive=False)
    return len(pks)


def problems() -> list[str]:
    """One line for each object that is missing, stale or should not be there."""
    slugs = dict(Record.objects.published().order_by("pk").values_list("pk", "slug"))
    found = [
        f"stored object: one of record {pk}, which is not published"
        for pk in StoredObject.objects.exclude(record__in=slugs).values_list("pk", flat=True)
    ]
    for part in chunks(slugs, CHUNK):
        kept = dict(StoredObject.objects.filter(record__in=part).values_list("pk", "body"))
        for pk, text in made(part).items():
            if pk not in kept:
                found.append(f"stored object: none of {slugs[pk]}")
            elif kept[pk] != text:
                found.append(f"stored object: that of {slugs[pk]} is stale")
    return found


# What shows what -------------------------------------------------------------------------------------------


def _looks_other(row: Model | None, before: dict) -> bool:
    """Whether something was altered that others show of it. ``row`` is None where it was deleted."""
    return row is None or any(
        before[name] != getattr(row, f"{name}_id", getattr(row, name, None))
        for name in SHOWN
        if name in before
    )


def showing_altered(unit: UnitOfWork, rows: dict[type[Tracked], dict[Any, Tracked]]) -> set[int]:
    """The keys of the records that show something that the unit has altered of another thing.

    ``rows`` are the complete rows of what the unit touched, by model and key.
    """
    pks: set[int] = set()
    for model in (Record, Entity, Topic, Source, Country):
        altered = [
            pk
            for pk in unit.of(model)
            if (before := unit.before[model, pk]) and _looks_other(rows[model].get(pk), before)
        ]
        if altered:
            pks |= showing(model, altered)
    return pks


def _paths(model: type[Model]) -> list[tuple[type[Record], str]]:
    """How records lead to rows of a model."""
    found = []
    for kind in kinds.every():
        found += [(kind.model, path) for path in leads(kind.model, model)]
        if model is Record:
            found.append((kind.model, "linked_from__source"))
    return found


def leads(start: type[Tracked], end: type[Model]) -> list[str]:
    """How rows of one model lead to those of another, by their own fields or by those of their parts."""
    found = _forward(start, end)
    for name in start.parts:
        part = start._meta.get_field(name)
        found += [
            f"{name}__{path}" for path in leads(part.related_model, end) if path != part.field.name
        ]
    return found


def _forward(start: type[Model], end: type[Model]) -> list[str]:
    fields = (*start._meta.concrete_fields, *start._meta.many_to_many)
    return [
        field.name
        for field in fields
        if field.is_relation
        and issubclass(field.related_model, end)
        and not getattr(field.remote_field, "parent_link", False)
    ]


def showing(model: type[Model], pks: Iterable) -> set[int]:
    """The records that show something of these rows."""
    pks = list(pks)
    return {
        pk
        for kind, path in _paths(model)
        for pk in kind._base_manager.filter(**{f"{path}__in": pks}).values_list("pk", flat=True)
    }
