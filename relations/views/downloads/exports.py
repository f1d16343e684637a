"""Exports of exactly the current filter: ``timeline.csv`` beside every list of records, with its parameters."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from relations.api import resources
from relations.api.addresses import TIMELINE, list_address
from relations.api.resources import Resource
from relations.exports.files import sent
from relations.exports.formats import FORMATS, MOST, Format
from relations.exports.selection import Selection
from relations.filters.problems import Problem, single, unknown_value
from relations.http.middleware import refuse
from relations.kinds import Kind
from relations.lists.listing import Listing
from relations.models import Relation
from relations.views.addresses import Moved, find
from relations.views.downloads.selected import address_of, select, with_query

# What a format reads besides the filters, and the values that it may have.
OPTIONS = {"anniversaries": ["1"]}


class ExportView(View):
    """The complete set of a list in one format. It refuses what the list refuses."""

    kind: Kind | None = None
    http_method_names = ["get", "head", "options"]

    def get(self, request, format, slug=None):  # noqa: A002 (its name in the address)
        export = FORMATS.get(format)
        path = f"{request.path.rpartition('/')[0]}/"
        if export is None:
            links = exports_of(path, request.META.get("QUERY_STRING", ""))
            return render(request, "relations/export_unknown.html", {"exports": links}, status=404)
        relation = None
        if slug is not None:
            try:
                relation = find(Relation.objects.select_related("first", "second"), slug)
            except Moved as moved:
                query = request.META.get("QUERY_STRING", "")
                address = with_query(f"{moved.address}timeline.{format}", query)
                return HttpResponsePermanentRedirect(address)
        resource = resources.every()[self.kind.path if self.kind else TIMELINE]
        listing = Listing(
            resource.filterset_class,
            request.GET,
            queryset=resource.visible(),
            default_ordering=export.default_ordering,
            extra_parameters=export.parameters,
            **({"relation": relation} if relation else {}),
        )
        options, refused = read_options(request, export)
        if problems := [*listing.problems, *refused]:
            return refuse(request, problems)
        title, stem = self.named(relation)
        chosen = select(
            listing, resource, export, title=title, stem=stem, path=path, options=options
        )
        if chosen is None:
            return refuse(request, [too_many_records(export, listing, resource)])
        return answer(request, export, chosen)

    def named(self, relation: Relation | None) -> tuple[str, str]:
        """The title of the list, and the beginning of its files' names."""
        if relation is not None:
            return str(relation), relation.slug
        if self.kind is not None:
            return self.kind.label_plural, self.kind.path
        return gettext_lazy("Timeline"), "timeline"


def read_options(request: HttpRequest, export: Format) -> tuple[dict[str, str], list[Problem]]:
    """The format's own parameters; an empty one counts as absent."""
    options, problems = {}, []
    for name in export.parameters:
        value, problem = single(request.GET, name)
        if problem:
            problems.append(problem)
        elif value and value not in OPTIONS[name]:
            refused = unknown_value(value, OPTIONS[name])
            problems.append(Problem(name, refused.message, refused.valid, refused.nearest))
        elif value:
            options[name] = value
    return options, problems


def too_many_records(export: Format, listing: Listing, resource: Resource) -> Problem:
    return Problem(
        export.name,
        _(
            "This selection has %(count)d records, and one file holds at most %(most)d: narrow the filter, for "
            "example by dates, or have all of it from the API, as CSV (%(csv)s) or as JSON Lines (%(lines)s)."
        )
        % {
            "count": listing.count,
            "most": MOST,
            "csv": whole_in_api(listing, resource, "csv"),
            "lines": whole_in_api(listing, resource, "jsonl"),
        },
    )


def whole_in_api(listing: Listing, resource: Resource, name: str) -> str:
    """The API address of the same set, in one of the API's formats without a limit."""
    changes = {"format": name}
    if relation := listing.relation:
        given = listing.params.getlist("country")
        changes["country"] = list(dict.fromkeys([*given, relation.first_id, relation.second_id]))
    return f"{list_address(resource.path)}?{listing.query(**changes)}"


def answer(request: HttpRequest, export: Format, chosen: Selection) -> HttpResponse:
    """Sent while it is written. It is the same for everybody, so pages of other sites may read it."""
    content_type = export.content_type or export.media_type
    # A HEAD request writes nothing, but its response is a stream too: a complete body could be cached for GET.
    parts = () if request.method == "HEAD" else sent(export.write(chosen))
    response = StreamingHttpResponse(parts, content_type=content_type)
    disposition = "attachment" if export.is_attachment else "inline"
    response["Content-Disposition"] = f'{disposition}; filename="{chosen.stem}{export.file_ending}"'
    response["X-Robots-Tag"] = "noindex"
    response["Access-Control-Allow-Origin"] = "*"
    response["Link"] = f'<{chosen.page}>; rel="canonical"; type="text/html"'
    for name, value in export.headers(chosen).items():
        response[name] = value
    return response


@dataclass(frozen=True)
class ExportLink:
    """A format of a set: ``href`` on this site, ``address`` to copy elsewhere."""

    format: Format
    href: str

    @property
    def address(self) -> str:
        return f"{settings.SITE_URL}{self.href}"

    @property
    def subscription(self) -> str:
        """The address to which a calendar program subscribes; empty for other formats."""
        if not self.format.is_subscribed:
            return ""
        return f"webcal://{self.address.partition('://')[2]}"

    @property
    def yearly(self) -> str:
        """The calendar whose events return every year."""
        return f"{self.href}{'&' if '?' in self.href else '?'}anniversaries=1"


def exports_of(path: str, query: str) -> list[ExportLink]:
    """The export formats of the set at this address (of a list, with its query string).

    ``query`` holds the filters and the order only. Empty for an address that has no exports.
    """
    try:
        match = resolve(f"{path}timeline.json")
    except Resolver404:
        return []
    if getattr(match.func, "view_class", None) is not ExportView:
        return []
    return [ExportLink(one, address_of(path, one, query)) for one in FORMATS.values()]
