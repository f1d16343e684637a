"""A reference as BibTeX. One entry serves BibTeX, which prints year and month, and biblatex, which reads
dates.

https://www.ctan.org/pkg/biblatex: its ``date`` takes EDTF of level 1; ``url`` and ``date`` are read
verbatim.
"""

from __future__ import annotations

from calendar import month_name

from django.utils.text import capfirst
from pybtex.database import BibliographyData, Entry
from pybtex.database.output import bibtex

from relations.dates import EDTFDate
from relations.references.dated import single, spanned
from relations.references.reference import Reference

VERBATIM = ("url", "urldate", "date")
# The ten characters that LaTeX reads as commands. A brace is written by name: BibTeX counts braces, even after
# a backslash, and one alone would swallow the rest of the file.
SPECIAL = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{sign: f"\\{sign}" for sign in "%&$#_"},
    }
)


class Writer(bibtex.Writer):
    """Writes every value in braces, escaped here, because pybtex expects LaTeX."""

    def quote(self, s):
        self.check_braces(s)
        return f"{{{s}}}"

    def _encode(self, text):
        return text


def escaped(text: str) -> str:
    return text.translate(SPECIAL)


def write(reference: Reference) -> str:
    fields = {
        # Styles leave the capitals inside a second pair of braces unchanged.
        "title": f"{{{escaped(reference.title)}}}",
        **date_fields(reference.date),
        "howpublished": reference.site,
        "type": reference.genre,
        "number": reference.number,
        "url": reference.url,
        "urldate": reference.accessed.isoformat(),
        "note": capfirst(reference.version_words),
        "abstract": reference.abstract,
        "langid": "english",
    }
    entry = Entry(
        reference.bibtex,
        fields={
            name: value if name in (*VERBATIM, "title") else escaped(value)
            for name, value in fields.items()
            if value
        },
    )
    return Writer(encoding="utf-8").to_string(BibliographyData({reference.key: entry}))


def date_fields(date: EDTFDate | None) -> dict[str, str]:
    """``year`` and ``month`` for BibTeX, ``date`` for biblatex; words where neither has a form for the date."""
    if date is None:
        return {}
    point = single(date)
    if point is not None and point.precision in ("year", "month", "day") and is_plain(date):
        fields = {"year": f"{point.first.year:04}"}
        if point.precision != "year":
            month = month_name[point.first.month]
            # The form in which BibTeX's own manual gives the day.
            is_day = point.precision == "day"
            fields["month"] = f"{point.first.day} {month}" if is_day else month
        return {**fields, "date": date.edtf}
    fields = {"year": date.display()}
    readable = point is not None and point.precision in ("year", "month", "day", "season", "decade")
    if (readable or spanned(date)) and "%" not in date.edtf:
        fields["date"] = date.edtf
    return fields


def is_plain(date: EDTFDate) -> bool:
    return not (date.approximate or date.uncertain or "X" in date.edtf)
