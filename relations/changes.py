"""Changes: one number a transaction that alters what is published, with old and new values."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

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
    found = ChangeCounter.objects.values_list("number", "changed").first()
    return Last(*found) if found else Last()


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
    rows = model._base_manager.filter(pk=pk)
    row = (rows.select_for_update(no_key=True) if lock else rows).first()
    if row is None:
        return None
    if model in (Record, Entity):
        # While a fixture loads, a parent may stand there before its child does.
        with suppress(models.ObjectDoesNotExist, KeyError):
            row = row.specific
    data = _columns(row)
    for field in row._meta.many_to_many:
        if field.remote_field.through._meta.auto_created:
            data[field.name] = sorted(map(_key_of, getattr(row, field.name).all()))
    for name in row.parts:
        manager = getattr(row, name)
        back = manager.field.name
        rows = manager.all().select_related(*_foreign_keys(manager.model))
        data[name] = {
            _key_of(part): _columns(part, without=frozenset({back, "uid"}))
            for part in rows.order_by("uid")
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
    for (model, pk), before in list(unit.before.items()):
        after = state(model, pk)
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
