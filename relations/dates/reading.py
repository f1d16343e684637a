"""Read a text as a date, or refuse it with a sentence that says what is wrong."""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import TypedDict

from django.utils.translation import gettext

from relations.dates.points import AFTER_ALL, BEFORE_ALL, Point, Range
from relations.dates.values import EDTFDate

MAX_LENGTH = 64

# Seasons have no days of their own in ISO 8601-2. These are the meteorological ones, and winter
# comes last in its year, as 24 follows 23: it ends in February of the next.
SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}
HALF_MONTHS = {40: (1, 6), 41: (7, 12)}

QUALIFIER = "[?~%]?"
POINT = re.compile(
    rf"(?P<yl>{QUALIFIER})(?P<year>[0-9X]{{4}})(?P<yr>{QUALIFIER})"
    rf"(?:-(?P<ml>{QUALIFIER})(?P<month>[0-9X]{{2}})(?P<mr>{QUALIFIER})"
    rf"(?:-(?P<dl>{QUALIFIER})(?P<day>[0-9X]{{2}})(?P<dr>{QUALIFIER}))?)?"
)
TIME = re.compile(r"[0-9X][?~%]?T|\d:\d", re.IGNORECASE)
# Five digits, a minus or a Y where a year begins.
LONG_YEAR = re.compile(r"(?:^|[/\[,]|\.\.)[?~%]?(?:Y-?\d|-\d|\d{5}(?!\d))", re.IGNORECASE)


class Reservations(TypedDict):
    """How sure a source is of a date, as the qualifiers ``~``, ``?`` and ``%`` say it."""

    approximate: bool
    uncertain: bool


class DateError(ValueError):
    """A text is not a date that Entente can store. The message says why and shows a valid example."""


def parse(text: str) -> EDTFDate:
    """Read `text`, or raise DateError; no string raises anything else.

    The length is checked before anything else looks at the text.
    """
    text = text.strip(" \t\r\n")
    if not text:
        raise DateError(gettext("A date is missing: write 2005-05-24, 2008-09 or 1993, say."))
    if len(text) > MAX_LENGTH:
        raise DateError(
            gettext(
                "A date is at most %(limit)d characters long, this one has %(length)d: write one "
                "such as 2005-05-24 or [1993-02-24,1993-12-24]."
            )
            % {"limit": MAX_LENGTH, "length": len(text)}
        )
    if not (text.isascii() and text.isprintable()):
        raise DateError(
            gettext(
                "A date is written in plain digits and signs, with a slash and not a dash between "
                "from and to: write for example 2005-05-24 or 1993/2013."
            )
        )
    return _read(text)


@lru_cache(maxsize=4096)
def _read(text: str) -> EDTFDate:
    _refuse_what_is_not_kept(text)
    if text.startswith("["):
        return _read_set(text)
    if "/" in text:
        return _read_span(text)
    if "," in text or ".." in text:
        raise DateError(
            gettext(
                "One of several dates, or a date open at one end, stands in square brackets: write "
                "for example [1993-02-24,1993-12-24], [..2025-10-16] or [2025-10-16..]."
            )
        )
    point = _read_point(text)
    return _build(text, point.precision, (Range(point, point),))


def _refuse_what_is_not_kept(text: str) -> None:
    if "{" in text or "}" in text:
        raise DateError(
            gettext(
                "Curly brackets mean all of several dates, and a record has one: write one of "
                "several as [1993-02-24,1993-12-24], and a duration as 1993-02-24/1993-12-24."
            )
        )
    if LONG_YEAR.search(text):
        raise DateError(_year_message())
    if TIME.search(text):
        raise DateError(
            gettext("A time of day cannot be stored: write the day alone, for example 2005-05-24.")
        )


def _read_span(text: str) -> EDTFDate:
    ends = text.split("/")
    if len(ends) == 2 and all(end in ("", "..") for end in ends):
        raise DateError(
            gettext("A span needs a beginning and an end: write for example 1993/2013.")
        )
    if len(ends) == 2 and ends[0] in ("", ".."):
        raise DateError(
            gettext(
                "This span has no beginning. If it is one unknown day no later than the end, write "
                "for example [..2013]; if it lasted, write both ends: 1993/2013."
            )
        )
    if len(ends) == 2 and ends[1] in ("", ".."):
        raise DateError(
            gettext(
                "This span has no end. If it is one unknown day no earlier than the beginning, "
                "write for example [1993..]; if it lasted, write both ends: 1993/2013."
            )
        )
    if len(ends) != 2 or any(sign in text for sign in ("[", "]", ",", "..")):
        raise DateError(
            gettext("A span joins two dates with one slash: write for example 1993/2013.")
        )
    return _build(text, "span", (_range_between(_read_point(ends[0]), _read_point(ends[1])),))


