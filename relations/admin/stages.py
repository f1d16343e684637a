"""Stages: who may move a record from one stage to another, and what it needs before it is published.

A draft is sent to review, and a user who may publish publishes it or sends it back. **Nobody publishes
their own draft**, superusers included, unless the setting ``SELF_PUBLISH`` allows it. A record that was
never published belongs to the users who made it or last changed its content (see ``authors``); so does one
that is changed in the save that would publish it. A published record can be withdrawn and published again
by users who may: it has been reviewed, and they may change what is published anyway.

The form calls :func:`refusal` before anything is stored. :func:`check` checks what is being stored again,
under the lock of its row, whatever wrote it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from relations.admin.authors import authors
from relations.admin.permissions import PUBLISH, WITHDRAW, may_revise
from relations.derived import participants
from relations.history import changes
from relations.models import Record
from relations.models.complete import complete
from relations.work import UnitOfWork

Stage = Record.Stage
# The stages to which a record may move from each stage; it may always stay.
NEXT = {
    Stage.DRAFT: (Stage.REVIEW, Stage.PUBLISHED),
    Stage.REVIEW: (Stage.DRAFT, Stage.PUBLISHED),
    Stage.PUBLISHED: (Stage.WITHDRAWN,),
    Stage.WITHDRAWN: (Stage.PUBLISHED,),
}
NEVER_PUBLISHED = (Stage.DRAFT, Stage.REVIEW)


def is_own(user, record: Record) -> bool:
    """Whether publishing the record, as stored, would break the rule against publishing one's own draft."""
    if settings.SELF_PUBLISH or record.first_published is not None:
        return False
    return record.pk is None or user.pk in authors(record)


def refusal(user, was: str, becomes: str, own: Callable[[], bool]) -> str:
    """Why the user may not move a record to the stage, in a sentence; empty where they may."""
    if becomes == was:
        return ""
    if becomes not in NEXT[was]:
        if was in NEVER_PUBLISHED:
            return _("Only a record that was published can be withdrawn; delete the draft instead.")
        return _("A record that was published stays published or is withdrawn.")
    if becomes == Stage.PUBLISHED:
        if not user.has_perm(PUBLISH):
            return _("You may not publish: send it to review, and someone who may will publish it.")
        if was in NEVER_PUBLISHED and own():
            return _(
                "Nobody publishes their own draft, not even a superuser (unless SELF_PUBLISH "
                "is set). A draft is yours if you made it or changed it last: send it to "
                "review, and another person publishes it."
            )
    if becomes == Stage.WITHDRAWN and not user.has_perm(WITHDRAW):
        return _("You may not withdraw what is published: ask someone who may.")
    return ""


def offered(user, record: Record) -> list[Stage]:
    """The stages that the user may choose for the record, including its present one, in their usual order."""
    was = Stage(record.stage)
    return [
        stage
        for stage in Stage
        if stage == was
        or (stage in NEXT[was] and not refusal(user, was, stage, lambda: is_own(user, record)))
    ]


def advice(user, record: Record, stages: list[Stage]) -> str:
    """What a user with these stages can do with the record next."""
    if record.stage in NEVER_PUBLISHED:
        if Stage.PUBLISHED in stages:
            return _("Only the desk sees it. Next: publish it, or pass it on to someone else.")
        if user.has_perm(PUBLISH):
            return _("Only the desk sees it. It is your own: another person has to publish it.")
        if record.stage == Stage.DRAFT:
            return _("Only the desk sees it. Next: send it to review.")
        return _(
            "Only the desk sees it. Next: somebody who may publish it publishes it, or "
            "sends it back."
        )
    if not may_revise(user, record):
        return _("Only users who may change what is published can change it; report what is wrong.")
    if record.merged_into_id:
        return _("It was merged into “%(title)s”, to which its address leads.") % {
            "title": record.merged_into.title
        }
    if record.stage == Stage.WITHDRAWN:
        return _("Its address says that it was withdrawn, and why.")
    if Stage.WITHDRAWN in stages:
        return _("Readers see every change, and its reason. It can be withdrawn, with the reason.")
    return _("Readers see every change, and its reason.")


# What is stored ------------------------------------------------------------------------------------------------


def lacking(record: Record) -> dict[str, str]:
    """What the record, as stored, still needs to be published: sentences keyed by field."""
    state = changes.state(Record, record.pk)
    return {} if state is None else type(record).needed_to_publish(state)


def check(unit: UnitOfWork, user) -> dict[str, str]:
    """Check every record that the unit touched. Call it before the unit ends.

    Returns what is missing in records that would be published; then nothing may be stored. A record that is
    published already may not lose anything that it needs. Raises ``ValidationError`` where the stage is
    refused.
    """
    records = complete(Record, unit.of(Record)).values()
    participants.complete(records)
    missing = {}
    for record in records:
        before = unit.before[Record, record.pk]
        was = Stage(before["stage"]) if before else Stage.DRAFT
        if record.stage == was in NEVER_PUBLISHED:
            continue
        after = changes.state_of(record)
        sentence = refusal(
            user, was, record.stage, lambda b=before, a=after, r=record: _is_own(user, b, a, r)
        )
        if not sentence and record.stage == Stage.WITHDRAWN != was and not unit.reason.strip():
            sentence = _("Say why it is withdrawn: its address tells readers.")
        if sentence:
            raise ValidationError({"stage": sentence})
        if record.stage == Stage.PUBLISHED:
            model = type(record)
            there = model.needed_to_publish(before) if was == Stage.PUBLISHED else {}
            needed = model.needed_to_publish(after)
            missing |= {where: text for where, text in needed.items() if where not in there}
    return missing


def _is_own(user, before: dict | None, after: dict, record: Record) -> bool:
    if settings.SELF_PUBLISH:
        return False
    if before is None or (before | {"stage": ""}) != (after | {"stage": ""}):
        return True
    return user.pk in authors(record)


def refused(missing: dict[str, str]) -> ValidationError:
    """The refusal to publish: each sentence beside its field, or beside the stage where it is about a part."""
    by_field: dict[str, list[str]] = {}
    for where, sentence in missing.items():
        by_field.setdefault("stage" if "." in where else where, []).append(sentence)
    return ValidationError(by_field)
