"""Frames: the projection of a map and the rectangle of it that is shown.

The projection is the equidistant conic (J. P. Snyder, Map Projections: A Working Manual, 1987, section 16).
Distances are true along every meridian and along two parallels, which lie a sixth of the height from either
edge. Countries of the middle latitudes keep the shape that readers know from an atlas. On a map that is
wide or spans the equator the cone becomes a cylinder: longitude and latitude become x and y.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from relations.atlas.lines import Point, turn_towards
from relations.atlas.outlines import Box

WIDEST_CONE = 120  # degrees of longitude; beyond, a cone looks like a fan
LEAST_CONE = 0.12  # how pointed a cone must be to be worth it
SMALLEST = 5.0  # degrees of latitude: a map shows at least this much, so a small country is shown with its neighbours
TOP, BOTTOM = 84.0, -84.0
EDGE = 24  # points a side of the frame is sampled at


@dataclass(frozen=True)
class Projection:
    """From degrees to a plane and back, both measured in degrees of latitude, y upwards.

    ``cone`` is how much of a full turn the cone spans (``n`` in Snyder's formulas), 0 for a cylinder;
    ``apex`` the distance of its apex from the equator (``G``); ``shrink`` the width of a cylinder's degree.
    """

    middle: float
    cone: float
    apex: float
    shrink: float

    @classmethod
    def of(cls, box: Box) -> Projection:
        low, high = box.south + box.height / 6, box.north - box.height / 6
        shrink = math.cos(math.radians((low + high) / 2))
        first, second = math.cos(math.radians(low)), math.cos(math.radians(high))
        cone = (first - second) / math.radians(high - low) if high > low else 0.0
        if box.width > WIDEST_CONE or box.south * box.north < 0 or abs(cone) < LEAST_CONE:
            return cls(box.middle, 0.0, 0.0, shrink)
        return cls(box.middle, cone, math.degrees(first / cone) + low, shrink)

    def to_plane(self, point: Point) -> Point:
        longitude, latitude = point[0] - self.middle, point[1]
        if not self.cone:
            return longitude * self.shrink, latitude
        radius, angle = self.apex - latitude, math.radians(self.cone * longitude)
        return radius * math.sin(angle), self.apex - radius * math.cos(angle)

    def to_degrees(self, x: float, y: float) -> Point:
        if not self.cone:
            return x / self.shrink + self.middle, y
        down = self.apex - y
        side = math.copysign(1, self.cone)
        radius = math.hypot(x, down) * side
        angle = math.degrees(math.atan2(x * side, down * side))
        return angle / self.cone + self.middle, self.apex - radius


@dataclass(frozen=True)
class Frame:
    """``width`` by ``height`` units of an SVG, its left upper corner at (``left``, ``top``) of the plane."""

    projection: Projection
    left: float
    top: float
    scale: float  # units a degree
    width: int
    height: int

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a point lies, in units from the upper left corner; it may lie outside the frame."""
        longitude += turn_towards(longitude, self.projection.middle)
        return self.at_turned((longitude, latitude))

    def at_turned(self, point: Point) -> Point:
        """Like ``at``, for a point whose longitude is already counted from the side of the frame's middle."""
        x, y = self.projection.to_plane(point)
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def holds(self, x: float, y: float, margin: float = 0) -> bool:
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin

    @property
    def window(self) -> Box:
        """All that the frame shows, with a small margin, in degrees."""
        points = []
        for step in range(EDGE + 1):
            part = step / EDGE
            for x, y in ((part, 0), (part, 1), (0, part), (1, part)):
                points.append(
                    self.projection.to_degrees(
                        self.left + x * self.width / self.scale,
                        self.top - y * self.height / self.scale,
                    )
                )
        box = Box.around(points)
        more = 0.02 * max(box.width, box.height)
        middle = self.projection.middle
        return Box(
            max(box.west - more, middle - 180),
            max(box.south - more, -90),
            min(box.east + more, middle + 180),
            min(box.north + more, 90),
        )


def together(pieces: Iterable[Iterable[Point]]) -> list[Point]:
    """All points. Each piece is turned as a whole to where it is nearest to the pieces before it."""
    points: list[Point] = []
    for piece in map(list, pieces):
        turn = turn_towards(Box.around(piece).middle, Box.around(points or piece).middle)
        points += [(x + turn, max(BOTTOM, min(TOP, y))) for x, y in piece]
    return points


@lru_cache(maxsize=128)
def fitted(
    pieces: tuple[tuple[Point, ...], ...],
    *,
    width: int,
    margin: float = 0.05,
    flattest: float = 0.45,
    tallest: float = 0.75,
) -> Frame:
    """The frame that shows all these points, with a margin given as a share of its width.

    There is at least one piece, and none is empty. A piece stays together where 180 degrees runs through
    it. The frame's height lies between ``flattest`` and ``tallest`` times its width; surplus space is
    shared by both sides.
    """
    points = together(pieces)
    projection = Projection.of(Box.around(points))
    box = Box.around([projection.to_plane(point) for point in points])
    across, up = max(box.width, 1e-6), max(box.height, SMALLEST)
    across = max(across, up / tallest)
    up = max(up, across * flattest)
    scale = width * (1 - 2 * margin) / across
    height = round(min(up * scale + 2 * margin * width, width * (tallest + 2 * margin)))
    middle, level = box.middle, (box.south + box.north) / 2
    return Frame(
        projection,
        left=middle - width / scale / 2,
        top=level + height / scale / 2,
        scale=scale,
        width=width,
        height=height,
    )
