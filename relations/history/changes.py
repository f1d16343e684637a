"""Changes: one number a transaction that alters what is published, with old and new values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from relations.chunks import CHUNK, chunks
from relations.models import Change, ChangeCounter, ChangedSubject, Entity, Record
from relations.models.base import Tracked
from relations.work import UnitOfWork, finisher, snapshots_by

SKIPPED = {"id", "record_ptr", "entity_ptr"}
# Actions after which there is nothing at an address any more.
REMOVALS = {"renamed", "withdrawn", "deleted"}
SECOND = timedelta(seconds=1)


class Last(NamedTuple):
    """The last change: its number, and the time it stands for; of no two changes in the same second."""

    number: int = 0
    changed: datetime | None = None


def last() -> Last:
    """The last change. Read it *before* the data it stands for."""
    rows = ChangeCounter.objects.values_list("number", "changed")
    return next((Last(*row) for row in rows), Last())


def latest() -> int:
    """The number of the last change: ETag, cache key and cursor. Read it *before* the data it stands for."""
    return last().number


def _key_of(row: models.Model) -> str:
    """How a row is told apart in what is kept: its slug or uid, a country's code."""
    return row.natural_key()[0] if hasattr(row, "natural_key") else str(row.pk)


def _text(field: models.Field, row: models.Model):
    if field.is_relation:
        related = getattr(row, field.name)
        return None if related is None else _key_of(related)
    value = field.value_from_object(row)
    return (
        value
        if value is None or isinstance(value, (bool, int, str))
        else field.value_to_string(row)
    )


def _columns(row: Tracked, *, without: frozenset[str] = frozenset()) -> dict:
    return {
        field.name: _text(field, row)
        for field in row._meta.concrete_fields
        if field.name not in SKIPPED | row.untracked | without
    }


def _foreign_keys(model: type[models.Model]) -> list[str]:
    return [f.name for f in model._meta.concrete_fields if f.is_relation and f.name not in SKIPPED]


def state(model: type[Tracked], pk, *, lock: bool = False) -> dict | None:
    """A subject's published state as plain data, or None when there is no such row.

    Derived columns are left out: reprocessing is not a change. ``lock`` holds the row to the end of the
    transaction: of two who edit one record the second then begins from what the first has stored.
    """
    return states(model, [pk], lock=lock).get(pk)


def states(model: type[Tracked], pks: Iterable, *, lock: bool = False) -> dict[Any, dict]:
    """The states of those of these subjects that exist, in queries that do not grow with them."""
    found: dict[Any, dict] = {}
    for part in chunks(pks, CHUNK):
        rows = model._base_manager.filter(pk__in=part)
        rows = {row.pk: row for row in (rows.select_for_update(no_key=True) if lock else rows)}
        for child, of_child in _by_child(model, rows).items():
            # While a fixture loads, a parent may stand there before its child does.
            complete = rows | whole(child).in_bulk(of_child)
            found |= {pk: _state_of(complete[pk]) for pk in of_child}
    return found


def _by_child(model: type[Tracked], rows: dict[Any, Tracked]) -> dict[type[Tracked], list]:
    """The keys of rows by the model that holds all of them."""
    by_child = defaultdict(list)
    for pk, row in rows.items():
        by_child[row.child_model(row.kind) if model in (Record, Entity) else model].append(pk)
    return by_child


def whole(model: type[Tracked]) -> models.QuerySet:
    """Rows of a model with their links and parts."""
    parts = (
        models.Prefetch(name, whole(model._meta.get_field(name).related_model).order_by("uid"))
        for name in model.parts
    )
    return model._base_manager.select_related(*_foreign_keys(model)).prefetch_related(
        *_many_to_many(model), *parts
    )


def _many_to_many(model: type[models.Model]) -> list[str]:
    """Links that are nothing but links: those with something of their own to say are parts."""
    return [
        field.name
        for field in model._meta.many_to_many
        if field.remote_field.through._meta.auto_created
    ]


