import contextlib
import re
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import edtf
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from relations import dates
from relations.dates import DateError, bounds, compare, compatible, parse, validate

# text, earliest, latest, precision, display
ACCEPTED = [
    # Level 0
    ("2005-05-24", "2005-05-24", "2005-05-24", "day", "24 May 2005"),
    ("2024-02-29", "2024-02-29", "2024-02-29", "day", "29 February 2024"),
    ("2008-09", "2008-09-01", "2008-09-30", "month", "September 2008"),
    ("2023-02", "2023-02-01", "2023-02-28", "month", "February 2023"),
    ("2024-02", "2024-02-01", "2024-02-29", "month", "February 2024"),
    ("1993", "1993-01-01", "1993-12-31", "year", "1993"),
    ("0001", "0001-01-01", "0001-12-31", "year", "0001"),
    ("9999-12-31", "9999-12-31", "9999-12-31", "day", "31 December 9999"),
    (" 1993\n", "1993-01-01", "1993-12-31", "year", "1993"),
    # Spans
    ("1993/2013", "1993-01-01", "2013-12-31", "span", "1993–2013"),
    ("2004-03-01/2004-03-03", "2004-03-01", "2004-03-03", "span", "1 March – 3 March 2004"),
    (
        "2004-12-30/2005-01-02",
        "2004-12-30",
        "2005-01-02",
        "span",
        "30 December 2004 – 2 January 2005",
    ),
    ("2025-01/2025-07", "2025-01-01", "2025-07-31", "span", "January–July 2025"),
    ("2024-11/2025-02", "2024-11-01", "2025-02-28", "span", "November 2024 – February 2025"),
    ("2004-05/2004-06-03", "2004-05-01", "2004-06-03", "span", "May – 3 June 2004"),
    ("2004-05-03/2004-05", "2004-05-03", "2004-05-31", "span", "3 May – May 2004"),
    ("1990-02-24/1993", "1990-02-24", "1993-12-31", "span", "24 February 1990 – 1993"),
    ("2004-05-01/2004-05-01", "2004-05-01", "2004-05-01", "span", "1 May – 1 May 2004"),
    ("199X/2003", "1990-01-01", "2003-12-31", "span", "1990s–2003"),
    ("2004-21/2004-23", "2004-03-01", "2004-11-30", "span", "spring 2004 – autumn 2004"),
    (
        "2004-06-XX/2004-07-03",
        "2004-06-01",
        "2004-07-03",
        "span",
        "June 2004 (day unknown) – 3 July 2004",
    ),
    # Unspecified digits
    ("199X", "1990-01-01", "1999-12-31", "decade", "1990s"),
    ("000X", "0001-01-01", "0009-12-31", "decade", "0000s"),
    ("19XX", "1900-01-01", "1999-12-31", "century", "20th century"),
    ("20XX", "2000-01-01", "2099-12-31", "century", "21st century"),
    ("00XX", "0001-01-01", "0099-12-31", "century", "1st century"),
    ("2004-XX", "2004-01-01", "2004-12-31", "year", "2004 (month unknown)"),
    ("2004-XX-XX", "2004-01-01", "2004-12-31", "year", "2004 (month and day unknown)"),
    ("2004-05-XX", "2004-05-01", "2004-05-31", "month", "May 2004 (day unknown)"),
    # Seasons and halves
    ("2004-21", "2004-03-01", "2004-05-31", "season", "spring 2004"),
    ("2004-22", "2004-06-01", "2004-08-31", "season", "summer 2004"),
    ("2004-23", "2004-09-01", "2004-11-30", "season", "autumn 2004"),
    ("2003-24", "2003-12-01", "2004-02-29", "season", "winter 2003"),
    ("9999-24", "9999-12-01", "9999-12-31", "season", "winter 9999"),
    ("2025-40", "2025-01-01", "2025-06-30", "half", "first half of 2025"),
    ("2025-41", "2025-07-01", "2025-12-31", "half", "second half of 2025"),
    # Sets
    (
        "[1993-02-24,1993-12-24]",
        "1993-02-24",
        "1993-12-24",
        "set",
        "24 February or 24 December 1993",
    ),
    (
        "[1993-12-24,1993-02-24]",
        "1993-02-24",
        "1993-12-24",
        "set",
        "24 December or 24 February 1993",
    ),
    (
        "[1993-02-24,1994-02-24]",
        "1993-02-24",
        "1994-02-24",
        "set",
        "24 February 1993 or 24 February 1994",
    ),
    ("[1990,1991,1993-12]", "1990-01-01", "1993-12-31", "set", "1990, 1991 or December 1993"),
    (
        "[1993-02~,1993-12]",
        "1993-02-01",
        "1993-12-31",
        "set",
        "about February 1993 or December 1993",
    ),
    ("[1993..1995]", "1993-01-01", "1995-12-31", "set", "between 1993 and 1995"),
    ("[2001,2003..2005]", "2001-01-01", "2005-12-31", "set", "2001, or between 2003 and 2005"),
    ("[199X,2004]", "1990-01-01", "2004-12-31", "set", "1990s or 2004"),
    # Open sets
    ("[..2025-10-16]", None, "2025-10-16", "open", "by 16 October 2025"),
    ("[2025-10-16..]", "2025-10-16", None, "open", "16 October 2025 or later"),
    ("[..1993]", None, "1993-12-31", "open", "by 1993"),
    ("[..1993,1995]", None, "1995-12-31", "open", "by 1993, or 1995"),
    ("[1990,1995-02..]", "1990-01-01", None, "open", "1990, or February 1995 or later"),
]

