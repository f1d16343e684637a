"""What follows from a unit of work: one load of what it touched, then one ordered list of steps.

A subject is read once, with its links and parts. Each step is handed the same rows and keeps them in step with what
it stores, so that the next step need not read them again. A step that raises rolls the whole unit back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction

from relations.derived import participants, stored_json, timeline_entries
from relations.history import change_number, changes, revisions
from relations.models import Entity, Record, Relation
from relations.models.base import Tracked
from relations.models.complete import complete
from relations.provenance import citation_rule, evidence
from relations.search import index
from relations.work import UnitOfWork


@dataclass
class Touched:
    """A unit of work and the complete rows of what it touched, by model and key; deleted subjects have none."""

    unit: UnitOfWork
    rows: dict[type[Tracked], dict[Any, Tracked]]

    @property
    def records(self) -> list[Record]:
        return list(self.rows.get(Record, {}).values())

    @cached_property
    def altered(self) -> list[changes.Altered]:
        return changes.altered(self.unit, self.rows)

    @cached_property
    def others(self) -> dict[int, Record]:
        """Complete records that the unit did not touch, but that show, or are found by, something it altered."""
        pks = (self.shown_by | self.found_by) - set(self.unit.of(Record))
        return complete(Record, sorted(pks))

    @cached_property
    def shown_by(self) -> set[int]:
        return stored_json.showing_altered(self.unit, self.rows)

    @cached_property
    def found_by(self) -> set[int]:
        return index.naming_renamed(self.unit, self.rows)

    def with_others(self, pks: set[int]) -> list[Record]:
        """The records that were touched, and of the others those with these keys."""
        return [*self.records, *(row for pk, row in self.others.items() if pk in pks)]


def _participants(touched: Touched) -> None:
    participants.complete(touched.records)


def _verdicts_and_evidence(touched: Touched) -> None:
    evidence.refresh_records(touched.records)
    evidence.refresh_entities(touched.rows.get(Entity, {}).values())


def _citation_rule(touched: Touched) -> None:
    citation_rule.require_citations(touched.records)


def _timeline_entries(touched: Touched) -> None:
    timeline_entries.refresh(touched.rows.get(Relation, {}).values())
    before = touched.unit.before
    timeline_entries.refresh_records(
        record
        for record in touched.records
        if timeline_entries.may_differ(record, before[Record, record.pk])
    )


def _change_number(touched: Touched) -> None:
    # The batch writer has one number for all the parts in which it comes here.
    if touched.unit.change is None:
        changes.number_change(touched.unit, touched.altered)


def _revisions(touched: Touched) -> None:
    revisions.record(touched.unit, touched.altered, touched.unit.change)


def _stored_json(touched: Touched) -> None:
    change = touched.unit.change
    number = None if change is None else change.number
    stored_json.refresh_records(touched.with_others(touched.shown_by), number)


def _search_index(touched: Touched) -> None:
    index.refresh_records(touched.with_others(touched.found_by))


def _known_number(touched: Touched) -> None:
    if touched.unit.change is not None:
        transaction.on_commit(change_number.forget)


STEPS: list[Callable[[Touched], None]] = [
    _participants,
    _verdicts_and_evidence,
    _citation_rule,
    _timeline_entries,
    _change_number,
    _revisions,
    _stored_json,
    _search_index,
    _known_number,
]
"""In this order: evidence follows from links, numbers from evidence and entries, JSON shows the number."""


def state(model: type[Tracked], pk: Any) -> dict | None:
    """How a subject is stored now, held to the end of the transaction; None: it is not."""
    return changes.state(model, pk, lock=True)


def finish(unit: UnitOfWork) -> None:
    """Run the steps over what the unit touched."""
    models = dict.fromkeys(model for model, _pk in unit.before)
    touched = Touched(unit, {model: _loaded(unit, model) for model in models})
    for step in STEPS:
        step(touched)


def _loaded(unit: UnitOfWork, model: type[Tracked]) -> dict[Any, Tracked]:
    """The complete rows of a model's subjects. Where the kind is known already, its model is asked at once."""
    by_model: dict[type[Tracked], list] = defaultdict(list)
    for pk in unit.of(model):
        kind = (unit.before[model, pk] or {}).get("kind") if model in (Record, Entity) else None
        by_model[model.child_model(kind) if kind else model].append(pk)
    rows: dict[Any, Tracked] = {}
    for one, pks in by_model.items():
        rows |= complete(one, pks)
    return rows
