"""A parameter that takes one day, for facts that hold on a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from relations import dates
from relations.filters.parameters import Parameter
from relations.filters.problems import Refused, shown

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DayField(forms.CharField):
    """A complete day.

    A month or a year is refused, since a fact may hold on one day of it and not on another.
    """

    def clean(self, value: str) -> date | None:
        if not value:
            return None
        if _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise Refused(
            _("“%(value)s” is not a day: give year, month and day, for example 2005-05-24.")
            % {"value": shown(value)}
        )


class Day(Parameter):
    """One day. ``applied(queryset, day)`` filters by it, unless it belongs to a group of ``same_row``."""

    field_class = DayField
    longest = 10

    def __init__(
        self, *args, applied: Callable[[QuerySet, date], QuerySet] | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.applied = applied

    def shown(self, value):
        return [(value.isoformat(), dates.parse(value.isoformat()).display())]

    def described(self):
        return {"type": "string", "format": "date", "maxLength": 10}

    def filter(self, qs, value):
        return self.applied(qs, value) if value and self.applied else qs


def holding_on(rows: QuerySet, day: date) -> QuerySet:
    """Those of the rows with ``since`` and ``until`` (a membership, a tenure) that certainly hold on a day.

    The row began by that day at the latest, and ended on that day at the earliest or, as far as sources
    say, not at all. A missing, approximate or uncertain beginning makes nothing certain. Seats and offices
    are few compared with records, so their dates are compared in Python.
    """
    stated = rows.exclude(since="").order_by().values_list("pk", "since", "until")
    return rows.filter(pk__in=[pk for pk, since, until in stated if _holds(since, until, day)])


def _holds(since: str, until: str, day: date) -> bool:
    _earliest, begun = dates.certain_bounds(since)
    ended, _latest = dates.certain_bounds(until)
    is_begun = begun is not None and begun <= day
    return is_begun and (not until or (ended is not None and ended >= day))