# text, approximate, uncertain, display
QUALIFIED = [
    ("1993", False, False, "1993"),
    ("1993~", True, False, "about 1993"),
    ("1993?", False, True, "1993 (uncertain)"),
    ("1993%", True, True, "about 1993 (uncertain)"),
    ("2004-06-11%", True, True, "about 11 June 2004 (uncertain)"),
    ("2025-40~", True, False, "about first half of 2025"),
    ("2004-21?", False, True, "spring 2004 (uncertain)"),
    ("199X~", True, False, "about 1990s"),
    ("2004-06-XX~", True, False, "about June 2004 (day unknown)"),
    ("?2004-06", False, True, "June 2004 (uncertain)"),
    ("2004-~06-04", True, False, "about 4 June 2004"),
    ("2004-06~-11", True, False, "about 11 June 2004"),
    ("2004?-~06-11", True, True, "about 11 June 2004 (uncertain)"),
    ("1993~/1995?", True, True, "about 1993 – 1995 (uncertain)"),
    ("2004-02~/2004-05", True, False, "about February 2004 – May 2004"),
    ("[1993~,1994]", True, False, "about 1993 or 1994"),
    ("[..1993?]", False, True, "by 1993 (uncertain)"),
]

MISSING = "A date is missing: write 2005-05-24, 2008-09 or 1993, say."
PLAIN = (
    "A date is written in plain digits and signs, with a slash and not a dash between from and to: "
    "write for example 2005-05-24 or 1993/2013."
)
YEARS = "The year must be from 0001 to 9999, in four digits: write for example 1993."
TIMES = "A time of day cannot be stored: write the day alone, for example 2005-05-24."
NO_BEGINNING = (
    "This span has no beginning. If it is one unknown day no later than the end, write for example "
    "[..2013]; if it lasted, write both ends: 1993/2013."
)
NO_END = (
    "This span has no end. If it is one unknown day no earlier than the beginning, write for "
    "example [1993..]; if it lasted, write both ends: 1993/2013."
)
NO_ENDS = "A span needs a beginning and an end: write for example 1993/2013."
ONE_SLASH = "A span joins two dates with one slash: write for example 1993/2013."
REVERSED = (
    "The end is before the beginning: write the earlier date first, for example 1993/2013 or "
    "[1993..1995]."
)
CURLY = (
    "Curly brackets mean all of several dates, and a record has one: write one of several as "
    "[1993-02-24,1993-12-24], and a duration as 1993-02-24/1993-12-24."
)
SET = (
    "A set is single dates between one pair of square brackets: write for example "
    "[1993-02-24,1993-12-24]."
)
NO_BRACKETS = (
    "One of several dates, or a date open at one end, stands in square brackets: write for example "
    "[1993-02-24,1993-12-24], [..2025-10-16] or [2025-10-16..]."
)
SINGLE = (
    "Square brackets mean one of several dates, and here is only one: write it without them, such "
    "as 1993-02-24, or name the others, such as [1993-02-24,1993-12-24]."
)
SPACES = "A date has no spaces inside: write for example [1993-02-24,1993-12-24]."
DOTS = (
    "Two dots stand before the first date of a set (no later than), after the last (no earlier "
    "than) or between two: write for example [..2025-10-16], [2025-10-16..] or [1993..1995]."
)
BOTH_OPEN = "A set open at both ends says nothing: write one end, for example [..2025-10-16]."


