"""How many rows overlap a span of days, counted without reading the rows again.

A row overlaps the span if it begins by the last day and does not end before the first. Two tallies therefore answer for
every span: of the days on which rows begin, and of those on which they end. The rows are read once for all years that
a reader may ask for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Count, QuerySet


@dataclass(frozen=True)
class Tally:
    """Days in order, and how many rows there are up to and with each."""

    days: array
    sums: array

    @classmethod
    def of(cls, counted: Counter[date]) -> Tally:
        days = sorted(counted)
        return cls(
            array("l", (day.toordinal() for day in days)),
            array("q", accumulate((counted[day] for day in days), initial=0)),
        )

    def until(self, day: date) -> int:
        """How many there are up to and with that day."""
        return self.sums[bisect_right(self.days, day.toordinal())]

    def before(self, day: date) -> int:
        return self.sums[bisect_left(self.days, day.toordinal())]


@dataclass(frozen=True)
class Spans:
    """On which days rows begin (``sort_date``) and end (``sort_end``)."""

    begins: Tally
    ends: Tally

    @classmethod
    def of(cls, queryset: QuerySet) -> Spans:
        begins: Counter[date] = Counter()
        ends: Counter[date] = Counter()
        rows = queryset.order_by().values_list("sort_date", "sort_end").annotate(n=Count("pk"))
        for first, last, number in rows:
            begins[first] += number
            ends[last] += number
        return cls(Tally.of(begins), Tally.of(ends))

    def overlapping(self, first: date, last: date) -> int:
        """How many rows overlap the days from the first to the last, which is not before it."""
        return self.begins.until(last) - self.ends.before(first)
