"""What happened on a day of the year, and the next round anniversaries, from exact dates only.

A date counts when it is one day, known without reservation, of something that happened. An anniversary is
round when its years are a multiple of five. 29 February is a day of its own: in a year without it its
anniversaries stand between 28 February and 1 March.

Days are looked up as dates of every possible year, and windows as ranges. Both use the index on the date; a
condition on month and day would read every row.
"""

from __future__ import annotations

import datetime as dt
from calendar import isleap
from dataclasses import dataclass

from django.db.models import Min, Q, QuerySet

from relations.models import Record

ROUND = 5
AHEAD = 90  # days
QUALIFIERS = "~?%"


@dataclass(frozen=True, order=True)
class DayOfYear:
    """A month and a day, with or without 29 February."""

    month: int
    day: int

    @classmethod
    def of(cls, date: dt.date) -> DayOfYear:
        return cls(date.month, date.day)

    def in_year(self, year: int) -> dt.date | None:
        """That day of a year; None for 29 February where there is none."""
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return None
        return dt.date(year, self.month, self.day)

    @property
    def in_leap_year(self) -> dt.date:
        """The day in a leap year, for printing and for stepping through all days."""
        return dt.date(2000, self.month, self.day)

    def stepped(self, days: int) -> DayOfYear:
        """The day some days later or earlier, round the year."""
        return DayOfYear.of(self.in_leap_year + dt.timedelta(days=days))

    @property
    def key(self) -> str:
        """The key in the address: 11-22."""
        return f"{self.month:02}-{self.day:02}"


@dataclass(frozen=True)
class Anniversary:
    """The ``years``th anniversary of the record falls on ``day`` of ``year``."""

    pk: int
    day: DayOfYear
    year: int
    years: int


class Calendar:
    """The exact dates of ``queryset`` (already limited to public records), as of ``today``.

    Makes one query at first, and one more per method.
    """

    def __init__(self, queryset: QuerySet[Record], today: dt.date):
        unsure = Q()
        for qualifier in QUALIFIERS:
            unsure |= Q(date__contains=qualifier)
        self.queryset = queryset.filter(
            precision="day", outcome=Record.Outcome.HAPPENED, sort_date__lte=today
        ).exclude(unsure)
        self.today = today
        first = self.queryset.order_by().aggregate(first=Min("sort_date"))["first"]
        self.first_year = first.year if first else today.year + 1

    def on(self, day: DayOfYear) -> list[int]:
        """Keys of the records of that day in any year up to now, oldest first."""
        years = range(self.first_year, self.today.year + 1)
        days = [date for date in map(day.in_year, years) if date]
        found = self.queryset.filter(sort_date__in=days) if days else self.queryset.none()
        return list(found.in_order().values_list("pk", flat=True))

    def coming(self) -> list[Anniversary]:
        """The round anniversaries of the 90 days after today, the next first."""
        first, last = self.today + dt.timedelta(days=1), self.today + dt.timedelta(days=AHEAD)
        ranges = Q()
        for years in range(ROUND, last.year - self.first_year + 1, ROUND):
            begin, end = _earlier(first, years, 3, 1), _earlier(last, years, 2, 28)
            ranges |= Q(sort_date__range=(begin, end))
        if not ranges:
            return []
        start = DayOfYear.of(first)
        found = []
        for pk, date in self.queryset.filter(ranges).order_by().values_list("pk", "sort_date"):
            day = DayOfYear.of(date)
            year = first.year if day >= start else first.year + 1
            found.append(Anniversary(pk, day, year, year - date.year))
        # The oldest comes first on its day.
        return sorted(found, key=lambda one: (one.year, one.day, -one.years, one.pk))


def _earlier(date: dt.date, years: int, month: int, day: int) -> dt.date:
    """The same day that many years before; for 29 February in a year without it the given day."""
    year = date.year - years
    if year < dt.MINYEAR:
        # A window over the new year of the year 1 begins where the calendar does.
        return dt.date.min
    return DayOfYear.of(date).in_year(year) or dt.date(year, month, day)
