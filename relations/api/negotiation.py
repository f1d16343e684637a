"""Which format an answer has: by ``format``, else by ``Accept``; what cannot be had is refused."""

from django.http.request import MediaType
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation

from relations.api.errors import Refusal
from relations.filters.problems import Problem, is_odd, odd_text, repeated, unknown_value

FORMAT = "format"


MOST_TYPES = 64


def quality(accepted: list[MediaType], media_type: str) -> float:
    """How much a type is wanted: the quality of the most exact range that it falls in. 0: not at all.

    Parameters beside the quality are not looked at: nothing here has any.
    """
    main, _slash, sub = media_type.partition("/")
    found = (-1, 0.0)
    for one in accepted:
        if one.main_type in (main, "*") and one.sub_type in (sub, "*"):
            exactness = (one.main_type != "*") + (one.sub_type != "*")
            found = max(found, (exactness, one.quality))
    return found[1]


class Negotiation(BaseContentNegotiation):
    def select_parser(self, request, parsers):
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        """The renderer, and its media type without what the client wrote beside it."""
        if wanted := self._format(request, {renderer.format for renderer in renderers}):
            chosen = next(renderer for renderer in renderers if renderer.format == wanted)
            return chosen, chosen.media_type
        header = request.META.get("HTTP_ACCEPT", "").strip() or "*/*"
        tokens = [token for token in header.split(",") if token.strip()]
        try:
            accepted = [MediaType(token) for token in tokens[:MOST_TYPES]]
        except ValueError:
            accepted = []
        # Of equals the first: the renderers stand in the order in which we prefer them.
        best = max(renderers, key=lambda renderer: quality(accepted, renderer.media_type))
        if not quality(accepted, best.media_type):
            raise exceptions.NotAcceptable(available_renderers=renderers)
        return best, best.media_type

    def _format(self, request, valid: set[str]) -> str:
        values = [value for value in map(str.strip, request.query_params.getlist(FORMAT)) if value]
        if not values:
            return ""
        if any(is_odd(value) for value in values):
            raise Refusal([odd_text(FORMAT)])
        if len(values) > 1:
            raise Refusal([repeated(FORMAT)])
        if values[0] not in valid:
            refused = unknown_value(values[0], sorted(valid))
            raise Refusal([Problem(FORMAT, refused.message, refused.valid, refused.nearest)])
        return values[0]
