"""Changes: one number per transaction that alters what is published, with old and new values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from relations.chunks import CHUNK, chunks
from relations.models import Change, ChangeCounter, ChangedSubject, Entity, Record
from relations.models.base import Tracked
from relations.models.complete import PARENT_LINKS, complete, links
from relations.work import UnitOfWork

SKIPPED = PARENT_LINKS | {"id"}
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


def state(model: type[Tracked], pk, *, lock: bool = False) -> dict | None:
    """A subject's published state as plain data, or None when the row does not exist.

    Derived columns are left out: reprocessing is not a change. ``lock`` holds the row to the end of the
    transaction: of two who edit one record the second then begins from what the first has stored.
    """
    return states(model, [pk], lock=lock).get(pk)


def states(model: type[Tracked], pks: Iterable, *, lock: bool = False) -> dict[Any, dict]:
    """The states of those of these subjects that exist, in queries that do not grow with them."""
    return {pk: state_of(row) for pk, row in complete(model, pks, lock=lock).items()}


def state_of(row: Tracked) -> dict:
    """The state of a row that has its links and parts (see ``relations.models.complete``)."""
    data = _columns(row)
    for name in links(type(row)):
        data[name] = sorted(map(_key_of, getattr(row, name).all()))
    for name in row.parts:
        back = row._meta.get_field(name).field.name
        data[name] = {
            _key_of(part): _columns(part, without=frozenset({back, "uid"}))
            for part in sorted(getattr(row, name).all(), key=lambda one: one.pk)
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


class Altered(NamedTuple):
    """A subject that a unit of work altered: its states before and after (None: not there), and its complete row."""

    model: type[Tracked]
    pk: Any
    before: dict | None
    after: dict | None
    row: Tracked | None = None


def altered(unit: UnitOfWork, rows: dict[type[Tracked], dict[Any, Tracked]]) -> list[Altered]:
    """What the unit altered. ``rows`` are the complete rows of what it touched, by model and key."""
    found = []
    for (model, pk), before in unit.before.items():
        row = rows[model].get(pk)
        after = None if row is None else state_of(row)
        if before != after:
            found.append(Altered(model, pk, before, after, row))
    return found


def number_change(unit: UnitOfWork, altered: list[Altered]) -> None:
    """Write the unit's Change, last of all that is published, under the lock of the one counter row.

    The rows of records get the number and the time of their alteration, as the database does.
    """
    now = timezone.now()
    public, others = [], []
    for one in altered:
        (public if _was_public(one.before) or _was_public(one.after) else others).append(one)
    if public:
        items = [(one.pk, _item(one)) for one in public]
        # What takes an address away is never mere reprocessing: those who hold a copy must be told.
        is_substantive = unit.substantive or any(item["action"] in REMOVALS for _pk, item in items)
        unit.change = record_change(
            items, user=unit.user, reason=unit.reason, substantive=is_substantive, time=now
        )
        _stamp(public, modified=now, change=unit.change.number)
    _stamp(others, modified=now)


def _item(one: Altered) -> dict:
    item = {
        "model": one.model._meta.label_lower,
        "key": _key(one.model, one.after or one.before, one.pk),
        "action": _action(one.before, one.after),
        "fields": differences(one.before, one.after),
    }
    if one.model is Entity:
        # Once it is deleted nothing else tells where it was.
        item["kind"] = (one.after or one.before)["kind"]
    return item


def _stamp(altered: Iterable[Altered], **values: Any) -> None:
    records = [one.row for one in altered if one.model is Record and one.row is not None]
    for record in records:
        vars(record).update(values)
    for part in chunks((record.pk for record in records), CHUNK):
        Record.objects.filter(pk__in=part).update(**values)


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
