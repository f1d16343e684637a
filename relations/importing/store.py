"""Store what was checked, completely or not at all, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import router, transaction

from relations.history import changes
from relations.importing.check import CHANGED, NEW, Checked
from relations.importing.resource import RecordResource
from relations.loading import batch
from relations.models import Record
from relations.work import unit_of_work


class Stored(NamedTuple):
    """The keys of the new records and of the changed ones."""

    new: list[int]
    changed: list[int]


def store(
    resource: RecordResource,
    rows: Sequence[Checked],
    *,
    user=None,
    reason: str = "",
    comment: str = "",
) -> Stored:
    """Store the new and the changed ones among these rows.

    Raises ``ValidationError`` or ``IntegrityError``, and stores nothing, where something stored since the
    check is in the way.
    """
    new = [resource.draft(row.record) for row in rows if row.outcome == NEW]
    changed = [row.record for row in rows if row.outcome == CHANGED]
    with transaction.atomic(using=router.db_for_write(Record)):
        added = batch.write(new, user=user, reason=reason, comment=comment)
        if changed:
            with unit_of_work(user=user, reason=reason) as unit:
                unit.comment = comment
                # Noted at once, and not each as it comes to be altered.
                keys = [record.pk for record in changed]
                before = changes.states(Record, keys, lock=True)
                unit.before |= {(Record, pk): state for pk, state in before.items()}
                for record in changed:
                    _alter(resource, record)
    return Stored(added, [record.pk for record in changed])


def _alter(resource: RecordResource, record: Record) -> None:
    record.save()
    for column in resource.several():
        if column.attribute in record.imported:
            column.replace(record, record.imported[column.attribute])
    for citation in record.citing:
        citation.save()
