"""The full-text index over the titles, summaries and names of records. The unit of work keeps it in step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet, prefetch_related_objects
from modelsearch.backends import get_search_backend
from modelsearch.conf import get_app_config

from relations import kinds
from relations.chunks import CHUNK, chunks
from relations.models import Country, Entity, Record, Topic
from relations.work import UnitOfWork

# What the index holds of what a record names.
NAMES = ("organizations__names", "projects__names", "participations__person__names", "place__names")


def add(records: Iterable[Record]) -> None:
    """Add or renew records (rows of their own kinds) in the index."""
    by_model = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record)
    backend = get_search_backend()
    for model, rows in by_model.items():
        backend.add_bulk(model, rows)


def refresh_records(records: Iterable[Record]) -> None:
    """Bring the index in step with complete records. A deleted row takes its own entry with it."""
    for part in chunks(records, CHUNK):
        prefetch_related_objects(part, *NAMES)
        add(part)


def types() -> list[int]:
    """The keys of the content types of all kinds of record."""
    from django.contrib.contenttypes.models import ContentType

    models = [kind.model for kind in kinds.every()]
    found = ContentType.objects.get_for_models(*models, for_concrete_models=False)
    return [one.pk for one in found.values()]


def entries() -> QuerySet:
    """The index's own rows for records of any kind."""
    return get_app_config().get_model("IndexEntry").objects.filter(content_type__in=types())


def problems() -> list[str]:
    """One line per record that the index misses, and per entry without a record."""
    indexed = {int(pk) for pk in entries().values_list("object_id", flat=True)}
    slugs = dict(Record.objects.values_list("pk", "slug"))
    return [f"search index: no entry for {slugs[pk]}" for pk in sorted(slugs.keys() - indexed)] + [
        f"search index: an entry for record {pk}, which is gone"
        for pk in sorted(indexed - slugs.keys())
    ]


def naming_renamed(unit: UnitOfWork, rows: dict[type[Model], dict[Any, Model]]) -> set[int]:
    """The keys of the records that hold, in the index, a name that the unit has altered.

    ``rows`` are the complete rows of what the unit touched, by model and key.
    """
    pks: set[int] = set()
    for model in (Entity, Topic, Country):
        renamed = [
            pk
            for pk, row in rows.get(model, {}).items()
            if (before := unit.before[model, pk]) and _names_now(row) != _names_then(before)
        ]
        if renamed:
            pks |= _naming(model, renamed)
    return pks


def _names_now(row: Model) -> set[str]:
    return set(row.cited_texts("names")) if isinstance(row, Entity) else {row.name}


def _names_then(state: dict) -> set[str]:
    return {state["name"], *(name["text"] for name in state.get("names", {}).values())}


def _naming(model: type[Model], pks: list) -> set[int]:
    """The records that link to these rows, whose names are therefore in their index entries."""
    fields = (*Record._meta.concrete_fields, *Record._meta.many_to_many)
    return {
        pk
        for field in fields
        if field.is_relation and issubclass(field.related_model, model)
        for pk in Record.objects.filter(**{f"{field.name}__in": pks}).values_list("pk", flat=True)
    }