def _state_of(row: Tracked) -> dict:
    """Of a row with its links and parts."""
    data = _columns(row)
    for name in _many_to_many(type(row)):
        data[name] = sorted(map(_key_of, getattr(row, name).all()))
    for name in row.parts:
        back = row._meta.get_field(name).field.name
        data[name] = {
            _key_of(part): _columns(part, without=frozenset({back, "uid"}))
            for part in getattr(row, name).all()
        }
    # What is said of a part, such as a membership, stands among what is said of the whole, and names the part.
    for part in (part for name in row.parts for part in getattr(row, name).all()):
        for name in part.parts:
            data[name] |= {
                _key_of(one): _columns(one, without=frozenset({"uid"}))
                for one in getattr(part, name).all()
            }
    return data


def _was_public(data: dict | None) -> bool:
    return data is not None and data.get("stage", "published") in ("published", "withdrawn")


def _action(before: dict | None, after: dict | None) -> str:
    if before is None or not _was_public(before):
        return "published" if before is not None or (after and "stage" in after) else "created"
    if after is None:
        return "deleted"
    if before.get("slug") != after.get("slug"):
        return "renamed"
    if after.get("stage") == "withdrawn" != before.get("stage"):
        return "withdrawn"
    if before.get("stage") == "withdrawn" and after.get("stage") == "published":
        return "published"
    return "changed"


def differences(before: dict | None, after: dict | None) -> dict[str, list]:
    """Field by field, old and new. A new or deleted subject lists no fields: its action says it all."""
    if before is None or after is None or not _was_public(before):
        return {}
    return {
        name: [before.get(name), after.get(name)]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _key(model: type[Tracked], data: dict, pk) -> str:
    return data.get("slug") or data.get("code") or data.get("uid") or str(pk)


def number_change(unit: UnitOfWork) -> None:
    """Write the unit's Change, last of all, under the lock of the one counter row."""
    now = timezone.now()
    items, altered, stamped = [], [], []
    now_there = {model: states(model, unit.of(model)) for model in {m for m, _pk in unit.before}}
    for (model, pk), before in list(unit.before.items()):
        after = now_there[model].get(pk)
        if before == after:
            continue
        if model is Record and after is not None:
            altered.append(pk)
        if not (_was_public(before) or _was_public(after)):
            continue
        item = {
            "model": model._meta.label_lower,
            "key": _key(model, after or before, pk),
            "action": _action(before, after),
            "fields": differences(before, after),
        }
        if model is Entity:
            # Once it is deleted nothing else tells where it was.
            item["kind"] = (after or before)["kind"]
        items.append((pk, item))
        if model is Record and after is not None:
            stamped.append(pk)
    Record.objects.filter(pk__in=altered).update(modified=now)
    if items:
        # What takes an address away is never mere reprocessing: whoever holds a copy must hear of it.
        is_substantive = unit.substantive or any(item["action"] in REMOVALS for _pk, item in items)
        unit.change = record_change(
            items, user=unit.user, reason=unit.reason, substantive=is_substantive, time=now
        )
        Record.objects.filter(pk__in=stamped).update(change=unit.change.number)


def record_change(
    items: list[tuple[Any, dict]],
    *,
    user=None,
    reason: str = "",
    substantive: bool = True,
    time=None,
) -> Change:
    """Take the next number and store a Change of these items, each with its object's primary key.

    The number order is the commit order: call it last.
    """
    time = time or timezone.now()
    counter, made = ChangeCounter.objects.select_for_update().get_or_create(pk=1)
    counter.number += 1
    # HTTP counts in seconds: were two changes in one, the first would be taken for the second.
    counter.changed = time if made else max(time, counter.changed.replace(microsecond=0) + SECOND)
    counter.save()
    change = Change.objects.create(
        number=counter.number,
        time=time,
        user=user if getattr(user, "pk", None) else None,
        reason=reason,
        substantive=substantive,
        items=[item for _pk, item in items],
    )
    ChangedSubject.objects.bulk_create(
        (
            ChangedSubject(change=change, model=item["model"], subject=str(pk), position=position)
            for position, (pk, item) in enumerate(items)
        ),
        batch_size=1000,
    )
    return change


def connect() -> None:
    snapshots_by(partial(state, lock=True))
    finisher(50)(number_change)
