"""The paths of a map: the land within a frame, clipped to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from relations.atlas.frames import Frame
from relations.atlas.lines import Point, turn_towards
from relations.atlas.outlines import Box, countries

FINENESS = 2  # a path counts in halves of a unit: whole numbers are shorter
COARSE = 15  # units a degree below which thinner outlines do
COARSENESS = 0.25  # degrees
SPECK = 3.0  # square units below which a piece of land is not drawn


@dataclass(frozen=True)
class Shape:
    """One country as the ``d`` of a path, in halves of a unit. ``code`` is empty for land without one."""

    code: str
    d: str


def cut(ring: list[Point], box: Box) -> list[Point]:
    """The part of a ring inside the box (Sutherland and Hodgman).

    The first point is not repeated at the end.
    """
    points = ring[:-1] if ring and ring[0] == ring[-1] else ring
    for axis, limit, sign in (
        (0, box.west, 1),
        (0, box.east, -1),
        (1, box.south, 1),
        (1, box.north, -1),
    ):
        found: list[Point] = []
        for i, point in enumerate(points):
            before = points[i - 1]
            inside = (point[axis] - limit) * sign >= 0
            if inside != ((before[axis] - limit) * sign >= 0):
                part = (limit - before[axis]) / (point[axis] - before[axis])
                x, y = (a + (b - a) * part for a, b in zip(before, point, strict=True))
                found.append((x, y))
            if inside:
                found.append(point)
        points = found
    return points


def subpath(points: list[Point]) -> str:
    """A closed path in relative steps; empty for a ring that is too small to be seen."""
    whole = [(round(x * FINENESS), round(y * FINENESS)) for x, y in points]
    kept = [one for i, one in enumerate(whole) if one != whole[i - 1]]
    if len(kept) < 3:
        return ""
    size = sum(kept[i - 1][0] * kept[i][1] - kept[i][0] * kept[i - 1][1] for i in range(len(kept)))
    if abs(size) / 2 < SPECK * FINENESS**2:
        return ""
    (x, y), *others = kept
    steps = []
    for next_x, next_y in others:
        steps += [next_x - x, next_y - y]
        x, y = next_x, next_y
    text = str(steps[0]) + "".join(f"{step}" if step < 0 else f" {step}" for step in steps[1:])
    return f"M{kept[0][0]} {kept[0][1]}l{text}z"


@lru_cache(maxsize=128)
def shapes(frame: Frame) -> tuple[Shape, ...]:
    """Every country that lies at least partly within the frame, by code."""
    window, middle = frame.window, frame.projection.middle
    land = countries(COARSENESS if frame.scale < COARSE else 0)
    found = []
    for code, polygons in land.items():
        parts = []
        for polygon in polygons:
            base = turn_towards(polygon.box.middle, middle)
            # A window may reach halfway round the world: land beyond its edge comes in again on the other.
            for turn in (base - 360, base, base + 360):
                if not polygon.box.turned(turn).meets(window):
                    continue
                for ring in polygon.rings:
                    inside = cut([(x + turn, y) for x, y in ring], window)
                    parts.append(subpath([frame.at_turned(point) for point in inside]))
        if d := "".join(parts):
            found.append(Shape(code, d))
    return tuple(found)
