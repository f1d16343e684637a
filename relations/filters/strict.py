"""A filter set that refuses unknown parameters and invalid values."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property
from typing import Any, Self

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.utils import ErrorDict
from django.http import QueryDict

from relations.filters.links import Link, link_of
from relations.filters.parameters import Named, Parameter
from relations.filters.problems import (
    Problem,
    is_odd,
    odd_text,
    repeated,
    too_long,
    too_many,
    unknown_parameter,
)
from relations.filters.same_row import SameRow

MOST_VALUES = 20
MOST_PROBLEMS = 20


class StrictFilterSet(django_filters.FilterSet):
    """Filters that report problems instead of ignoring them: while there is a problem no row is listed.

    An empty parameter counts as absent. ``also`` names the parameters that others read (``cursor``).
    ``orderings`` maps the names a client may order by to the columns that make the order total, the
    last of them unique; a name with ``-`` before it reverses them all. ``same_row`` groups the parameters
    that must match the same related row. ``uncounted`` names the parameters that are not facets.
    """

    same_row: tuple[SameRow, ...] = ()
    uncounted: frozenset[str] = frozenset()
    orderings: dict[str, tuple[str, ...]] = {}
    is_walked = False
    default_ordering = ""

    def __init__(
        self,
        data: QueryDict | None = None,
        queryset: QuerySet | None = None,
        *,
        request=None,
        prefix=None,
        also: Iterable[str] = (),
    ):
        self.given = data if data is not None else QueryDict()
        self.also = tuple(also)
        # Not with the package's own method, whose deep copy of each filter takes longer than a query.
        self.queryset = self._meta.model._default_manager.all() if queryset is None else queryset
        self.request, self.form_prefix, self.is_bound = request, prefix, True
        self._problems: list[Problem] = []
        self.data, self.values = QueryDict(mutable=True), {}
        self._read()

    @cached_property
    def filters(self) -> dict[str, Parameter]:
        """The filters of this instance.

        Their fields are made on first use; the filters of the class stay as declared.
        """
        filters = {name: copy.copy(one) for name, one in self.base_filters.items()}
        for one in filters.values():
            one.parent, one.model = self, self.queryset.model
        return filters

    @classmethod
    def links(cls, name: str) -> tuple[Link, ...]:
        """How what is listed is linked to the objects that a parameter names; empty where it is not."""
        parameter = cls.base_filters[name]
        if not isinstance(parameter, Named):
            return ()
        if parameter.links:
            return parameter.links
        by_row = [together.link(name) for together in cls.same_row if name in together.conditions]
        by_field = link_of(cls._meta.model, parameter.field_name)
        return tuple(link for link in (*by_row, by_field) if link is not None)

    @property
    def valid_parameters(self) -> list[str]:
        return [*self.base_filters, *self.also]

    @property
    def problems(self) -> list[Problem]:
        return self._problems[:MOST_PROBLEMS]

    def _read(self) -> None:
        for name, values in self.given.lists():
            # Enough problems to report: looking for the nearest valid value of each costs time.
            if len(self._problems) >= MOST_PROBLEMS:
                return
            if name in self.also:
                continue
            if name not in self.base_filters:
                self._problems.append(unknown_parameter(name, self.valid_parameters))
                continue
            if filled := [value for value in map(str.strip, values) if value]:
                self._read_one(name, self.filters[name], filled)

    def _read_one(self, name: str, parameter: Parameter, values: list[str]) -> None:
        if any(is_odd(value) for value in values):
            self._problems.append(odd_text(name))
            return
        if any(len(value) > parameter.longest for value in values):
            self._problems.append(too_long(name, parameter.longest))
            return
        self.data.setlist(name, values[:MOST_VALUES])
        if len(values) > 1 and not parameter.repeatable:
            self._problems.append(repeated(name))
            return
        if len(values) > MOST_VALUES:
            self._problems.append(too_many(name, MOST_VALUES))
            return
        try:
            self.values[name] = parameter.field.clean(values if parameter.repeatable else values[0])
        except ValidationError as refused:
            for error in refused.error_list:
                self._problems.append(
                    Problem(
                        name,
                        " ".join(error.messages),
                        getattr(error, "valid", []),
                        getattr(error, "nearest", None),
                    )
                )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.narrowed(queryset, dict(self.values))

    def narrowed(self, queryset: QuerySet, values: dict[str, Any]) -> QuerySet:
        """Apply the filters; those in ``same_row`` first, on one joined row."""
        for together in self.same_row:
            queryset = together.applied(queryset, values)
        for name, value in values.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def narrowed_rows(self, rows: QuerySet, name: str) -> QuerySet:
        """Link rows between listed objects and what a parameter names, narrowed by the other parameters of
        its group.
        """
        for together in self.same_row:
            if name in together.conditions:
                return together.narrowed(rows, self.values, without=name)
        return rows

    @cached_property
    def qs(self) -> QuerySet:
        """The selected rows; empty while there is a problem."""
        return self.queryset.none() if self._problems else self.filter_queryset(self.queryset.all())

    @property
    def can_be_walked(self) -> bool:
        """Whether ``walked`` makes another query than ``qs`` does."""
        return any(self.filters[name].can_be_walked for name in self.values)

    @cached_property
    def walked(self) -> QuerySet:
        """The rows of ``qs``, for a caller that takes a few of very many in order.

        The database then checks row after row for links to the named objects. Where few rows are selected
        it is faster to begin with the linked ones, as ``qs`` does.
        """
        other = self.having(self.values)
        # Its own, which look at it.
        other.__dict__.pop("filters", None)
        other.is_walked = True
        return other.qs

    def having(self, values: dict[str, Any]) -> Self:
        """A copy of this filter set with other values."""
        other = copy.copy(self)
        other.values = dict(values)
        for name in self._worked_out():
            other.__dict__.pop(name, None)
        return other

    def undated(self) -> tuple[Self, tuple[date, date]] | None:
        """The selection without its dates, and the days that a row must overlap; None without dates."""
        return None

    @classmethod
    @cache
    def _worked_out(cls) -> list[str]:
        """The names of the cached properties that depend on the values."""
        every = [item for one in cls.__mro__ for item in vars(one).items()]
        named = {name for name, one in every if isinstance(one, cached_property)}
        return sorted(named - {"filters"})

    def ordering_columns(self, name: str) -> tuple[str, ...]:
        """The columns of an ordering, the last one unique."""
        return self.orderings[name.removeprefix("-")]

    @cached_property
    def form(self) -> forms.Form:
        """The filters as a form that holds the given values, with the problems beside their fields."""
        form = self.get_form_class()(self.data, prefix=self.form_prefix)
        form._errors, form.cleaned_data = ErrorDict(), dict[str, Any](self.values)
        for problem in self._problems:
            if problem.parameter in form.fields:
                form.add_error(problem.parameter, problem.message)
        return form

    def is_valid(self) -> bool:
        return not self._problems
