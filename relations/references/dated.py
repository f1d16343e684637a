"""Whether a date is one point of the calendar, or a span between two."""

from __future__ import annotations

from relations.dates import EDTFDate
from relations.dates.points import Point


def single(date: EDTFDate) -> Point | None:
    """The point that a date is; None for a set, an open date or a span."""
    if len(date.ranges) == 1 and date.ranges[0].is_single:
        return date.ranges[0].low
    return None


def spanned(date: EDTFDate) -> tuple[Point, Point] | None:
    """Both ends of a date that lasted."""
    if date.precision != "span":
        return None
    return date.ranges[0].ends