def too_long(length):
    return (
        f"A date is at most 64 characters long, this one has {length}: write one such as "
        "2005-05-24 or [1993-02-24,1993-12-24]."
    )


def no_date(text):
    return f"“{text}” is not a date in EDTF: write for example 2005-05-24, 2008-09, 1993, 199X or 1993~."


def no_month(text):
    return (
        f"“{text}” has no such month: after the year comes 01 to 12 (a month), 21 to 24 (spring to "
        "winter) or 40 or 41 (a half-year), for example 2008-09 or 2025-40."
    )


def no_day(text, length, sample):
    return (
        f"“{text}” is not a day of the calendar, that month has {length} days: write for example "
        f"{sample}."
    )


def no_x(text):
    return (
        f"“{text}” has an X in the wrong place: only the last digits can be unknown, for example 199X, "
        "19XX, 2004-XX or 2004-05-XX."
    )


REFUSED = [
    ("", MISSING),
    (" \t\n", MISSING),
    ("1" * 65, too_long(65)),
    ("[" + "1993-02-24," * 2000 + "1993]", too_long(22006)),
    ("1993\x00", PLAIN),
    ("\x1f1993", PLAIN),
    ("1993\x7f", PLAIN),
    ("\ud800", PLAIN),
    ("١٩٩٣", PLAIN),
    ("1993–2013", PLAIN),
    ("yesterday", no_date("yesterday")),
    ("0000", YEARS),
    ("0000-01-01", YEARS),
    ("1993/0000", YEARS),
    ("0000-XX", YEARS),
    ("-0004", YEARS),
    ("[1993,-0004]", YEARS),
    ("12345", YEARS),
    ("[..12345]", YEARS),
    ("Y12345", YEARS),
    ("1993/Y17E8", YEARS),
    ("1993-02-24T10:00:00", TIMES),
    ("1993-02-24T10:00:00Z/1994", TIMES),
    ("1993-02-24 10:00", TIMES),
    ("/1993", NO_BEGINNING),
    ("../1993", NO_BEGINNING),
    ("1993/", NO_END),
    ("1993/..", NO_END),
    ("../..", NO_ENDS),
    ("/", NO_ENDS),
    ("1993/1994/1995", ONE_SLASH),
    ("[1993/1994", SET),
    ("1993/[1994,1995]", ONE_SLASH),
    ("1993,1994/1995", ONE_SLASH),
    ("2005/2004", REVERSED),
    ("2004-06/2004-05-03", REVERSED),
    ("[1995..1993]", REVERSED),
    ("{1993,1994}", CURLY),
    ("[1993,1994}", CURLY),
    ("[", SET),
    ("[1993", SET),
    ("[1993-02-24,1993-12-24]x", SET),
    ("[1993/1994,1995]", SET),
    ("[[1993,1994]]", SET),
    ("1993..1995", NO_BRACKETS),
    ("..1995", NO_BRACKETS),
    ("1993,1995", NO_BRACKETS),
    ("[]", SINGLE),
    ("[1993]", SINGLE),
    ("[1993, 1994]", SPACES),
    ("[..]", DOTS),
    ("[1993..,1994]", DOTS),
    ("[1993,..1994]", DOTS),
    ("[..1993,1995..]", BOTH_OPEN),
    ("1972-13", no_month("1972-13")),
    ("1993-00", no_month("1993-00")),
    ("2004-25", no_month("2004-25")),
    ("2004-33", no_month("2004-33")),
    ("2004-42", no_month("2004-42")),
    ("2004-21-05", no_month("2004-21-05")),
    ("2023-02-30", no_day("2023-02-30", 28, "2023-02-28")),
    ("2023-02-29", no_day("2023-02-29", 28, "2023-02-28")),
    ("1900-02-29", no_day("1900-02-29", 28, "1900-02-28")),
    ("1972-06-31?", no_day("1972-06-31?", 30, "1972-06-30")),
    ("1993-01-00", no_day("1993-01-00", 31, "1993-01-31")),
    ("1993/2013-04-31", no_day("2013-04-31", 30, "2013-04-30")),
    ("XXXX", no_x("XXXX")),
    ("1XXX", no_x("1XXX")),
    ("XX93", no_x("XX93")),
    ("199X-05", no_x("199X-05")),
    ("2004-XX-15", no_x("2004-XX-15")),
    ("2004-1X", no_x("2004-1X")),
    ("2004-05-2X", no_x("2004-05-2X")),
    ("2004-21-XX", no_x("2004-21-XX")),
    ("2004-00-XX", no_month("2004-00")),
    ("garbage", no_date("garbage")),
    ("24 May 2005", no_date("24 May 2005")),
    ("24.05.2005", no_date("24.05.2005")),
    ("20050524", no_date("20050524")),
    ("1993-1", no_date("1993-1")),
    ("2004 -05", no_date("2004 -05")),
    ("1993S2", no_date("1993S2")),
    ("199x", no_date("199x")),
    ("1993?~", no_date("1993?~")),
    ("?2004?", no_date("?2004?")),
    ("2004-21^north", no_date("2004-21^north")),
    ("[1993,,1994]", no_date("")),
    ("]", no_date("]")),
]


