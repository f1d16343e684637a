"""Derive ``outlines.json``, the simplified outlines of all countries, from a file of world-atlas.

    python -m relations.atlas.derive countries-50m.json > relations/atlas/outlines.json

The file comes with the npm package world-atlas 2.0.2 (ISC licence), which redistributes the country
boundaries of Natural Earth 4.1.0 (public domain) as TopoJSON. The same file always gives the same bytes.

TopoJSON keeps each border once, as an arc that both neighbours share, and so do we. Arcs are simplified,
not the countries' rings, so neighbours still meet. An arc is thinned by the method of Douglas and Peucker,
on a plane where a degree of longitude shrinks with the cosine of its latitude. It is then rounded to 1/50
of a degree. Islands smaller than ``SMALLEST`` are left out, except the largest piece of each country.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from relations.atlas.lines import Point, simplified, unwrapped

TOLERANCE = 0.045  # degrees by which a simplified border may leave the given one: 5 km
SMALLEST = 0.03  # square degrees: 370 square kilometres at the equator
UNIT = 50  # parts of a degree
ORIGIN = (
    "Country outlines derived by relations/atlas/derive.py from world-atlas 2.0.2 (ISC licence, copyright 2013-2019 "
    "Michael Bostock), which redistributes Natural Earth 4.1.0 (public domain, naturalearthdata.com). Simplified; "
    "they express no opinion on any border."
)


def decoded(topology: dict) -> list[list[Point]]:
    """The arcs in degrees: TopoJSON stores steps on a grid."""
    (scale_x, scale_y), (shift_x, shift_y) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(unwrapped(arc))
    return arcs


def rounded(arc: list[Point]) -> list[tuple[int, int]]:
    """The points on the grid of 1/50 degree, without repeated ones."""
    points: list[tuple[int, int]] = []
    for x, y in arc:
        point = (round(x * UNIT), round(y * UNIT))
        if not points or points[-1] != point:
            points.append(point)
    return points


def joined(indices: list[int], arcs: list[list]) -> list:
    """The points of a ring: its arcs in order. An arc with a negative number is read backwards."""
    points: list = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def area(points: list[Point]) -> float:
    """The area in square degrees. A degree of longitude is as wide as it is at that latitude."""
    shrink = math.cos(math.radians(sum(y for _x, y in points) / len(points)))
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(points))) / 2 * shrink


def polygons_of(geometry: dict) -> list[list[list[int]]]:
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else []


def cell(points: list[Point]) -> list[tuple[int, int]]:
    """One cell of the grid, for a country that is smaller than a cell and would otherwise vanish."""
    x = round(sum(point[0] for point in points) / len(points) * UNIT)
    y = round(sum(point[1] for point in points) / len(points) * UNIT)
    return [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]


def derive(topology: dict) -> dict:
    """What ``outlines.json`` holds: arcs as steps, and each country's polygons as lists of rings of arcs.

    Land without a numeric code of ISO 3166-1 stands under ``""``: it is drawn, but belongs to no country.
    """
    arcs = decoded(topology)
    thin = [rounded(simplified(arc, TOLERANCE)) for arc in arcs]
    countries: dict[str, list] = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        countries[geometry.get("id", "")] += polygons_of(geometry)
    used: dict[int, int] = {}

    def numbered(index: int) -> int:
        """The arc's number in our file, in the order of first use."""
        own = index if index >= 0 else ~index
        number = used.setdefault(own, len(used))
        return number if index >= 0 else ~number

    found: dict[str, list] = {}
    for code in sorted(countries):
        sized = sorted(
            ((area(unwrapped(joined(one[0], arcs))), one) for one in countries[code]), reverse=True
        )
        for place, (size, polygon) in enumerate(sized):
            if place and size < SMALLEST:
                break
            kept = [
                [numbered(index) for index in indices]
                for indices in polygon
                if len(set(joined(indices, thin))) > 2
            ]
            if not place and not kept:
                thin.append(cell(joined(polygon[0], arcs)))
                kept = [[numbered(len(thin) - 1)]]
            if kept:
                found.setdefault(code, []).append(kept)
    steps = []
    for index in used:
        flat, before = [], (0, 0)
        for point in thin[index]:
            flat += [point[0] - before[0], point[1] - before[1]]
            before = point
        steps.append(flat)
    return {"origin": ORIGIN, "unit": UNIT, "countries": found, "arcs": steps}


def written(data: dict) -> str:
    """One country or arc per line, so that a diff can be read."""
    lines = [json.dumps(data["origin"]), json.dumps(data["unit"])]
    compact = (",", ":")
    countries = ",\n".join(
        f"{json.dumps(code)}:{json.dumps(polygons, separators=compact)}"
        for code, polygons in data["countries"].items()
    )
    arcs = ",\n".join(json.dumps(arc, separators=compact) for arc in data["arcs"])
    return (
        f'{{"origin":{lines[0]},\n"unit":{lines[1]},\n'
        f'"countries":{{\n{countries}\n}},\n"arcs":[\n{arcs}\n]}}\n'
    )


def main(arguments: list[str]) -> None:
    match arguments:
        case [path]:
            topology = json.loads(Path(path).read_text("utf-8"))
            sys.stdout.write(written(derive(topology)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
