"""The endpoints: a list and a detail view that serve every resource, and what stands around them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.encoding import iri_to_uri
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
from relations.api import absent, csvw, deprecations, include, shapes, trim, whole
from relations.api.errors import Moved, Refusal
from relations.api.negotiation import FORMAT, Negotiation
from relations.api.objects import render
from relations.api.renderers import PlainTableRenderer, TableRenderer, WholeRenderer
from relations.api.resources import Resource
from relations.api.trim import Trim
from relations.chunks import CHUNK
from relations.exports.files import stem_of
from relations.exports.geojson import collection
from relations.exports.jsonld import CONTEXT
from relations.filters.problems import Problem
from relations.filters.strict import StrictFilterSet
from relations.listing import Listing
from relations.models import Record

JSON = "application/json"
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
# What says how an answer looks, not what it holds.
SHAPING = (FORMAT, trim.FIELDS, trim.OMIT)
# What is rather a file than an answer: how a browser is to take it.
FILES = {"csv": "attachment", "jsonl": "attachment", "geojson": "inline"}
NOT_TRIMMED = "JSON-LD says the whole of what it describes: leave “%s” out."
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
    def format(self) -> str:
        return self.request.accepted_renderer.format

    @property
    def shaping(self) -> tuple[str, ...]:
        """The parameters that say how the answer looks."""
        return (*SHAPING, include.INCLUDE) if include.names(self.resource) else SHAPING

    def read_shape(self) -> list[Problem]:
        """Read what says how the answer looks; returns what is wrong with it."""
        params = self.request.query_params
        self.trim, problems = trim.read(params, self.resource.names)
        if self.format == "jsonld":
            given = [name for name in (trim.FIELDS, trim.OMIT) if params.get(name, "").strip()]
            problems += [Problem(name, NOT_TRIMMED % name) for name in given]
        self.include, wrong = include.read(params, self.resource, self.format)
        return [*problems, *wrong]

    def included(self, rows: Iterable) -> dict:
        """The member that holds what these rows refer to, where it is asked for."""
        if not self.include:
            return {}
        return {include.INCLUDED: include.included(self.resource.shown(rows), self.include)}

    @property
    def is_plain(self) -> bool:
        """Whether the answer holds whole objects as JSON: they are sent as they are kept."""
        return self.format == "json" and not self.trim.chosen

    def shown(self, rows: Iterable) -> list[dict]:
        """These rows in the format asked for, as trimmed as they were asked for."""
        if self.format == "jsonld":
            return self.resource.nodes(rows)
        if self.format == "geojson":
            return self.resource.features(rows, self.trim)
        return self.trim.of(self.resource.shown(rows))

    def named(self, response: HttpResponseBase, stem: str) -> HttpResponseBase:
        """The answer, with the name of a file where that is what programs make of it."""
        if self.format in FILES:
            response["Content-Disposition"] = (
                f'{FILES[self.format]}; filename="{stem}.{self.format}"'
            )
        return response

    def initialize_request(self, request, *args, **kwargs):
        translation.activate("en")
        return super().initialize_request(request, *args, **kwargs)

    def get(self, request, *args, **kwargs) -> HttpResponse:
        known_by = conditional.validators(request._request, "api", request.accepted_media_type)
        if conditional.is_known(request._request, *known_by):
            return conditional.not_modified(*known_by)
        return conditional.stamped(self.answer(request, *args, **kwargs), *known_by)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        deprecations.announce(request, response, self.resource.path if self.resource else "")
        return response

    def answer(self, request, *args, **kwargs) -> Response:
        raise NotImplementedError

    def options(self, request, *args, **kwargs) -> HttpResponse:
        return HttpResponse(status=204)


class ListEndpoint(Endpoint):
    """One page of a resource."""

    def answer(self, request):
        listing = self.selected()
        response = self.all_of(listing) if self.is_whole else self.page_of(listing)
        return self.named(response, stem_of(self.resource.path, listing))

    @property
    def is_whole(self) -> bool:
        return isinstance(self.request.accepted_renderer, WholeRenderer)

    def selected(self) -> Listing:
        """What the query string selects and how it is trimmed; raises ``Refusal`` with what is wrong with it."""
        listing = Listing(
            self.resource.filterset_class,
            self.request.query_params,
            queryset=self.resource.visible(),
            fetched=self.resource.fetched,
            page_size=CHUNK if self.is_whole else PAGE_SIZE,
            max_page_size=MAX_PAGE_SIZE,
            number=conditional.number(self.request._request),
            extra_parameters=("cursor", "page_size", *self.shaping),
        )
        refused = whole.problems_of(listing, self.format) if self.is_whole else listing.problems
        if problems := [*refused, *self.read_shape()]:
            raise Refusal(problems)
        return listing

    def all_of(self, listing: Listing) -> HttpResponseBase:
        # Read before the rows: what is altered while they are sent has a higher number.
        change = conditional.number(self.request._request)
        is_head = self.request.method == "HEAD"
        response = whole.answer(
            listing.page,
            self.request.accepted_renderer,
            self.resource,
            self.trim,
            is_head=is_head,
        )
        response["X-Entente-Count"] = str(listing.count)
        response["X-Entente-Change"] = str(change)
        if self.format == "csv":
            described = f"{reverse(f'api:{self.resource.path}-table')}?{self.query}".rstrip("?")
            response["Link"] = (
                f'<{shapes.absolute(described)}>; rel="describedby"; type="{csvw.MEDIA_TYPE}"'
            )
        return response

    @property
    def query(self) -> str:
        """The query string as it was asked, fit to stand in an address."""
        return iri_to_uri(self.request.META.get("QUERY_STRING", ""))

    def page_of(self, listing: Listing) -> HttpResponse:
        request = self.request
        standing = self.resource.standing()
        shaping = {
            name: value for name in self.shaping if (value := request.query_params.get(name))
        }
        neighbours = {
            name: shapes.absolute(f"{request.path}?{listing.query(**shaping, cursor=cursor)}")
            if cursor
            else None
            for name, cursor in (("next", listing.next), ("previous", listing.previous))
        }
        around = {
            "count": listing.count,
            **standing,
            **neighbours,
            **self.included(listing.items),
        }
        if self.is_plain:
            text = page_text(around, self.resource.texts(listing.items))
            response = HttpResponse(text, content_type=JSON)
        elif self.format == "jsonld":
            # The context gives every name a meaning: what is about the page stands in the headers alone.
            response = Response({"@context": CONTEXT, "@graph": self.shown(listing.items)})
            response["X-Entente-Count"] = str(listing.count)
        elif self.format == "geojson":
            response = Response(collection(self.shown(listing.items), **around))
        else:
            response = Response({**around, "results": self.shown(listing.items)})
        links = [f'<{address}>; rel="{name}"' for name, address in neighbours.items() if address]
        if links:
            response["Link"] = ", ".join(links)
        return response


class TableEndpoint(ListEndpoint):
    """What the columns of a list hold that is asked for as CSV with the same query."""

    renderer_classes = [TableRenderer, PlainTableRenderer]
    schema = None
    is_whole = True

    def answer(self, request):
        self.selected()
        query = self.query
        if not request.query_params.get(FORMAT):
            query = f"{query}&format=csv".lstrip("&")
        address = shapes.absolute(f"{reverse(f'api:{self.resource.path}-list')}?{query}")
        return Response(csvw.table(self.resource, self.trim, address))


class DetailEndpoint(Endpoint):
    """One object by its key."""

    def answer(self, request, **kwargs):
        refuse_parameters(request, besides=self.shaping, and_these=self.read_shape())
        key = str(kwargs[self.resource.key])
        if not _KEY.fullmatch(key):
            raise Http404
        named = self.resource.visible().filter(**{self.resource.key: key})
        found = list(self.resource.fetched(named)[:1])
        if response := self.one(found):
            return self.named(response, f"{self.resource.path}-{key}")
        return self._lead_on(request, key)

    def one(self, found: list) -> HttpResponse | None:
        """The answer with the one row that was found; None where there is none (any more)."""
        renderer = self.request.accepted_renderer
        if isinstance(renderer, WholeRenderer):
            return whole.of_rows(found, renderer, self.resource, self.trim)
        beside = {"@context": CONTEXT} if self.format == "jsonld" else self.included(found)
        if self.is_plain and not beside and (texts := self.resource.texts(found)):
            return HttpResponse(texts[0], content_type=JSON)
        for shown in self.shown(found):
            return Response({**beside, **shown})
        return None

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
        known_by = conditional.validators(request._request, "schema", request.accepted_media_type)
        if conditional.is_known(request._request, *known_by):
            return conditional.not_modified(*known_by)
        if SchemaEndpoint._made is None:
            made = self.generator_class().get_schema(request=None, public=True)
            SchemaEndpoint._made = made | {"servers": [{"url": settings.SITE_URL}]}
        return conditional.stamped(Response(SchemaEndpoint._made), *known_by)

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204)


class DocsEndpoint(SpectacularSwaggerSplitView):
    """The description as a page to read and try. Our template: the packaged one has a style of its own inside."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = Negotiation
    template_name = "api/docs.html"
    # No badge from a validator elsewhere: the policy lets nothing be asked of another host.
    ui_settings = {"deepLinking": True, "validatorUrl": None, "supportedSubmitMethods": ["get"]}

    def get(self, request, *args, **kwargs):
        refuse_parameters(request, besides=("script", FORMAT))
        response = super().get(request, *args, **kwargs)
        if "settings" in response.data:
            response.data["settings"] = json.dumps(self.ui_settings)
        return response

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204)
