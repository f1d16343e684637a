"""Dates typed as they are said: the EDTF they become, or the sentence that refuses them."""

import contextlib
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relations.dates import HELP_TYPED, MAX_LENGTH, DateError, parse, to_edtf
from tests.relations.dates.test_dates import ACCEPTED, QUALIFIED, near_misses, valid

TYPED = [
    # Months and days
    ("March 2004", "2004-03"),
    ("Mar 2004", "2004-03"),
    ("mar. 2004", "2004-03"),
    ("MARCH, 2004", "2004-03"),
    ("in March of 2004", "2004-03"),
    ("Mar-2004", "2004-03"),
    ("2004 March", "2004-03"),
    ("Sept 1996", "1996-09"),
    ("03/2004", "2004-03"),
    ("03.2004", "2004-03"),
    ("16 September 1996", "1996-09-16"),
    ("on the 16th of September, 1996", "1996-09-16"),
    ("September 16, 1996", "1996-09-16"),
    ("Sept. 16th 1996", "1996-09-16"),
    ("16-Sep-1996", "1996-09-16"),
    ("16.09.1996", "1996-09-16"),
    ("3.4.2004", "2004-04-03"),
    ("16/09/1996", "1996-09-16"),
    ("09/16/1996", "1996-09-16"),
    ("05/05/2004", "2004-05-05"),
    ("16-09-1996", "1996-09-16"),
    ("  1\u00a0May\t2004 \n", "2004-05-01"),
    ("29 Feb 2024", "2024-02-29"),
    # What is coarser
    ("in the year 2004", "2004"),
    ("the 1990s", "199X"),
    ("1990’s", "199X"),
    ("20th century", "19XX"),
    ("199x", "199X"),
    ("Summer 2004", "2004-22"),
    ("fall of 2004", "2004-23"),
    ("H1 2025", "2025-40"),
    ("2025 h2", "2025-41"),
    ("first half of 2025", "2025-40"),
    ("1st half 2025", "2025-40"),
    ("the second half of 2025", "2025-41"),
    # About, and uncertain
    ("about 1993", "1993~"),
    ("c. 1993", "1993~"),
    ("c.1993", "1993~"),
    ("ca. 1993", "1993~"),
    ("approx. 1993", "1993~"),
    ("Circa March 1993", "1993-03~"),
    ("about 24 May 2005", "2005-05-24~"),
    ("about H1 2025", "2025-40~"),
    ("perhaps 1993", "1993?"),
    ("March 1993?", "1993-03?"),
    ("March 1993 (uncertain)", "1993-03?"),
    ("perhaps about 1993", "1993%"),
    # No later, no earlier
    ("before Oct 2009", "[..2009-09-30]"),
    ("before 1 March 2004", "[..2004-02-29]"),
    ("before 2001", "[..2000-12-31]"),
    ("before the 1990s", "[..1989-12-31]"),
    ("by Oct 2009", "[..2009-10]"),
    ("no later than 2009-10", "[..2009-10]"),
    ("on or before 3 May 2004", "[..2004-05-03]"),
    ("2001 or earlier", "[..2001]"),
    ("by about 1993", "[..1993~]"),
    ("after 2001", "[2002-01-01..]"),
    ("after Feb 2004", "[2004-03-01..]"),
    ("since 2001", "[2001..]"),
    ("not earlier than 3 May 2004", "[2004-05-03..]"),
    ("on or after 3 May 2004", "[2004-05-03..]"),
    ("16 October 2025 or later", "[2025-10-16..]"),
    # One of several
    ("24 Feb or 24 Dec 1993", "[1993-02-24,1993-12-24]"),
    ("Feb 24 or Dec 24, 1993", "[1993-02-24,1993-12-24]"),
    ("24 or 25 February 1993", "[1993-02-24,1993-02-25]"),
    ("February 24 or 25, 1993", "[1993-02-24,1993-02-25]"),
    ("24.02 or 24.12.1993", "[1993-02-24,1993-12-24]"),
    ("spring or summer 2004", "[2004-21,2004-22]"),
    ("1990, 1991 or December 1993", "[1990,1991,1993-12]"),
    ("about 1993 or about 1995", "[1993~,1995~]"),
    ("between 1993 and 1995", "[1993..1995]"),
    ("between March and May 2004", "[2004-03..2004-05]"),
    # Lasted
    ("1-2 March 2004", "2004-03-01/2004-03-02"),
    ("1–2 March 2004", "2004-03-01/2004-03-02"),
    ("March 1-2, 2004", "2004-03-01/2004-03-02"),
    ("1-2.03.2004", "2004-03-01/2004-03-02"),
    ("1 March - 3 April 2004", "2004-03-01/2004-04-03"),
    ("1 March 2004 - 3 April 2004", "2004-03-01/2004-04-03"),
    ("1 March 2004-3 April 2004", "2004-03-01/2004-04-03"),
    ("2004-03-01 - 2004-04-03", "2004-03-01/2004-04-03"),
    ("from 1 March to 3 April 2004", "2004-03-01/2004-04-03"),
    ("1992 to 1999", "1992/1999"),
    ("from 1992 - 1999", "1992/1999"),
    ("March to May 2004", "2004-03/2004-05"),
]


