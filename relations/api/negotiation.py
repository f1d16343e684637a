"""Which format an answer has: by ``format``, else by ``Accept``; what cannot be had is refused."""

from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation

from relations.api.errors import Refusal
from relations.filters.problems import Problem, is_odd, odd_text, repeated, unknown_value

FORMAT = "format"


class Negotiation(BaseContentNegotiation):
    def select_parser(self, request, parsers):
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        """The renderer, and its media type without what the client wrote beside it."""
        if wanted := self._format(request, {renderer.format for renderer in renderers}):
            chosen = next(renderer for renderer in renderers if renderer.format == wanted)
            return chosen, chosen.media_type
        if not request.META.get("HTTP_ACCEPT", "").strip():
            return renderers[0], renderers[0].media_type
        try:
            preferred = request._request.get_preferred_type([one.media_type for one in renderers])
        except ValueError:
            preferred = None
        if preferred is None:
            raise exceptions.NotAcceptable(available_renderers=renderers)
        return next(one for one in renderers if one.media_type == preferred), preferred

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
