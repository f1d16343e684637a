"""Lines of degrees: thinned, and kept in one piece where 180 degrees runs through them."""

from __future__ import annotations

import math

Point = tuple[float, float]


def turn_towards(longitude: float, target: float) -> float:
    """How many degrees, in whole turns, bring a longitude nearest to another: -360, 0, 360..."""
    return 360.0 * round((target - longitude) / 360)


def unwrapped(points: list[Point]) -> list[Point]:
    """A line that crosses 180 degrees, counted on beyond it instead of jumping to the other side."""
    found = points[:1]
    for x, y in points[1:]:
        found.append((x + turn_towards(x, found[-1][0]), y))
    return found


def closed(points: list[Point]) -> list[Point]:
    """A ring that ends where it began. A ring that goes round the world encloses a pole."""
    if points[0] != points[-1] and abs(points[0][0] - points[-1][0]) > 180:
        pole = -90.0 if points[0][1] < 0 else 90.0
        return [*points, (points[-1][0], pole), (points[0][0], pole), points[0]]
    return points


def _distance(point: Point, start: Point, end: Point, shrink: float) -> float:
    """How far a point is from a segment, in degrees of latitude."""
    px, py = (point[0] - start[0]) * shrink, point[1] - start[1]
    ex, ey = (end[0] - start[0]) * shrink, end[1] - start[1]
    length = ex * ex + ey * ey
    along = 0 if not length else max(0.0, min(1.0, (px * ex + py * ey) / length))
    return math.hypot(px - along * ex, py - along * ey)


def simplified(arc: list[Point], tolerance: float) -> list[Point]:
    """The arc with only the points that matter.

    Its ends stay, and a ring keeps at least the point farthest from them.
    """
    shrink = math.cos(math.radians(sum(y for _x, y in arc) / len(arc)))
    kept = {0, len(arc) - 1}
    spans = [(0, len(arc) - 1)]
    if arc[0] == arc[-1] and len(arc) > 3:
        far = max(range(len(arc)), key=lambda i: (_distance(arc[i], arc[0], arc[0], shrink), -i))
        kept.add(far)
        spans = [(0, far), (far, len(arc) - 1)]
    while spans:
        low, high = spans.pop()
        if high - low < 2:
            continue
        far, most = low, -1.0
        for i in range(low + 1, high):
            distance = _distance(arc[i], arc[low], arc[high], shrink)
            if distance > most:
                far, most = i, distance
        if most > tolerance:
            kept.add(far)
            spans += [(low, far), (far, high)]
    return [arc[i] for i in sorted(kept)]
