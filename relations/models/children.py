"""From parent rows to the rows of their own kinds: the one way to read them in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

from relations.models.entities import Entity
from relations.models.records import Record

Parent = TypeVar("Parent", Record, Entity)
Fetch = Callable[[type[Model], QuerySet], QuerySet]
"""Adds to a queryset of rows of one kind's model what its caller shows of the kind."""


def children_of(rows: Iterable[Parent], fetch: Fetch | None = None) -> list[Parent]:
    """Records or entities as rows of their own kinds, in the order given.

    One query per kind that occurs, and those of ``fetch``. Only the kind's own columns are read: the columns and
    links that a row was read with are handed on to its child. A row that is a child already is returned as it is,
    unless ``fetch`` adds something to its kind. A row that has no child row (yet, while a fixture loads) is left out.
    """
    rows = list(rows)
    by_model: dict[type[Model], list] = defaultdict(list)
    for row in rows:
        by_model[row.child_model(row.kind)].append(row)
    found: dict[int, Parent] = {}
    for model, parents in by_model.items():
        columns = (column.name for column in model._meta.local_concrete_fields)
        plain = model._base_manager.only(*columns).order_by()
        children = plain if fetch is None else fetch(model, plain)
        if children is plain and all(row.KIND for row in parents):
            found |= {row.pk: row for row in parents}
            continue
        keyed = {row.pk: row for row in parents}
        for child in children.filter(pk__in=keyed):
            found[child.pk] = _joined(keyed[child.pk], child)
    return [found[row.pk] for row in rows if row.pk in found]


def _joined(row: Parent, child: Parent) -> Parent:
    """The child row with the columns and links that its parent row was read with."""
    links = getattr(row, "_prefetched_objects_cache", {})
    child._prefetched_objects_cache = links | getattr(child, "_prefetched_objects_cache", {})
    child._state.fields_cache = row._state.fields_cache | child._state.fields_cache
    child.__dict__ = row.__dict__ | child.__dict__
    return child