def no_day(edtf, length):
    return (
        f"“{edtf}” is not a day of the calendar, that month has {length} days: "
        f"write for example {edtf[:7]}-{length}."
    )


def no_word(word):
    return (
        f"“{word}” is not a word that can stand in a date: write for example 24 May 2005, March 2004, "
        "about 1993 or before October 2009."
    )


def no_order(text):
    return (
        f"“{text}” cannot be read as one date: write for example 24 May 2005, March 2004, about 1993 "
        "or before October 2009."
    )


def no_month(text):
    return (
        f"“{text}” names no month from 1 to 12: write day, month and year as in 16.09.1996 or "
        "16 September 1996."
    )


def a_dash(span, between):
    return (
        f"A dash between months or years has two readings: write {span} if it lasted from the one to "
        f"the other, or {between} for one unknown day between them."
    )


NO_YEAR = "The year is missing: write for example 24 May 2005 or 2005-05-24."
NO_MONTH = "The month is missing: write for example 24 May 2005 or 2005-05-24."
FOUR_DIGITS = "Write the year in four digits, for example 24 May 1993 or 1993-05-24."
REVERSED = (
    "The end is before the beginning: write the earlier date first, for example 1993/2013 or "
    "[1993..1995]."
)

REFUSED = [
    ("31 April 2004", no_day("2004-04-31", 30)),
    ("29 February 2023", no_day("2023-02-29", 28)),
    ("before 31.04.2004", no_day("2004-04-31", 30)),
    ("45 March 2004", no_day("2004-03-45", 31)),
    (
        "03/04/2004",
        (
            "In “03/04/2004” day and month cannot be told apart: write 2004-04-03 for 3 April 2004, or "
            "2004-03-04 for 4 March 2004."
        ),
    ),
    (
        "by 3-4-2004",
        (
            "In “3-4-2004” day and month cannot be told apart: write 2004-04-03 for 3 April 2004, or "
            "2004-03-04 for 4 March 2004."
        ),
    ),
    ("09.16.1996", no_month("09.16.1996")),
    ("16/17/1996", no_month("16/17/1996")),
    ("21.2004", no_month("21.2004")),
    ("1992-1999", a_dash("1992/1999", "[1992..1999]")),
    ("1992 – 1999", a_dash("1992/1999", "[1992..1999]")),
    ("March-April 2004", a_dash("2004-03/2004-04", "[2004-03..2004-04]")),
    (
        "1 March 2004 - 2005",
        (
            "A year alone after a day or a month has two readings. Write 2004-03-01/2005 for "
            "“1 March 2004 – 2005”, or 2004-03-01/2005-03-01 for “1 March 2004 – 1 March 2005”."
        ),
    ),
    (
        "March 2004 or 2005",
        (
            "A year alone after a day or a month has two readings. Write [2004-03,2005] for "
            "“March 2004 or 2005”, or [2004-03,2005-03] for “March 2004 or March 2005”."
        ),
    ),
    ("2004 - 1 March 2005", a_dash("2004/2005-03-01", "[2004..2005-03-01]")),
    ("1999-1992", REVERSED),
    ("3 April 2004 - 1 March 2004", REVERSED),
    ("between 1995 and 1993", REVERSED),
    (
        "Q3 2024",
        (
            "“q3 2024” has two readings, and a quarter has no date of its own: write 2024-07/2024-09 if it "
            "lasted that long, or [2024-07..2024-09] for one unknown day in it."
        ),
    ),
    (
        "first quarter of 2024",
        (
            "“first quarter 2024” has two readings, and a quarter has no date of its own: write "
            "2024-01/2024-03 if it lasted that long, or [2024-01..2024-03] for one unknown day in it."
        ),
    ),
    (
        "about 1993 or 1995",
        (
            "It is not clear which of the dates is approximate or uncertain. Write "
            "[1993~,1995] for “about 1993 or 1995”, or [1993~,1995~] for “about 1993 or about "
            "1995”."
        ),
    ),
    (
        "before about 1993",
        (
            "“Before” or “after” about 1993 does not name an exact day: write [..1993~] for “by” that "
            "date, or [1993~..] for that date or later."
        ),
    ),
    ("before 0001", "A date before the year 0001 cannot be stored: write for example 1993."),
    ("after 9999", "A date after the year 9999 cannot be stored: write for example 1993."),
    ("101st century", "There is no such century: write for example 20th century or 19XX."),
    (
        "from 1993",
        (
            "This span has no end. If it is one unknown day no earlier than the beginning, write for "
            "example [1993..]; if it lasted, write both ends: 1993/2013."
        ),
    ),
    (
        "until March 2013",
        (
            "This span has no beginning. If it is one unknown day no later than the end, write for example "
            "[..2013]; if it lasted, write both ends: 1993/2013."
        ),
    ),
    ("24 May", NO_YEAR),
    ("March", NO_YEAR),
    ("24", NO_YEAR),
    ("24 February 1993 or 24 December", NO_YEAR),
    ("24 2004", NO_MONTH),
    ("16.09.96", FOUR_DIGITS),
    ("16 Sep 96", FOUR_DIGITS),
    ("March 204", FOUR_DIGITS),
    ("yesterday", no_word("yesterday")),
    ("Marsh 2004", no_word("Marsh")),
    ("март 2004", no_word("март")),
    ("Monday, 16 September 1996", no_word("Monday")),
    ("about before 1993", no_order("about before 1993")),
    ("24 and 25 May 2005", no_order("24 and 25 May 2005")),
    ("May the 1990s or", no_order("May the 1990s or")),
    # What is no wording is refused as EDTF is.
    ("", "A date is missing: write 2005-05-24, 2008-09 or 1993, say."),
    ("2023-02-30", no_day("2023-02-30", 28)),
    ("[1993]", None),
    ("1993/", None),
    ("{1993,1994}", None),
    ("1993-02-24T10:00:00", None),
    ("\x1f1993", None),
    ("March\x002004", None),
    ("\ud800", None),
    ("٢٤ ٠٢ ١٩٩٣", None),
    ("²⁰²⁵", None),
    ("March 2004" * 7, None),
]