def day(text):
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize(("text", "earliest", "latest", "precision", "display"), ACCEPTED)
def test_accepted(text, earliest, latest, precision, display):
    value = parse(text)
    assert value.edtf == text.strip()
    assert (value.earliest, value.latest) == (day(earliest), day(latest))
    assert value.precision == precision
    assert value.display() == display
    assert value.sort_date == day(earliest or latest)
    assert value.sort_end == day(latest or earliest)
    assert bounds(text) == (value.sort_date, value.sort_end)


def test_every_precision_has_an_example():
    assert {row[3] for row in ACCEPTED} == set(dates.PRECISIONS)


@pytest.mark.parametrize(("text", "approximate", "uncertain", "display"), QUALIFIED)
def test_qualifiers(text, approximate, uncertain, display):
    value = parse(text)
    assert (value.approximate, value.uncertain) == (approximate, uncertain)
    assert value.display() == display


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=ascii)
def test_refused(text, message):
    with pytest.raises(DateError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_validate_raises_what_forms_show():
    assert validate("2005-05-24") is None
    with pytest.raises(ValidationError) as caught:
        validate("/1993")
    assert (caught.value.code, caught.value.messages) == ("edtf", [NO_BEGINNING])


def test_an_overlong_set_is_refused_before_it_is_read():
    start = time.perf_counter()
    with pytest.raises(DateError):
        parse("[" + "1993-02-24," * 200_000 + "1993]")
    assert time.perf_counter() - start < 0.05


@pytest.mark.parametrize(
    "text",
    [
        "[" + ",".join(str(year) for year in range(1990, 2002)) + "]",
        "[" + ",".join(f"{year}~" for year in range(1990, 2000)) + "]",
        "[" + ",".join(f"{decade}X" for decade in range(190, 202)) + "]",
        "[..1900," + ",".join(str(year) for year in range(1901, 1911)) + "]",
        "[1993..1995,1993..1995,1993..1995,1993..1995,1993..1995]",
        "[" * 64,
        "[" * 32 + "]" * 32,
        "/" * 64,
        "," * 64,
        "." * 64,
        "?" * 64,
        "X" * 64,
        "-" * 64,
        "1993-" * 12,
        "{" * 32 + "1993}" * 6,
    ],
)
def test_no_text_is_slow(text):
    assert len(text) <= 64
    start = time.perf_counter()
    with contextlib.suppress(DateError):
        parse(text)
    assert time.perf_counter() - start < 0.05


@pytest.mark.parametrize(
    ("ours", "cited", "verdict"),
    [
        ("2005-05-24", "2005-05-24", "supports"),
        ("2005-05-24", "2005-05-25", "contradicts"),
        ("2005-05", "2005-05-24", "finer"),
        ("2005-05-24", "2005-05", "coarser"),
        ("2005-05-24", "2005", "coarser"),
        ("2005", "2006", "contradicts"),
        ("2005-05", "2005-05-XX", "supports"),
        # Qualifiers are no members.
        ("1993", "1993~", "supports"),
        ("1993?", "1993-05%", "finer"),
        # Members, not bounds.
        ("[1993-02-24,1993-12-24]", "1993-02-24", "finer"),
        ("1993-02-24", "[1993-02-24,1993-12-24]", "coarser"),
        ("[1993-02-24,1993-12-24]", "1993-06-01", "contradicts"),
        ("[1993-02-24,1993-12-24]", "[1993-12-24,1993-02-24]", "supports"),
        ("[1993-02-24,1993-12-24]", "1993", "coarser"),
        ("[1993-02-24,1993-12-24]", "1993-02", "contradicts"),
        ("[1993,1995]", "[1993..1995]", "coarser"),
        ("[1993,1993-02-24]", "1993", "supports"),
        ("199X", "[1990..1999]", "supports"),
        ("[1993,1994]", "[1993..1994]", "supports"),
        ("[1993,1994,1995]", "1994", "finer"),
        ("2025-40", "2025-03", "finer"),
        ("2025-40", "2025-22", "contradicts"),
        # Open ends are candidates up to, or from, a day.
        ("[..2025-10-16]", "2025-10-16", "finer"),
        ("[..2025-10-16]", "2025-10-17", "contradicts"),
        ("[..2025-10-16]", "[..2025]", "coarser"),
        ("[2025-10-16..]", "2030", "finer"),
        ("[2025-10-16..]", "[..2025-10-16]", "contradicts"),
        ("[2025-10-16..]", "2025", "contradicts"),
        ("[0001..9999]", "[..9999]", "coarser"),
        # Spans beside spans: by their ends.
        ("1993/2013", "1993/2013", "supports"),
        ("2004-01/2004-12", "2004-01-01/2004-12-31", "supports"),
        ("2004-03/2004-05", "2004-03-02/2004-05-09", "finer"),
        ("2004-03-02/2004-05-09", "2004-03/2004-05", "coarser"),
        ("1993/2013", "1995/2000", "contradicts"),
        ("1993/2013", "1993/2012", "contradicts"),
        ("2004-03-02/2004-05", "2004-03/2004-05-09", "contradicts"),
        # Spans beside anything else: as the run of days they cover.
        ("2025-01/2025-06", "2025-40", "supports"),
        ("1993/2013", "2005-05-24", "finer"),
        ("1993/2013", "[1995,2000]", "finer"),
        ("2004-03-01/2004-03-03", "2004-03", "coarser"),
        ("2004-03-01/2004-03-03", "2004-04", "contradicts"),
        ("1993/2013", "2013-12-31", "finer"),
        ("1993/2013", "2014-01-01", "contradicts"),
    ],
)
def test_compare(ours, cited, verdict):
    mirror = {"finer": "coarser", "coarser": "finer"}.get(verdict, verdict)
    assert compare(ours, cited) == verdict
    assert compare(cited, ours) == mirror
    assert compatible(ours, cited) is (verdict != "contradicts")


@pytest.mark.parametrize("pair", [("1993", "x"), ("x", "1993")])
def test_compare_refuses_what_is_no_date(pair):
    with pytest.raises(DateError):
        compare(*pair)


def test_an_open_end_never_matches_by_being_open():
    assert bounds("[..2025-10-16]") == (date(2025, 10, 16), date(2025, 10, 16))
    assert bounds("[2025-10-16..]") == (date(2025, 10, 16), date(2025, 10, 16))


def test_months_follow_the_active_language():
    value = parse("[1993-02-24,1993-12-24]")
    with translation.override("az"):
        assert "fevral" in value.display().lower()
    assert value.display() == "24 February or 24 December 1993"


def test_the_help_shows_only_valid_dates():
    shown = re.findall(r"(?<=[:,] )(\S*\d\S*) \(", str(dates.HELP))
    assert [parse(text).precision for text in shown] == [
        *("day", "month", "year", "decade", "season", "half"),
        *("year", "year", "span", "set", "open", "open"),
    ]


def test_the_module_is_imported_without_settings():
    code = (
        "import relations.dates, relations.provenance.wording; from django.conf import settings; "
    )
    code += "assert not settings.configured"
    root = Path(dates.__file__).parents[2]
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, env={}, cwd=root)


