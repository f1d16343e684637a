"""What a date says once it is read: the days it may mean, and how sure it is of them."""

from dataclasses import dataclass, field
from datetime import date

from relations.dates.showing import show_choice, show_span

# Stand-ins for "no first day" and "no last day" among day ordinals.
BEFORE_ALL = date.min.toordinal() - 1
AFTER_ALL = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class Point:
    """One date of the calendar, however coarse: the first and the last day it may mean."""

    first: date
    last: date
    precision: str
    unknown: str = ""  # what is written as X below the year: "day", "month" or "month day"
    approximate: bool = False
    uncertain: bool = False

    @property
    def is_plain(self) -> bool:
        """A day or a month without reservations: one that can lend its year to a neighbour."""
        reserved = self.unknown or self.approximate or self.uncertain
        return self.precision in ("day", "month") and not reserved

    @property
    def days(self) -> tuple[int, int]:
        return self.first.toordinal(), self.last.toordinal()


@dataclass(frozen=True, slots=True)
class Range:
    """From one point to another; None is open. A single date is a range from itself to itself."""

    low: Point | None
    high: Point | None

    @property
    def days(self) -> tuple[int, int]:
        return (
            self.low.days[0] if self.low else BEFORE_ALL,
            self.high.days[1] if self.high else AFTER_ALL,
        )

    @property
    def is_single(self) -> bool:
        return self.low is self.high


@dataclass(frozen=True)
class EDTFDate:
    """A date as typed, and what follows from it.

    `earliest` and `latest` are the first and the last day it may mean (of a span: on which it
    began and ended), None where it is open. They are never both None, and never reversed.
    """

    edtf: str
    earliest: date | None
    latest: date | None
    precision: str
    approximate: bool
    uncertain: bool
    ranges: tuple[Range, ...] = field(repr=False, compare=False)

    @property
    def sort_date(self) -> date:
        return self.earliest or self.latest

    @property
    def sort_end(self) -> date:
        return self.latest or self.earliest

    @property
    def members(self) -> tuple[tuple[int, int], ...]:
        """The days this may mean, as ordered, separate runs of day ordinals, both ends in."""
        runs: list[tuple[int, int]] = []
        for start, end in sorted(part.days for part in self.ranges):
            if runs and start <= runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], max(runs[-1][1], end))
            else:
                runs.append((start, end))
        return tuple(runs)

    def display(self) -> str:
        """The date in the words of the active language, never more precise than it is."""
        if self.precision == "span":
            return show_span(self.ranges[0])
        return show_choice(self.ranges)
