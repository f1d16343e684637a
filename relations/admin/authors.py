"""Whose a record is: known from its revisions, each of which has the user whose unit of work left it."""

from __future__ import annotations

from itertools import pairwise

from django.contrib.auth.models import User
from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast

from relations.models import Record, Revision


def authors(record: Record) -> set[int]:
    """Keys of the users who made the record and who altered its content last.

    Its content is all but its stage: sending it to review, or back, makes it nobody's own. What a command made or
    altered has no author. What was found otherwise than it was left was altered by nobody: a topic that it
    names was renamed.
    """
    revisions = list(Revision.objects.of(record).order_by("pk"))
    if not revisions:
        return set()
    made = last = revisions[0]
    for earlier, later in pairwise(revisions):
        if later.status == Revision.Status.STORED and _content(earlier) != _content(later):
            last = later
    return {made.user_id, last.user_id} - {None}


def drafted_by(user: User) -> QuerySet[Record]:
    """Records not yet published that the user has made or altered, whatever of them."""
    saved = (
        Revision.objects.stored()
        .filter(user=user, model=Record._meta.label_lower)
        .values(key=Cast("subject", BigIntegerField()))
    )
    return Record.objects.filter(stage__in=[Record.Stage.DRAFT, Record.Stage.REVIEW], pk__in=saved)


def _content(revision: Revision) -> dict:
    return {name: value for name, value in revision.state.items() if name != "stage"}