# The edtf package knows the grammar too. It reads no qualifier after a season or half, no span of
# halves, no set of seasons and no mixed range; it ends winter in December, and has no days for
# open ends and for the years 0001-0009 and 0001-0099.
UNKNOWN_TO_EDTF = {"2025-40~", "2004-21?", "[..1993?]", "199X~/2003"}
OTHER_DAYS_IN_EDTF = {"2003-24", "9999-24", "000X", "00XX"}


@pytest.mark.parametrize(
    "text", [text for text, *_ in ACCEPTED + QUALIFIED if text not in UNKNOWN_TO_EDTF]
)
def test_the_edtf_package_reads_the_same(text):
    theirs = edtf.parse_edtf(text)
    ours = parse(text)
    if ours.precision != "open" and text not in OTHER_DAYS_IN_EDTF:
        assert tuple(theirs.lower_strict()[:3]) == ours.earliest.timetuple()[:3]
        assert tuple(theirs.upper_strict()[:3]) == ours.latest.timetuple()[:3]


@pytest.mark.parametrize("text", sorted(UNKNOWN_TO_EDTF))
def test_what_the_edtf_package_still_does_not_read(text):
    """When this fails the package has learnt it: strike it off the list above."""
    parse(text)
    assert not edtf.is_valid_edtf(text)


