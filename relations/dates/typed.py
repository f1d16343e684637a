"""Turn dates in everyday words into EDTF: “March 2004”, “about 1993”, “24 Feb or 24 Dec 1993”.

This module reads wording only; ``parse`` decides what the EDTF means. A text that can mean two things is
refused, and the message names both. "Before", "by", "after" and "since" mean one unknown day. "To", and a
dash between days, mean a span. ``before October 2009`` is ``[..2009-09-30]``, ``by October 2009`` is
``[..2009-10]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext, gettext_lazy

from relations.dates.pieces import (
    HALVES,
    MONTH,
    NAMED,
    QUARTERS,
    Piece,
    completed,
    read_piece,
    with_months,
)
from relations.dates.reading import MAX_LENGTH, DateError, parse

HELP_TYPED = gettext_lazy(
    "It can be typed in everyday words, and is stored in EDTF: 24 May 2005, March 2004, about 1993, "
    "before October 2009, 24 Feb or 24 Dec 1993, 1-2 March 2004, H1 2025."
)

_FOLD = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
    | {"\u2019": "'"}
)
# What may stand beside the names of months; any other word is refused by name.
_WORDS = set(
    """
    about and approx approximately around before between by ca century circa earlier fall from half
    in later maybe no not of on or perhaps possibly prior probably quarter roughly since than the
    till to uncertain until up after year st nd rd th
    """.split()
)
_KNOWN = {word for name in [*NAMED, *HALVES, *QUARTERS] for word in name.split()} | _WORDS

_PLAINER = [
    (re.compile(rf"\b({MONTH})\."), r"\1 "),  # Sept. 1996
    (re.compile(rf"\b([0-9]{{1,2}})[-.] ?({MONTH})\b[-.]?"), r"\1 \2 "),  # 16-Sep-1996
    (re.compile(rf"\b({MONTH})-(?=[0-9]{{4}}\b)"), r"\1 "),  # Sep-1996
    (re.compile(r"\b([0-9]{1,3})(?:st|nd|rd|th)\b"), r"\1"),
    (re.compile(rf"\b({MONTH}|[0-9]{{1,2}}),(?= ?[0-9]{{4}}\b)"), r"\1 "),  # September 16, 1996
    (re.compile(r"\b(?:the|of|year)\b|\b(?:in|on) (?!or\b)"), " "),
    (re.compile(" +"), " "),
]
_BETWEEN = re.compile("between (.+) and (.+)")
_LASTED = re.compile("(?:from )?(.+) (?:to|until|till) (.+)")
_FROM = re.compile("from (.+)")
_UNTIL = re.compile("(?:until|till|up to) (.+)")
_OR = re.compile(",? or |, ?")


def to_edtf(text: str) -> str:
    """The EDTF of a date that was typed in words or in EDTF; EDTF is returned unchanged.

    Raises only DateError, with a sentence that says what is wrong and shows a valid example.
    """
    try:
        return parse(text).edtf
    except DateError as error:
        refusal = error
    text = text.strip(" \t\r\n")
    if len(text) > MAX_LENGTH:
        raise refusal
    folded = re.sub("[ \t\r\n]+", " ", text.translate(_FOLD))
    if not folded.isprintable():
        raise refusal
    edtf = _read(_plain(folded))
    if edtf is not None:
        return parse(edtf).edtf
    _refuse_words(folded)
    raise refusal


def _plain(text: str) -> str:
    words = text.lower()
    for pattern, plainer in _PLAINER:
        words = pattern.sub(plainer, words)
    return words.strip()


def _read(words: str) -> str | None:
    """The EDTF of plain words; None where their form is not known."""
    single = _single(words)
    if single is not None:
        return single
    for form, bound in _BOUNDS:
        if match := form.fullmatch(words):
            single = _single(match[1])
            if single is not None:
                return bound(single)
    if match := _BETWEEN.fullmatch(words):
        return _joined(match.groups(), lambda ends: "[{}..{}]".format(*ends))
    if match := _LASTED.fullmatch(words):
        return _joined(match.groups(), "/".join)
    if ends := _at_dash(words):
        return _at_ends(*ends)
    if " or " in words:
        return _joined(_OR.split(words), lambda dates: f"[{','.join(dates)}]")
    return _without_an_end(words)


def _single(words: str) -> str | None:
    piece = read_piece(words.strip())
    return piece and piece.edtf()


def _joined(parts, join: Callable[[list[str]], str]) -> str | None:
    """Several dates as one; what one of them leaves out is taken from its neighbour."""
    found = [read_piece(part.strip()) for part in parts]
    pieces = [piece for piece in found if piece is not None]
    if len(pieces) < len(found):
        return None
    pieces = completed(pieces)
    edtf = join([piece.edtf() for piece in pieces])
    if len({piece.reservations for piece in pieces}) > 1:
        why = gettext("It is not clear which of the dates is approximate or uncertain.")
        _refuse_both(why, edtf, join([_reserved(piece, pieces).edtf() for piece in pieces]))
    whole = with_months(pieces)
    if whole != pieces:
        why = gettext("A year alone after a day or a month has two readings.")
        _refuse_both(why, edtf, join([piece.edtf() for piece in whole]))
    return edtf


def _reserved(piece: Piece, pieces: list[Piece]) -> Piece:
    return piece._replace(
        approximate=any(other.approximate for other in pieces),
        uncertain=any(other.uncertain for other in pieces),
    )


def _refuse_both(why: str, one: str, other: str) -> None:
    raise DateError(
        gettext("%(why)s Write %(one)s for “%(one_reads)s”, or %(other)s for “%(other_reads)s”.")
        % {
            "why": why,
            "one": one,
            "one_reads": parse(one).display(),
            "other": other,
            "other_reads": parse(other).display(),
        }
    )


def _at_dash(words: str) -> list[str] | None:
    for sign in (" - ", "-"):
        if words.count(sign) == 1:
            return words.split(sign)
    return None


def _at_ends(first: str, last: str) -> str | None:
    """A span from one day to another.

    Between months or years a dash can also mean one day of them, and is refused.
    """
    if says_so := _FROM.fullmatch(first):
        first = says_so[1]
    span = _joined([first, last], "/".join)
    if span is None:
        return None
    (run,) = parse(span).ranges
    if says_so or all(end.precision == "day" for end in run.ends):
        return span
    raise DateError(
        gettext(
            "A dash between months or years has two readings: write %(span)s if it lasted from the one "
            "to the other, or [%(between)s] for one unknown day between them."
        )
        % {"span": span, "between": span.replace("/", "..")}
    )


def _without_an_end(words: str) -> str | None:
    """Refuse “from 1993” and “until 2013”, as EDTF spans without an end are refused."""
    for form, span in ((_FROM, "{}/"), (_UNTIL, "/{}")):
        match = form.fullmatch(words)
        if match and (single := _single(match[1])):
            return span.format(single)
    return None


def _before(edtf: str) -> str:
    first = _certain_ends(edtf)[0]
    if first == date.min:
        raise DateError(
            gettext("A date before the year 0001 cannot be stored: write for example 1993.")
        )
    return f"[..{first - timedelta(days=1)}]"


def _after(edtf: str) -> str:
    last = _certain_ends(edtf)[1]
    if last == date.max:
        raise DateError(
            gettext("A date after the year 9999 cannot be stored: write for example 1993.")
        )
    return f"[{last + timedelta(days=1)}..]"


def _certain_ends(edtf: str) -> tuple[date, date]:
    value = parse(edtf)
    if value.approximate or value.uncertain:
        raise DateError(
            gettext(
                "“Before” or “after” %(date)s does not name an exact day: write [..%(edtf)s] for "
                "“by” that date, or [%(edtf)s..] for that date or later."
            )
            % {"date": value.display(), "edtf": edtf}
        )
    return value.sort_date, value.sort_end


_BOUNDS = [
    (re.compile("(?:before|prior to|earlier than) (.+)"), _before),
    (re.compile("(?:after|later than) (.+)"), _after),
    (re.compile("(?:by|no later than|not later than|on or before) (.+)"), "[..{}]".format),
    (re.compile("(.+) or (?:earlier|before)"), "[..{}]".format),
    (re.compile("(?:since|no earlier than|not earlier than|on or after) (.+)"), "[{}..]".format),
    (re.compile("(.+) or (?:later|after)"), "[{}..]".format),
]


def _refuse_words(text: str) -> None:
    """Refuse the first unknown word by name; refuse known words in an unknown order as a whole."""
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text) if word.isalpha()]
    for word in words:
        if word.lower() not in _KNOWN:
            raise DateError(
                gettext(
                    "“%(word)s” is not a word that can stand in a date: write for example 24 "
                    "May 2005, March 2004, about 1993 or before October 2009."
                )
                % {"word": word}
            )
    if words:
        raise DateError(
            gettext(
                "“%(text)s” cannot be read as one date: write for example 24 May 2005, March 2004, "
                "about 1993 or before October 2009."
            )
            % {"text": text}
        )
