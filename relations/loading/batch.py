"""The one writer of many records at once: imports and generated data, 10,000 records in seconds.

Parent and child rows, links and citations are inserted table by table, in one transaction with one numbered change.
Then the pipeline of every unit of work runs over them, a thousand at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connections, models, router, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from relations.chunks import CHUNK, chunks
from relations.derived import pipeline
from relations.history import changes
from relations.models import (
    Change,
    Citation,
    FormerAddress,
    Participation,
    Record,
)
from relations.models.base import Tracked
from relations.search import statistics
from relations.work import UnitOfWork, current

LINKS = ("countries", "organizations", "projects", "topics")
# From this many records on the tables are counted again for the query planner.
MANY = 100


@dataclass
class Draft:
    """A record to be stored: the unsaved child row and everything that belongs to it.

    ``countries`` are codes, the other links primary keys. ``participations``, ``citations`` and ``related``
    (rows of the kind's own, such as the parties of an agreement or its many-to-many links, in the order in which
    they refer to one another) are unsaved and name ``record`` as theirs. The caller has validated them, as for
    ``bulk_create``; what the database and the rules of publication refuse is refused here as well.
    """

    record: Record
    countries: Sequence[str] = ()
    organizations: Sequence[int] = ()
    projects: Sequence[int] = ()
    topics: Sequence[int] = ()
    participations: Sequence[Participation] = ()
    citations: Sequence[Citation] = ()
    related: Sequence[models.Model] = field(default_factory=tuple)


def write(records: Iterable[Draft], *, user=None, reason: str = "", comment: str = "") -> list[int]:
    """Store the drafts, all or none, and return their primary keys in the order given.

    Raises ``ValidationError`` where a published record lacks a located citation or a slug is another's former
    address, ``DateError`` on a bad date, ``IntegrityError`` where the database refuses a row. What a user stores
    gets revisions with the comment; generated records have none.
    """
    if current() is not None:
        raise RuntimeError(
            "The batch writer is a unit of work of its own; call it outside of others."
        )
    drafts = list(records)
    if not drafts:
        return []
    for draft in drafts:
        draft.record.derive()
    with transaction.atomic(using=router.db_for_write(Record)):
        _refuse_former_addresses(drafts)
        _insert_records([draft.record for draft in drafts])
        _insert_links(drafts)
        _insert_parts(drafts)
        change = _number(drafts, user, reason)
        for part in chunks(drafts, CHUNK):
            before = {(Record, draft.record.pk): None for draft in part}
            unit = UnitOfWork(user, reason, comment, before=before, change=change)
            pipeline.finish(unit)
        if len(drafts) >= MANY:
            statistics.count()
    return [draft.record.pk for draft in drafts]


def _refuse_former_addresses(drafts: list[Draft]) -> None:
    scope = Record.address_scope()
    for part in chunks((draft.record.slug for draft in drafts), CHUNK):
        taken = FormerAddress.objects.filter(scope=scope, slug__in=part).values_list(
            "slug", flat=True
        )
        if slugs := list(taken[:10]):
            raise ValidationError(
                _("Former addresses are never reused: %(slugs)s.") % {"slugs": ", ".join(slugs)},
                code="slug",
            )


def _insert_records(records: list[Record]) -> None:
    """Parents first; then their children by Django's own insert query.

    ``bulk_create`` refuses models that inherit a table, because it could not fill both. Here the parents are
    there already and have their keys, so each child is a plain row: ``_insert`` is what ``Model.save`` itself
    calls for it, with the columns of the child's table alone, as many rows at once as the database takes.
    """
    columns = [column for column in Record._meta.concrete_fields if not column.primary_key]
    parents = [
        Record(**{c.attname: getattr(record, c.attname) for c in columns}) for record in records
    ]
    Record.objects.bulk_create(parents, batch_size=CHUNK)
    by_model: dict[type[Record], list[Record]] = defaultdict(list)
    for record, parent in zip(records, parents, strict=True):
        record.pk = record.id = parent.pk
        by_model[type(record)].append(record)
    for model, rows in by_model.items():
        fields = model._meta.local_concrete_fields
        database = router.db_for_write(model)
        size = min(CHUNK, connections[database].ops.bulk_batch_size(fields, rows))
        for part in chunks(rows, size):
            model._base_manager._insert(part, fields=fields, using=database)
        for row in rows:
            row._state.adding, row._state.db = False, database


def _insert_links(drafts: list[Draft]) -> None:
    for name in LINKS:
        through = Record._meta.get_field(name).remote_field.through
        target = Record._meta.get_field(name).m2m_reverse_field_name()
        rows = [
            through(record_id=draft.record.pk, **{f"{target}_id": key})
            for draft in drafts
            for key in dict.fromkeys(getattr(draft, name))
        ]
        through.objects.bulk_create(rows, batch_size=CHUNK)


def _insert_parts(drafts: list[Draft]) -> None:
    """Rows that name their record, model by model: first what others may refer to."""
    by_model: dict[type[models.Model], list[models.Model]] = {Participation: [], Citation: []}
    for draft in drafts:
        for row in (*draft.participations, *draft.citations, *draft.related):
            # A row of a many-to-many link has nothing of its own.
            if isinstance(row, Tracked):
                row.derive()
            by_model.setdefault(type(row), []).append(row)
    for model, rows in by_model.items():
        model._base_manager.bulk_create(rows, batch_size=CHUNK)


def _number(drafts: list[Draft], user, reason: str) -> Change | None:
    """Number what is published, once for all parts in which the pipeline then runs."""
    published = [draft.record for draft in drafts if draft.record.is_published]
    if not published:
        return None
    model = Record._meta.label_lower
    items = [
        (record.pk, {"model": model, "key": record.slug, "action": "published", "fields": {}})
        for record in published
    ]
    change = changes.record_change(items, user=user, reason=reason, time=timezone.now())
    for part in chunks((record.pk for record in published), CHUNK):
        Record.objects.filter(pk__in=part).update(change=change.number)
    return change
