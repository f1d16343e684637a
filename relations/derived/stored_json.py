"""Objects kept as text: each published record as the API shows it, in step with all that it shows.

What an object looks like is the API's affair, which registers how objects are made; this module knows when.
Text made by other code or for another address is never used: it is made anew when it is asked for, and for
good by ``manage.py rebuild_objects``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import Model

from relations import kinds
from relations.chunks import chunks
from relations.derived import code_version
from relations.history import changes
from relations.models import ChangeCounter, Country, Entity, Record, Source, StoredObject, Topic
from relations.models.base import Tracked
from relations.work import UnitOfWork, finisher

CHUNK = 500
# What an object shows of another: when one of these changes, so does every object that shows it.
SHOWN = ("slug", "code", "name", "title", "kind", "stage", "country")

Maker = Callable[[list[int]], dict[int, str]]
_makers: list[Maker] = []


def made_with(function: Maker) -> Maker:
    """Register how the published ones among these records become text, by their keys."""
    _makers[:] = [function]
    return function


def maker() -> str:
    """What objects are made by now: this code, for this address."""
    return hashlib.sha256(f"{code_version.digest()} {settings.SITE_URL}".encode()).hexdigest()[:32]


def made(pks: Iterable[int]) -> dict[int, str]:
    """The objects of those records that are published, made now."""
    (make,) = _makers
    return make(list(pks))


def refresh(pks: Iterable[int], number: int | None = None) -> None:
    """Bring what is stored of these records in step with them. A text that reads as before keeps its number.

    ``number`` is that of the change by which texts read otherwise: the last one, unless another is named.
    """
    number = changes.latest() if number is None else number
    for part in chunks(sorted(pks), CHUNK):
        texts, stored = made(part), StoredObject.objects.filter(record__in=part)
        stored.exclude(record__in=texts).delete()
        numbers = {
            pk: change
            for pk, text, change in stored.values_list("pk", "body", "change")
            if text == texts[pk]
        }
        StoredObject.objects.bulk_create(
            [
                StoredObject(
                    record_id=pk, body=text, change=numbers.get(pk, number), made_by=maker()
                )
                for pk, text in texts.items()
            ],
            update_conflicts=True,
            update_fields=["body", "change", "made_by"],
            unique_fields=["record"],
        )


def rebuild() -> int:
    """Make every object anew; returns how many there are.

    Where some then read otherwise, which facts that stayed the same do after a release, that has a number of
    its own: whoever follows by number hears of it. Call it in a transaction.
    """
    # Held to the end, so that the next number is ours.
    ChangeCounter.objects.select_for_update().first()
    number = changes.latest() + 1
    StoredObject.objects.exclude(record__in=Record.objects.published()).delete()
    pks = list(Record.objects.published().order_by("pk").values_list("pk", flat=True))
    refresh(pks, number)
    if StoredObject.objects.filter(change=number).exists():
        changes.record_change([], reason="Objects were made anew.", substantive=False)
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


def _looks_other(model: type[Model], pk, before: dict) -> bool:
    """Whether something was altered that others show of it."""
    row = model._base_manager.filter(pk=pk).first()
    if row is None:
        return True
    row = getattr(row, "specific", row)
    return any(
        before[name] != getattr(row, f"{name}_id", getattr(row, name, None))
        for name in SHOWN
        if name in before
    )


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


def finish(unit: UnitOfWork) -> None:
    pks = set(unit.of(Record))
    for model in (Record, Entity, Topic, Source, Country):
        altered = [
            pk
            for pk in unit.of(model)
            if (before := unit.before[model, pk]) and _looks_other(model, pk, before)
        ]
        if altered:
            pks |= showing(model, altered)
    refresh(pks)


def connect() -> None:
    finisher(55)(finish)
