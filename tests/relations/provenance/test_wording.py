from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations import dates
from relations.provenance.wording import Wording, date_from_wording, norm, quantity_from_wording


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        # Days
        ("October 22, 1999", {"1999-10-22"}),
        ("on October 22, 1999,", {"1999-10-22"}),
        ("October 22 1999", {"1999-10-22"}),
        ("24 February 1993", {"1993-02-24"}),
        ("24th of February, 1993", {"1993-02-24"}),
        ("18 October 1996", {"1996-10-18"}),
        ("24.02.1993", {"1993-02-24"}),
        ("Almaty, 16.06.2006.", {"2006-06-16"}),
        ("30.10.2025Azerbaijani", {"2025-10-30"}),
        ("date 2025-10-21", {"2025-10-21"}),
        ("2025-10-21T08:30:00+04:00", {"2025-10-21"}),
        ("July 4, 2024 08:30 (UTC+04:00)", {"2024-07-04"}),
        ("24 мая 2005 года", {"2005-05-24"}),
        ("2005 жылғы 24 мамыр", {"2005-05-24"}),
        ("03/04/2005", {"2005-04-03", "2005-03-04"}),
        ("24/05/2005", {"2005-05-24"}),
        # Months, seasons, parts of a year
        ("September 2008", {"2008-09"}),
        ("Sept. 2008", {"2008-09"}),
        ("January of 1993", {"1993-01"}),
        ("November 2013", {"2013-11"}),
        ("May 2005", {"2005-05"}),
        ("в сентябре 2008 года", {"2008-09"}),
        ("2008 жылғы қыркүйек", {"2008-09"}),
        ("first half of 2025", {"2025-40"}),
        ("In the first half of 2025 alone", {"2025-40"}),
        ("second half of 2025", {"2025-41"}),
        ("H1 2025", {"2025-40"}),
        ("во втором полугодии 2025 года", {"2025-41"}),
        ("summer of 2004", {"2004-22"}),
        ("third quarter of 2024", {"2024-07/2024-09"}),
        ("Q1 2025", {"2025-01/2025-03"}),
        ("first seven months of 2025", {"2025-01/2025-07"}),
        ("first 11 months of 2025", {"2025-01/2025-11"}),
        # Years and more
        ("2006", {"2006"}),
        ("(1993)", {"1993"}),
        ("1993.", {"1993"}),
        ("в 1996 году", {"1996"}),
        ("договор 2006 года", {"2006"}),
        ("2006 жылғы", {"2006"}),
        ("1996 жылы", {"1996"}),
        ("1996 and 2006", {"1996", "2006"}),
        ("the 1990s", {"199X"}),
        ("1990-х", {"199X"}),
        ("21st century", {"20XX"}),
        ("about 1993", {"1993~"}),
        ("circa May 2005", {"2005-05~"}),
        # Spans
        ("1993-2013", {"1993/2013"}),
        ("1993–2013", {"1993/2013"}),
        ("from 1993 to 2013", {"1993/2013"}),
        ("between 1993 and 2013", {"1993/2013"}),
        ("с 1993 по 2013 годы", {"1993/2013"}),
        ("1993 жылдан 2013 жылға", {"1993/2013"}),
        ("2024/25", {"2024/2025"}),
        ("1993-94", {"1993/1994"}),
        ("2005-06", {"2005-06", "2005/2006"}),
        ("January–July 2025", {"2025-01/2025-07"}),
        ("January through July 2025", {"2025-01/2025-07"}),
        ("November 2024 – February 2025", {"2024-11/2025-02"}),
        ("March 1-3, 2004", {"2004-03-01/2004-03-03"}),
        ("1–3 March 2004", {"2004-03-01/2004-03-03"}),
        ("24-26 мая 2005 г.", {"2005-05-24/2005-05-26"}),
        ("1 March – 3 April 2004", {"2004-03-01/2004-04-03"}),
        ("May 30 – June 2, 2004", {"2004-05-30/2004-06-02"}),
        ("30 December 2004 – 2 January 2005", {"2004-12-30/2005-01-02"}),
        # Two days
        ("24 February or 24 December 1993", {"[1993-02-24,1993-12-24]"}),
        ("24 or 25 May 2005", {"[2005-05-24,2005-05-25]"}),
        ("24 and 25 May 2005", {"2005-05-24", "2005-05-25"}),
        ("24 February and 24 December 1993", {"1993-02-24", "1993-12-24"}),
        # A day keeps its own year and month to itself
        ("24 May 2005, in May 2005, in 2005", {"2005-05-24"}),
        ("24 May 2005, and again in 2006", {"2005-05-24", "2006"}),
    ],
)
def test_dates_as_printed(text, readings):
    assert date_from_wording(text) == readings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the two presidents met",
        "met in Almaty on May 10, and this meeting was",
        "they may 2 times march",
        "10 May",
        "February 30, 2023",
        "31.06.1972",
        "2023-02-30",
        "2000 people",
        "1993 km",
        "$2006",
        "€ 2006 million",
        "1993%",
        "155,000 people",
        "3.1993",
        "1,993",
        "1993.5",
        "No. 1993",
        "№ 1996",
        "0009-0008-4434-387X",
        "A/51/1993",
        "/2006/05/24/",
        "19930224",
        "X1993",
        "2013-1993",
        "20th",
        "nearly fivefold",
        "\ud800\x00",
    ],
    ids=ascii,
)
def test_no_date_is_read_where_none_is_printed(text):
    assert date_from_wording(text) == set()


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier"),
    [
        # Money
        ("$331.7 million", 331_700_000, "USD", "exact"),
        ("$281.6 million, while imports", 281_600_000, "USD", "exact"),
        ("around $50 million", 50_000_000, "USD", "about"),
        ("$1 billion", 1_000_000_000, "USD", "exact"),
        ("US$ 3bn", 3_000_000_000, "USD", "exact"),
        ("$5m", 5_000_000, "USD", "exact"),
        ("over $5 bn", 5_000_000_000, "USD", "more than"),
        ("about USD 331.7 million", 331_700_000, "USD", "about"),
        ("331.7 million US dollars", 331_700_000, "USD", "exact"),
        ("331,7 млн долл.", 331_700_000, "USD", "exact"),
        ("свыше 5 млрд тенге", 5_000_000_000, "KZT", "more than"),
        ("€2 trillion", 2_000_000_000_000, "EUR", "exact"),
        ("20 manats", 20, "AZN", "exact"),
        # Shares and factors
        ("nearly 40%", 40, "percent", "nearly"),
        ("40 per cent", 40, "percent", "exact"),
        ("около 40 процентов", 40, "percent", "about"),
        ("-5.4%", "-5.4", "percent", "exact"),
        ("nearly fivefold", 5, "factor", "nearly"),
        ("5-fold", 5, "factor", "exact"),
        ("3.5 times", "3.5", "factor", "exact"),
        ("more than doubled", 2, "factor", "more than"),
        ("almost tripled", 3, "factor", "nearly"),
        # Counts
        ("approximately 155,000 people", 155_000, "people", "about"),
        ("155 000 человек", 155_000, "people", "exact"),
        ("Nearly 40 bilateral agreements", 40, None, "nearly"),
        ("more than 20 companies", 20, None, "more than"),
        ("50+ companies", 50, None, "more than"),
        ("at least a hundred", 100, None, "more than"),
        ("no less than 5", 5, None, "more than"),
        ("less than 3 percent", 3, "percent", "less than"),
        ("no more than 5", 5, None, "less than"),
        ("up to 1.5 million tonnes", 1_500_000, "tonnes", "less than"),
        ("some 400 km", 400, "km", "about"),
        ("awesome 40", 40, None, "exact"),
        ("1.5m", "1.5", None, "exact"),
        ("1,234,567.89", "1234567.89", None, "exact"),
        ("1.234", "1.234", None, "exact"),
        # Words
        ("sixteen heads of state", 16, None, "exact"),
        ("twenty-five", 25, None, "exact"),
        ("two million barrels", 2_000_000, "barrels", "exact"),
        ("one hundred and fifty-five", 155, None, "exact"),
        ("two hundred", 200, None, "exact"),
        ("one", 1, None, "exact"),
        # A number alone is one, even if it could be a year
        ("2000", 2000, None, "exact"),
        ("2000 people", 2000, "people", "exact"),
        # Dates are no figures
        ("in 2006, $331.7 million", 331_700_000, "USD", "exact"),
        ("on 24 May 2005 sixteen treaties", 16, None, "exact"),
    ],
)
def test_a_quantity_as_printed(text, value, unit, qualifier):
    assert quantity_from_wording(text) == [Wording(Decimal(value), unit, qualifier)]


