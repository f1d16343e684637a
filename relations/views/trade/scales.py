"""The two scales of the trade chart: years across, amounts from zero upwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from relations.models import TradeFigure
from relations.records.comparable_figures import Period, period_of
from relations.views.readable import amount, quantity

# Pixels: room for labels over the highest bar, the bars, and a hair below the zero line.
HEAD, PLOT, FOOT = 30, 112, 4
BASE, HEIGHT = HEAD + PLOT, HEAD + PLOT + FOOT


def percent(share: float) -> str:
    """A position along the width, written the same in every language."""
    return f"{share:.3f}%"


@dataclass(frozen=True)
class Axis:
    """Complete years, from the first to the last in which a figure of the page has its period."""

    first: int
    last: int

    @property
    def start(self) -> int:
        return date(self.first, 1, 1).toordinal()

    @property
    def days(self) -> int:
        return date(self.last, 12, 31).toordinal() - self.start + 1

    def across(self, period: Period) -> tuple[float, float]:
        """The position at which a period begins and its width, in percent."""
        begins = period.first.toordinal() - self.start
        return 100 * begins / self.days, 100 * period.days / self.days

    def year(self, number: int) -> tuple[float, float]:
        return self.across(Period(date(number, 1, 1), date(number, 12, 31)))

    @property
    def years(self) -> list[AxisYear]:
        """The years with their positions; as many are named as fit a desk, fewer on a phone."""
        count = self.last - self.first + 1
        every, rarely = max(1, -(-count // 16)), max(1, -(-count // 6))
        rarely = -(-rarely // every) * every
        return [
            AxisYear(
                number,
                *self.year(number),
                is_named=number % every == 0,
                is_always_named=number % rarely == 0,
            )
            for number in range(self.first, self.last + 1)
        ]


@dataclass(frozen=True)
class AxisYear:
    number: int
    begins: float
    share: float
    is_named: bool
    is_always_named: bool

    @property
    def x(self) -> str:
        return percent(self.begins)

    @property
    def width(self) -> str:
        return percent(self.share)

    @property
    def middle(self) -> str:
        return percent(self.begins + self.share / 2)

    @property
    def name(self) -> str:
        return f"{self.number:04}"


def axis_of(figures: Iterable[TradeFigure]) -> Axis | None:
    """The years of all figures whose period is known, including those that only state a change."""
    periods = [period for figure in figures if (period := period_of(figure))]
    if not periods:
        return None
    return Axis(
        min(period.first.year for period in periods), max(period.last.year for period in periods)
    )


@dataclass(frozen=True)
class Scale:
    """Levels of one unit, from zero to a round number above the highest."""

    top: Decimal
    step: Decimal
    unit: str

    def y(self, value: Decimal) -> float:
        return BASE - float(value / self.top) * PLOT

    @property
    def ticks(self) -> list[tuple[str, str]]:
        """Height and label of each line across."""
        found, value = [], Decimal(0)
        while value <= self.top:
            words = quantity(value, self.unit) if self.unit == "percent" else amount(value)
            found.append((f"{self.y(value):.1f}", words))
            value += self.step
        return found


def scale_of(values: Iterable[Decimal], unit: str) -> Scale:
    """Two to four equal steps of a round size that hold every value."""
    most = max(values, default=Decimal(0)) or Decimal(1)
    raw = most / 3
    size = Decimal(10) ** raw.adjusted()
    step = next(size * times for times in (1, 2, Decimal("2.5"), 5, 10) if size * times >= raw)
    return Scale((most / step).to_integral_value(ROUND_CEILING) * step, step, unit)
