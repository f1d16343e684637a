"""Changes as a page shows them: what each touched, and old and new value of every field that altered.

A record that is no longer public keeps its name in the log and loses its values; one that never was, or is a
draft again, loses both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations import dates, kinds
from relations.models import Change, ChangedSubject, Entity, Record
from relations.views.readable import field_label

RECORD = Record._meta.label_lower
MOST_ITEMS = 20
ACTIONS = {
    "created": gettext_lazy("added"),
    "published": gettext_lazy("published"),
    "changed": gettext_lazy("changed"),
    "renamed": gettext_lazy("moved to another address"),
    "withdrawn": gettext_lazy("withdrawn"),
    "deleted": gettext_lazy("deleted"),
}


@dataclass
class Difference:
    """One field, or one row of a part such as a citation: what stood there and what stands there now."""

    label: str
    old: str
    new: str


@dataclass
class Item:
    """One object that a change touched. Without ``address`` it has no page (any more)."""

    sort: str
    name: str
    address: str
    action: str
    differences: list[Difference] = field(default_factory=list)


@dataclass
class Logged:
    """A change with the items that may be shown, at most ``most`` of them, and how many more there are."""

    change: Change
    items: list[Item]
    more: int


def logged(
    changes: Iterable[Change], *, record: Record | None = None, most: int = MOST_ITEMS
) -> list[Logged]:
    """The changes for a page; with ``record`` only what they did to that one. Constant queries."""
    changes = list(changes)
    subjects = ChangedSubject.objects.filter(change__in=[change.pk for change in changes])
    if record is not None:
        subjects = subjects.filter(model=RECORD, subject=str(record.pk))
    by_change: dict[int, list[ChangedSubject]] = defaultdict(list)
    for subject in subjects.order_by("change", "position"):
        by_change[subject.change_id].append(subject)
    shown = {number: rows[:most] for number, rows in by_change.items()}
    reader = _Reader([row for rows in shown.values() for row in rows], changes)
    return [
        Logged(
            change,
            items=[
                item
                for row in shown.get(change.pk, [])
                if (item := reader.item(row, change.items[row.position]))
            ],
            more=len(by_change[change.pk]) - len(shown.get(change.pk, [])),
        )
        for change in changes
    ]


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
        model, subject = apps.get_model(row.model), self.objects[row.model].get(row.subject)
        action = str(ACTIONS.get(item["action"], item["action"]))
        if subject is None:
            return Item(str(model._meta.verbose_name), item["key"], "", action)
        is_record = isinstance(subject, Record)
        if is_record and subject.stage not in (Record.Stage.PUBLISHED, Record.Stage.WITHDRAWN):
            return None
        is_public = not is_record or subject.is_published
        if is_record or isinstance(subject, Entity):
            model = _child_model(subject)
        address = subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else ""
        return Item(
            sort=str(model._meta.verbose_name),
            name=subject.title if is_record else str(subject),
            address=address if is_public else "",
            action=action,
            differences=self.differences(model, item["fields"]) if is_public else [],
        )

    def differences(self, model: type[Model], fields: dict[str, list]) -> list[Difference]:
        found = []
        for name, (old, new) in fields.items():
            if isinstance(old, dict) or isinstance(new, dict):
                found += self._of_part(model, name, old or {}, new or {})
            else:
                found.append(
                    Difference(
                        str(field_label(model, name)),
                        _in_words(model, name, old),
                        _in_words(model, name, new),
                    )
                )
        return found

    def _of_part(self, model, name: str, old: dict, new: dict) -> list[Difference]:
        """Row by row: of a row that stayed only what altered, with what tells it apart."""
        part = model._meta.get_field(name).related_model
        found = []
        for uid in sorted(old.keys() | new.keys()):
            before, after = old.get(uid), new.get(uid)
            if before == after or not (
                self._may_show(part, before) and self._may_show(part, after)
            ):
                continue
            if before and after:
                altered = {key for key in before | after if before.get(key) != after.get(key)}
                before = {key: value for key, value in before.items() if key in altered}
                after = {key: value for key, value in after.items() if key in altered}
            found.append(
                Difference(
                    str(part._meta.verbose_name), _columns(part, before), _columns(part, after)
                )
            )
        return found

    def _may_show(self, part: type[Model], columns: dict | None) -> bool:
        """Whether every record that the row names is public."""
        named = ((columns or {}).get(name) for name in _record_columns(part))
        return all(slug in self.public for slug in named if slug)


def _child_model(subject: Record | Entity) -> type[Model]:
    if isinstance(subject, Record):
        return kinds.get(subject.kind).model
    return Entity.child_model(subject.kind)


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


def _columns(part: type[Model], columns: dict | None) -> str:
    """The columns of a row that say something: “locator: 55; value: 1993”."""
    if not columns:
        return ""
    # In the order of the model: a database may keep the keys of JSON in its own.
    names = [field.name for field in part._meta.get_fields() if field.name in columns]
    said = {
        name: _in_words(part, name, columns[name])
        for name in names
        if columns[name] not in (None, "", [], False)
    }
    pairs = [
        _("%(label)s: %(value)s") % {"label": field_label(part, name), "value": value}
        for name, value in said.items()
        if value
    ]
    return "; ".join(pairs)


def _in_words(model: type[Model], name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value)
    if dates.validate in getattr(column, "validators", ()):
        try:
            return dates.parse(value).display()
        except dates.DateError:
            return str(value)
    return str(dict(column.flatchoices).get(value, value)) if column.concrete else str(value)
