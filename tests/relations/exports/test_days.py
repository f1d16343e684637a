"""What formats of plain calendar dates are given: never more than the date says."""

from datetime import date

import pytest

from relations import dates
from relations.exports.days import calendar_parts, exact_days, iso_ends
from relations.exports.timelinejs import dates_of

CASES = [
    # EDTF, the two ISO ends, the exact days
    ("2005-05-24", ("2005-05-24", "2005-05-24"), ("2005-05-24", "2005-05-24")),
    ("2008-09", ("2008-09", "2008-09"), None),
    ("1996", ("1996", "1996"), None),
    ("0996", ("0996", "0996"), None),
    ("2004-03-01/2004-03-03", ("2004-03-01", "2004-03-03"), ("2004-03-01", "2004-03-03")),
    ("2004-03-01/2004-04", ("2004-03-01", "2004-04"), None),
    ("1992/1999", ("1992", "1999"), None),
    ("2005-05-24~", ("", ""), None),
    ("2005-05-24?", ("", ""), None),
    ("2004-03-01~/2004-03-03", ("", "2004-03-03"), None),
    ("1993~", ("", ""), None),
    ("2004-03-XX", ("", ""), None),
    ("199X", ("", ""), None),
    ("2004-22", ("", ""), None),
    ("2025-40", ("", ""), None),
    ("[1993-02-24,1993-12-24]", ("", ""), None),
    ("[2004-03-01..2004-03-03]", ("", ""), None),
    ("[..2025-10-16]", ("", ""), None),
    ("[2025-10-16..]", ("", ""), None),
]


@pytest.mark.parametrize(("text", "ends", "days"), CASES)
def test_only_what_is_certain_is_said(text, ends, days):
    when = dates.parse(text)
    assert iso_ends(when) == ends
    assert exact_days(when) == (days and tuple(map(date.fromisoformat, days)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2005-05-24", {"year": 2005, "month": 5, "day": 24}),
        ("2008-09", {"year": 2008, "month": 9}),
        ("1996", {"year": 1996}),
        ("199X", {"year": 1990}),
        ("2004-22", {"year": 2004}),
    ],
)
def test_calendar_parts(text, parts):
    assert calendar_parts(dates.parse(text).ranges[0].low) == parts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2005-05-24", {"start_date": {"year": 2005, "month": 5, "day": 24}}),
        ("2008-09~", {"start_date": {"year": 2008, "month": 9}}),
        (
            "2004-03-01/2004-04",
            {
                "start_date": {"year": 2004, "month": 3, "day": 1},
                "end_date": {"year": 2004, "month": 4},
            },
        ),
        ("199X", {"start_date": {"year": 1990}, "end_date": {"year": 1999}}),
        ("2025-40", {"start_date": {"year": 2025}}),
        ("[1993-02-24,1993-12-24]", {"start_date": {"year": 1993}}),
        ("[1993-02-24,1995-12-24]", {"start_date": {"year": 1993}, "end_date": {"year": 1995}}),
        ("[..2025-10-16]", {"start_date": {"year": 2025}}),
        ("2004-03-XX", {"start_date": {"year": 2004, "month": 3}}),
    ],
)
def test_where_a_slide_stands(text, shown):
    assert dates_of(dates.parse(text)) == shown
