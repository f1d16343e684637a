"""The chart of a relation's trade: the position of every bar, line and gap.

There is one panel per unit or currency, scaled from zero. In it there is one strip per direction of goods
and length of period, so that the two states' reports of the same goods stand side by side. Time is in
percent of the width, so that the drawing fits any screen; levels are in pixels. A bar is as wide as its
period, and figures of one period share that width. Figures without a period stand apart, in the bay;
figures without an amount are not drawn.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from relations.models import Relation, TradeFigure
from relations.records.comparable_figures import (
    Mirror,
    Period,
    has_happened,
    is_level,
    joined,
    period_of,
)
from relations.views.timeline_rows.rows import Row
from relations.views.trade.bars import (
    BAY_NARROW,
    BAY_WIDE,
    CONTESTED,
    NARROW,
    WIDE,
    Bar,
    Line,
    bracket,
    label,
    line,
)
from relations.views.trade.scales import Axis, Scale, axis_of, scale_of
from relations.views.trade.words import goods_words, length_words, level_words, unit_words

LEAST_GAP = 5  # pixels; a smaller bracket would only blur
MARKS = ("circle", "square", "diamond")
USUAL = (12, 6, 3, 1)  # months
UNDATED = -1


@dataclass
class Strip:
    """Goods in one direction in periods of one length, with the figures of all reporters."""

    title: str
    lengths: str = ""  # of which periods, in a panel of several
    bars: list[Bar] = field(default_factory=list)
    bay: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    gaps: list[Line] = field(default_factory=list)

    @property
    def all_bars(self) -> list[Bar]:
        return [*self.bars, *self.bay]


@dataclass
class Panel:
    """All figures in one unit or currency."""

    title: str
    unit: str
    scale: Scale
    strips: list[Strip]

    @property
    def has_bay(self) -> bool:
        return any(strip.bay for strip in self.strips)


@dataclass
class Chart:
    panels: list[Panel]
    axis: Axis | None
    drawn: int
    listed: int  # figures of the page that are not drawn

    @property
    def bars(self) -> list[Bar]:
        return [bar for panel in self.panels for strip in panel.strips for bar in strip.all_bars]

    @property
    def has_bay(self) -> bool:
        """Whether a place beside time is needed; then every panel has one, so that the years stay in line."""
        return any(panel.has_bay for panel in self.panels)

    @property
    def has_lines(self) -> bool:
        return any(strip.lines for panel in self.panels for strip in panel.strips)

    @property
    def has_gaps(self) -> bool:
        return any(strip.gaps for panel in self.panels for strip in panel.strips)

    def drawn_as(self) -> set[str]:
        """The styles that occur in the drawing: the legend explains only these."""
        ways = {bar.nature for bar in self.bars} | {bar.edge for bar in self.bars if bar.edge}
        ways |= {bar.mark for bar in self.bars if bar.mark}
        ways |= {"contested"} if any(bar.row.contested for bar in self.bars) else set()
        return (
            ways | ({"line"} if self.has_lines else set()) | ({"gap"} if self.has_gaps else set())
        )


def chart_of(rows: list[Row], relation: Relation, reported: list[Mirror]) -> Chart:
    """The drawing of these figures, of which ``reported`` are reports of one trade by both states."""
    axis = axis_of(row.record for row in rows)
    by_unit: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if is_level(row.record):
            by_unit[row.record.unit_text].append(row)
    panels = [
        _panel(found, axis, relation, reported)
        for _unit, found in sorted(by_unit.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    drawn = sum(map(len, by_unit.values()))
    return Chart(panels, axis, drawn, len(rows) - drawn)


def _panel(rows: list[Row], axis: Axis | None, relation: Relation, reported: list[Mirror]) -> Panel:
    figure = rows[0].record
    scale = scale_of((row.record.value for row in rows), figure.unit_text)
    are_many = len({_length(row.record) for row in rows} - {UNDATED}) > 1
    ways: dict[tuple, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        ways[_way(row.record, relation)][_length(row.record)].append(row)
    strips = []
    for key in sorted(ways, key=str):
        lengths = ways[key]
        # Figures without a period stand beside the longest periods.
        undated = lengths.pop(UNDATED, [])
        for length in sorted(lengths, reverse=True) or [UNDATED]:
            found = [*lengths.get(length, []), *undated]
            strip = _strip(found, axis, scale, relation, reported)
            strip.lengths = length_words(length) if are_many and length != UNDATED else ""
            strips.append(strip)
            undated = []
    return Panel(title=unit_words(figure), unit=figure.unit_text, scale=scale, strips=strips)


def _length(figure: TradeFigure) -> int:
    """The number of months in its period, if it is a usual one.

    Years and half-years in one strip would look comparable.
    """
    period = period_of(figure)
    if period is None:
        return UNDATED
    unit, number = period.length
    return number if unit == "months" and number in USUAL else 0


def _way(figure: TradeFigure, relation: Relation) -> tuple:
    """The order of strips: turnover first, then the two directions between the countries, then the rest."""
    goods = (figure.origin_id, figure.destination_id)
    pair = (relation.first_id, relation.second_id)
    if figure.flow == TradeFigure.Flow.TURNOVER:
        return 0, ()
    if goods in (pair, pair[::-1]):
        return 1, goods
    # With one country only, exports and imports are not the same goods.
    return 2, goods if all(goods) else (*goods, figure.flow)


def _mark(figure: TradeFigure, relation: Relation) -> str:
    """The sign of the reporter; none where it is not stated."""
    if figure.reporter_id is None:
        return ""
    known = {relation.first_id: MARKS[0], relation.second_id: MARKS[1]}
    return known.get(figure.reporter_id, MARKS[2])


def _strip(
    rows: list[Row], axis: Axis | None, scale: Scale, relation: Relation, reported: list[Mirror]
) -> Strip:
    strip = Strip(goods_words(rows[0].record))
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        # An outline is drawn around what was reached in the period, not beside it.
        groups[(period_of(row.record), has_happened(row.record))].append(row)
    undated = [row for (period, _), found in groups.items() if period is None for row in found]
    for (period, _is_reached), found in groups.items():
        if period is not None:
            strip.bars += _side_by_side(found, period, axis.across(period), scale, relation)
    strip.bay = _side_by_side(undated, None, (8, 84), scale, relation)
    # From left to right, the longer of two that overlap first, an outline after what it surrounds: what
    # is painted later must not hide what was before.
    strip.bars.sort(key=lambda bar: (bar.period.first, -bar.period.days, bar.is_outline, bar.left))
    for bar in strip.bars:
        bar.surrounds = bar.is_outline and (bar.period, True) in groups
    for bars, narrow, wide in ((strip.bars, NARROW, WIDE), (strip.bay, BAY_NARROW, BAY_WIDE)):
        label(bars, narrow, wide)
    at = {bar.figure.pk: bar for bar in strip.bars}
    strip.lines = [
        line(at[one.pk], at[other.pk]) for one, other in joined(bar.figure for bar in strip.bars)
    ]
    strip.gaps = [
        bracket(*(at[figure.pk] for figure in mirror.figures))
        for mirror in reported
        if mirror.gap is not None and all(figure.pk in at for figure in mirror.figures)
    ]
    strip.gaps = [gap for gap in strip.gaps if float(gap.y2) - float(gap.y1) >= LEAST_GAP]
    return strip


def _side_by_side(
    rows: list[Row],
    period: Period | None,
    across: tuple[float, float],
    scale: Scale,
    relation: Relation,
) -> list[Bar]:
    """Divide the width of one period among its figures, by reporter."""
    left, share = across
    order = (relation.first_id, relation.second_id)

    def place(row: Row) -> tuple:
        reporter = row.record.reporter_id or ""
        rank = order.index(reporter) if reporter in order else len(order)
        return rank, reporter, row.record.flow, row.record.nature, row.record.pk

    share /= len(rows) or 1
    return [
        Bar(
            row=row,
            period=period,
            left=left + number * share,
            share=share,
            top=scale.y(row.record.value),
            mark=_mark(row.record, relation),
            label=f"{level_words(row.record)}{f' {CONTESTED}' if row.contested else ''}",
        )
        for number, row in enumerate(sorted(rows, key=place))
    ]