# Properties

days = st.dates()
qualifiers = st.sampled_from(["", "~", "?", "%"])


@st.composite
def points(draw):
    value = draw(days)
    year, month = f"{value.year:04}", f"{value.month:02}"
    form = draw(
        st.sampled_from(
            [
                value.isoformat(),
                f"{year}-{month}",
                year,
                f"{year[:3]}X",
                f"{year[:2]}XX",
                f"{year}-XX",
                f"{year}-XX-XX",
                f"{year}-{month}-XX",
                f"{year}-{draw(st.sampled_from([21, 22, 23, 24, 40, 41]))}",
            ]
        )
    )
    return form + draw(qualifiers)


def in_order(pair):
    low, high = (parse(text) for text in pair)
    return low.earliest <= high.latest


pairs = st.tuples(points(), points()).map(
    lambda pair: pair if in_order(pair) else (pair[1], pair[0])
)
sets = st.lists(points() | pairs.map("..".join), min_size=2, max_size=4).map(
    lambda members: "[" + ",".join(members) + "]"
)
valid = (
    points()
    | pairs.map("/".join)
    | pairs.map("..".join).map("[{}]".format)
    | sets.filter(lambda text: len(text) <= dates.MAX_LENGTH)
    | points().map("[..{}]".format)
    | points().map("[{}..]".format)
)
near_misses = st.text(alphabet="0129X-/.,[]{}?~%TY: \x00\ud800é", max_size=70)


@given(st.text(st.characters()) | near_misses | st.text(st.characters(categories=["Cs", "Cc"])))
@example("\ud800")
@example("1993-02-24\x00")
@example("²⁰²⁵")
def test_nothing_but_a_date_error_is_raised(text):
    try:
        value = parse(text)
    except DateError:
        return
    assert value.sort_date <= value.sort_end


@given(valid)
def test_valid_dates_are_ordered_and_support_themselves(text):
    value = parse(text)
    assert value.edtf == text
    assert value.precision in dates.PRECISIONS
    assert value.sort_date <= value.sort_end
    if value.earliest and value.latest:
        assert value.earliest <= value.latest
    assert compare(text, text) == "supports"
    assert value.display() == parse(value.edtf).display()
    assert "%" not in value.display()


@given(valid, valid)
def test_finer_and_coarser_are_mirror_images(a, b):
    mirror = {"finer": "coarser", "coarser": "finer"}
    verdict = compare(a, b)
    assert compare(b, a) == mirror.get(verdict, verdict)
    assert compatible(a, b) is compatible(b, a)


@given(valid, days)
def test_a_cited_day_is_finer_exactly_when_it_is_a_member(text, value):
    """A second way to the same answer: count the days instead of comparing runs."""
    parsed = parse(text)
    is_member = any(start <= value.toordinal() <= end for start, end in parsed.members)
    verdict = compare(text, value.isoformat())
    assert verdict in ({"finer", "supports"} if is_member else {"contradicts"})


@given(points())
def test_the_display_says_the_year(text):
    value, shown = parse(text), parse(text).display()
    if value.precision == "decade":
        assert f"{text[:3]}0s" in shown
    elif value.precision == "century":
        assert f"{int(text[:2]) + 1}" in shown
    else:
        assert text[:4] in shown


@given(days)
def test_days_round_trip(value):
    parsed = parse(value.isoformat())
    assert (parsed.earliest, parsed.latest, parsed.precision) == (value, value, "day")
    assert parsed.display() == f"{value.day} {value:%B} {value.year:04}"
    assert (parsed.approximate, parsed.uncertain) == (False, False)


@given(st.dates(max_value=date(9999, 11, 30)))
def test_a_month_is_followed_by_the_next(value):
    parsed = parse(f"{value.year:04}-{value.month:02}")
    assert parsed.earliest <= value <= parsed.latest
    assert parsed.earliest.day == 1
    assert (parsed.latest + timedelta(days=1)).day == 1
