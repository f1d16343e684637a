"""The unit of work: one transaction, at whose end everything derived is brought up to date.

Models call :func:`touch` for whatever is about to be altered. Just before the outermost unit commits, the pipeline
(``relations.derived.pipeline``) renews what follows from it, step by step. A step that raises rolls the whole unit
back, so nothing half derived is ever stored.

This module knows no model: it is below them all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Model

Subject = tuple[type, Any]
"""A tracked top-level object: its (base) model and primary key."""


@dataclass
class UnitOfWork:
    """What one transaction touches. ``before`` holds each subject's state when first touched (None: new)."""

    user: Any = None
    reason: str = ""
    # What is kept with the revisions of what it alters: its reason, if nothing else is said.
    comment: str = ""
    substantive: bool = True
    before: dict[Subject, dict | None] = field(default_factory=dict)
    change: Any = None

    def of(self, model: type) -> list[Any]:
        """Primary keys of the touched subjects of a model."""
        return [pk for subject_model, pk in self.before if subject_model is model]


class Pipeline(Protocol):
    """What follows from a unit of work (see ``relations.derived.pipeline``)."""

    def state(self, model: type, pk: Any) -> dict | None:
        """How a subject is stored now; None: it is not."""

    def finish(self, unit: UnitOfWork) -> None:
        """Bring everything derived in step with what the unit touched."""


_local = threading.local()
_pipeline: list[Pipeline] = []


class OutsideUnitOfWork(RuntimeError):
    """Links of a tracked object were altered with no unit of work open, so no change would be recorded."""


def followed_by(pipeline: Pipeline) -> None:
    """Set what every unit of work is followed by. Called once, when the application starts."""
    _pipeline[:] = [pipeline]


def current() -> UnitOfWork | None:
    return getattr(_local, "unit", None)


@contextmanager
def unit_of_work(
    *, user: Any = None, reason: str = "", substantive: bool = True
) -> Iterator[UnitOfWork]:
    """Open a unit of work, or join the open one (whose user and reason are filled in when it has none)."""
    unit = current()
    if unit is not None:
        unit.user = unit.user or user
        unit.reason = unit.reason or reason
        yield unit
        return
    unit = UnitOfWork(user=user, reason=reason, substantive=substantive)
    with transaction.atomic():
        _local.unit = unit
        try:
            yield unit
            for pipeline in _pipeline:
                pipeline.finish(unit)
        finally:
            _local.unit = None


def is_touched(model: type[Model], pk: Any) -> bool:
    """Whether the open unit of work has noted that subject."""
    unit = current()
    return unit is not None and (model, pk) in unit.before


def touch(model: type[Model], pk: Any, *, new: bool = False) -> dict | None:
    """Note that a subject is about to be altered, and remember how it was. Call it before writing.

    ``new`` says that the subject did not exist before (it may by now). Returns the state that is remembered.
    Raises ``OutsideUnitOfWork``.
    """
    unit = current()
    if unit is None:
        raise OutsideUnitOfWork(
            f"A {model._meta.verbose_name} is being altered outside a unit of work: "
            "wrap the code in relations.work.unit_of_work()."
        )
    if (model, pk) not in unit.before:
        known = () if new else (pipeline.state(model, pk) for pipeline in _pipeline)
        unit.before[model, pk] = next(iter(known), None)
    return unit.before[model, pk]
