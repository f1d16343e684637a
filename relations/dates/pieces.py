"""One date as people write it, within a longer text. It may take its month or year from the date beside it.

Names of months are English, in full or shortened. The meaning of a piece is written in EDTF and read by
``parse``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.translation import gettext

from relations.dates.reading import DateError, parse

NAMES = (
    "january february march april may june july august september october november december".split()
)
MONTHS = {
    **{name: number for number, name in enumerate(NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(NAMES, 1)},
    "sept": 9,
}
# Written where a month is, in EDTF as in words.
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
HALVES = {"h1": 40, "first half": 40, "1 half": 40, "h2": 41, "second half": 41, "2 half": 41}
NAMED = MONTHS | SEASONS | HALVES
QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def _any_of(names) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH = _any_of(MONTHS)
_DAY = "(?P<day>[0-9]{1,2})"
_FORMS = [
    re.compile(form)
    for form in (
        _DAY,
        rf"{_DAY} (?P<name>{MONTH})(?: (?P<year>[0-9]{{2,5}}))?",
        rf"(?P<name>{MONTH}) {_DAY}(?: (?P<year>[0-9]{{2,5}}))?",
        rf"(?P<name>{_any_of(NAMED)})(?: (?P<year>[0-9]{{3,5}}))?",
        rf"(?P<year>[0-9]{{4}}) (?P<name>{_any_of(NAMED)})",
        rf"{_DAY} (?P<year>[0-9]{{4}})",
        rf"{_DAY}\.(?P<month>[0-9]{{1,2}})(?:\.(?P<year>[0-9]{{2,5}})?)?",
        r"(?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})",
    )
]
_EDTF = re.compile(r"[0-9X]{4}(?:-[0-9X]{2}){0,2}")
_YEAR = re.compile("[0-9]{4}")
_SLASHED = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{2,5})")
_DECADE = re.compile(r"([0-9]{3})0'?s")
_CENTURY = re.compile(r"([0-9]{1,3}) century")
_QUARTER = re.compile(
    r"(?P<before>[0-9]{4} )?(?:q(?P<number>[1-4])|(?P<word>first|second|third|fourth|[1-4]) quarter)"
    r"(?(before)| (?P<year>[0-9]{4}))"
)
_RESERVED = re.compile(
    r"(?:(?P<perhaps>perhaps|possibly|probably|maybe) |"
    r"(?:about|around|roughly|approximately|approx\.?|circa|ca?\.?) |ca?\.?(?=[0-9]))(?P<date>.+)"
)
_SIGN = re.compile(r"(.+?) ?(\(uncertain\)|[?~%])")
_SIGNS = {(True, False): "~", (False, True): "?", (True, True): "%", (False, False): ""}


class Piece(NamedTuple):
    """A date in parts; a part is None where the text does not name it.

    ``whole`` holds EDTF instead where the piece takes nothing from its neighbours and gives them nothing.
    """

    day: int | None = None
    month: int | None = None
    year: str | None = None
    whole: str = ""
    approximate: bool = False
    uncertain: bool = False

    @property
    def reservations(self) -> tuple[bool, bool]:
        return self.approximate, self.uncertain

    def edtf(self) -> str:
        """The piece in EDTF, or DateError if a part of it is missing."""
        sign = _SIGNS[self.reservations]
        if self.whole:
            return self.whole + sign
        if self.year is None:
            raise DateError(
                gettext("The year is missing: write for example 24 May 2005 or 2005-05-24.")
            )
        if self.month is None:
            raise DateError(
                gettext("The month is missing: write for example 24 May 2005 or 2005-05-24.")
            )
        if len(self.year) != 4:
            raise DateError(
                gettext("Write the year in four digits, for example 24 May 1993 or 1993-05-24.")
            )
        day = "" if self.day is None else f"-{self.day:02}"
        return f"{self.year}-{self.month:02}{day}{sign}"


def read_piece(text: str) -> Piece | None:
    """Read one date of plain lower-case words; None if its form is not known."""
    approximate = uncertain = False
    while match := _RESERVED.fullmatch(text):
        text = match["date"]
        approximate = approximate or not match["perhaps"]
        uncertain = uncertain or bool(match["perhaps"])
    if match := _SIGN.fullmatch(text):
        text, sign = match.groups()
        approximate = approximate or sign in ("~", "%")
        uncertain = uncertain or sign != "~"
    piece = _read(text)
    return piece and piece._replace(approximate=approximate, uncertain=uncertain)


def _read(text: str) -> Piece | None:
    if _EDTF.fullmatch(text.upper()):
        return Piece(whole=text.upper())
    if match := _DECADE.fullmatch(text):
        return Piece(whole=f"{match[1]}X")
    if match := _CENTURY.fullmatch(text):
        return _century(int(match[1]))
    if match := _SLASHED.fullmatch(text):
        return _slashed(text, int(match[1]), int(match[3]), match[4])
    if match := _QUARTER.fullmatch(text):
        number = match["number"] or QUARTERS.get(match["word"], match["word"])
        _refuse_quarter(text, int(number), (match["before"] or match["year"]).strip())
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _in_parts(text, match.groupdict())
    return None


def _in_parts(text: str, parts: dict[str, str | None]) -> Piece:
    day, month, number = parts.get("day"), parts.get("month"), None
    if month is not None:
        number = int(month)
        if not 1 <= number <= 12:
            raise DateError(_no_month(text))
    elif name := parts.get("name"):
        number = NAMED[name]
    return Piece(int(day) if day else None, number, parts.get("year"))


def _century(number: int) -> Piece:
    if not 1 <= number <= 100:
        raise DateError(
            gettext("There is no such century: write for example 20th century or 19XX.")
        )
    return Piece(whole=f"{number - 1:02}XX")


def _slashed(text: str, one: int, other: int, year: str) -> Piece:
    """Read a date with slashes, whose order differs between countries; accepted only where one reading is
    possible.
    """
    if one > 12 and other > 12:
        raise DateError(_no_month(text))
    if one == other or one > 12:
        return Piece(one, other, year)
    if other > 12:
        return Piece(other, one, year)
    first, second = Piece(one, other, year).edtf(), Piece(other, one, year).edtf()
    raise DateError(
        gettext(
            "In “%(text)s” day and month cannot be told apart: write %(first)s for %(first_reads)s, "
            "or %(second)s for %(second_reads)s."
        )
        % {
            "text": text,
            "first": first,
            "first_reads": parse(first).display(),
            "second": second,
            "second_reads": parse(second).display(),
        }
    )


def _refuse_quarter(text: str, number: int, year: str) -> None:
    start, end = f"{year}-{number * 3 - 2:02}", f"{year}-{number * 3:02}"
    raise DateError(
        gettext(
            "“%(text)s” has two readings, and a quarter has no date of its own: write %(lasted)s if it "
            "lasted that long, or %(between)s for one unknown day in it."
        )
        % {"text": text, "lasted": f"{start}/{end}", "between": f"[{start}..{end}]"}
    )


def _no_month(text: str) -> str:
    return gettext(
        "“%(text)s” names no month from 1 to 12: write day, month and year as in 16.09.1996 or "
        "16 September 1996."
    ) % {"text": text}


def completed(pieces: list[Piece]) -> list[Piece]:
    """The pieces, each with what it takes from its neighbours: “24 or 25 May 2005”, “May 24 or 25, 2005”."""
    done = list(pieces)
    for here in range(1, len(done)):
        if done[here].year is not None and done[here].month is None:
            done[here] = done[here]._replace(month=done[here - 1].month)
    for here in reversed(range(len(done) - 1)):
        piece, after = done[here], done[here + 1]
        if piece.whole or piece.year is not None:
            continue
        is_day_alone = piece.month is None and after.day is not None
        month = after.month if is_day_alone else piece.month
        done[here] = piece._replace(month=month, year=after.year)
    return done


def with_months(pieces: list[Piece]) -> list[Piece]:
    """The pieces; a year alone takes the day or month of the piece before it: “March 2004 or 2005”."""
    done = list(pieces)
    for here in range(1, len(done)):
        piece, before = done[here], done[here - 1]
        if before.month is not None and _YEAR.fullmatch(piece.whole):
            done[here] = piece._replace(
                day=before.day, month=before.month, year=piece.whole, whole=""
            )
    return done
