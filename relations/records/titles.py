"""Compare titles of records: how similar two titles are that may name one thing.

The measure is the share of words in common, as in the Sørensen-Dice coefficient. Small words and the names
of the countries taking part do not count, and a misspelt word counts as the word it stands for. Numbers are
not a matter of degree: the second session is not the third. Titles are English; in any other language small
words count as words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

# From here on two titles may name one thing. One word of six that differs is too much, one of seven is not.
ALIKE = 0.85
# The same for the letters of two words: “visit” and “visits”, not “eastern” and “western”.
SAME_WORD = 0.88

SMALL = frozenset(
    "a an and at between by for from government governments in its nd of on rd republic s st th the to with".split()
)
# “Two” is not among them: in “the two countries” it distinguishes nothing.
_NUMBER_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "- - three four five six seven eight nine ten eleven twelve",
)
NUMBERS = {
    word: str(number)
    for words in _NUMBER_WORDS
    for number, word in enumerate(words.split(), 1)
    if word != "-"
}
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_PREFIX = re.compile(r"\b([^\W\d_]{1,3})-(?=[^\W\d_])")
# Of Azerbaijani and Turkish, as they are mostly written elsewhere.
_LETTERS = str.maketrans("ıə", "ia")
_PIECE = re.compile(r"[0-9]+|[^\W0-9_]+")


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says: its words, the years it names, and its other numbers."""

    words: frozenset[str]
    years: frozenset[int]
    numbers: tuple[str, ...]


def pieces(text: str) -> list[str]:
    """The words and numbers of a text in one spelling: no capitals, no accents, “co-operation” as one word."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.translate(_LETTERS)
    return _PIECE.findall(_PREFIX.sub(r"\1", plain))


def _roman(piece: str) -> str:
    """The number that a piece is in Roman numerals. One letter is regarded as an initial."""
    if len(piece) < 2 or not _ROMAN.fullmatch(piece):
        return ""
    values = [_ROMAN_VALUES[letter] for letter in piece]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return str(sum(-value if value < after else value for value, after in pairs))


def read(text: str, without: frozenset[str] = frozenset()) -> Title:
    """Read a title, leaving out the words of ``without``, which add nothing."""
    words, years, numbers = set(), set(), []
    for piece in pieces(text):
        number = piece if piece.isdigit() else NUMBERS.get(piece) or _roman(piece)
        if not number:
            if piece not in SMALL and piece not in without:
                words.add(piece)
        elif len(number) == 4 and number[0] in "12":
            years.add(int(number))
        else:
            numbers.append(number.lstrip("0") or "0")
    return Title(frozenset(words), frozenset(years), tuple(sorted(numbers)))


@lru_cache(maxsize=50_000)
def _same_word(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= SAME_WORD and matcher.ratio() >= SAME_WORD


def _misspelt(ours: frozenset[str], theirs: frozenset[str]) -> int:
    """How many words of the one are misspelt words of the other."""
    # In a fixed order, so that the result is the same in both directions.
    words, left = sorted([sorted(ours), sorted(theirs)])
    count = 0
    for word in words:
        if other := next((one for one in left if _same_word(*sorted((word, one)))), None):
            left.remove(other)
            count += 1
    return count


def likeness(one: Title, other: Title) -> float:
    """The similarity from 0 to 1, by their words alone."""
    total = len(one.words) + len(other.words)
    if not total:
        return 1.0
    if 2 * min(len(one.words), len(other.words)) < ALIKE * total:
        return 0.0
    shared = len(one.words & other.words)
    # Spelling is compared only where it may matter: it takes long, and there may be many titles.
    if ALIKE * total > 2 * shared >= total / 3 or shared < total == 2:
        shared += _misspelt(one.words - other.words, other.words - one.words)
    return 2 * shared / total
