"""Problems of parameters, in a form that pages and the API can both show."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

LISTED = 30
"""Up to this many valid values are listed. Of more, the nearest is named, or a few where none is near."""

EXAMPLES = 3

COMPARED = 500
"""The nearest value is looked for among at most this many, to bound its cost."""

_ODD = {"Cc", "Cs"}
_TAIL = 120


@dataclass(frozen=True)
class Problem:
    """One parameter that cannot be used: a sentence that says what is wrong and what is valid."""

    parameter: str
    message: str
    valid: list[str] = field(default_factory=list)
    nearest: str | None = None


class Refused(ValidationError):
    """A parameter's field refuses a value. It carries what a ``Problem`` needs besides the name."""

    def __init__(self, message: str, *, valid: Iterable[str] = (), nearest: str | None = None):
        super().__init__(message, code="refused")
        self.valid = list(valid)
        self.nearest = nearest


def is_odd(text: str) -> bool:
    """Whether a text holds control characters or lone surrogates."""
    return not text.isprintable() and any(unicodedata.category(sign) in _ODD for sign in text)


def shown(text: str) -> str:
    """A text from outside in a form that is safe to repeat: short, and printable as UTF-8."""
    text = text if len(text) <= _TAIL else text[: _TAIL - 1] + "…"
    return "".join("\ufffd" if unicodedata.category(sign) in _ODD else sign for sign in text)


def nearest_of(text: str, candidates: Iterable[str]) -> str | None:
    """The candidate most similar to the text ("did you mean"), or None when none is similar enough."""
    text = text[:_TAIL]
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(text.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def _sentences(
    first: str, valid: list[str], nearest: str | None, examples: list[str] | None = None
) -> str:
    parts = [first]
    if nearest is not None:
        parts.append(_("Did you mean “%(nearest)s”?") % {"nearest": nearest})
    if valid:
        parts.append(_("Valid: %(valid)s.") % {"valid": ", ".join(valid)})
    elif examples and nearest is None:
        parts.append(_("Valid are, for example: %(some)s.") % {"some": ", ".join(examples)})
    return " ".join(parts)


def unknown_value(value: str, candidates: Iterable[str]) -> Refused:
    """The refusal of a value that is not among the candidates."""
    candidates = list(candidates)
    nearest = nearest_of(value, candidates)
    valid = candidates if len(candidates) <= LISTED else []
    first = _("There is no “%(value)s” to choose here.") % {"value": shown(value)}
    message = _sentences(first, valid, nearest, candidates[:EXAMPLES])
    return Refused(message, valid=valid, nearest=nearest)


def unknown_parameter(name: str, valid: Iterable[str]) -> Problem:
    valid = list(valid)
    nearest = nearest_of(name, valid)
    first = _("There is no parameter “%(name)s” here.") % {"name": shown(name)}
    return Problem(shown(name), _sentences(first, valid, nearest), valid, nearest)


def odd_text(name: str) -> Problem:
    return Problem(
        shown(name),
        _("“%(name)s” holds control characters or broken text: use plain UTF-8 text.")
        % {"name": shown(name)},
    )


def repeated(name: str) -> Problem:
    return Problem(name, _("Give “%(name)s” once: it takes a single value.") % {"name": name})


def single(params: QueryDict, name: str) -> tuple[str, Problem | None]:
    """The one value of a parameter; empty where it is absent or has a problem. Empty values count as absent."""
    values = [value for value in map(str.strip, params.getlist(name)) if value]
    if any(map(is_odd, values)):
        return "", odd_text(name)
    if len(values) > 1:
        return "", repeated(name)
    return (values[0] if values else ""), None


def too_many(name: str, most: int) -> Problem:
    return Problem(
        name,
        _("Give “%(name)s” at most %(most)d times.") % {"name": name, "most": most},
    )


def too_long(name: str, most: int) -> Problem:
    return Problem(
        name,
        _("A value of “%(name)s” has at most %(most)d characters.") % {"name": name, "most": most},
    )
