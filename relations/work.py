"""The unit of work: one transaction, inside which everything derived is brought up to date.

Models call :func:`touch` for whatever is about to be altered; the layers above register *finishers*, which
run once, in order, just before the outermost unit commits: participating countries, verdicts, the rule that a
published record keeps a located citation, timeline entries, the change number, the search index. A finisher
that raises rolls the whole unit back, so nothing half derived is ever stored.

This module knows no model: it is below them all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model

Subject = tuple[type, Any]
"""A tracked top-level object: its (base) model and primary key."""


@dataclass
class UnitOfWork:
    """What one transaction touches. ``before`` holds each subject's state when first touched (None: new)."""

    user: Any = None
    reason: str = ""
    substantive: bool = True
    before: dict[Subject, dict | None] = field(default_factory=dict)
    change: Any = None

    def of(self, model: type) -> list[Any]:
        """Primary keys of the touched subjects of a model."""
        return [pk for subject_model, pk in self.before if subject_model is model]


_local = threading.local()
_finishers: list[tuple[int, Callable[[UnitOfWork], None]]] = []
_snapshots: list[Callable[[type, Any], dict | None]] = []


class OutsideUnitOfWork(RuntimeError):
    """Links of a tracked object were altered with no unit of work open, so no change would be recorded."""


def finisher(order: int) -> Callable:
    """Register a function to run when the outermost unit ends; lower ``order`` first."""

    def register(function: Callable[[UnitOfWork], None]) -> Callable:
        if (order, function) not in _finishers:
            _finishers.append((order, function))
            _finishers.sort(key=lambda pair: pair[0])
        return function

    return register


def snapshots_by(function: Callable[[type, Any], dict | None]) -> Callable:
    """Register how a subject's state is read from the database."""
    _snapshots[:] = [function]
    return function


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
            for _, finish in _finishers:
                finish(unit)
        finally:
            _local.unit = None


def touch(model: type[Model], pk: Any, *, new: bool = False) -> None:
    """Note that a subject is about to be altered, and remember how it was. Call it before writing.

    ``new`` says that the subject did not exist before (it may by now). Raises ``OutsideUnitOfWork``.
    """
    unit = current()
    if unit is None:
        raise OutsideUnitOfWork(
            f"A {model._meta.verbose_name} is being altered outside a unit of work: "
            "wrap the code in relations.work.unit_of_work()."
        )
    if (model, pk) not in unit.before:
        unit.before[model, pk] = (
            None if new else next((read(model, pk) for read in _snapshots), None)
        )
