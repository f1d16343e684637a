"""The countries' polygons, read once from ``outlines.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from relations.atlas.lines import Point, closed, simplified, turn_towards, unwrapped

FILE = Path(__file__).with_name("outlines.json")


@dataclass(frozen=True)
class Box:
    """From west to east and south to north, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, points: list[Point]) -> Box:
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        return cls(min(xs), min(ys), max(xs), max(ys))

    @property
    def width(self) -> float:
        return self.east - self.west

    @property
    def height(self) -> float:
        return self.north - self.south

    @property
    def middle(self) -> float:
        """The longitude halfway between west and east."""
        return (self.west + self.east) / 2

    def turned(self, degrees: float) -> Box:
        return Box(self.west + degrees, self.south, self.east + degrees, self.north)

    def joined(self, other: Box) -> Box:
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    def gap(self, other: Box) -> float:
        """The degrees between the two boxes; 0 when they touch."""
        across = max(self.west - other.east, other.west - self.east, 0)
        along = max(self.south - other.north, other.south - self.north, 0)
        return max(across, along)

    def meets(self, other: Box) -> bool:
        return self.gap(other) == 0


@dataclass(frozen=True)
class Polygon:
    """One piece of land: its shore, then the holes in it. Each ring ends where it began."""

    rings: tuple[tuple[Point, ...], ...]
    box: Box


@cache
def countries(tolerance: float = 0) -> dict[str, tuple[Polygon, ...]]:
    """Every country's polygons, the largest first; ``""`` holds land that has no code.

    For small scales they are thinned further: borders leave their course by up to ``tolerance`` degrees.
    """
    data = json.loads(FILE.read_text("utf-8"))
    unit = data["unit"]
    arcs = []
    for steps in data["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            arc.append((x / unit, y / unit))
        arcs.append(simplified(arc, tolerance) if tolerance else arc)

    def ring(indices: list[int]) -> tuple[Point, ...]:
        points: list[Point] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        return tuple(closed(unwrapped(points)))

    found = {}
    for code, polygons in data["countries"].items():
        rings = [tuple(ring(indices) for indices in polygon) for polygon in polygons]
        found[code] = tuple(Polygon(one, Box.around(list(one[0]))) for one in rings)
    return found


@cache
def home_points(code: str) -> tuple[Point, ...]:
    """The shore of a country's main part, which a map of it has to show. Empty for a code without an
    outline.

    The main part starts with the largest piece. A further piece belongs to it if it lies within half the
    extent reached so far. So exclaves and near islands count, and overseas territories do not. A country
    that crosses 180 degrees stays in one piece.
    """
    polygons = countries().get(code, ()) if code else ()
    if not polygons:
        return ()
    box, points = polygons[0].box, list(polygons[0].rings[0])
    for polygon in polygons[1:]:
        turn = turn_towards(polygon.box.middle, box.middle)
        near = polygon.box.turned(turn)
        if box.gap(near) <= max(box.width, box.height) / 2:
            box = box.joined(near)
            points += [(x + turn, y) for x, y in polygon.rings[0]]
    return tuple(points)
