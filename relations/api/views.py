"""The endpoints of the resources: a list and a detail view that serve every one."""

from __future__ import annotations

import re
from typing import NoReturn

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from rest_framework.response import Response

from relations.api import addresses, csvw, missing, streams
from relations.api.endpoint import Endpoint, refuse_parameters
from relations.api.negotiation import FORMAT
from relations.api.objects import render
from relations.api.renderers import PlainTableRenderer, TableRenderer, WholeRenderer
from relations.chunks import CHUNK
from relations.exports.files import stem_of
from relations.exports.geojson import collection
from relations.exports.jsonld import CONTEXT
from relations.history import change_number
from relations.http.problem_details import Moved, Refusal
from relations.lists.listing import Listing

JSON = "application/json"
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
_KEY = re.compile(r"[A-Za-z0-9]+(?:-[a-z0-9]+)*")


def page_text(around: dict, texts: list[str]) -> str:
    """A page as JSON: what stands around the results, then the results as they are stored."""
    return f'{render(around)[:-1]},"results":[{",".join(texts)}]}}'


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
            queryset=self.resource.public,
            fetched=self.resource.fetched,
            page_size=CHUNK if self.is_whole else PAGE_SIZE,
            max_page_size=MAX_PAGE_SIZE,
            number=change_number.number(self.request._request),
            name=self.resource.path,
            built=self.resource.built if self.resource.is_of_records else None,
            extra_parameters=("cursor", "page_size", *self.shaping),
        )
        refused = streams.problems_of(listing, self.format) if self.is_whole else listing.problems
        if problems := [*refused, *self.read_shape()]:
            raise Refusal(problems)
        return listing

    def all_of(self, listing: Listing) -> HttpResponseBase:
        # Read before the rows: what is altered while they are sent has a higher number.
        change = change_number.number(self.request._request)
        is_head = self.request.method == "HEAD"
        response = streams.answer(
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
                f'<{addresses.absolute(described)}>; rel="describedby"; type="{csvw.MEDIA_TYPE}"'
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
            name: addresses.absolute(f"{request.path}?{listing.query(**shaping, cursor=cursor)}")
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
        address = addresses.absolute(f"{reverse(f'api:{self.resource.path}-list')}?{query}")
        return Response(csvw.table(self.resource, self.trim, address))


class DetailEndpoint(Endpoint):
    """One object by its key."""

    def answer(self, request, **kwargs):
        refuse_parameters(request, besides=self.shaping, and_these=self.read_shape())
        key = str(kwargs[self.resource.key])
        if not _KEY.fullmatch(key):
            raise Http404
        found = self.resource.row(key)
        if response := self.one(found):
            return self.named(response, f"{self.resource.path}-{key}")
        return self._lead_on(request, key)

    def one(self, found: list) -> HttpResponse | None:
        """The answer with the one row that was found; None where there is none (any more)."""
        renderer = self.request.accepted_renderer
        if isinstance(renderer, WholeRenderer):
            return streams.of_rows(found, renderer, self.resource, self.trim)
        beside = {"@context": CONTEXT} if self.format == "jsonld" else self.included(found)
        if self.is_plain and not beside and (texts := self.resource.texts(found)):
            return HttpResponse(texts[0], content_type=JSON)
        for shown in self.shown(found):
            return Response({**beside, **shown})
        return None

    def _lead_on(self, request, key: str) -> NoReturn:
        try:
            missing.explain(self.resource, key)
        except Moved as moved:
            query = request.META.get("QUERY_STRING", "")
            raise Moved(f"{moved.address}?{query}" if query else moved.address) from None
