"""What every list of records does with its query string."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.history import change_number
from relations.lists.facets import relaxed
from relations.lists.listing import Listing
from relations.models import Entry, Relation
from relations.views.citing import cite_list
from relations.views.downloads.exports import exports_of
from relations.views.lists.density import PageListing
from relations.views.lists.forms import FilterForm
from relations.views.overview import overview
from relations.views.records.neighbours import trail_of
from relations.views.timeline_rows.rows import by_year, rows

PAGE_SIZE = 60
PARAMETERS = ("cursor", "at", "view")
ORDERINGS = [("-date", _("newest first")), ("date", _("oldest first")), ("title", _("by title"))]
WIDEST = 40


@dataclass
class RailYear:
    """A year of the rail. ``query`` leads to its page if it is not on this one."""

    number: int
    count: int
    width: int
    query: str

    @property
    def anchor(self) -> str:
        return f"{self.number:04}"

    @property
    def is_here(self) -> bool:
        return not self.query


def list_context(
    request: HttpRequest,
    *,
    filterset_class: type,
    queryset: QuerySet,
    relation: Relation | None = None,
    with_form: bool = True,
    title: str = _("Records"),
    api: str,
    api_pairs: tuple[tuple[str, str], ...] = (),
    page_size: int = PAGE_SIZE,
) -> dict:
    """The context of ``parts/listing.html``: rows by year, chips, order, pager, year rail, links to the
    data.
    """
    options = {} if relation is None else {"relation": relation}
    listing = PageListing(
        filterset_class,
        request.GET,
        queryset=queryset.prefetch_related(None),  # rows fetch what they name
        default_ordering="-date",
        page_size=page_size,
        extra_parameters=PARAMETERS,
        number=change_number.number(request),
        **options,
    )
    is_refused = bool(listing.problems)
    found = rows(listing.items, looked_for=listing.filterset.values.get("q", ""), relation=relation)
    years = by_year(found, listing.ordering)
    # The address of the complete set: this list, or the timeline of everything.
    is_own = relation is not None or not api_pairs
    where = request.path if is_own else reverse("timeline")
    query = set_query(request.GET, () if is_own else api_pairs)
    fixed = ("country",) if relation is not None else ()
    return {
        "problems": listing.problems,
        "is_refused": is_refused,
        "listing": listing,
        "years": years,
        "rail": [] if is_refused else rail(listing, {year.number for year in years}),
        "form": FilterForm(listing, fixed=fixed, beside=listing.beside) if with_form else None,
        "relaxed": relaxed(listing),
        "orderings": [
            (label, listing.ordering == value, listing.query(ordering=value))
            for value, label in ORDERINGS
        ],
        "all_query": listing.query(**{chip.parameter: None for chip in listing.active}),
        "next_query": listing.query(cursor=listing.next) if listing.next else "",
        "previous_query": listing.query(cursor=listing.previous) if listing.previous else "",
        "list_title": title,
        "is_by_date": listing.ordering.removeprefix("-") == "date",
        "is_newest_first": listing.ordering.startswith("-"),
        "api": "" if is_refused else api_address(api, request.GET, api_pairs),
        "overview": None if is_refused else overview(listing, request.path),
        "exports": [] if is_refused else exports_of(where, query),
        "cite": None if is_refused else cite_list(where, query, relation=relation),
        "trail": "" if is_refused else trail_of(listing, pairs=api_pairs),
    }


def list_page(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """The page of a list. With a wrong parameter it is 400 with the errors and no rows."""
    return render(request, template, context, status=400 if context["is_refused"] else 200)


def rail(listing: Listing, on_page: set[int]) -> list[RailYear]:
    """The years of the complete list, each a link to its place; empty for one year or another order."""
    if listing.ordering.removeprefix("-") != "date":
        return []
    found = years_of(listing)
    if len(found) < 2:
        return []
    most = max(count for _year, count in found)
    if listing.ordering.startswith("-"):
        found = found[::-1]
    return [
        RailYear(
            number=year,
            count=count,
            width=max(2, round(WIDEST * count / most)),
            query="" if year in on_page else listing.query(at=f"{year:04}"),
        )
        for year, count in found
    ]


def years_of(listing: Listing) -> list[tuple[int, int]]:
    """The years in which records begin, with counts; for a complete relation from its own index."""
    if listing.relation is None or listing.active:
        return listing.years
    entries = Entry.objects.filter(relation=listing.relation).order_by("year")
    return list(entries.values("year").annotate(count=Count("pk")).values_list("year", "count"))


def set_query(data: QueryDict, pairs: tuple[tuple[str, str], ...] = ()) -> str:
    """The query string of a set: its filters and order, without the page."""
    shared = [
        (name, value)
        for name, values in data.lists()
        for value in values
        if value and name not in PARAMETERS
    ]
    return urlencode([*pairs, *shared])


def api_address(path: str, data: QueryDict, pairs: tuple[tuple[str, str], ...] = ()) -> str:
    """The API's address of the same set."""
    query = set_query(data, pairs)
    return f"{path}?{query}" if query else path
