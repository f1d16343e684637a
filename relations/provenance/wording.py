"""Read dates and figures as a source prints them, to check citations.

A citation quotes at most a few words of its source. These readers say which values the words can mean, in
English, Russian and Kazakh as our sources print them. They exist to find mistakes: in doubt they read
nothing, rather than a value that the words do not state.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from relations import dates

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
FOLD = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4\u0060", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"')
    | dict.fromkeys(DASHES, "-")
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff")  # soft hyphens and other marks without a width
)


def norm(text: str) -> str:
    """`text` in a form that compares with another printing of it: spaces, quotes, dashes and case folded."""
    folded = unicodedata.normalize("NFC", text.translate(FOLD).casefold())
    return " ".join(folded.translate(FOLD).split())  # again: folding case makes quotes of its own


# Dates

# Stems: Russian and Kazakh put endings after them, English abbreviations a full stop.
MONTHS = {
    1: "january|jan|январ|қаңтар",
    2: "february|feb|феврал|ақпан",
    3: "march|mar|март|наурыз",
    4: "april|apr|апрел|сәуір",
    5: "may|май|мая|мае|мамыр",
    6: "june|jun|июн|маусым",
    7: "july|jul|июл|шілде",
    8: "august|aug|август|тамыз",
    9: "september|sept|sep|сентябр|қыркүйек",
    10: "october|oct|октябр|қазан",
    11: "november|nov|ноябр|қараша",
    12: "december|dec|декабр|желтоқсан",
}
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
STEMS = {stem: number for number, stems in MONTHS.items() for stem in stems.split("|")}


def _month(name: str) -> str:
    """A pattern for the name of a month, as group `name`: complete words in English, with endings in other
    languages.
    """
    latin = "|".join(stem for stem in STEMS if stem.isascii())
    other = "|".join(stem for stem in STEMS if not stem.isascii())
    return rf"(?P<{name}>(?:{latin})(?![^\W\d_])\.?|(?:{other})[^\W\d_]{{0,5}})"


# Not inside a longer number, nor an amount of money, on either side.
START = r"(?<!\w)(?<!\d[.,:/-])(?<![$€£№])(?<![$€£№] )(?<!no\. )"
END = r"(?!\d)(?![-.,:/]\d)"
DAY, DAY2 = (rf"(?P<{name}>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?" for name in ("day", "day2"))
YEAR, YEAR2 = (rf"(?P<{name}>1[5-9]\d\d|2[01]\d\d)" for name in ("year", "year2"))
M, M2 = _month("month"), _month("month2")
OF = r"(?:,| of)? ?"
TO = r" ?(?:-|\bto\b|\bthrough\b|\buntil\b|\bпо\b) ?"
OR = r" (?:or|или|немесе) "
AND = r" (?:and|и|және) "
KAZAKH_YEAR = r" ?(?:жыл\w{0,6}|ж\.)"
ABOUT = re.compile(r"(?:\b(?:about|around|approximately|circa|около|примерно)|\bca?\.|~) ?$")
MEASURES = (
    r"%|percent|per cent|(?:m|b|tr)illion|thousand|mln|bln|usd|eur|azn|kzt|dollars|euros|tenge|"
    r"manats?|people|persons|citizens|students|companies|times|tons|tonnes|barrels|km|miles|"
    r"kilomet\w+|met(?:er|re)s|mw|млн|млрд|тыс\w*|км|тонн\w*|человек|долл\w*|процент\w*"
)
COUNTS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]


def _stem(name: str) -> str:
    return max((stem for stem in STEMS if name.startswith(stem)), key=len)


def _ym(found: dict, which: str = "") -> str:
    """Year and month of one side; a side that does not name them takes those of the other."""
    year = found.get("year" + which) or found.get("year") or found.get("year2")
    name = found.get("month" + which) or found["month"]
    month = int(name) if name.isdigit() else STEMS[_stem(name)]
    return f"{year}-{month:02}"


def _ymd(found: dict, which: str = "") -> str:
    return f"{_ym(found, which)}-{int(found['day' + which]):02}"


def _either_order(found: dict) -> list[str]:
    """Read 03/04/2005 as two possible days: the order differs between countries."""
    a, b, year = found["a"].zfill(2), found["b"].zfill(2), found["year"]
    return [f"{year}-{a}-{b}", f"{year}-{b}-{a}"]


def _short_year(found: dict) -> list[str]:
    """Read a short year: 1993-94 is two years, 2005-10 a month, 2005-06 may be either."""
    year, short = found["year"], found["short"]
    return [f"{year}/{year[:2]}{short}", *([f"{year}-{short}"] if found["sign"] == "-" else [])]


def _months_from_january(found: dict) -> list[str]:
    count = found["count"]
    last = int(count) if count.isdigit() else COUNTS.index(count) + 2
    return [f"{found['year']}-01/{found['year']}-{last:02}"]


def _quarter(found: dict) -> list[str]:
    number = {"first": 1, "second": 2, "third": 3, "fourth": 4}.get(found["quarter"])
    last = 3 * (number or int(found["quarter"]))
    return [f"{found['year']}-{last - 2:02}/{found['year']}-{last:02}"]


def _half(found: dict) -> list[str]:
    return [f"{found['year']}-{40 if found['half'] in ('first', 'перв', '1') else 41}"]


def _span_of_days(found: dict) -> list[str]:
    return [f"{_ymd(found)}/{_ymd(found, '2')}"]


def _one_of_days(found: dict) -> list[str]:
    return [f"[{_ymd(found)},{_ymd(found, '2')}]"]


def _both_days(found: dict) -> list[str]:
    return [_ymd(found), _ymd(found, "2")]


# The longest first: what a rule has matched is gone for those after it, so a year is not read
# again out of a day, nor a month out of a thirtieth of February.
RULES: list[tuple[re.Pattern, Callable[[dict], list[str]]]] = [
    (re.compile(START + pattern + END), read)
    for pattern, read in [
        (r"(?P<iso>\d{4}-\d\d-\d\d)(?:t\d\d:\d\d\S*)?", lambda f: [f["iso"]]),
        (rf"{DAY} {M}(?:{OF}{YEAR})?{TO}{DAY2} {M2}{OF}{YEAR2}", _span_of_days),
        (rf"{M} {DAY}(?:{OF}{YEAR})?{TO}{M2} {DAY2}{OF}{YEAR2}", _span_of_days),
        (rf"{DAY}{TO}{DAY2} {M}{OF}{YEAR}", _span_of_days),
        (rf"{M} {DAY}{TO}{DAY2}{OF}{YEAR}", _span_of_days),
        (rf"{DAY} {M}{OR}{DAY2} {M2}{OF}{YEAR}", _one_of_days),
        (rf"{DAY} {M}{AND}{DAY2} {M2}{OF}{YEAR}", _both_days),
        (rf"{DAY}{OR}{DAY2} {M}{OF}{YEAR}", _one_of_days),
        (rf"{DAY}{AND}{DAY2} {M}{OF}{YEAR}", _both_days),
        (rf"{DAY} (?:of )?{M}{OF}{YEAR}", lambda f: [_ymd(f)]),
        (rf"{M} (?:the )?{DAY}{OF}{YEAR}", lambda f: [_ymd(f)]),
        (rf"{YEAR}{KAZAKH_YEAR} {DAY} {M}", lambda f: [_ymd(f)]),
        (rf"{DAY}\.(?P<month>0?[1-9]|1[0-2])\.{YEAR}", lambda f: [_ymd(f)]),
        (rf"(?P<a>\d\d?)/(?P<b>\d\d?)/{YEAR}", _either_order),
        (rf"(?P<half>first|second) half of (?:the year )?{YEAR}", _half),
        (rf"(?P<half>перв|втор)\w{{2,3}} полугоди\w{{1,2}} {YEAR}", _half),
        (rf"h(?P<half>[12]) {YEAR}", _half),
        (rf"(?P<quarter>first|second|third|fourth) quarter of {YEAR}", _quarter),
        (rf"q(?P<quarter>[1-4]) {YEAR}", _quarter),
        (
            rf"first (?P<count>[2-9]|1[01]|{'|'.join(COUNTS)}) months of {YEAR}",
            _months_from_january,
        ),
        (
            rf"{M}(?:{OF}{YEAR})?{TO}{M2}{OF}{YEAR2}",
            lambda f: [f"{_ym(f)}/{_ym(f, '2')}"],
        ),
        (
            rf"(?P<season>{'|'.join(SEASONS)}){OF}{YEAR}",
            lambda f: [f"{f['year']}-{SEASONS[f['season']]}"],
        ),
        (rf"{M}{OF}{YEAR}", lambda f: [_ym(f)]),
        (rf"{YEAR}{KAZAKH_YEAR} {M}", lambda f: [_ym(f)]),
        (r"(?P<decade>1[5-9]\d|2[01]\d)0(?:'?s|-х|-е)(?!\w)", lambda f: [f"{f['decade']}X"]),
        (
            r"(?P<century>1[6-9]|2[01])(?:st|th) century",
            lambda f: [f"{int(f['century']) - 1}XX"],
        ),
        (
            rf"{YEAR}(?:{TO}|/| жылдан ){YEAR2}",
            lambda f: [f"{f['year']}/{f['year2']}"],
        ),
        (rf"between {YEAR} and {YEAR2}", lambda f: [f"{f['year']}/{f['year2']}"]),
        (rf"{YEAR}(?P<sign>[-/])(?P<short>\d\d)(?!\w)", _short_year),
        (rf"{YEAR}(?!\w)(?! ?(?:{MEASURES})(?!\w))", lambda f: [f["year"]]),
    ]
]


def date_from_wording(text: str) -> set[str]:
    """Every EDTF reading of the dates printed in `text`; empty where it prints none.

    The year or month of a day is not a reading of its own, wherever the text repeats it. A day without its
    year is not a date. Numbers with dots are read day first, as our sources print them; with slashes both
    orders are readings.
    """
    readings, _ = _read_dates(norm(text))
    return {
        reading
        for reading in readings
        if not any(other.startswith(reading + "-") for other in readings)
    }


def _read_dates(text: str) -> tuple[set[str], str]:
    """The readings of a text in its `norm` form, and the text without the words that were read."""
    readings = set()
    for pattern, read in RULES:
        for match in pattern.finditer(text):
            is_about = ABOUT.search(text, 0, match.start())
            for reading in read(match.groupdict()):
                is_point = "/" not in reading and "[" not in reading
                readings.add(reading + "~" if is_about and is_point else reading)
        text = pattern.sub(";", text)
    return {reading for reading in readings if _is_date(reading)}, text


def _is_date(text: str) -> bool:
    try:
        dates.parse(text)
    except dates.DateError:
        return False
    return True


# Quantities

QUALIFIERS = {
    "about": "about|around|approximately|approx\\.|roughly|some|circa|~|≈|около|примерно|порядка",
    "nearly": "nearly|almost|close to|почти",
    "less than": "less than|fewer than|under|below|up to|at most|no more than|not more than|"
    "не более|менее|до",
    "more than": "more than|over|above|exceed(?:s|ed|ing)?|at least|no less than|not less than|"
    "no fewer than|upwards of|не менее|более|больше|свыше",
}
SCALES = {
    3: r"thousand|тыс\w*\.?",
    6: r"million|mln|mn|млн|миллион\w*",
    9: r"billion|bln|bn|млрд|миллиард\w*",
    12: r"trillion|trln|tn|трлн|триллион\w*",
}
# An m after an amount of money is a million, elsewhere a metre.
MONEY_SCALES = SCALES | {6: SCALES[6] + "|m"}
# What stands before or after a number; a currency goes by its ISO 4217 code.
CURRENCIES = {
    "USD": r"us\$|\$|usd",
    "EUR": "€|eur",
    "GBP": "£|gbp",
    "KZT": "₸|kzt",
    "AZN": "₼|azn",
    "RUB": "₽|rub",
}
UNITS = {
    "percent": r"%|per ?cent|процент\w*|пайыз\w*",
    "factor": r"fold|times|раза?|есе",
    "USD": r"(?:us |u\.s\. |american )?dollars?|usd|долл\w*\.?",
    "EUR": r"euros?|eur|€|евро",
    "GBP": r"pounds? sterling|gbp",
    "KZT": r"tenge|kzt|₸|тенге|теңге",
    "AZN": r"manats?|azn|₼|манат\w*",
    "RUB": r"r(?:o)?ubles?|rub|₽|рубл\w*",
    "people": r"people|persons|человек\w*|адам",
    "tonnes": r"(?:metric )?ton(?:ne)?s?|тонн\w*",
    "km": r"km|kilomet(?:er|re)s?|км",
    "barrels": r"barrels?|баррел\w*",
}
SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
MULTIPLIED = {"doubled": 2, "tripled": 3, "quadrupled": 4}

_ones = "|".join(SMALL[1:10])
_below_hundred = rf"(?:{'|'.join(TENS)})(?:[- ](?:{_ones}))?|{'|'.join(reversed(SMALL))}"
NUMBER = re.compile(
    # 155,000  155 000  331.7  331,7  -5.4; no ordinal, no time, no part of a longer number
    r"(?<![\w:])(?<!\d[.,])-?\d{1,3}(?:(?P<mark>[, ])\d{3}(?!\d)(?:(?P=mark)\d{3}(?!\d))*)"
    r"(?:\.\d+)?(?![\d:])|"
    r"(?<![\w:])(?<!\d[.,])-?\d+(?:[.,]\d+)?(?![\d:])(?!st\b|nd\b|rd\b|th\b)|"
    rf"\b(?:(?:a|{_ones}) hundred(?:(?: and)? (?:{_below_hundred}))?|{_below_hundred})"
    r"(?=fold\b|\b)(?!-?third|-?quarter| of\b| another\b)"
    r"(?![- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b)"
)
MULTIPLE = re.compile(rf"\b(?:{'|'.join(MULTIPLIED)})\b")


@dataclass(frozen=True, slots=True)
class Wording:
    """A figure as printed.

    `unit` is a key of UNITS (a currency by its ISO 4217 code), or None where something else is counted.
    `qualifier` is "exact" or a key of QUALIFIERS.
    """

    value: Decimal
    unit: str | None
    qualifier: str


def quantity_from_wording(text: str) -> list[Wording]:
    """The figures printed in `text`, in order, without years and other dates.

    A text that is nothing but a number is that number, even if it could be a year.
    """
    text = norm(text)
    if not NUMBER.fullmatch(text):
        _, text = _read_dates(text)
    found = [(match.start(), _read_quantity(text, match)) for match in NUMBER.finditer(text)]
    for match in MULTIPLE.finditer(text):
        qualifier, _ = _last(QUALIFIERS, text[: match.start()])
        value = Decimal(MULTIPLIED[match[0]])
        found.append((match.start(), Wording(value, "factor", qualifier or "exact")))
    return [wording for _, wording in sorted(found, key=lambda pair: pair[0])]


def _read_quantity(text: str, match: re.Match) -> Wording:
    before, after = text[: match.start()], text[match.end() :]
    currency, before = _last(CURRENCIES, before)
    qualifier, _ = _last(QUALIFIERS, before)
    # In "40-50 million" the scale and unit belong to both.
    if other := NUMBER.match(after, 1) if after.startswith("-") else None:
        after = after[other.end() :]
    scale, after = _next(MONEY_SCALES if currency else SCALES, after)
    if not qualifier and after.startswith("+"):
        qualifier, after = "more than", after[1:]
    unit, _ = _next(UNITS, after)
    return Wording(
        value=_number(match[0]).scaleb(scale or 0) + 0,
        unit=currency or unit,
        qualifier=qualifier or "exact",
    )


def _last(patterns: dict, text: str) -> tuple:
    """The key whose pattern ends the text, and the text before it. The longest pattern wins."""
    matches = [
        (match.start(), key)
        for key, pattern in patterns.items()
        if (match := re.search(rf"(?:(?<!\w)(?:{pattern}) ?)$", text))
    ]
    if not matches:
        return None, text
    start, key = min(matches)
    return key, text[:start]


def _next(patterns: dict, text: str) -> tuple:
    """The key whose pattern begins the text, and the text after it. The longest pattern wins."""
    for key, pattern in patterns.items():
        if match := re.match(rf"[ -]?(?:{pattern})(?!\w)", text):
            return key, text[match.end() :]
    return None, text


def _number(text: str) -> Decimal:
    if text[-1].isdigit():
        grouped = re.fullmatch(r"-?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?", text)
        return Decimal(re.sub("[, ]", "", text) if grouped else text.replace(",", "."))
    total = 0
    for word in re.split("[ -]", text):
        if word == "hundred":
            total *= 100
        elif word == "a":
            total = 1
        elif word in TENS:
            total += 10 * TENS.index(word) + 20
        elif word != "and":
            total += SMALL.index(word)
    return Decimal(total)
