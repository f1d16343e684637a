"""Put changes into words for pages, from the log of ``relations.history.public_log``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations import dates
from relations.history import public_log
from relations.models import Change, Record
from relations.views.readable import field_label

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
    """One field, or one row of a part such as a citation: its value before and after."""

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
    """A change with at most ``most`` of the items that may be shown, and how many more there are."""

    change: Change
    items: list[Item]
    more: int


def logged(
    changes: Iterable[Change], *, record: Record | None = None, most: int = MOST_ITEMS
) -> list[Logged]:
    """The changes for a page; with ``record`` only what they did to that one.

    The number of queries is constant.
    """
    return [
        Logged(one.change, [_item(item) for item in one.items], one.more)
        for one in public_log.logged(changes, record=record, most=most)
    ]


def _action(item: public_log.Item) -> str:
    if item.action == "withdrawn" and item.merged_into is not None:
        return _("merged into “%(title)s”") % {"title": item.merged_into.title}
    return str(ACTIONS.get(item.action, item.action))


def _item(item: public_log.Item) -> Item:
    subject = item.subject
    has_page = item.is_public and hasattr(subject, "get_absolute_url")
    return Item(
        sort=str(item.model._meta.verbose_name),
        name=item.slug if subject is None else str(subject),
        address=subject.get_absolute_url() if has_page else "",
        action=_action(item),
        differences=list(_differences(item.model, item.differences)),
    )


def _differences(model: type[Model], fields: public_log.Differences) -> Iterator[Difference]:
    for name, (old, new) in fields.items():
        if isinstance(old, dict):
            yield from _of_part(model._meta.get_field(name).related_model, old, new)
        else:
            label = str(field_label(model, name))
            yield Difference(label, _in_words(model, name, old), _in_words(model, name, new))


def _of_part(part: type[Model], old: dict, new: dict) -> Iterator[Difference]:
    """Row by row. Of a row that stayed only the changed columns are shown, with what identifies it."""
    for uid in sorted(old.keys() | new.keys()):
        before, after = old.get(uid), new.get(uid)
        if before and after:
            altered = {key for key in before | after if before.get(key) != after.get(key)}
            before = {key: value for key, value in before.items() if key in altered}
            after = {key: value for key, value in after.items() if key in altered}
        label = str(part._meta.verbose_name)
        yield Difference(label, _columns(part, before), _columns(part, after))


def _columns(part: type[Model], columns: dict | None) -> str:
    """The filled columns of a row: “locator: 55; value: 1993”."""
    if not columns:
        return ""
    # In the order of the model, because a database may reorder the keys of JSON.
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
