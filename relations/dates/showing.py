"""Dates in the words of the active language. Every pattern and phrase is a string to translate.

In the patterns of Django's date formatting "E" is the form of the month that a language uses after a day. A
language that puts the year first repeats it in the patterns "whose year follows".
"""

from __future__ import annotations

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext, pgettext

from relations.dates.points import Point, Range


def show_span(span: Range) -> str:
    low, high = span.ends
    shares_year = low.is_plain and high.is_plain and low.first.year == high.first.year
    parts = {"start": show_point(low, with_year=not shares_year), "end": show_point(high)}
    # British usage: no spaces around the dash between single words.
    is_tight = " " not in parts["start"] and (shares_year or " " not in parts["end"])
    if is_tight and not (shares_year and high.precision == "day"):
        return pgettext("span of single words", "%(start)s–%(end)s") % parts
    return pgettext("span", "%(start)s – %(end)s") % parts


def show_choice(ranges: tuple[Range, ...]) -> str:
    all_single = all(part.is_single for part in ranges)
    if not all_single:
        texts = [_show_range(part) for part in ranges]
    else:
        points = [part.ends[0] for part in ranges]
        shares_year = all(
            point.is_plain and point.first.year == points[0].first.year for point in points
        )
        texts = [show_point(point, with_year=not shares_year) for point in points[:-1]]
        texts.append(show_point(points[-1]))
    if len(texts) == 1:
        return texts[0]
    *others, last = texts
    parts = {"others": gettext(", ").join(others), "last": last}
    if all_single:
        return pgettext("one of several dates", "%(others)s or %(last)s") % parts
    return pgettext("one of several dates, some with words", "%(others)s, or %(last)s") % parts


def _show_range(part: Range) -> str:
    if part.low is None and part.high is not None:
        return gettext("by %(date)s") % {"date": show_point(part.high)}
    if part.high is None and part.low is not None:
        return gettext("%(date)s or later") % {"date": show_point(part.low)}
    start, end = part.ends
    if part.is_single:
        return show_point(start)
    return gettext("between %(start)s and %(end)s") % {
        "start": show_point(start),
        "end": show_point(end),
    }


def show_point(point: Point, *, with_year: bool = True) -> str:
    text = _calendar_text(point, with_year)
    if point.unknown:
        text = {
            "day": gettext("%(date)s (day unknown)"),
            "month": gettext("%(date)s (month unknown)"),
            "month day": gettext("%(date)s (month and day unknown)"),
        }[point.unknown] % {"date": text}
    if point.approximate:
        text = gettext("about %(date)s") % {"date": text}
    if point.uncertain:
        text = gettext("%(date)s (uncertain)") % {"date": text}
    return text


def _calendar_text(point: Point, with_year: bool) -> str:
    if point.precision == "day":
        pattern = (
            pgettext("pattern of a day", "j F Y")
            if with_year
            else pgettext("pattern of a day whose year follows", "j F")
        )
        return format_date(point.first, pattern)
    if point.precision == "month":
        pattern = (
            pgettext("pattern of a month", "F Y")
            if with_year
            else pgettext("pattern of a month whose year follows", "F")
        )
        return format_date(point.first, pattern)
    year = format_date(point.first, pgettext("pattern of a year", "Y"))
    if point.precision == "year":
        return year
    if point.precision == "half":
        if point.first.month == 1:
            return gettext("first half of %(year)s") % {"year": year}
        return gettext("second half of %(year)s") % {"year": year}
    if point.precision == "season":
        return {
            3: gettext("spring %(year)s"),
            6: gettext("summer %(year)s"),
            9: gettext("autumn %(year)s"),
            12: gettext("winter %(year)s"),
        }[point.first.month] % {"year": year}
    if point.precision == "decade":
        return gettext("%(decade)ss") % {"decade": f"{point.first.year // 10:03}0"}
    return gettext("%(ordinal)s century") % {"ordinal": _ordinal(point.first.year // 100 + 1)}


def _ordinal(number: int) -> str:
    # Imported here so that this module can be imported before Django's settings are.
    from django.contrib.humanize.templatetags.humanize import ordinal

    return str(ordinal(number))
