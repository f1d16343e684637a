"""The endpoints: a list and a detail view that serve every resource, and what stands around them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from django.http import Http404, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from relations import conditional
from relations.api import absent, include, shapes, trim
from relations.api.errors import Moved, Refusal
from relations.api.negotiation import FORMAT, Negotiation
from relations.api.objects import render
from relations.api.resources import Resource
from relations.api.tabular import Column
from relations.api.trim import Trim
from relations.filters.problems import Problem
from relations.filters.strict import StrictFilterSet
from relations.listing import Listing
from relations.models import Record

JSON = "application/json"
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
# What says how an answer looks, not what it holds.
SHAPING = (FORMAT, trim.FIELDS, trim.OMIT)
_KEY = re.compile(r"[A-Za-z0-9]+(?:-[a-z0-9]+)*")


def refuse_parameters(
    request, *, besides: tuple[str, ...] = (FORMAT,), and_these: Iterable[Problem] = ()
) -> None:
    """For an address that takes no filters. ``and_these`` are problems that others have found."""
    selected = StrictFilterSet(request.query_params, Record.objects.none(), also=besides)
    if problems := [*selected.problems, *and_these]:
        raise Refusal(problems)


def page_text(around: dict, texts: list[str]) -> str:
    """A page as JSON: what stands around the results, then they, as they are kept."""
    return f'{render(around)[:-1]},"results":[{",".join(texts)}]}}'


class Endpoint(APIView):
    """What all endpoints share: English, the formats, 304 while nothing has changed, a plain OPTIONS."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    resource: Resource | None = None
    trim = Trim()
    include: Sequence[str] = ()

    @property
    def columns(self) -> list[Column]:
        """Those of the answer as a table."""
        return self.trim.columns(self.resource.columns)

    @property
    def shaping(self) -> tuple[str, ...]:
        """The parameters that say how the answer looks."""
        return (*SHAPING, include.INCLUDE) if include.names(self.resource) else SHAPING

    def read_shape(self, request) -> list[Problem]:
        """Read what says how the answer looks; returns what is wrong with it."""
        self.trim, problems = trim.read(request.query_params, self.resource.names)
        self.include, wrong = include.read(
            request.query_params, self.resource, request.accepted_renderer.format
        )
        return [*problems, *wrong]

    def included(self, rows: Iterable) -> dict:
        """The member that holds what these rows refer to, where it is asked for."""
        if not self.include:
            return {}
        return {include.INCLUDED: include.included(self.resource.shown(rows), self.include)}

    @property
    def is_plain(self) -> bool:
        """Whether the answer holds whole objects as JSON: they are sent as they are kept."""
        return self.request.accepted_renderer.format == "json" and not self.trim.chosen

    def shown(self, rows: Iterable) -> list[dict]:
        """The objects of these rows, as trimmed as they were asked for. A table trims its columns instead."""
        objects = self.resource.shown(rows)
        return objects if self.request.accepted_renderer.format == "csv" else self.trim.of(objects)

    def initialize_request(self, request, *args, **kwargs):
        translation.activate("en")
        return super().initialize_request(request, *args, **kwargs)

    def get(self, request, *args, **kwargs) -> HttpResponse:
        tag = conditional.etag(request._request, "api", request.accepted_media_type)
        if conditional.is_known(request._request, tag):
            return conditional.not_modified(tag)
        return conditional.stamped(self.answer(request, *args, **kwargs), tag)

    def answer(self, request, *args, **kwargs) -> Response:
        raise NotImplementedError

    def options(self, request, *args, **kwargs) -> HttpResponse:
        return HttpResponse(status=204)


