"""The log of changes as the public may see it: what each touched, with old and new values.

A record that is no longer public keeps its place in the log and loses its values; one that never was, or is a
draft again, loses both. Of other records only those are named that are public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from relations import kinds
from relations.history.changes import REMOVALS
from relations.models import Change, ChangedSubject, Entity, Record

RECORD = Record._meta.label_lower
ENTITY = Entity._meta.label_lower

Differences = dict[str, tuple[Any, Any]]
"""Old and new value of each field; of a part such as the citations, its rows that altered, by their uid."""


@dataclass
class Item:
    """One object that a change touched.

    ``subject`` is the object as it is now, None when it is deleted; ``model`` is that of its kind, ``pk`` its
    primary key. ``slug`` is the one it had after this change, ``was`` the one before, where that is another.
    ``merged_into`` is the public record that its address leads to now, where it was merged into one.
    """

    model: type[Model]
    subject: Model | None
    pk: str
    slug: str
    action: str
    is_public: bool
    was: str = ""
    merged_into: Record | None = None
    differences: Differences = field(default_factory=dict)


@dataclass
class Logged:
    """A change with the items that may be shown, and how many more it has."""

    change: Change
    items: list[Item]
    more: int


def logged(
    changes: Iterable[Change],
    *,
    most: int,
    record: Record | None = None,
    with_all_removals: bool = False,
) -> list[Logged]:
    """What these changes did; with ``record`` only what they did to that one. Constant queries.

    Of each change the first ``most`` items are read and, ``with_all_removals``, those that took an address away.
    """
    changes = list(changes)
    subjects = ChangedSubject.objects.filter(change__in=[change.pk for change in changes])
    if record is None:
        wanted = Q(position__lt=most)
        for change in changes if with_all_removals else ():
            if removals := _removals(change, beyond=most):
                wanted |= Q(change=change, position__in=removals)
        subjects = subjects.filter(wanted)
    else:
        subjects = subjects.filter(model=RECORD, subject=str(record.pk))
    shown: dict[int, list[ChangedSubject]] = defaultdict(list)
    for subject in subjects.order_by("change", "position"):
        shown[subject.change_id].append(subject)
    reader = _Reader([row for rows in shown.values() for row in rows], changes)
    return [
        Logged(
            change,
            items=[
                item
                for row in shown[change.pk]
                if (item := reader.item(row, change.items[row.position]))
            ],
            more=0 if record else len(change.items) - len(shown[change.pk]),
        )
        for change in changes
    ]


def _removals(change: Change, *, beyond: int) -> list[int]:
    """The places in a change of items that took an address away, from that place on."""
    items = enumerate(change.items[beyond:], start=beyond)
    return [position for position, item in items if item["action"] in REMOVALS]


class _Reader:
    """The objects that the rows speak of, read once for all."""

    def __init__(self, rows: list[ChangedSubject], changes: list[Change]):
        keys: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            keys[row.model].add(row.subject)
        self.objects: dict[str, dict[str, Model]] = {}
        for label, pks in keys.items():
            found = apps.get_model(label)._base_manager.in_bulk(pks)
            self.objects[label] = {str(pk): one for pk, one in found.items()}
        records = self.objects.get(RECORD, {}).values()
        into = {one.merged_into_id for one in records} - {None}
        self.merged_into = Record.objects.published().in_bulk(into) if into else {}
        positions = {(row.change_id, row.position) for row in rows}
        named = {
            slug
            for change in changes
            for position, item in enumerate(change.items)
            if (change.pk, position) in positions
            for slug in _records_named(item)
        }
        self.public = set(
            Record.objects.published().filter(slug__in=named).values_list("slug", flat=True)
            if named
            else ()
        )

    def item(self, row: ChangedSubject, item: dict) -> Item | None:
        subject = self.objects[row.model].get(row.subject)
        is_record = isinstance(subject, Record)
        if is_record and subject.stage not in (Record.Stage.PUBLISHED, Record.Stage.WITHDRAWN):
            return None
        model = _model(row.model, subject, item)
        is_public = subject is not None and (not is_record or subject.is_published)
        was, _now = item["fields"].get("slug", ("", ""))
        return Item(
            model=model,
            subject=subject,
            pk=row.subject,
            slug=item["key"],
            action=item["action"],
            is_public=is_public,
            was=was,
            merged_into=self.merged_into.get(subject.merged_into_id) if is_record else None,
            differences=self._differences(model, item["fields"]) if is_public else {},
        )

    def _differences(self, model: type[Model], fields: dict[str, list]) -> Differences:
        found: Differences = {}
        for name, (old, new) in fields.items():
            if not (isinstance(old, dict) or isinstance(new, dict)):
                found[name] = (old, new)
            elif uids := self._uids(model, name, old or {}, new or {}):
                found[name] = tuple(
                    {uid: rows[uid] for uid in uids if uid in rows}
                    for rows in (old or {}, new or {})
                )
        return found

    def _uids(self, model: type[Model], name: str, old: dict, new: dict) -> list[str]:
        """Of the rows of a part those that altered and may be shown."""
        part = model._meta.get_field(name).related_model
        return [
            uid
            for uid in sorted(old.keys() | new.keys())
            if old.get(uid) != new.get(uid)
            and self._may_show(part, old.get(uid))
            and self._may_show(part, new.get(uid))
        ]

    def _may_show(self, part: type[Model], columns: dict | None) -> bool:
        """Whether every record that the row names is public."""
        named = ((columns or {}).get(name) for name in _record_columns(part))
        return all(slug in self.public for slug in named if slug)


def _model(label: str, subject: Model | None, item: dict) -> type[Model]:
    """The model of the object's own kind, as far as that is known of one that is deleted."""
    if isinstance(subject, Record):
        return kinds.get(subject.kind).model
    kind = getattr(subject, "kind", item.get("kind"))
    if label == ENTITY and kind:
        return Entity.child_model(kind)
    return apps.get_model(label)


def _record_columns(part: type[Model]) -> list[str]:
    """Columns by which rows of a part name records besides the one they belong to."""
    return [
        column.name
        for column in part._meta.concrete_fields
        if column.is_relation and issubclass(column.related_model, Record)
    ]


def _records_named(item: dict) -> set[str]:
    """Slugs of other records that the rows of an item's parts name, in old or new values."""
    named = set()
    for sides in item["fields"].values():
        for rows in sides:
            if isinstance(rows, dict):
                named |= {row.get("source") for row in rows.values()}
                named |= {row.get("target") for row in rows.values()}
    return named - {None, ""}
