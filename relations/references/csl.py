"""A reference as CSL-JSON, the data of citation processors (schema: csl-data.json of citationstyles.org)."""

from __future__ import annotations

import json

from relations.dates import EDTFDate
from relations.dates.points import Point
from relations.references.dated import single, spanned
from relations.references.reference import Reference

# The number CSL gives to a season, by the month in which it begins.
SEASONS = {3: 1, 6: 2, 9: 3, 12: 4}


def write(reference: Reference) -> str:
    return json.dumps([item(reference)], ensure_ascii=False, indent=2) + "\n"


def item(reference: Reference) -> dict:
    found = {
        "id": reference.key,
        "type": reference.csl,
        "title": reference.title,
        "genre": reference.genre,
        "authority": reference.authority,
        "number": reference.number,
        "container-title": reference.site if reference.csl == "webpage" else "",
        "publisher": reference.site if reference.csl == "dataset" else "",
        "source": reference.site,
        "issued": date_variable(reference.date) if reference.date else None,
        "accessed": {"date-parts": [list(reference.accessed.timetuple()[:3])]},
        "version": str(reference.version),
        "abstract": reference.abstract,
        "language": reference.language,
        "URL": reference.url,
    }
    return {name: value for name, value in found.items() if value}


def date_variable(date: EDTFDate) -> dict:
    """Numbers where CSL can state the date completely, else the words of the page: never a day too many."""
    if date.uncertain:  # CSL knows only “circa”, which means something else
        return {"literal": date.display()}
    if (point := single(date)) and (parts := _parts(point)):
        found: dict[str, object] = {"date-parts": [parts]}
    elif (point is not None) and point.precision == "season":
        found = {"date-parts": [[point.first.year]], "season": SEASONS[point.first.month]}
    elif (ends := spanned(date)) and all(both := [_parts(end) for end in ends]):
        found = {"date-parts": both}
        if ends[0].approximate != ends[1].approximate:
            return {"literal": date.display()}
    else:
        return {"literal": date.display()}
    return found | {"circa": True} if date.approximate else found


def _parts(point: Point) -> list[int]:
    """Year, month and day as far as known; empty for a date less exact than a year."""
    known = {"year": 1, "month": 2, "day": 3}.get(point.precision, 0)
    return list(point.first.timetuple()[:known])
