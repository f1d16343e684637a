"""What every list of records does with its query string."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from relations.listing import Listing
from relations.models import Entry, Relation
from relations.views.forms import FilterForm
from relations.views.rows import by_year, rows

PAGE_SIZE = 100
ORDERINGS = [("-date", _("newest first")), ("date", _("oldest first")), ("title", _("by title"))]


@dataclass
class RailYear:
    number: int
    count: int
    width: int
    query: str
    is_here: bool


def _rail(found: list[tuple[int, int]], on_page: set[int], listing: Listing) -> list[RailYear]:
    most = max((count for _year, count in found), default=1)
    if listing.ordering.startswith("-"):
        found = found[::-1]
    return [
        RailYear(
            number=year,
            count=count,
            width=max(2, round(36 * count / most)),
            query="" if year in on_page else listing.query(at=year, cursor=None),
            is_here=year in on_page,
        )
        for year, count in found
    ]


def years_of(queryset: QuerySet, relation: Relation | None) -> list[tuple[int, int]]:
    """Years in which records begin, with how many; of a whole relation by its own index."""
    if relation is not None:
        counted = Entry.objects.filter(relation=relation).order_by("year").values("year")
    else:
        counted = queryset.order_by().values(year=ExtractYear("sort_date")).order_by("year")
    return list(counted.annotate(count=Count("pk")).values_list("year", "count"))
