"""From records to the rows of their own kinds: the one way to read them in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from relations import kinds
from relations.models.records import Record

Fetch = Callable[[kinds.Kind, QuerySet], QuerySet]
"""Adds to a queryset of one kind's rows whatever the caller shows of that kind."""


def children_of(records: Iterable[Record], fetch: Fetch | None = None) -> list[Record]:
    """The records as rows of their own kinds, in the order given.

    One query per kind that occurs, and those of ``fetch``. Only the kind's own columns are read: the columns and
    links that a record was read with are handed on to its child. A record that is a child row already is
    returned as it is, unless ``fetch`` is given. A record whose child row is gone is left out.
    """
    records = list(records)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for record in records:
        if fetch is not None or not record.KIND:
            by_kind[record.kind].append(record.pk)
    found: dict[int, Record] = {}
    for name, keys in by_kind.items():
        kind = kinds.get(name)
        columns = (column.name for column in kind.model._meta.local_concrete_fields)
        rows = kind.model._base_manager.filter(pk__in=keys).only(*columns)
        for child in rows if fetch is None else fetch(kind, rows):
            found[child.pk] = child
    return [
        _joined(record, found[record.pk]) if record.kind in by_kind else record
        for record in records
        if record.pk in found or record.kind not in by_kind
    ]


def _joined(record: Record, child: Record) -> Record:
    """The child row with the columns and links that its parent row was read with."""
    links = getattr(record, "_prefetched_objects_cache", {})
    child._prefetched_objects_cache = links | getattr(child, "_prefetched_objects_cache", {})
    child._state.fields_cache = record._state.fields_cache | child._state.fields_cache
    child.__dict__ = record.__dict__ | child.__dict__
    return child