@pytest.mark.parametrize(("text", "edtf"), TYPED, ids=ascii)
def test_what_is_typed_becomes_edtf(text, edtf):
    assert to_edtf(text) == edtf
    assert to_edtf(text.upper()) == edtf
    assert parse(edtf).edtf == edtf


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=ascii)
def test_what_is_refused_and_why(text, sentence):
    with pytest.raises(DateError) as caught:
        to_edtf(text)
    if sentence is None:
        with pytest.raises(DateError) as as_edtf:
            parse(text)
        sentence = str(as_edtf.value)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("text", [row[1] for row in REFUSED if row[1]], ids=ascii)
def test_every_refusal_shows_a_date_that_is_taken(text):
    """The example a sentence ends with, and every EDTF in it but the one it refuses."""
    said = re.sub("“[^”]*”", "", text)
    examples = re.findall(r"\[[^]]+\]|[0-9][0-9X/~?-]{3,}", said)
    examples += re.findall(r"[0-9]* ?(?!Write)[A-Z][a-z]+ [0-9]{4}|about 1993", said)
    assert examples
    for shown in examples:
        assert parse(to_edtf(shown.strip()))


def test_the_help_shows_only_dates_that_are_taken():
    shown = str(HELP_TYPED).partition(": ")[2].removesuffix(".").split(", ")
    assert [to_edtf(text) for text in shown] == [
        "2005-05-24",
        "2004-03",
        "1993~",
        "[..2009-09-30]",
        "[1993-02-24,1993-12-24]",
        "2004-03-01/2004-03-02",
        "2025-40",
    ]