class ListEndpoint(Endpoint):
    """One page of a resource."""

    def answer(self, request):
        listing = Listing(
            self.resource.filterset_class,
            request.query_params,
            queryset=self.resource.visible(),
            fetched=self.resource.fetched,
            page_size=PAGE_SIZE,
            max_page_size=MAX_PAGE_SIZE,
            number=conditional.number(request._request),
            extra_parameters=("cursor", "page_size", *self.shaping),
        )
        if problems := [*listing.problems, *self.read_shape(request)]:
            raise Refusal(problems)
        shaping = {
            name: value for name in self.shaping if (value := request.query_params.get(name))
        }
        neighbours = {
            name: shapes.absolute(f"{request.path}?{listing.query(**shaping, cursor=cursor)}")
            if cursor
            else None
            for name, cursor in (("next", listing.next), ("previous", listing.previous))
        }
        around = {"count": listing.count, **neighbours, **self.included(listing.items)}
        if self.is_plain:
            text = page_text(around, self.resource.texts(listing.items))
            response = HttpResponse(text, content_type=JSON)
        else:
            response = Response({**around, "results": self.shown(listing.items)})
        links = [f'<{address}>; rel="{name}"' for name, address in neighbours.items() if address]
        if links:
            response["Link"] = ", ".join(links)
        return response


class DetailEndpoint(Endpoint):
    """One object by its key."""

    def answer(self, request, **kwargs):
        problems = self.read_shape(request)
        refuse_parameters(request, besides=self.shaping, and_these=problems)
        key = kwargs[self.resource.key]
        if not _KEY.fullmatch(key):
            raise Http404
        named = self.resource.visible().filter(**{self.resource.key: key})
        found = list(self.resource.fetched(named)[:1])
        beside = self.included(found)
        if self.is_plain and not beside and (texts := self.resource.texts(found)):
            return HttpResponse(texts[0], content_type=JSON)
        if shown := self.shown(found):
            return Response({**shown[0], **beside})
        return self._lead_on(request, key)

    def _lead_on(self, request, key: str) -> NoReturn:
        try:
            absent.explain(self.resource, key)
        except Moved as moved:
            query = request.META.get("QUERY_STRING", "")
            raise Moved(f"{moved.address}?{query}" if query else moved.address) from None


class RootEndpoint(Endpoint):
    """Where everything is."""

    renderer_classes = [JSONRenderer]
    paths: tuple[str, ...] = ()

    def answer(self, request):
        refuse_parameters(request)
        addresses = {path: shapes.list_address(path) for path in self.paths}
        for name in ("schema", "docs"):
            addresses[name] = shapes.absolute(reverse(f"api:{name}"))
        return Response(addresses)


class NothingHere(Endpoint):
    """Every other address below the API: 404, or the same address with its slash."""

    def get(self, request, *args, **kwargs):
        path = f"{request.path_info}/"
        try:
            match = None if request.path_info.endswith("/") else resolve(path)
        except Resolver404:
            match = None
        if match is None or getattr(match.func, "cls", None) is NothingHere:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        address = shapes.absolute(f"{request.path}/")
        raise Moved(f"{address}?{query}" if query else address)


class SchemaEndpoint(SpectacularAPIView):
    """The description of the API, OpenAPI 3.1. Made once: it changes with a release only."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    renderer_classes = [
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer2,
        OpenApiYamlRenderer,
    ]
    _made: dict | None = None

    def get(self, request, *args, **kwargs):
        refuse_parameters(request)
        translation.activate("en")
        tag = conditional.etag(request._request, "schema", request.accepted_media_type)
        if conditional.is_known(request._request, tag):
            return conditional.not_modified(tag)
        if SchemaEndpoint._made is None:
            SchemaEndpoint._made = self.generator_class().get_schema(request=None, public=True)
        return conditional.stamped(Response(SchemaEndpoint._made), tag)

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204)


class DocsEndpoint(SpectacularSwaggerSplitView):
    """The description as a page to read and try. Our template: the packaged one has a style of its own inside."""

    http_method_names = ["get", "head", "options"]
    template_name = "api/docs.html"
    # No badge from a validator elsewhere: the policy lets nothing be asked of another host.
    ui_settings = {"deepLinking": True, "validatorUrl": None, "supportedSubmitMethods": ["get"]}

    def get(self, request, *args, **kwargs):
        refuse_parameters(request, besides=("script",))
        response = super().get(request, *args, **kwargs)
        if "settings" in response.data:
            response.data["settings"] = json.dumps(self.ui_settings)
        return response

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204)
