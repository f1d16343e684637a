"""Decide which trade figures can be compared: as one series, or as two reports of one trade.

Two numbers about the same two countries usually differ because they measure different things. The chart of
a relation's trade and the filter ``comparable_to`` rest on these rules and on nothing else; the page says
them in words.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import cast

from django.db.models import Q, QuerySet

from relations import dates
from relations.models import Quantity, Record, TradeFigure

# Dates that name one stretch of the calendar. Of the others (one of several, open at an end, some year
# of a decade) it is not known which days a figure counts.
STRETCHES = {"day", "month", "season", "half", "year", "span"}
LIMITS = (Quantity.Qualifier.MORE, Quantity.Qualifier.LESS)
ROUGH = (Quantity.Qualifier.ABOUT, Quantity.Qualifier.NEARLY)


@dataclass(frozen=True, order=True)
class Period:
    """The days that a figure counts, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def length(self) -> tuple[str, int]:
        """The length, in months where it is whole months, so that all years are of one length, and all
        half-years.
        """
        ends_a_month = self.last.day == monthrange(self.last.year, self.last.month)[1]
        if self.first.day != 1 or not ends_a_month:
            return "days", self.days
        return "months", 12 * (self.last.year - self.first.year) + (
            self.last.month - self.first.month + 1
        )

    def meets(self, later: Period) -> bool:
        """Whether the other period begins on the day after this one ends."""
        return self.last < date.max and self.last + timedelta(days=1) == later.first


@lru_cache(maxsize=2048)
def _read(date: str) -> tuple[Period | None, bool]:
    """The period that a stored date names, if it names one, and whether it is certain."""
    parsed = dates.parse(date)
    part = parsed.ranges[0]
    if parsed.precision not in STRETCHES or any(end.unknown for end in part.ends):
        return None, False
    is_certain = not (parsed.approximate or parsed.uncertain)
    return Period(parsed.sort_date, parsed.sort_end), is_certain


def period_of(figure: Record) -> Period | None:
    """The period that a figure's date names; None where the date leaves open which days are meant."""
    return _read(figure.date)[0]


def is_level(figure: TradeFigure) -> bool:
    """Whether it states an amount that can be drawn from zero. A change alone is not an amount."""
    return figure.value is not None and figure.value >= 0


def has_happened(figure: TradeFigure) -> bool:
    """Whether it happened: it is not a target, and not only planned or proposed."""
    is_reached = figure.outcome == Record.Outcome.HAPPENED
    return is_reached and figure.nature != Quantity.Nature.TARGET


def _certain_period(figure: TradeFigure) -> Period | None:
    period, is_certain = _read(figure.date)
    return period if is_certain else None


@dataclass(frozen=True)
class Series:
    """All that two figures must share to be points of one series."""

    flow: str
    origin: str | None
    destination: str | None
    reporter: str
    compiled_by: str
    unit: str
    nature: str
    length: tuple[str, int]


def series_of(figure: TradeFigure) -> Series | None:
    """The series that a figure belongs to; None where it stands alone.

    A figure stands alone unless its source says whose statistics it is, its amount is not a limit (“more
    than”), its period is certain, it happened (a target is a point to reach, not a part of the course), and
    no source contradicts it.
    """
    period = _certain_period(figure)
    if (
        period is None
        or not is_level(figure)
        or figure.reporter_id is None
        or figure.qualifier in LIMITS
        or not has_happened(figure)
        or figure.evidence == Record.Evidence.CONFLICT
    ):
        return None
    return Series(
        flow=figure.flow,
        origin=figure.origin_id,
        destination=figure.destination_id,
        reporter=figure.reporter_id,
        compiled_by=figure.compiled_by,
        unit=figure.unit_text,
        nature=figure.nature,
        length=period.length,
    )


def comparable(one: TradeFigure, other: TradeFigure) -> bool:
    """Whether two figures measure the same thing, at two times.

    They must share flow, origin, destination, reporter, compiler, unit or currency, nature, and the
    length of their periods; and neither may stand alone (see :func:`series_of`).
    """
    series = series_of(one)
    return series is not None and series == series_of(other)


def comparable_to(figures: QuerySet[TradeFigure], figure: TradeFigure) -> QuerySet[TradeFigure]:
    """Those of the figures that are comparable with one, including itself; none where it stands alone.

    The database decides what :func:`comparable` says of two figures. Only the lengths of periods are
    compared here, once per date.
    """
    series = series_of(figure)
    if series is None:
        return figures.none()
    alike = figures.filter(
        flow=series.flow,
        origin=series.origin,
        destination=series.destination,
        reporter=series.reporter,
        compiled_by=series.compiled_by,
        unit=figure.unit,
        currency=figure.currency,
        nature=series.nature,
        outcome=Record.Outcome.HAPPENED,
        value__gte=0,
    ).exclude(Q(qualifier__in=LIMITS) | Q(evidence=Record.Evidence.CONFLICT))
    used = alike.order_by().values_list("date", flat=True).distinct()
    return alike.filter(date__in=[text for text in used if _length(text) == series.length])


