"""What a date says once it is read: the days it may mean, and how certain it is."""

from dataclasses import dataclass, field
from datetime import date
from typing import cast

from relations.dates.points import Range
from relations.dates.showing import show_choice, show_span


@dataclass(frozen=True)
class EDTFDate:
    """A date as typed, and what follows from it.

    `earliest` and `latest` are the first and the last day it may mean (for a span: the days on which it
    began and ended). An open end is None. They are never both None, and never reversed.
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
        return cast("date", self.earliest or self.latest)

    @property
    def sort_end(self) -> date:
        return cast("date", self.latest or self.earliest)

    @property
    def members(self) -> tuple[tuple[int, int], ...]:
        """The days this may mean, as ordered, separate runs of day ordinals, both ends included."""
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
