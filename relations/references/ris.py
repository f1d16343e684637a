"""A reference as RIS, in the tags that Zotero, EndNote and Mendeley read.

RIS has no type for a treaty. The nearest is STAT, which they read as a statute. ``M2``, Zotero's “Extra”,
then names the type in the form that Zotero passes on to citation styles (zotero/translators, UNTS for
treaties).
"""

from __future__ import annotations

import rispy

from relations.dates import EDTFDate
from relations.references.dated import single
from relations.references.reference import Reference

# Where the name of the site goes: in each type's own place, else “database provider”, which all have.
SITE = {"ELEC": "secondary_title", "DATA": "publisher"}


class Writer(rispy.RisWriter):
    NEWLINE = "\r\n"

    def set_header(self, count):
        return ""


def write(reference: Reference) -> str:
    entry = {
        "type_of_reference": reference.ris,
        "id": reference.key,
        "title": reference.title,
        SITE.get(reference.ris, "database_provider"): reference.site,
        "type_of_work": reference.genre,
        **date_tags(reference.date),
        # M1: the number of a law in Zotero and EndNote, by another name in rispy.
        "note": reference.number,
        "abstract": reference.abstract,
        "language": reference.language,
        "urls": [reference.url],
        "access_date": f"{reference.accessed:%Y/%m/%d}/",
        "notes": [reference.version_words],
        "unknown_tag": {"M2": [f"Type: {reference.csl}"]} if reference.ris == "STAT" else {},
    }
    return rispy.dumps(
        [{name: value for name, value in entry.items() if value}], implementation=Writer
    )


def date_tags(date: EDTFDate | None) -> dict[str, str]:
    """``DA`` as year/month/day/words, without the unknown parts; ``PY`` where the date is within one year."""
    if date is None:
        return {}
    point = single(date)
    is_certain = not (date.approximate or date.uncertain or "X" in date.edtf)
    year = _year(date)
    if point is not None and is_certain and point.precision in ("year", "month", "day"):
        known = {"year": 1, "month": 2, "day": 3}[point.precision]
        parts = [f"{part:02}" for part in point.first.timetuple()[:known]]
        parts = [year, *parts[1:], "", ""][:3]
        return {"year": year, "date": "/".join([*parts, ""])}
    tags = {"date": f"{year}///{date.display()}"}
    return {"year": year, **tags} if year else tags


def _year(date: EDTFDate) -> str:
    """The one year in which the date certainly lies, if there is one."""
    if point := single(date):
        return f"{point.first.year:04}" if point.precision not in ("decade", "century") else ""
    if date.earliest and date.latest and date.earliest.year == date.latest.year:
        return f"{date.earliest.year:04}"
    return ""