def _length(text: str) -> tuple[str, int] | None:
    period, is_certain = _read(text)
    return period.length if period is not None and is_certain else None


def joined(figures: Iterable[TradeFigure]) -> list[tuple[TradeFigure, TradeFigure]]:
    """The pairs between which a line may be drawn: comparable, and the second follows the first at once.

    Where a series has two figures of one period it is unknown which of them continues it, so neither is
    joined.
    """
    series: dict[Series, dict[Period, list[TradeFigure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        period = period_of(figure)
        if period is not None and (key := series_of(figure)):
            series[key][period].append(figure)
    pairs = []
    for by_period in series.values():
        for earlier, later in pairwise(sorted(by_period)):
            is_clear = len(by_period[earlier]) == len(by_period[later]) == 1
            if is_clear and earlier.meets(later):
                pairs.append((by_period[earlier][0], by_period[later][0]))
    return pairs


# One trade, reported by both states ---------------------------------------------------------------------


@dataclass(frozen=True)
class Trade:
    """What two states may both report: goods in one direction (or turnover: None), in one period and unit."""

    goods: tuple[str, str] | None
    period: Period
    unit: str
    nature: str


def trade_of(figure: TradeFigure) -> Trade | None:
    """The trade that a state reports with this figure; None where that is not stated.

    The exports of origin A are the imports of destination B from A. So exports count only as reported by
    the origin, imports by the destination, and turnover by either.
    """
    period = _certain_period(figure)
    if (
        period is None
        or not is_level(figure)
        or figure.reporter_id is None
        or not has_happened(figure)
    ):
        return None
    sides: dict[str, str | None] = {
        TradeFigure.Flow.TURNOVER: figure.reporter_id,
        TradeFigure.Flow.EXPORTS: figure.origin_id,
        TradeFigure.Flow.IMPORTS: figure.destination_id,
    }
    if sides[figure.flow] != figure.reporter_id:
        return None
    goods = None
    if figure.flow != TradeFigure.Flow.TURNOVER:
        if not (figure.origin_id and figure.destination_id):
            return None
        goods = (figure.origin_id, figure.destination_id)
    return Trade(goods, period, figure.unit_text, figure.nature)


@dataclass
class Mirror:
    """One trade as both states report it. ``sides`` holds each country's figures, in the order given."""

    trade: Trade
    sides: dict[str, list[TradeFigure]] = field(default_factory=dict)

    @property
    def figures(self) -> list[TradeFigure]:
        return [figure for figures in self.sides.values() for figure in figures]

    @property
    def gap(self) -> Decimal | None:
        """The distance between the two values; None where there is none to state.

        Each state must give one figure, and neither figure may be a limit (“more than”).
        """
        if any(len(figures) != 1 for figures in self.sides.values()):
            return None
        one, other = self.figures
        if one.qualifier in LIMITS or other.qualifier in LIMITS:
            return None
        return abs(_amount(one) - _amount(other))

    @property
    def is_rough(self) -> bool:
        return any(figure.qualifier in ROUGH for figure in self.figures)

    @property
    def larger(self) -> str:
        """The code of the country whose value is the larger; empty where there is no gap."""
        if not self.gap:
            return ""
        return max(self.figures, key=_amount).reporter_id or ""


def _amount(figure: TradeFigure) -> Decimal:
    """The value of a figure of a trade: ``trade_of`` leaves out those that have none."""
    return cast("Decimal", figure.value)


def mirrors(figures: Iterable[TradeFigure], pair: tuple[str, str]) -> list[Mirror]:
    """Every trade between the two countries that both of them report.

    The oldest comes first. Within a period turnover comes first, then goods from the first to the second
    country.
    """
    found: dict[Trade, dict[str, list[TradeFigure]]] = defaultdict(
        lambda: {code: [] for code in pair}
    )
    for figure in figures:
        trade = trade_of(figure)
        # A reporter is one side of its trade: if both countries of the pair report it, it is between them.
        if trade is not None and figure.reporter_id in pair:
            found[trade][figure.reporter_id].append(figure)
    both = [Mirror(trade, sides) for trade, sides in found.items() if all(sides.values())]
    return sorted(
        both,
        key=lambda mirror: (
            mirror.trade.period,
            mirror.trade.goods or (),
            mirror.trade.unit,
            mirror.trade.nature,
        ),
    )