@pytest.mark.parametrize("text", [row[0] for row in ACCEPTED + QUALIFIED])
def test_every_form_of_edtf_is_taken_as_it_is(text):
    assert to_edtf(text) == text.strip()


# A dash between years has two readings, digits that are unknown have no words, and what is mixed is left to EDTF.
UNSAID = {
    text
    for text, *_, shown in ACCEPTED + QUALIFIED
    if "unknown" in shown or (parse(text).precision == "span" and text.count("-") < 4)
} | {
    "[1993~,1994]",
    "[1993-02~,1993-12]",
    "[2001,2003..2005]",
    "[..1993,1995]",
    "[1990,1995-02..]",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [(text, shown) for text, *_, shown in ACCEPTED + QUALIFIED if text not in UNSAID],
)
def test_a_date_that_is_typed_as_it_reads_is_the_same_date(text, shown):
    again = parse(to_edtf(shown))
    assert again.members == parse(text).members
    assert again.display() == shown


@pytest.mark.parametrize(
    "text",
    [
        "about " * 10 + "1993",
        "1 or " * 12 + "1993",
        "-" * 64,
        "1-" * 32,
        " - ".join("1" * 16),
        "or " * 21,
        "between " * 8,
        "c" * 64,
        "may " * 16,
        "?" * 64,
        "(uncertain)" * 5,
        "from to " * 8,
        "the of in on " * 4,
    ],
)
def test_no_text_is_slow(text):
    assert len(text) <= MAX_LENGTH
    start = time.perf_counter()
    with contextlib.suppress(DateError):
        to_edtf(text)
    assert time.perf_counter() - start < 0.05


# Properties

WORDS = """
about c. circa before by after since or and between to from until perhaps the of in on later earlier
first second half quarter century H1 h2 Q3 Jan February mar. March April May sept September summer
1 2 24 29 30 31 1st 3rd 0001 1993 2004 9999 1990s 199X 1993-02 2004-03-01 03/04/2004 16.09.1996 13.13.2013
[1993 [..1993] 1993~ ? , - – / .. (uncertain) no later than not earlier half
""".split()
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).flatmap(
    lambda words: st.sampled_from([" ", "", ", ", "-"]).map(lambda sign: sign.join(words))
)


@given(sentences | st.text() | near_misses | st.text(st.characters(categories=["Cs", "Cc", "Nd"])))
@example("before 0001")
@example("after 9999")
@example("0.0.0000")
@example("0 century")
def test_any_text_is_a_date_or_refused(text):
    try:
        edtf = to_edtf(text)
    except DateError:
        return
    assert parse(edtf).edtf == edtf


@given(valid)
def test_edtf_is_taken_as_it_is(text):
    assert to_edtf(text) == text


@given(st.dates(), st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "{d}.{n}.{y}", "{d}-{m}-{y}"]))
def test_a_day_is_the_same_however_it_is_written(day, form):
    text = form.format(d=day.day, m=f"{day:%B}", n=day.month, y=f"{day.year:04}")
    assert to_edtf(text) == day.isoformat()