@pytest.mark.parametrize("number", range(21))
def test_number_words(number):
    words = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty"
    )
    assert quantity_from_wording(words.split()[number]) == [Wording(Decimal(number), None, "exact")]


def test_quantities_come_in_their_order():
    assert quantity_from_wording("doubled to $331.7 million, or nearly 40%") == [
        Wording(Decimal(2), "factor", "exact"),
        Wording(Decimal(331_700_000), "USD", "exact"),
        Wording(Decimal(40), "percent", "nearly"),
    ]


def test_a_range_shares_its_scale_and_unit():
    assert quantity_from_wording("40–50 million dollars") == [
        Wording(Decimal(40_000_000), "USD", "exact"),
        Wording(Decimal(50_000_000), "USD", "exact"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the two-thirds",
        "one of the",
        "one another",
        "the 20th",
        "twenty-first",
        "twenty first",
        "often alone",
        "a",
        "in 1993",
        "24 May 2005",
        "1993–2013",
        "08:30 (UTC+04:00)",
        "H1N5",
        "\ud800\x00",
    ],
    ids=ascii,
)
def test_no_quantity_is_read_where_none_is_printed(text):
    assert quantity_from_wording(text) == []


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("  a\n b\u00a0c\t", "a b c"),
        ("“Nearly” ‘40’", "\"nearly\" '40'"),
        ("«Договор»", '"договор"'),
        ("Azerbaijan’s", "azerbaijan's"),
        ("1993–2013 — 5 − 2 ‑ 1", "1993-2013 - 5 - 2 - 1"),
        ("Cafe\u0301", "café"),
        ("co\u00adoperation\ufeff", "cooperation"),
        ("STRASSE Straße", "strasse strasse"),
        ("", ""),
    ],
)
def test_norm(printed, folded):
    assert norm(printed) == folded


# Properties

printed = st.text() | st.text(
    alphabet="0123459$%-–.,/: maytofthousndrjeuмлнгодажы\u0661\u00b2\ud800", max_size=60
)


@given(printed)
def test_any_text_can_be_read(text):
    for reading in date_from_wording(text):
        dates.parse(reading)
    for wording in quantity_from_wording(text):
        assert wording.value.is_finite()


@given(st.text())
def test_norm_of_a_norm_is_the_same(text):
    assert norm(norm(text)) == norm(text)


@given(st.dates(min_value=dates.parse("1500").earliest, max_value=dates.parse("2199").latest))
def test_every_day_is_read_in_every_printing(value):
    for printing in [
        f"{value:%B} {value.day}, {value.year}",
        f"{value.day} {value:%B} {value.year}",
        f"{value:%d.%m.%Y}",
        value.isoformat(),
    ]:
        assert date_from_wording(f"signed on {printing} in Baku") == {value.isoformat()}
    assert date_from_wording(f"in {value:%B} {value.year}") == {value.isoformat()[:7]}
    assert date_from_wording(f"in {value.year}") == {str(value.year)}


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_amount_is_read(value):
    assert quantity_from_wording(f"nearly ${value:,} in all") == [Wording(value, "USD", "nearly")]
