"""Points of the calendar and ranges between them, of which dates are made."""

from dataclasses import dataclass
from datetime import date

# Stand-ins for "no first day" and "no last day" among day ordinals.
BEFORE_ALL = date.min.toordinal() - 1
AFTER_ALL = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class Point:
    """One date of the calendar, exact or not: the first and the last day it may mean."""

    first: date
    last: date
    precision: str
    unknown: str = ""  # what is written as X below the year: "day", "month" or "month day"
    approximate: bool = False
    uncertain: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is a day or a month without reservations, which can lend its year to a neighbour."""
        reserved = self.unknown or self.approximate or self.uncertain
        return self.precision in ("day", "month") and not reserved

    @property
    def days(self) -> tuple[int, int]:
        return self.first.toordinal(), self.last.toordinal()


@dataclass(frozen=True, slots=True)
class Range:
    """From one point to another; None is open. A single date is a range whose two ends are equal."""

    low: Point | None
    high: Point | None

    @property
    def days(self) -> tuple[int, int]:
        return (
            self.low.days[0] if self.low else BEFORE_ALL,
            self.high.days[1] if self.high else AFTER_ALL,
        )

    @property
    def ends(self) -> tuple[Point, Point]:
        """Both ends of a range that is closed. Raises ``ValueError`` for an open one."""
        if self.low is None or self.high is None:
            raise ValueError("An open range has one end only.")
        return self.low, self.high

    @property
    def is_single(self) -> bool:
        return self.low is self.high
