"""A map as its template draws it: land, the map's countries, and places sized by their records.

One drawing serves every width. Its land is drawn once. Circles and labels are drawn twice, for a desk and
for a phone, because a unit of the drawing is three times smaller there. The style sheet shows one of the
two.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import ngettext

from relations import atlas
from relations.atlas import Box, Mark, Rect
from relations.atlas.marks import LETTER, LINE
from relations.views.readable import number

WIDTH = 1000
MOST = 100  # places drawn: the largest; a list stands beside every map
REACH = 0.25  # parts of the countries' extent within which a place beyond them widens the map


@dataclass(frozen=True)
class Spot:
    """A place with its number of records. ``address`` leads to them."""

    slug: str
    name: str
    country: str
    longitude: float | None
    latitude: float | None
    count: int
    address: str

    @property
    def is_mapped(self) -> bool:
        return self.longitude is not None

    @property
    def point(self) -> tuple[float, float]:
        return self.longitude, self.latitude

    @property
    def records(self) -> str:
        return ngettext("%(number)s record", "%(number)s records", self.count) % {
            "number": number(self.count)
        }


@dataclass(frozen=True)
class Size:
    """The values for one width of screen: type, largest circle, and least target, in units of the drawing."""

    name: str
    type: float
    circle: float
    target: float


# The style sheet may set type smaller than this, never larger: labels would collide.
SIZES = (Size("wide", 20, 25, 34), Size("narrow", 38, 40, 70))


@dataclass(frozen=True)
class Placename:
    """A place as drawn: its mark and label, or the arrow at the edge that points to it."""

    spot: Spot
    placed: atlas.Placed
    arrow: str = ""  # the transform of an arrow


@dataclass(frozen=True)
class CountryLabel:
    """A country's name; beside a country that is too small for it, with a line that leads there."""

    name: str
    x: float
    y: float
    anchor: str = "middle"
    line: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Layer:
    name: str
    placenames: list[Placename]
    countries: list[CountryLabel]


@dataclass(frozen=True)
class Drawing:
    title: str
    width: int
    height: int
    land: list[atlas.Shape]
    own: list[atlas.Shape]
    layers: list[Layer]
    beyond: list[Spot]
    # This many places are drawn, if some with coordinates are left out; else 0.
    most: int = 0


def drawn(spots: list[Spot], names: dict[str, str], title: str) -> Drawing | None:
    """A map of the countries in ``names`` (by numeric code) and of the spots that have coordinates.

    Give the spots with the largest first. None when there is nothing to show.
    """
    every = [spot for spot in spots if spot.is_mapped]
    mapped = every[:MOST]
    homes = {code: atlas.home_points(code) for code in names}
    pieces = [points for points in homes.values() if points]
    near = [spot for spot in mapped if is_near(spot, pieces)]
    if not pieces and not near:
        return None
    frame = atlas.fitted(
        (*pieces, *((spot.point,) for spot in near)), width=WIDTH, margin=0.07, flattest=0.5
    )
    shapes = atlas.shapes(frame)
    return Drawing(
        title=title,
        width=frame.width,
        height=frame.height,
        land=[shape for shape in shapes if shape.code not in names],
        own=[shape for shape in shapes if shape.code in names],
        layers=[layer(frame, size, mapped, homes, names) for size in SIZES],
        beyond=[spot for spot in mapped if not frame.holds(*frame.at(*spot.point))],
        most=MOST if len(every) > MOST else 0,
    )


def is_near(spot: Spot, pieces: list) -> bool:
    """Whether a place lies in or near the countries of the map; true where the map has no countries."""
    if not pieces:
        return True
    box = Box.around(atlas.together(pieces))
    turn = atlas.turn_towards(spot.longitude, box.middle)
    here = Box.around([(spot.longitude + turn, spot.latitude)])
    return box.gap(here) <= REACH * max(box.width, box.height)


def layer(frame: atlas.Frame, size: Size, spots: list[Spot], homes: dict, names: dict) -> Layer:
    most = max((spot.count for spot in spots), default=0)
    marks, arrows = [], {}
    for spot in spots:
        x, y = frame.at(*spot.point)
        across = atlas.radius(spot.count, most, size.circle)
        if not frame.holds(x, y):
            across = size.type / 2
            x, y, angle = atlas.beyond(frame, x, y, across * 1.5)
            arrows[spot.slug] = f"translate({x:.1f} {y:.1f}) rotate({angle:.0f}) scale({across:g})"
        text = f"{spot.name} {number(spot.count)}"
        marks.append(Mark(spot.slug, round(x, 1), round(y, 1), round(across, 1), text))
    placed = atlas.place_marks(frame, marks, size=size.type, least=size.target)
    taken = [rect for one in placed for rect in (one.mark.rect, *one.written)]
    return Layer(
        name=size.name,
        placenames=[
            Placename(spot, one, arrows.get(spot.slug, ""))
            for spot, one in zip(spots, placed, strict=True)
        ],
        countries=[
            label
            for code, points in homes.items()
            if points and (label := country_label(frame, names[code], points, size, taken))
        ],
    )


def country_label(
    frame: atlas.Frame, name: str, points: tuple, size: Size, taken: list[Rect]
) -> CountryLabel | None:
    """A country's name at the free place nearest to its middle; None where there is none.

    Adds the space it takes to ``taken``.
    """
    box = Box.around([frame.at(*point) for point in points])
    width, height = len(name) * LETTER * size.type, LINE * size.type
    middle_x, middle_y = box.middle, (box.south + box.north) / 2
    steps = [(across / 6, down / 6) for across in range(-4, 5) for down in range(-4, 5)]
    for across, down in sorted(steps, key=lambda step: (step[0] ** 2 + step[1] ** 2, step)):
        x, y = middle_x + across * box.width / 2, middle_y + down * box.height / 2
        rect = Rect(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        is_inside = frame.holds(rect.left, rect.top) and frame.holds(rect.right, rect.bottom)
        if is_inside and not any(rect.meets(other) for other in taken):
            taken.append(rect)
            return CountryLabel(name, round(x, 1), round(y + height * 0.24, 1))
    dot = Mark("", middle_x, middle_y, 0, name)
    [beside] = atlas.place_marks(frame, [dot], size=size.type, taken=taken)
    if not beside.anchor:
        return None
    taken += beside.written
    return CountryLabel(name, round(beside.x, 1), round(beside.y, 1), beside.anchor, beside.line)
