"""The years of an overview: their bins, the position of a day, and which years are named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import pgettext

# Years to a bin: the first that leaves at most MOST_BINS of them, so that no mark is thinner than a phone can show.
STEPS = (1, 5, 10, 20, 50, 100, 200)
MOST_BINS = 60
# A single year alone would be one mark as wide as the page: years around it are shown with it.
FEWEST_BINS = 5
LABEL_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
MOST_LABELS, MOST_LABELS_ON_A_PHONE = 12, 7
FIRST_YEAR, LAST_YEAR = 1, 9999


def percent(value: float) -> str:
    """A share of the drawing's width as an SVG attribute, the same in every language."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def years_text(first: int, last: int) -> str:
    """A year, or the first and last of several years, in words."""
    if first == last:
        return f"{first:04}"
    return pgettext("span of single words", "%(start)s–%(end)s") % {
        "start": f"{first:04}",
        "end": f"{last:04}",
    }


@dataclass(frozen=True)
class Bin:
    """The years that are counted together, both ends included."""

    first: int
    last: int

    @property
    def start(self) -> date:
        return date(self.first, 1, 1)

    @property
    def end(self) -> date:
        return date(self.last, 12, 31)

    @property
    def edtf(self) -> str:
        """The value of a date filter for these years."""
        if self.first == self.last:
            return f"{self.first:04}"
        return f"{self.first:04}/{self.last:04}"

    @property
    def text(self) -> str:
        return years_text(self.first, self.last)


@dataclass(frozen=True)
class Scale:
    """From the year of the first record to that of the last."""

    first: int
    last: int

    @cached_property
    def step(self) -> int:
        return next(step for step in STEPS if self.last // step - self.first // step < MOST_BINS)

    @cached_property
    def bins(self) -> list[Bin]:
        low, high = self.first // self.step, self.last // self.step
        missing = max(0, FEWEST_BINS - (high - low + 1))
        low, high = low - missing // 2, high + (missing + 1) // 2
        found = [
            Bin(max(FIRST_YEAR, at * self.step), min(LAST_YEAR, (at + 1) * self.step - 1))
            for at in range(low, high + 1)
        ]
        return [one for one in found if one.first <= one.last]

    def at(self, year: int) -> int:
        """The index of a year's bin; for a year outside the scale that of the nearest."""
        place = year // self.step - self.bins[0].first // self.step
        return min(max(place, 0), len(self.bins) - 1)

    def left(self, place: int) -> float:
        return 100 * place / len(self.bins)

    @property
    def width(self) -> float:
        """The width of one bin, in hundredths of the scale."""
        return 100 / len(self.bins)

    def _years(self, year: float) -> float:
        # The first and last bin may be cut short at the ends of the calendar; they are drawn as wide as the rest.
        origin = self.bins[0].first // self.step * self.step
        return min(100.0, max(0.0, 100 * (year - origin) / (len(self.bins) * self.step)))

    @property
    def bin_width(self) -> str:
        return percent(self.width)

    def begin(self, day: date) -> float:
        """The position where a day begins, in hundredths of the scale; limited to the scale."""
        return self._years(day.year + (day.timetuple().tm_yday - 1) / _length(day.year))

    def finish(self, day: date) -> float:
        """The position where a day ends."""
        return self._years(day.year + day.timetuple().tm_yday / _length(day.year))

    def label_step(self, most: int) -> int:
        """The number of years between named ones, so that at most that many are named."""
        length = self.bins[-1].last - self.bins[0].first + 1
        return next(step for step in LABEL_STEPS if step % self.step == 0 and length / step <= most)

    @cached_property
    def labels(self) -> list[tuple[int, str, str]]:
        """Years to name: the year, its position (the middle of one-year bins), and the only screen width
        that shows it.
        """
        wide, narrow = self.label_step(MOST_LABELS), self.label_step(MOST_LABELS_ON_A_PHONE)
        middle = self.width / 2 if self.step == 1 else 0
        made = []
        for place, one in enumerate(self.bins):
            is_wide, is_narrow = one.first % wide == 0, one.first % narrow == 0
            if is_wide or is_narrow:
                width = "" if is_wide and is_narrow else "is-wide" if is_wide else "is-narrow"
                made.append((one.first, percent(self.left(place) + middle), width))
        return made


def _length(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
