"""GeoJSON (RFC 7946): what has a place on the map, in WGS 84, longitude first."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model

from relations.models import Place


def point(place: Place) -> dict | None:
    """The position of a place; None where it is not on record, which RFC 7946 calls an unlocated feature."""
    if place.latitude is None:
        return None
    return {"type": "Point", "coordinates": [float(place.longitude), float(place.latitude)]}


GEOMETRIES: dict[type[Model], Callable[[Model], dict | None]] = {Place: point}
"""What can stand on a map, and where."""


def feature(key: str, geometry: dict | None, properties: dict) -> dict:
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def collection(features: list[dict], **around) -> dict:
    """A collection of features.

    ``around`` are members of our own (RFC 7946, section 6.1), such as the next page.
    """
    return {"type": "FeatureCollection", **around, "features": features}
