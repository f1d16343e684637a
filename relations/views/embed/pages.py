"""The timeline inside pages of other sites, and oEmbed, by which their software finds the frame."""

from __future__ import annotations

from functools import wraps
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.clickjacking import xframe_options_exempt

from relations import kinds
from relations.filters import RecordFilter
from relations.filters.problems import Problem, repeated, shown, unknown_parameter
from relations.http.conditional import etag, is_known, not_modified, stamped
from relations.http.middleware import TRACKING, TRACKING_PREFIX
from relations.lists.listing import Listing
from relations.models import Record, Relation
from relations.models.base import validate_slug
from relations.views.addresses import Gone, Moved, find, find_record
from relations.views.citing import query_of, selection, title_of
from relations.views.embed.frames import HEIGHT, WIDTH, Frame, frame_of_record
from relations.views.timeline_rows.rows import by_year, rows

PAGE_SIZE = 50
PARAMETERS = ("cursor", "at")
# Parameters of a page besides its filters, which have no meaning in a frame.
PAGE_ONLY = ("cursor", "view")


def framed(view):
    """Let any site show this response in a frame. Nothing else on the site can be framed."""
    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))


def conditional(view):
    """As ``conditional_page``, inside ``framed``.

    A 304 from an outer decorator would say that framing is refused, and browsers obey the latest headers.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        tag = etag(request, "embed", get_language() or "")
        if is_known(request, tag):
            return not_modified(tag)
        response = view(request, *args, **kwargs)
        return stamped(response, tag) if response.status_code == 200 else response

    return answer


@method_decorator([framed, conditional], name="get")
class EmbedView(View):
    """``/embed/azerbaijan-kazakhstan/``: the relation's list with its filters, without the rest of the page."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        try:
            relation = find(Relation.objects.select_related("first", "second"), slug)
        except Moved as moved:
            path = reverse("embed", args=[resolve(moved.address).kwargs["slug"]])
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        except Http404:
            # Inside the frame, for the site that embeds it: the site's own page would not be shown.
            return render(request, "relations/embed_missing.html", status=404)
        listing = Listing(
            RecordFilter,
            request.GET,
            queryset=Record.objects.published().for_timeline(),
            default_ordering="-date",
            page_size=PAGE_SIZE,
            extra_parameters=PARAMETERS,
            relation=relation,
        )
        context = {
            "relation": relation,
            "listing": listing,
            "problems": listing.problems,
            "years": by_year(rows(listing.items, relation=relation), listing.ordering),
            "next_query": listing.query(cursor=listing.next) if listing.next else "",
            "previous_query": listing.query(cursor=listing.previous) if listing.previous else "",
            "is_by_date": listing.ordering.removeprefix("-") == "date",
            "is_newest_first": listing.ordering.startswith("-"),
            "whole": f"{settings.SITE_URL}{relation.get_absolute_url()}",
        }
        if query := listing.query():
            context["whole"] += f"?{query}"
        status = 400 if listing.problems else 200
        return render(request, "relations/embed.html", context, status=status)


class OEmbedView(View):
    """``/oembed/?url=…``: https://oembed.com, type “rich”, JSON only."""

    parameters = ("url", "format", "maxwidth", "maxheight")

    def get(self, request: HttpRequest) -> HttpResponse:
        from relations.http.problem_details import instance_of, problem, refusal

        data = request.GET
        problems = [
            unknown_parameter(name, self.parameters) for name in data if name not in self.parameters
        ]
        problems += [repeated(name) for name in self.parameters if len(data.getlist(name)) > 1]
        width, height = (
            self.size(data.get(name, ""), name, default, problems)
            for name, default in (("maxwidth", WIDTH), ("maxheight", HEIGHT))
        )
        if not data.get("url", "").strip():
            problems.append(Problem("url", _("Give the address of a page of this site as “url”.")))
        if problems:
            return refusal(request, problems)
        if data.get("format", "") not in ("", "json"):
            detail = _("Only “json” is supported here, not “%(format)s”.")
            return problem(
                501, detail % {"format": shown(data["format"])}, instance=instance_of(request)
            )
        try:
            frame, problems = frame_of(data["url"].strip())
        except Http404:
            detail = _("There is no timeline to embed at that address.")
            return problem(404, detail, instance=instance_of(request))
        if problems:
            return refusal(request, problems)
        return JsonResponse(
            {
                "version": "1.0",
                "type": "rich",
                "title": frame.title,
                "provider_name": "Entente",
                "provider_url": f"{settings.SITE_URL}/",
                "html": frame.markup(width, height),
                "width": width,
                "height": height,
            },
            json_dumps_params={"ensure_ascii": False},
        )

    def size(self, text: str, name: str, default: int, problems: list[Problem]) -> int:
        """The default size, or a smaller one if that is requested."""
        if not text.strip():
            return default
        if text.isascii() and text.isdigit() and int(text[:9]) >= 1:
            return min(default, int(text[:9]))
        message = _("“%(value)s” is not a number of pixels: give a whole number from 1.")
        problems.append(Problem(name, message % {"value": shown(text)}))
        return default


def frame_of(address: str) -> tuple[Frame, list[Problem]]:
    """The frame for a page of this site, and the problems of the filters in its address.

    The page is a relation's page, its frame, or a record's page. Raises ``Http404`` for any other address.
    """
    try:
        parts = urlsplit(address)
        match = resolve(parts.path or "/")
    except (ValueError, Resolver404):
        raise Http404 from None
    ours = urlsplit(settings.SITE_URL)
    if (parts.scheme.lower(), parts.netloc.lower()) != (ours.scheme, ours.netloc.lower()):
        raise Http404
    if match.url_name in ("relation", "embed"):
        return _of_relation(match.kwargs["slug"], _clean_query(parts.query), parts.fragment)
    for kind in kinds.every():
        if match.url_name == f"{kind.name}-detail":
            return _of_record(match.kwargs["slug"]), []
    raise Http404


def _clean_query(query: str) -> QueryDict:
    """The query string without tracking parameters, which the page itself redirects away."""
    data = QueryDict(query, mutable=True)
    for name in list(data):
        if name in TRACKING or name.startswith(TRACKING_PREFIX):
            del data[name]
    return data


def _of_relation(slug: str, data: QueryDict, fragment: str) -> tuple[Frame, list[Problem]]:
    try:
        relation = find(Relation.objects.select_related("first", "second"), slug)
    except Moved as moved:
        return _of_relation(resolve(moved.address).kwargs["slug"], data, fragment)
    for name in PAGE_ONLY:
        data.pop(name, None)
    listing = selection(data, None, relation, also=("at",))
    query = query_of(listing)
    if at := data.get("at", "").strip():
        query = "&".join(filter(None, [query, urlencode({"at": at})]))
    record = fragment if validate_slug.regex.match(fragment) else ""
    frame = Frame(relation.slug, title_of(listing, None, relation), query, record)
    return frame, listing.problems


def _of_record(slug: str) -> Frame:
    try:
        record = find_record(Record.objects.all(), slug)
    except Moved as moved:
        return _of_record(resolve(moved.address).kwargs["slug"])
    except Gone:
        raise Http404 from None
    frame = frame_of_record(record)
    if frame is None:
        raise Http404
    return frame
