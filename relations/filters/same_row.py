"""Parameters that must match the same related row.

``person=x&role=signatory`` finds records in which that person has that role, not records with that person
and some other signatory. The same holds of a source and its passage, a member and the day, an office and
the country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from relations.filters.links import Link, Pointing


@dataclass(frozen=True)
class SameRow:
    """Rows of ``model`` whose ``column`` points at a listed object, and the parameters that one row must
    match.

    ``conditions`` narrow the rows by each parameter's value; ``links.one`` and ``links.any_of`` are those of a
    parameter that names objects. Of ``each``, a parameter with several values, every value needs such a row.
    """

    model: type[Model]
    column: str
    conditions: Mapping[str, Callable[[QuerySet, Any], QuerySet]]
    each: str = ""

    def link(self, name: str) -> Link | None:
        """How the rows lead to the objects that a parameter names; None where it names none."""
        condition = self.conditions.get(name)
        if not isinstance(condition, Pointing):
            return None
        return Link(self.model, self.column, condition.to, is_repeated=True)

    def narrowed(self, rows: QuerySet, values: Mapping[str, Any], *, without: str = "") -> QuerySet:
        """Those of the rows that match the values of these parameters, except one of them."""
        for name, condition in self.conditions.items():
            if name != without and (value := values.get(name)):
                rows = condition(rows, value)
        return rows

    def applied(self, queryset: QuerySet, values: dict[str, Any]) -> QuerySet:
        """The queryset narrowed by the parameters of this group that have a value; they are removed from
        ``values``.
        """
        given = {name: values.pop(name, None) for name in self.conditions}
        if any(given.values()):
            for asked in self._asked(given):
                rows = self.model._default_manager.filter(**{f"{self.column}__isnull": False})
                found = self.narrowed(rows.order_by(), asked)
                queryset = queryset.filter(pk__in=found.values(self.column))
        return queryset

    def _asked(self, given: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if not given.get(self.each):
            yield given
            return
        for value in given[self.each]:
            yield given | {self.each: value}
