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
    unless ``fetch`` is given. A row that has no child row (yet, while a fixture loads) is left out.
    """
    rows = list(rows)
    by_model: dict[type[Model], list] = defaultdict(list)
    for row in rows:
        if fetch is not None or not row.KIND:
            by_model[row.child_model(row.kind)].append(row.pk)
    found: dict[int, Parent] = {}
    for model, keys in by_model.items():
        columns = (column.name for column in model._meta.local_concrete_fields)
        children = model._base_manager.filter(pk__in=keys).only(*columns).order_by()
        for child in children if fetch is None else fetch(model, children):
            found[child.pk] = child
    if not by_model:
        return rows
    return [
        _joined(row, found[row.pk]) if row.pk in found else row
        for row in rows
        if row.pk in found or (row.KIND and fetch is None)
    ]


def _joined(row: Parent, child: Parent) -> Parent:
    """The child row with the columns and links that its parent row was read with."""
    links = getattr(row, "_prefetched_objects_cache", {})
    child._prefetched_objects_cache = links | getattr(child, "_prefetched_objects_cache", {})
    child._state.fields_cache = row._state.fields_cache | child._state.fields_cache
    child.__dict__ = row.__dict__ | child.__dict__
    return child
