"""Outlines of countries and the geometry of maps. Nothing here knows a model or a request.

``outlines`` reads our data file (made by ``derive``), ``frames`` projects and fits, ``drawing`` writes the
paths of an SVG, ``marks`` sizes circles and places their labels so that they do not collide.

Coordinates are degrees on WGS 84, longitude first, as in GeoJSON. A longitude may lie beyond 180 where that
keeps a shape in one piece. A country is named by its numeric code of ISO 3166-1, as text (``"031"``).
"""

from relations.atlas.drawing import Shape, shapes
from relations.atlas.frames import Frame, fitted, together
from relations.atlas.lines import turn_towards
from relations.atlas.marks import Mark, Placed, Rect, beyond, place_marks, radius
from relations.atlas.outlines import Box, home_points

__all__ = [
    "Box",
    "Frame",
    "Mark",
    "Placed",
    "Rect",
    "Shape",
    "beyond",
    "fitted",
    "home_points",
    "place_marks",
    "radius",
    "shapes",
    "together",
    "turn_towards",
]
