"""The format of a response: by ``format``, else by ``Accept``. An unavailable format is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.http.request import MediaType
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation

from relations.filters.problems import Problem, single, unknown_value
from relations.http.problem_details import Refusal

FORMAT = "format"
MOST_TYPES = 64
Renderer = TypeVar("Renderer")


def quality(accepted: list[MediaType], media_type: str) -> float:
    """The quality of the most exact range that contains a type; 0 means not wanted.

    Other parameters of a range are ignored: no type here has any.
    """
    main, _slash, sub = media_type.partition("/")
    found = (-1, 0.0)
    for one in accepted:
        if one.main_type in (main, "*") and one.sub_type in (sub, "*"):
            exactness = (one.main_type != "*") + (one.sub_type != "*")
            found = max(found, (exactness, one.quality))
    return found[1]


def accepted_by(meta: Mapping[str, str], renderers: Sequence[Renderer]) -> Renderer | None:
    """The renderer that the ``Accept`` header prefers; None where it accepts none."""
    header = meta.get("HTTP_ACCEPT", "").strip() or "*/*"
    tokens = [token for token in header.split(",") if token.strip()]
    try:
        accepted = [MediaType(token) for token in tokens[:MOST_TYPES]]
    except ValueError:
        return None
    # Of equals the first: the renderers stand in the order in which we prefer them.
    best = max(renderers, key=lambda renderer: quality(accepted, renderer.media_type))
    return best if quality(accepted, best.media_type) else None


class Negotiation(BaseContentNegotiation):
    def select_parser(self, request, parsers):
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        """The renderer, and its media type without the client's parameters."""
        if wanted := self._format(request, {renderer.format for renderer in renderers}):
            chosen = next(renderer for renderer in renderers if renderer.format == wanted)
            return chosen, chosen.media_type
        best = accepted_by(request.META, renderers)
        if best is None:
            raise exceptions.NotAcceptable(available_renderers=renderers)
        return best, best.media_type

    def _format(self, request, valid: set[str]) -> str:
        value, problem = single(request.query_params, FORMAT)
        if problem:
            raise Refusal([problem])
        if value and value not in valid:
            refused = unknown_value(value, sorted(valid))
            raise Refusal([Problem(FORMAT, refused.message, refused.valid, refused.nearest)])
        return value
