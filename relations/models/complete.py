"""Complete rows: a subject with its links and parts, read in queries that do not grow with the subjects.

What is compared before and after a unit of work, what the API shows of a record and what the search index holds of
it are all made of these rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from relations.chunks import CHUNK, chunks
from relations.models.base import Tracked
from relations.models.children import children_of
from relations.models.entities import Entity
from relations.models.records import Record

PARENT_LINKS = frozenset({"record_ptr", "entity_ptr"})


def complete(model: type[Tracked], pks: Iterable, *, lock: bool = False) -> dict[Any, Tracked]:
    """The rows of a tracked model with these keys, by key, with their links and parts fetched.

    A record or an entity is the row of its own kind. ``lock`` holds the rows to the end of the transaction.
    """
    found: dict[Any, Tracked] = {}
    is_parent = model in (Record, Entity)
    for part in chunks(pks, CHUNK):
        rows = _with_named(model._base_manager.filter(pk__in=part), foreign_keys(model))
        rows = rows.prefetch_related(*links(model), *map(_prefetch(model), model.parts))
        if lock:
            rows = rows.select_for_update(no_key=True, of=("self",))
        for row in children_of(rows, _with_own) if is_parent else rows:
            found[row.pk] = row
    return found


def _with_own(model: type[Tracked], rows: QuerySet) -> QuerySet:
    """Child rows with what a kind adds to its parent: for ``children_of``."""
    parent = Record if issubclass(model, Record) else Entity
    own = [field.name for field in model._meta.local_fields if field.is_relation]
    rows = _with_named(rows, [name for name in own if name not in PARENT_LINKS])
    added = [name for name in links(model) if name not in links(parent)]
    parts = [name for name in model.parts if name not in parent.parts]
    return rows.prefetch_related(*added, *map(_prefetch(model), parts))


def _with_named(rows: QuerySet, names: list[str]) -> QuerySet:
    # Django follows every foreign key where it is given no name.
    return rows.select_related(*names) if names else rows


def foreign_keys(model: type[Model], *besides: str) -> list[str]:
    """The names of a model's foreign keys, but for those to its parents and those ``besides``."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.name not in PARENT_LINKS and field.name not in besides
    ]


def links(model: type[Model]) -> list[str]:
    """Many-to-many fields that are nothing but links: those with something of their own to say are parts."""
    return [
        field.name
        for field in model._meta.many_to_many
        if field.remote_field.through._meta.auto_created
    ]


def _prefetch(model: type[Tracked]):
    """How the rows of a part are fetched: in their own order, with what they name and their own parts."""

    def of_part(name: str) -> Prefetch:
        relation = model._meta.get_field(name)
        part, back = relation.related_model, relation.field.name
        order = [column for column in part._meta.ordering if column != back]
        rows = part._base_manager.order_by(*order)
        rows = _with_named(rows, foreign_keys(part, back, *part.SUBJECTS))
        return Prefetch(name, rows.prefetch_related(*map(_prefetch(part), part.parts)))

    return of_part


def set_fetched(row: Tracked, name: str, rows: Iterable[Model]) -> None:
    """Hand out these rows as what a link or a part of a row leads to, as ``prefetch_related`` does.

    The queryset is iterated without a query; filtering it makes one.
    """
    queryset = getattr(row, name).all().all()
    queryset._result_cache, queryset._prefetch_done = list(rows), True
    vars(row).setdefault("_prefetched_objects_cache", {})[name] = queryset
