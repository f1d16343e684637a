"""Parse a search text, and turn it into a condition."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.expressions import Expression
from django.utils.translation import gettext as _
from modelsearch.query import And, Phrase, PlainText, SearchQuery

from relations.models import Record

MAX_LENGTH = 200
_WORD = re.compile(r"[^\W_]+")
# A text between two quotation marks, straight or curly; else a word, and whether a star follows it.
_TERM = re.compile(r'["“”]([^"“”]*)["“”]|([^\W_]+)(\*?)')


class SearchError(ValueError):
    """The search text cannot be used. The message says why."""


class Prefix(PlainText):
    """One word or its beginning. The backend looks for it (see ``relations.search.backend``)."""


@dataclass(frozen=True)
class Terms:
    """What a search text asks for: words, beginnings of words, and literal phrases. All must match."""

    words: list[str]
    prefixes: list[str]
    phrases: list[str]


def terms(text: str) -> Terms:
    """Parse ``oil "caspian sea" kazakh*``: a word, a phrase and the beginning of a word.

    Everything else is plain text: a quotation mark without its other half, a star alone or inside a phrase,
    the operators of databases. Raises ``SearchError`` when there is no word or the text is too long.
    """
    words(text)
    found = Terms([], [], [])
    for quoted, word, star in _TERM.findall(text):
        if word:
            (found.prefixes if star else found.words).append(word)
        elif _WORD.search(quoted):
            found.phrases.append(quoted.strip())
    return found


def words(text: str) -> list[str]:
    """Every word of the text. Raises ``SearchError`` when there is none or the text is too long."""
    if len(text) > MAX_LENGTH:
        raise SearchError(
            _("Search for at most %(most)d characters; these are %(count)d.")
            % {"most": MAX_LENGTH, "count": len(text)}
        )
    found = _WORD.findall(text)
    if not found:
        raise SearchError(_("Search for at least one word, for example “pensions”."))
    return found


def query(text: str) -> SearchQuery:
    """A search text in the form of the search backend."""
    asked = terms(text)
    parts: list[SearchQuery] = [PlainText(" ".join(asked.words))] if asked.words else []
    parts += [Phrase(" ".join(words(phrase))) for phrase in asked.phrases]
    parts += [Prefix(prefix) for prefix in asked.prefixes]
    return parts[0] if len(parts) == 1 else And(parts)


Condition = Q | Expression
"""A term that is true of some records and not of others."""


def condition(text: str) -> Condition:
    """The condition that a record matches the whole text.

    Reads the index (see ``relations.search.backend``).
    """
    found = Record.objects.search(query(text), order_by_relevance=False)
    compiler = found.query_compiler
    return compiler.condition(compiler.get_config(found.backend))