def _read_set(text: str) -> EDTFDate:
    body = text[1:-1]
    if not text.endswith("]") or "/" in body or "[" in body or "]" in body:
        raise DateError(
            gettext(
                "A set is single dates between one pair of square brackets: write for example "
                "[1993-02-24,1993-12-24]."
            )
        )
    if " " in body:
        raise DateError(
            gettext("A date has no spaces inside: write for example [1993-02-24,1993-12-24].")
        )
    items = body.split(",")
    if len(items) == 1 and ".." not in body:
        raise DateError(
            gettext(
                "Square brackets mean one of several dates, and here is only one: write it without "
                "them, such as 1993-02-24, or name the others, such as [1993-02-24,1993-12-24]."
            )
        )
    ranges = []
    for position, item in enumerate(items):
        low, dots, high = item.partition("..")
        if not dots:
            point = _read_point(item)
            ranges.append(Range(point, point))
        elif low and high:
            ranges.append(_range_between(_read_point(low), _read_point(high)))
        elif high and position == 0:
            ranges.append(Range(None, _read_point(high)))
        elif low and position == len(items) - 1:
            ranges.append(Range(_read_point(low), None))
        else:
            raise DateError(
                gettext(
                    "Two dots stand before the first date of a set (no later than), after the last "
                    "(no earlier than) or between two: write for example [..2025-10-16], "
                    "[2025-10-16..] or [1993..1995]."
                )
            )
    is_open_before, is_open_after = ranges[0].low is None, ranges[-1].high is None
    if is_open_before and is_open_after:
        raise DateError(
            gettext(
                "A set open at both ends says nothing: write one end, for example [..2025-10-16]."
            )
        )
    return _build(text, "open" if is_open_before or is_open_after else "set", tuple(ranges))


def _range_between(low: Point, high: Point) -> Range:
    if low.first > high.last:
        raise DateError(
            gettext(
                "The end is before the beginning: write the earlier date first, for example "
                "1993/2013 or [1993..1995]."
            )
        )
    return Range(low, high)


def _read_point(text: str) -> Point:
    """Read one date: a century, decade, year, half, season, month or day, with qualifiers."""
    match = POINT.fullmatch(text)
    if not match or any(match[side + "l"] and match[side + "r"] for side in "ymd"):
        raise DateError(
            gettext(
                "“%(text)s” is not a date in EDTF: write for example 2005-05-24, 2008-09, 1993, "
                "199X or 1993~."
            )
            % {"text": text}
        )
    year, month, day = match["year"], match["month"], match["day"]
    qualifiers = "".join(match[key] or "" for key in ("yl", "yr", "ml", "mr", "dl", "dr"))
    flags: Reservations = {
        "approximate": "~" in qualifiers or "%" in qualifiers,
        "uncertain": "?" in qualifiers or "%" in qualifiers,
    }
    if "X" in year + (month or "") + (day or ""):
        return _read_unspecified(text, year, month, day, flags)
    y = int(year)
    if y == 0:
        raise DateError(_year_message())
    if month is None:
        return Point(date(y, 1, 1), date(y, 12, 31), "year", **flags)
    m = int(month)
    if day is None and m in SEASON_MONTHS:
        start, end = SEASON_MONTHS[m]
        last = _last_of_month(y if end > start else y + 1, end)
        return Point(date(y, start, 1), last, "season", **flags)
    if day is None and m in HALF_MONTHS:
        start, end = HALF_MONTHS[m]
        return Point(date(y, start, 1), _last_of_month(y, end), "half", **flags)
    if not 1 <= m <= 12:
        raise DateError(
            gettext(
                "“%(text)s” has no such month: after the year comes 01 to 12 (a month), 21 to 24 "
                "(spring to winter) or 40 or 41 (a half-year), for example 2008-09 or 2025-40."
            )
            % {"text": text}
        )
    if day is None:
        return Point(date(y, m, 1), _last_of_month(y, m), "month", **flags)
    length = monthrange(y, m)[1]
    if not 1 <= int(day) <= length:
        raise DateError(
            gettext(
                "“%(text)s” is not a day of the calendar, that month has %(length)d days: write "
                "for example %(year)s-%(month)s-%(length)d."
            )
            % {"text": text, "length": length, "year": year, "month": month}
        )
    only = date(y, m, int(day))
    return Point(only, only, "day", **flags)


def _read_unspecified(
    text: str, year: str, month: str | None, day: str | None, flags: Reservations
) -> Point:
    """Read digits written as X, from the right (level 1): 199X, 19XX, 2004-XX, 2004-05-XX."""
    if month is None and re.fullmatch(r"\d\d(\dX|XX)", year):
        size = 10 if year[2] != "X" else 100
        start = int(year.replace("X", "0"))
        precision = "decade" if size == 10 else "century"
        # There is no year 0000, so the first decade and century are a year short.
        return Point(date(start or 1, 1, 1), date(start + size - 1, 12, 31), precision, **flags)
    if year.isdigit() and month == "XX" and day in (None, "XX"):
        whole = _read_point(year)
        unknown = "month day" if day else "month"
        return Point(whole.first, whole.last, "year", unknown, **flags)
    if year.isdigit() and month and month.isdigit() and int(month) <= 12 and day == "XX":
        whole = _read_point(f"{year}-{month}")
        return Point(whole.first, whole.last, "month", "day", **flags)
    raise DateError(
        gettext(
            "“%(text)s” has an X in the wrong place: only the last digits can be unknown, for "
            "example 199X, 19XX, 2004-XX or 2004-05-XX."
        )
        % {"text": text}
    )


def _year_message() -> str:
    return gettext("The year must be from 0001 to 9999, in four digits: write for example 1993.")


def _last_of_month(year: int, month: int) -> date:
    if year > date.max.year:
        return date.max
    return date(year, month, monthrange(year, month)[1])


def _build(text: str, precision: str, ranges: tuple[Range, ...]) -> EDTFDate:
    points = [point for part in ranges for point in (part.low, part.high) if point]
    days = [part.days for part in ranges]
    first, last = min(start for start, _ in days), max(end for _, end in days)
    return EDTFDate(
        edtf=text,
        earliest=None if first == BEFORE_ALL else date.fromordinal(first),
        latest=None if last == AFTER_ALL else date.fromordinal(last),
        precision=precision,
        approximate=any(point.approximate for point in points),
        uncertain=any(point.uncertain for point in points),
        ranges=ranges,
    )
