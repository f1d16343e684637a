"""Dates in formats that know only days, months and years: never more precise than the source."""

from __future__ import annotations

from datetime import date

from relations.dates import EDTFDate
from relations.dates.points import Point

# How many parts of a calendar date each of these precisions knows.
KNOWN = {"year": 1, "month": 2, "day": 3}


def is_certain(point: Point | None) -> bool:
    """Whether a point is a year, month or day without reservations."""
    if point is None or point.precision not in KNOWN:
        return False
    return not (point.unknown or point.approximate or point.uncertain)


def iso(point: Point | None) -> str:
    """``1996``, ``1996-09`` or ``1996-09-16`` (ISO 8601); empty for a date that ISO 8601 cannot state
    exactly.
    """
    if not is_certain(point):
        return ""
    return "-".join(point.first.isoformat().split("-")[: KNOWN[point.precision]])


def iso_ends(when: EDTFDate) -> tuple[str, str]:
    """First and last moment in ISO 8601, equal for a single date.

    Each is empty where it cannot be stated exactly.
    """
    if len(when.ranges) != 1:
        return "", ""
    only = when.ranges[0]
    if only.low is None or only.high is None:
        return "", ""
    # A range that is not a duration is one unknown day in between: it happened on neither end for certain.
    if not only.is_single and when.precision != "span":
        return "", ""
    return iso(only.low), iso(only.high)


def exact_days(when: EDTFDate) -> tuple[date, date] | None:
    """The first and last day of a date that is known to the day without reservations, else None."""
    start, end = iso_ends(when)
    if len(start) != 10 or len(end) != 10:
        return None
    return date.fromisoformat(start), date.fromisoformat(end)


def calendar_parts(point: Point) -> dict[str, int]:
    """Year, month and day as far as they are known; for a date less exact than a year, its first year."""
    first = point.first
    parts = {"year": first.year, "month": first.month, "day": first.day}
    return dict(list(parts.items())[: KNOWN.get(point.precision, 1)])
