"""Revisions: the state of each subject that a unit of work altered, at the desk, by a command or by code.

A subject that a command has just made gets none: how it stands is in the database, and is kept by whatever
alters it first. One that a user has made gets one, because it says who made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.chunks import CHUNK, chunks
from relations.history.changes import Altered
from relations.models import Change, Entity, Record, Revision
from relations.models.base import Tracked
from relations.work import UnitOfWork

AS_IT_WAS = _("As it was before the change that follows.")


def record(unit: UnitOfWork, altered: Iterable[Altered], change: Change | None) -> None:
    """Keep how these subjects stand now, and before, where no revision holds that yet.

    One query to read and one to write, per few hundred subjects. A subject that was deleted keeps how it last was.
    """
    for part in chunks(altered, CHUNK):
        held = _newest((model, pk) for model, pk, before, *_after in part if before is not None)
        rows = []
        for model, pk, before, after, _row in part:
            if before is not None and held.get((model._meta.label_lower, str(pk))) != before:
                found = Revision(status=Revision.Status.FOUND, comment=str(AS_IT_WAS))
                rows.append(_of(found, model, pk, before))
            if after is not None and (before is not None or _user(unit)):
                stored = Revision(
                    user=_user(unit), comment=unit.comment or unit.reason, change=change
                )
                rows.append(_of(stored, model, pk, after))
        Revision.objects.bulk_create(rows)


def _user(unit: UnitOfWork):
    return unit.user if getattr(unit.user, "pk", None) else None


def _of(revision: Revision, model: type[Tracked], pk, state: dict) -> Revision:
    revision.model, revision.subject = model._meta.label_lower, str(pk)
    revision.time = timezone.now()
    revision.state = state
    revision.order = {
        name: list(rows) for name, rows in state.items() if isinstance(rows, dict) and len(rows) > 1
    }
    return revision


def _newest(subjects: Iterable[tuple[type[Tracked], Any]]) -> dict[tuple[str, str], dict]:
    """The newest stored state of each subject that has one."""
    by_model = defaultdict(list)
    for model, pk in subjects:
        by_model[model._meta.label_lower].append(str(pk))
    if not by_model:
        return {}
    wanted = Q()
    for name, keys in by_model.items():
        wanted |= Q(model=name, subject__in=keys)
    newest = (
        Revision.objects.stored()
        .filter(wanted)
        .order_by()
        .values("model", "subject")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    rows = Revision.objects.filter(pk__in=newest).order_by()
    return {
        (model, pk): state for model, pk, state in rows.values_list("model", "subject", "state")
    }


def subject(model: type[Tracked], pk) -> Tracked | None:
    """The stored row of a subject, of its own kind."""
    row = model._base_manager.filter(pk=pk).first()
    return row.specific if row is not None and model in (Record, Entity) else row
