"""What all endpoints share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from csp.constants import HEADER
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from rest_framework.response import Response
from rest_framework.views import APIView

from relations.api import deprecations, include, sparse_fields
from relations.api.negotiation import FORMAT, Negotiation
from relations.api.resources import Resource
from relations.api.sparse_fields import Trim
from relations.filters.problems import Problem
from relations.filters.strict import StrictFilterSet
from relations.http import conditional
from relations.http.problem_details import Refusal
from relations.models import Record

# Parameters that shape a response, and do not select its content.
SHAPING = (FORMAT, sparse_fields.FIELDS, sparse_fields.OMIT)
# In a browser, data loads nothing and cannot be framed.
POLICY = "default-src 'none'; frame-ancestors 'none'"
# Formats that are files: how a browser handles them.
FILES = {"csv": "attachment", "jsonl": "attachment", "geojson": "inline"}
NOT_TRIMMED = "JSON-LD describes an object completely: leave “%s” out."


def refuse_parameters(
    request, *, besides: tuple[str, ...] = (FORMAT,), and_these: Iterable[Problem] = ()
) -> None:
    """Refuse parameters at an address that takes no filters. ``and_these`` are problems found elsewhere."""
    if not request.query_params and not and_these:
        return
    selected = StrictFilterSet(request.query_params, Record.objects.none(), also=besides)
    if problems := [*selected.problems, *and_these]:
        raise Refusal(problems)


class Endpoint(APIView):
    """What all endpoints share: English, the formats, 304 while nothing has changed, a plain OPTIONS."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    resource: Resource | None = None
    trim = Trim()
    include: Sequence[str] = ()

    @property
    def format(self) -> str:
        return self.request.accepted_renderer.format

    @property
    def shaping(self) -> tuple[str, ...]:
        """The parameters that shape the response."""
        return (*SHAPING, include.INCLUDE) if include.names(self.resource) else SHAPING

    def read_shape(self) -> list[Problem]:
        """Read the parameters that shape the response. Returns their problems."""
        params = self.request.query_params
        self.trim, problems = sparse_fields.read(params, self.resource.names)
        if self.format == "jsonld":
            given = [
                name
                for name in (sparse_fields.FIELDS, sparse_fields.OMIT)
                if params.get(name, "").strip()
            ]
            problems += [Problem(name, NOT_TRIMMED % name) for name in given]
        self.include, wrong = include.read(params, self.resource, self.format)
        return [*problems, *wrong]

    def included(self, rows: Iterable) -> dict:
        """The member with the objects that these rows refer to, if it is requested."""
        if not self.include:
            return {}
        return {include.INCLUDED: include.included(self.resource.shown(rows), self.include)}

    @property
    def is_plain(self) -> bool:
        """Whether the response holds complete objects as JSON, which are sent as stored."""
        return self.format == "json" and not self.trim.chosen

    def shown(self, rows: Iterable) -> list[dict]:
        """These rows in the requested format, trimmed as requested."""
        if self.format == "jsonld":
            return self.resource.nodes(rows)
        if self.format == "geojson":
            return self.resource.features(rows, self.trim)
        return self.trim.of(self.resource.shown(rows))

    def named(self, response: HttpResponseBase, stem: str) -> HttpResponseBase:
        """The response, with a file name for formats that programs save as files."""
        if self.format in FILES:
            response["Content-Disposition"] = (
                f'{FILES[self.format]}; filename="{stem}.{self.format}"'
            )
        return response

    def initialize_request(self, request, *args, **kwargs):
        translation.activate("en")
        return super().initialize_request(request, *args, **kwargs)

    def get(self, request, *args, **kwargs) -> HttpResponse:
        def answer():
            return self.answer(request, *args, **kwargs)

        return conditional.unless_known(
            request._request, answer, "api", request.accepted_media_type
        )

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response[HEADER] = POLICY
        deprecations.announce(request, response, self.resource.path if self.resource else "")
        return response

    def answer(self, request, *args, **kwargs) -> Response:
        raise NotImplementedError

    def options(self, request, *args, **kwargs) -> HttpResponse:
        return HttpResponse(status=204)
