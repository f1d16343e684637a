"""Visits as the Office of the Historian of the United States publishes them (HistoryAtState, CC0), one per
line.

Every row becomes one visit. Its id there identifies it, so that the table can be imported again. A column
is filled only with what is certain: a cell that names several visitors or places links none of them, and
the title names them all as written. The source gives every date as a full day, whatever was known.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from relations import dates
from relations.importing.keys import Indexes
from relations.models import Country, Person, Place, Visit

COLUMNS = frozenset(
    {
        "id",
        "visitor_name",
        "visitor_title",
        "visitor_raw",
        "several_visitors",
        "visitor_country",
        "visitor_country_id",
        "host_country",
        "host_country_id",
        "place",
        "start_date",
        "end_date",
        "description",
    }
)
# As descriptions begin, the misspellings that occur among them; “official working visit” is not one of our types.
TYPES = [
    (re.compile(r"official state visit", re.I), Visit.Type.OFFICIAL_STATE),
    (re.compile(r"state visit", re.I), Visit.Type.STATE),
    (re.compile(r"offici?al visi?t", re.I), Visit.Type.OFFICIAL),
    (re.compile(r"working visi?t", re.I), Visit.Type.WORKING),
    (re.compile(r"attended [^.]*\bsummit\b", re.I), Visit.Type.SUMMIT),
]


def convert(row: dict[str, str], indexes: Indexes) -> dict[str, str]:
    """The row as a row of our table of visits. Raises ``ValidationError`` keyed by the columns of the row."""
    errors = {}
    countries = {}
    for column in ("visitor_country", "host_country"):
        try:
            countries[column] = indexes[Country].find(_needed(row[column]))
        except ValueError as error:
            errors[column] = str(error)
    try:
        date = _date(_needed(row["start_date"]), row["end_date"])
    except ValueError as error:
        errors["start_date"] = str(error)
    name, office = row["visitor_name"], row["visitor_title"]
    if not name:
        errors["visitor_name"] = _("It is empty.")
    if errors:
        raise ValidationError(errors)
    guest, host = countries["visitor_country"], countries["host_country"]
    who = f"{office} {name}".strip()
    whence, where = row["visitor_country"], row["host_country"]
    if row["place"]:
        where = f"{row['place']} ({where})"
    return {
        "slug": row["id"],
        "title": _("Visit of %(who)s (%(guest)s): %(where)s")
        % {"who": who, "guest": whence, "where": where},
        "date": date,
        "type": _type(row["description"]),
        "guest": guest.key,
        "host": host.key,
        "countries": f"{guest.key}; {host.key}",
        "place": _place(row["place"], host.key, indexes),
        "people": _person(row, indexes),
        "cited": "date; guest; host",
    }


def _needed(text: str) -> str:
    if not text:
        raise ValueError(_("It is empty."))
    return text


def _date(start: str, end: str) -> str:
    date = start if end in ("", start) else f"{start}/{end}"
    dates.parse(date)
    return date


def _type(description: str) -> str:
    return next(
        (value for pattern, value in TYPES if pattern.match(description)), Visit.Type.UNKNOWN
    )


def _place(text: str, country: str, indexes: Indexes) -> str:
    """The one place of that name in the country, if it is on record."""
    found = indexes[Place].by_name.get(text.casefold())
    return found.key if found is not None and found.country == country else ""


def _person(row: dict[str, str], indexes: Indexes) -> str:
    """The one person of that name, if they are on record."""
    if row["several_visitors"] == "true":
        return ""
    found = indexes[Person].by_name.get(row["visitor_name"].casefold())
    office = row["visitor_title"].replace(";", ",")
    return f"{found.key}: guest: {office}" if found else ""
