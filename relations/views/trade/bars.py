"""The marks of the trade chart: bars with their labels, and lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from relations.models import Quantity, TradeFigure
from relations.records.comparable_figures import LIMITS, ROUGH, Period, has_happened
from relations.views.timeline_rows.rows import Row
from relations.views.trade.scales import BASE, percent
from relations.views.trade.words import whole_words

BEYOND = 12  # pixels by which an open end reaches over “more than”
# What a label needs, and what a strip and its bay have, on the narrowest screen and on a desk (trade.css).
LETTER, LINE = 6.6, 15
NARROW, WIDE = 150, 760
BAY_NARROW, BAY_WIDE = 68, 92
MARK = 9  # pixels of width that the sign of a reporter needs
GLYPHS = {
    Quantity.Qualifier.ABOUT: "≈",
    Quantity.Qualifier.NEARLY: "≈",
    Quantity.Qualifier.MORE: ">",
    Quantity.Qualifier.LESS: "<",
}
CONTESTED = "≠"


@dataclass
class Bar:
    """One figure in the chart: a link. Positions along the width are in percent, heights in pixels."""

    row: Row
    period: Period | None
    left: float
    share: float
    top: float
    mark: str
    label: str
    # Where there is room: "always", on "wide" screens, or nowhere (the table has it all).
    label_at: str = ""
    glyph_at: str = ""  # or on "narrow" ones, where the label has none
    mark_at: str = ""
    surrounds: bool = False  # an outline around other bars, which must stay within reach

    @property
    def figure(self) -> TradeFigure:
        return self.row.record

    @cached_property
    def name(self) -> str:
        return whole_words(self.row)

    @property
    def x(self) -> str:
        return percent(self.left)

    @property
    def width(self) -> str:
        return percent(self.share)

    @property
    def centre(self) -> float:
        return self.left + self.share / 2

    @property
    def middle(self) -> str:
        return percent(self.centre)

    @property
    def right(self) -> str:
        return percent(self.left + self.share)

    @property
    def y(self) -> str:
        return f"{self.top:.1f}"

    @property
    def height(self) -> str:
        return f"{max(BASE - self.top, 1):.1f}"

    @property
    def nature(self) -> str:
        """Its fill: what has not happened is an outline, like a target."""
        return self.figure.nature if has_happened(self.figure) else Quantity.Nature.TARGET

    @property
    def is_outline(self) -> bool:
        return self.nature == Quantity.Nature.TARGET

    @property
    def edge(self) -> str:
        """Its upper edge: ``rough``, ``more-than``, ``less-than``, or firm."""
        qualifier = self.figure.qualifier
        return qualifier if qualifier in LIMITS else "rough" if qualifier in ROUGH else ""

    @property
    def is_open(self) -> bool:
        return self.figure.qualifier == Quantity.Qualifier.MORE

    @property
    def beyond_y(self) -> str:
        return f"{self.top - BEYOND:.1f}"

    @property
    def words_top(self) -> float:
        return self.top - (BEYOND if self.is_open else 0) - 6

    @property
    def words_y(self) -> str:
        return f"{self.words_top:.1f}"

    @property
    def mark_y(self) -> str:
        return str(BASE - 8)

    @property
    def anchor(self) -> str:
        """The anchor of its label; labels near a side run inwards."""
        return "start" if self.centre < 20 else "end" if self.centre > 80 else "middle"

    @property
    def label_x(self) -> str:
        return {"start": self.x, "end": self.right, "middle": self.middle}[self.anchor]

    @property
    def glyph(self) -> str:
        """The sign over a bar whose label has no room."""
        qualifier = GLYPHS.get(Quantity.Qualifier(self.figure.qualifier), "")
        return qualifier + (CONTESTED if self.row.contested else "")

    def box(self, text: str, width: float) -> tuple[float, float, float]:
        """The box of words over it on a strip of that width: from, to, and height."""
        size = len(text) * LETTER
        if text == self.label:
            at = float(self.label_x[:-1]) * width / 100
            start = {"start": at, "end": at - size, "middle": at - size / 2}[self.anchor]
        else:
            start = self.centre * width / 100 - size / 2
        return start, start + size, self.words_top


@dataclass(frozen=True)
class Line:
    """A line between two figures. ``is_second``: of the second country's statistics."""

    x1: str
    y1: str
    x2: str
    y2: str
    is_second: bool = False


class Room:
    """The free space of a strip of a certain width, in pixels."""

    def __init__(self, bars: list[Bar], width: float):
        self.width = width
        self.bars = [
            (bar.left * width / 100, (bar.left + bar.share) * width / 100, bar.words_top + 4, bar)
            for bar in bars
        ]
        self.taken: list[tuple[float, float, float]] = []

    def has(self, bar: Bar, text: str) -> bool:
        """Whether these words over a bar stay inside, and touch neither words nor a higher bar."""
        start, end, at = bar.box(text, self.width)
        if start < 0 or end > self.width:
            return False
        return not any(
            start < other_end and other_start < end and abs(at - other_at) < LINE
            for other_start, other_end, other_at in self.taken
        ) and not any(
            start < right and left < end and top < at and other is not bar
            for left, right, top, other in self.bars
        )

    def take(self, bar: Bar, text: str) -> None:
        self.taken.append(bar.box(text, self.width))


def label(bars: list[Bar], narrow: float, wide: float) -> None:
    """Give labels to the bars that have room for them, the highest first.

    The label is its amount, on every screen or on wide ones only. Where that has no room, it is the signs
    of its qualifier and of a disagreement. The sign of its reporter is at its foot.
    """
    desk, phone = Room(bars, wide), Room(bars, narrow)
    order = sorted(bars, key=lambda bar: (bar.top, bar.left))
    for bar in order:
        if desk.has(bar, bar.label):
            desk.take(bar, bar.label)
            bar.label_at = "wide"
            if phone.has(bar, bar.label):
                phone.take(bar, bar.label)
                bar.label_at = "always"
    for bar in order:
        glyph_at = []
        for room, named in ((desk, bar.label_at), (phone, bar.label_at == "always")):
            if bar.glyph and not named and room.has(bar, bar.glyph):
                room.take(bar, bar.glyph)
                glyph_at.append(room)
        bar.glyph_at = {0: "", 2: "always"}.get(
            len(glyph_at), "wide" if desk in glyph_at else "narrow"
        )
        if bar.mark:
            fits = [bar.share * room.width / 100 >= MARK for room in (phone, desk)]
            bar.mark_at = "always" if all(fits) else "wide" if any(fits) else ""


def line(one: Bar, other: Bar) -> Line:
    return Line(one.middle, one.y, other.middle, other.y, one.mark == "square")


def bracket(one: Bar, other: Bar) -> Line:
    """A bracket from the lower value up to the higher, where the two bars meet."""
    left, right = sorted((one, other), key=lambda bar: bar.left)
    x = percent((left.left + left.share + right.left) / 2)
    high, low = sorted((one.top, other.top))
    return Line(x, f"{high:.1f}", x, f"{low:.1f}")
