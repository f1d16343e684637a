"""The words of a search marked where they occur, as the index in use takes one word for another.

SQLite's index folds case and the diacritics of Latin letters and knows no inflection; PostgreSQL's reduces
words by its text search configuration (agreements → agreement) and keeps diacritics. What is marked is what
the index would find: nothing else explains why a record is listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from relations.search import query

# A letter or digit and what follows it, combining marks included; an underscore parts words.
_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_LATIN_MARKS = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f]+")
# “Kazakhstan’s” is looked for as two words, and read as one.
_SEAM = re.compile("</mark>(’|&#x27;|-)<mark>")


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def folded(word: str) -> str:
    """Without case, and without the diacritics of Latin letters: Nazarbáev is nazarbaev."""
    parted = unicodedata.normalize("NFD", word).lower()
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", parted))


class Highlighter:
    """Marks the words looked for in the texts of one page.

    ``texts`` are all the texts of the page: where the index reduces words, one query compares those that
    occur. Without words looked for, nothing is asked and nothing marked.
    """

    def __init__(self, looked_for: str = "", texts: Iterable[str] = ()):
        self.words = tokens(" ".join(query.words(looked_for))) if looked_for else []
        begun = query.terms(looked_for).prefixes if looked_for else []
        self._beginnings = tuple(folded(word) for word in begun)
        self._is_hit: dict[str, bool] = {}
        # The same names occur in many rows.
        self.hits, self.mark = cache(self.hits), cache(self.mark)
        self._folded = {folded(word) for word in self.words}
        if self.words and connection.vendor == "postgresql":
            self._is_hit = _compared(
                self.words, {token for text in texts for token in tokens(text)}
            )

    def __bool__(self) -> bool:
        return bool(self.words)

    def is_hit(self, token: str) -> bool:
        if token not in self._is_hit:
            is_stemmed = connection.vendor == "postgresql"
            self._is_hit[token] = not is_stemmed and folded(token) in self._folded
        return self._is_hit[token] or folded(token).startswith(self._beginnings or ("\0",))

    def hits(self, text: str) -> bool:
        """Whether a word looked for occurs in the text."""
        return any(map(self.is_hit, tokens(text))) if self.words else False

    def mark(self, text: str) -> SafeString:
        """The text as HTML, escaped, each word looked for inside ``<mark>``."""
        if not self.hits(text):
            return escape(text)
        parts, end = [], 0
        for found in _TOKEN.finditer(text):
            if self.is_hit(found[0]):
                parts += [escape(text[end : found.start()]), f"<mark>{escape(found[0])}</mark>"]
                end = found.end()
        parts.append(escape(text[end:]))
        return mark_safe(_SEAM.sub(r"\1", "".join(parts)))  # noqa: S308 - each part is escaped above


def _compared(words: list[str], candidates: set[str]) -> dict[str, bool]:
    """Which of the candidates PostgreSQL's index reduces to the same as one of the words.

    Reduction changes endings; so only words that begin alike are compared.
    """
    beginnings = {word[:1].lower() for word in words}
    alike = [word for word in candidates if word[:1].lower() in beginnings]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) AS word WHERE to_tsvector(word) @@ ANY"
            " (SELECT plainto_tsquery(wanted) FROM unnest(%s::text[]) AS wanted)",
            [alike, words],
        )
        same = {word for (word,) in cursor.fetchall()}
    return {word: word in same for word in candidates}
