"""Citing a record or a filtered timeline, for people and reference managers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.urls import resolve, reverse
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View

from relations import kinds
from relations.filters import RecordFilter
from relations.filters.problems import Problem, unknown_parameter
from relations.http.middleware import refuse
from relations.kinds import Kind
from relations.lists.listing import Listing
from relations.models import Record, Relation
from relations.references import FORMATS, Format, Reference, of_record, of_selection
from relations.views.addresses import Gone, Moved, find, find_record
from relations.views.embed.frames import Frame, frame_of_record, oembed_address
from relations.views.errors import Absent, gone


@dataclass(frozen=True)
class CiteFile:
    """The citation as a file: its name, address and media type."""

    label: str
    address: str
    media_type: str


@dataclass(frozen=True)
class Cite:
    """What ``parts/cite.html`` offers: the citation as text and as files, and the frame if there is one."""

    text: str
    url: str
    files: list[CiteFile]
    frame: Frame | None = None

    @property
    def oembed(self) -> str:
        """The oEmbed address of this page, for its head."""
        return oembed_address(self.url) if self.frame else ""


def cite_record(record: Record) -> Cite:
    """What a record's page offers for citing it. Makes one query."""
    reference = of_record(record)
    return Cite(
        text=FORMATS["txt"].write(reference),
        url=reference.url,
        files=[
            CiteFile(
                one.label,
                reverse(f"{record.kind}-cite", args=[record.slug, one.name]),
                one.media_type,
            )
            for one in FORMATS.values()
            if one.is_file
        ],
        frame=frame_of_record(record),
    )


def cite_list(path: str, query: str, *, relation: Relation | None = None) -> Cite:
    """What the page of a list offers for citing the set at this address.

    ``path`` is that of a relation, of a kind or of the timeline. Makes one query, one more if the relation
    is not given, and one per filter in use that names an object.
    """
    match = resolve(path)
    kind = next((one for one in kinds.every() if match.url_name == f"{one.name}-list"), None)
    slug = match.kwargs.get("slug")
    if slug and relation is None:
        relation = Relation.objects.select_related("first", "second").get(slug=slug)
    listing = selection(QueryDict(query), kind, relation)
    title, query = title_of(listing, kind, relation), query_of(listing)
    reference = of_selection(title, path, query)
    return Cite(
        text=FORMATS["txt"].write(reference),
        url=reference.url,
        files=[
            CiteFile(
                one.label,
                f"{path}cite.{one.name}{'?' if query else ''}{query}",
                one.media_type,
            )
            for one in FORMATS.values()
            if one.is_file
        ],
        frame=Frame(slug, title, query=query) if slug else None,
    )


def selection(
    params: QueryDict,
    kind: Kind | None,
    relation: Relation | None,
    also: tuple[str, ...] = (),
) -> Listing:
    """The set that a list's filters select. A place in the list is not part of what is cited."""
    filterset_class = kind.filterset_class if kind else RecordFilter
    queryset = (kind.model if kind else Record).objects.published()
    options = {} if relation is None else {"relation": relation}
    return Listing(filterset_class, params, queryset=queryset, extra_parameters=also, **options)


def query_of(listing: Listing) -> str:
    """The query string of a set, the same for every order of its filters."""
    return urlencode(sorted((k, v) for k, vs in listing.filterset.data.lists() for v in vs))


def title_of(listing: Listing, kind: Kind | None, relation: Relation | None) -> str:
    """The name of a set: its list, and the filters in use in words."""
    if relation is not None:
        name = _("%(relation)s: timeline") % {"relation": relation}
    elif kind is not None:
        name = capfirst(kind.label_plural)
    else:
        name = _("Timeline of all relations")
    if not listing.active:
        return name
    filters = [
        _("%(label)s: %(value)s") % {"label": chip.label, "value": chip.display}
        for chip in listing.active
    ]
    return _("%(name)s (%(filters)s)") % {"name": name, "filters": "; ".join(filters)}


def format_of(name: str) -> Format:
    """The format with that ending; 404 for an unknown one, with the names of the known ones."""
    if name not in FORMATS:
        raise Absent(
            _("A citation is available in these formats: %(formats)s.")
            % {"formats": ", ".join(f"cite.{known}" for known in FORMATS)}
        )
    return FORMATS[name]


def written(reference: Reference, chosen: Format) -> HttpResponse:
    response = HttpResponse(chosen.write(reference), content_type=chosen.content_type)
    response["Content-Disposition"] = content_disposition_header(
        chosen.is_file, f"{reference.key}.{chosen.name}"
    )
    response["X-Robots-Tag"] = "noindex"
    return response


class CiteRecordView(View):
    """``/agreements/…/cite.bib``. Takes no parameters."""

    kind: Kind | None = None

    def get(self, request: HttpRequest, slug: str, format: str) -> HttpResponse:  # noqa: A002
        chosen = format_of(format)
        links = self.kind.model.reference_links
        try:
            record = find_record(self.kind.model.objects.prefetch_related(*links), slug)
        except Moved as moved:
            return HttpResponsePermanentRedirect(f"{moved.address}cite.{chosen.name}")
        except Gone as left:
            return gone(request, left.record)
        if problems := [unknown_parameter(name, ()) for name in request.GET]:
            return refuse(request, problems)
        return written(of_record(record), chosen)


class CiteListView(View):
    """``/azerbaijan-kazakhstan/cite.ris?topic=energy``: takes the filters of the page, as strictly."""

    kind: Kind | None = None

    def get(self, request: HttpRequest, format: str, slug: str = "") -> HttpResponse:  # noqa: A002
        chosen = format_of(format)
        relation = None
        if slug:
            try:
                relation = find(Relation.objects.select_related("first", "second"), slug)
            except Moved as moved:
                query = request.META.get("QUERY_STRING", "")
                address = f"{moved.address}cite.{chosen.name}"
                return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
        listing = selection(request.GET, self.kind, relation)
        problems: list[Problem] = listing.problems
        if problems:
            return refuse(request, problems)
        title = title_of(listing, self.kind, relation)
        path = request.path.rpartition("/")[0] + "/"
        return written(of_selection(title, path, query_of(listing)), chosen)
