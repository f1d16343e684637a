"""Which rows link what is listed to the objects that a parameter names: told once, for filter and facet.

A many-to-many field says it itself, and so does a condition ``any_of`` or ``one`` in ``same_row``. A parameter whose
objects are linked in another way declares its ``links``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Link:
    """Rows that link what is listed (``of``) to what a parameter names (``to``), perhaps several times."""

    rows: type[Model]
    of: str
    to: str
    is_repeated: bool = False

    def to_any(self, named: list) -> QuerySet:
        """The keys of what is linked to any of these objects."""
        return self.rows._default_manager.filter(**{f"{self.to}__in": named}).values(self.of)


def link_of(model: type[Model], name: str) -> Link | None:
    """The link that a many-to-many field of the model makes; None where there is no such field."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not field.many_to_many or field.auto_created:
        return None
    through = field.remote_field.through
    return Link(
        through,
        field.m2m_field_name(),
        field.m2m_reverse_field_name(),
        is_repeated=not through._meta.auto_created,
    )


@dataclass(frozen=True)
class Pointing:
    """The condition that a row's foreign key ``to`` points at what is asked for."""

    to: str
    lookup: str

    def __call__(self, rows: QuerySet, asked: Any) -> QuerySet:
        return rows.filter(**{self.lookup: asked})


def one(to: str) -> Pointing:
    """The condition of a parameter that takes one object."""
    return Pointing(to, to)


def any_of(to: str) -> Pointing:
    """The condition of a parameter that takes any of several objects."""
    return Pointing(to, f"{to}__in")
