"""Circles whose area is a count, and labels that do not overlap.

Everything here is in the units of a frame. A label is set where there is room: beside its circle first,
then further off with a line that leads to it. Where there is no room it is left out; labels never overlap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from relations.atlas.frames import Frame

LEAST_RADIUS = 4.0
LETTER = 0.64  # width of an average letter in parts of the type size; generous for a bold sans
LINE = 1.25  # height of a line in parts of the type size
GAP = 0.3  # between circle and label, in parts of the type size

# Where a label may stand: the direction of its anchor point, and which end of the text is there.
SIDES = (
    (1, 0, "start"),
    (-1, 0, "end"),
    (0, -1, "middle"),
    (0, 1, "middle"),
    (0.8, -0.8, "start"),
    (0.8, 0.8, "start"),
    (-0.8, -0.8, "end"),
    (-0.8, 0.8, "end"),
)
REACHES = (
    0,
    1.6,
    3.2,
    5,
)  # how far off, in parts of the type size; beyond 0 a line leads to the circle


@dataclass(frozen=True)
class Rect:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rect) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def joined(self, other: Rect) -> Rect:
        return Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Mark:
    """A circle to be drawn at (``x``, ``y``), and its label. ``key`` is the caller's."""

    key: str
    x: float
    y: float
    radius: float
    text: str

    @property
    def rect(self) -> Rect:
        r = self.radius
        return Rect(self.x - r, self.y - r, self.x + r, self.y + r)


@dataclass(frozen=True)
class Placed:
    """A mark with its label's baseline point, the end of the text that stands there, and its leader line.

    ``target`` is the area that reacts to the pointer: circle and label, at least ``least`` units wide and
    high. ``anchor`` is empty where there was no room for a label.
    """

    mark: Mark
    target: Rect
    label: Rect | None = None
    x: float = 0
    y: float = 0
    anchor: str = ""
    line: tuple[float, float, float, float] | None = None

    @property
    def written(self) -> list[Rect]:
        """The label and its line as small boxes; nothing else may be drawn across them."""
        if self.label is None:
            return []
        rects = [self.label]
        if self.line is not None:
            x1, y1, x2, y2 = self.line
            points = [(x1 + (x2 - x1) * i / 4, y1 + (y2 - y1) * i / 4) for i in range(5)]
            rects += [Rect(x - 1.5, y - 1.5, x + 1.5, y + 1.5) for x, y in points]
        return rects


def radius(count: int, most: int, largest: float) -> float:
    """The radius of a circle whose area is in proportion to the count. The smallest can still be seen."""
    return max(LEAST_RADIUS, largest * math.sqrt(count / most)) if most else LEAST_RADIUS


def beyond(frame: Frame, x: float, y: float, margin: float) -> tuple[float, float, float]:
    """For a point outside the frame: where the line from the middle to it crosses the frame, and its
    direction.

    The direction is in degrees, clockwise from the right, as SVG turns things.
    """
    middle_x, middle_y = frame.width / 2, frame.height / 2
    dx, dy = x - middle_x, y - middle_y
    part = min(
        (middle_x - margin) / abs(dx) if dx else math.inf,
        (middle_y - margin) / abs(dy) if dy else math.inf,
    )
    return middle_x + dx * part, middle_y + dy * part, math.degrees(math.atan2(dy, dx))


def _label(mark: Mark, side: tuple[float, float, str], reach: float, size: float) -> Placed:
    across, down, anchor = side
    away = mark.radius + (GAP + reach) * size
    x, y = mark.x + across * away, mark.y + down * away
    width, height = len(mark.text) * LETTER * size, LINE * size
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    top = y - height / 2 + (down * height / 2 if anchor == "middle" else 0)
    rect = Rect(left, top, left + width, top + height)
    line = None
    if reach:
        line = (
            mark.x + across * mark.radius,
            mark.y + down * mark.radius,
            mark.x + across * (away - GAP * size / 2),
            mark.y + down * (away - GAP * size / 2),
        )
    return Placed(mark, rect, rect, x, top + height * 0.74, anchor, line)


def place_marks(
    frame: Frame,
    marks: Iterable[Mark],
    *,
    size: float,
    least: float = 0,
    taken: Iterable[Rect] = (),
    most_labels: int = 40,
) -> list[Placed]:
    """Every mark, with its label where there is room for one. Give ``marks`` with the weightiest first.

    ``size`` is the type size; ``taken`` are boxes where nothing may be written. The order is kept, so small
    circles are drawn over large ones.
    """
    marks = list(marks)
    written = list(taken)
    found = []
    for number, mark in enumerate(marks):
        others = [other.rect for other in marks if other is not mark]
        placed = Placed(mark, mark.rect)
        candidates = (_label(mark, side, reach, size) for reach in REACHES for side in SIDES)
        for candidate in candidates if number < most_labels else ():
            if _fits(candidate, frame, [*others, *written]):
                placed = candidate
                written += candidate.written
                break
        found.append(_targeted(placed, least))
    return found


def _fits(candidate: Placed, frame: Frame, obstacles: list[Rect]) -> bool:
    label = candidate.label
    return (
        label is not None
        and frame.holds(label.left, label.top, 2)
        and frame.holds(label.right, label.bottom, 2)
        and not any(rect.meets(other) for rect in candidate.written for other in obstacles)
    )


def _targeted(placed: Placed, least: float) -> Placed:
    mark, reach = placed.mark, max(placed.mark.radius, least / 2)
    target = Rect(mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach)
    if placed.label is not None:
        target = target.joined(placed.label)
    return replace(placed, target=target)
