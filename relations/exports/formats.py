"""The export formats: what each is for, how it is sent, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from relations.exports.atom import write_atom
from relations.exports.ics import left_out_headers, write_ics
from relations.exports.jsonld import write_jsonld
from relations.exports.plain_json import write_json
from relations.exports.selection import Selection
from relations.exports.tables import write_csv, write_xlsx
from relations.exports.timelinejs import write_timelinejs

MOST = 10_000
"""At most this many records per file, so that none occupies a worker for minutes. The API has no bound."""


@dataclass(frozen=True)
class Format:
    """One export format.

    ``name`` is the last part of the address; ``parameters`` are what it reads besides the filters.
    ``media_type`` is sent with ``charset`` where that has a meaning. A file that browsers cannot show is
    sent as an attachment. ``is_pasted`` means that its address is given to another program.
    ``default_ordering`` is used when the request names none. ``headers`` are further headers of the
    response.
    """

    name: str
    label: str
    purpose: str
    media_type: str
    write: Callable[[Selection], Iterator[bytes]]
    content_type: str = ""
    ending: str = ""
    is_attachment: bool = False
    is_subscribed: bool = False
    is_pasted: bool = False
    parameters: tuple[str, ...] = ()
    default_ordering: str = "-date"
    headers: Callable[[Selection], dict[str, str]] = lambda _selection: {}

    @property
    def file_ending(self) -> str:
        return self.ending or f".{self.name}"


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "csv",
            "CSV",
            _("a table for any program"),
            "text/csv",
            write_csv,
            content_type="text/csv; charset=utf-8; header=present",
            is_attachment=True,
        ),
        Format(
            "xlsx",
            "XLSX",
            _("a workbook for Excel or LibreOffice"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_xlsx,
            is_attachment=True,
        ),
        Format(
            "ics",
            "iCalendar",
            _("for a calendar: what is known to the day, past events included"),
            "text/calendar",
            write_ics,
            content_type="text/calendar; charset=utf-8; method=PUBLISH",
            is_attachment=True,
            is_subscribed=True,
            is_pasted=True,
            parameters=("anniversaries",),
            headers=left_out_headers,
        ),
        Format(
            "atom",
            "Atom",
            _("a feed, last modified first, for a feed reader"),
            "application/atom+xml",
            write_atom,
            content_type="application/atom+xml; charset=utf-8",
            is_pasted=True,
            default_ordering="-modified",
        ),
        Format(
            "json",
            "JSON",
            _("for programs: the objects of the API, all in one file"),
            "application/json",
            write_json,
        ),
        Format(
            "jsonld",
            "JSON-LD",
            _("linked data, in the words of schema.org"),
            "application/ld+json",
            write_jsonld,
        ),
        Format(
            "timelinejs",
            "TimelineJS",
            _("the slides of a TimelineJS timeline"),
            "application/json",
            write_timelinejs,
            ending="-timelinejs.json",
            is_pasted=True,
        ),
    )
}
