"""Merge two records of one thing: what belongs to the one moves to the other, and its address redirects
there.

The record that stays keeps its own fields unaltered. Everything that is said of the other record or linked
to it moves: citations, people, links in both directions, the parts that the kind adds, and the countries,
organizations, projects and topics. What is there already is not doubled. The other record is then empty. If
it was published it is withdrawn and its address redirects; a draft is deleted. A part keeps its uid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.models import FormerAddress, Record, RecordLink
from relations.models.base import Tracked
from relations.models.complete import links as links_of
from relations.work import touch, unit_of_work

Instead = dict[tuple[type[models.Model] | None, Any], int]


@dataclass
class Part:
    """Rows of one sort: those that move, and those that do not because the other record has the same."""

    label: str
    moved: list[Tracked] = field(default_factory=list)
    left: list[Tracked] = field(default_factory=list)


@dataclass
class Plan:
    """What becomes of everything that belongs to ``merged``; ``kept`` stays. Both are rows of their own
    kind.

    ``links`` maps the name of a field to what is added to it. ``instead`` maps the model and key of a row
    that does not move to the key of its equal on the record that stays.
    """

    merged: Record
    kept: Record
    parts: list[Part]
    links: dict[str, list[models.Model]]
    instead: Instead

    @property
    def link_labels(self) -> list[tuple[str, list[models.Model]]]:
        return [
            (capfirst(str(one.verbose_name)), self.links[one.name])
            for one in self.kept._meta.many_to_many
            if self.links.get(one.name)
        ]


def refusal(merged: Record, kept: Record) -> str:
    """Why the one cannot be merged into the other, for any user; empty where it can."""
    if merged.pk == kept.pk:
        return _("A record cannot be merged into itself: choose another one.")
    if merged.kind != kept.kind:
        return _("“%(title)s” is of another kind: choose one of the same.") % {"title": kept.title}
    if merged.stage == Record.Stage.WITHDRAWN:
        return _("“%(title)s” is withdrawn already: there is nothing left to merge.") % {
            "title": merged.title
        }
    if kept.stage == Record.Stage.WITHDRAWN:
        return _("“%(title)s” is withdrawn: choose a record that is published.") % {
            "title": kept.title
        }
    if kept.stage != Record.Stage.PUBLISHED:
        return _(
            "“%(title)s” is not published: publish it first, or merge it the other way round."
        ) % {"title": kept.title}
    return ""


def plan(merged: Record, kept: Record) -> Plan:
    """What merging them would do. The number of queries does not grow with the number of rows."""
    instead: Instead = {}
    parts = []
    for name in merged.parts:
        relation = cast("models.ManyToOneRel", merged._meta.get_field(name))
        model, back = relation.related_model, relation.field.name
        stored = {_told_by(row, back, {}): row for row in _rows(kept, name)}
        part = Part(capfirst(str(model._meta.verbose_name_plural)))
        for row in _rows(merged, name):
            key = _told_by(row, back, instead)
            if key in stored:
                instead[model, row.pk] = stored[key].pk
            needless = key in stored or _leads_to(row, back, kept)
            (part.left if needless else part.moved).append(row)
        parts.append(part)
    parts.append(_links_to(merged, kept))
    links = {}
    for name in links_of(type(merged)):
        known = set(getattr(kept, name).all())
        links[name] = [row for row in getattr(merged, name).all() if row not in known]
    parts = [part for part in parts if part.moved or part.left]
    return Plan(merged, kept, parts, links, instead)


def _rows(record: Record, name: str) -> list[Tracked]:
    rows = getattr(record, name).all()
    names = [one.name for one in rows.model._meta.concrete_fields if one.is_relation]
    return list(rows.select_related(*names).order_by("pk"))


def _told_by(row: Tracked, back: str, instead: Instead) -> tuple:
    """What identifies the row among others of its owner, once it is there."""
    names = row.told_by or [
        one.name
        for one in row._meta.concrete_fields
        if not one.primary_key and one.name not in ("uid", back)
    ]
    values = []
    for name in names:
        one = cast("models.Field", row._meta.get_field(name))
        value = getattr(row, one.attname)
        values.append(instead.get((one.related_model, value), value))
    return tuple(values)


def _leads_to(row: Tracked, back: str, kept: Record) -> bool:
    """Whether the row would link the record that stays to itself."""
    return any(
        _leads_to_a_record(one) and one.name != back and getattr(row, one.attname) == kept.pk
        for one in row._meta.concrete_fields
    )


def _leads_to_a_record(one: models.Field) -> bool:
    return one.related_model is not None and issubclass(one.related_model, Record)


def _links_to(merged: Record, kept: Record) -> Part:
    """Links by which other records name the one that goes."""
    part = Part(_("Links from other records"))
    stored = set(kept.linked_from.values_list("source", "type"))
    for link in cast("list[RecordLink]", _rows(merged, "linked_from")):
        needless = link.source_id == kept.pk or (link.source_id, link.type) in stored
        (part.left if needless else part.moved).append(link)
    return part


def merge(made: Plan, *, user=None, reason: str = "") -> None:
    """Carry out the plan in one unit of work. Raises ``ValidationError`` where the merge is refused."""
    merged, kept = made.merged, made.kept
    if sentence := refusal(merged, kept):
        raise ValidationError(sentence)
    with unit_of_work(user=user, reason=reason):
        for name, rows in made.links.items():
            getattr(kept, name).add(*rows)
        for part in made.parts:
            for row in part.moved:
                _move(row, made)
        # Later parts refer to earlier ones.
        for row in [row for part in reversed(made.parts) for row in part.left]:
            row.delete()
        _lead_on(merged, kept)
        if merged.first_published is None:
            FormerAddress.objects.get_or_create(
                scope=Record.address_scope(), slug=merged.slug, defaults={"target": kept.pk}
            )
            merged.delete()
            return
        merged.stage, merged.merged_into_id = Record.Stage.WITHDRAWN, kept.pk
        merged.save()


def _move(row: Tracked, made: Plan) -> None:
    """Give the row to the kept record, and point its references at the rows that stand there already."""
    for one in row._meta.concrete_fields:
        if not one.is_relation:
            continue
        value = getattr(row, one.attname)
        if _leads_to_a_record(one) and value == made.merged.pk:
            setattr(row, one.attname, made.kept.pk)
        elif (one.related_model, value) in made.instead:
            setattr(row, one.attname, made.instead[one.related_model, value])
    row.save()


def _lead_on(merged: Record, kept: Record) -> None:
    """Redirect what was merged into the vanishing record before to the one that stays."""
    before = Record.objects.filter(merged_into=merged.pk)
    for pk in list(before.values_list("pk", flat=True)):
        touch(Record, pk)
    before.update(merged_into=kept.pk)
