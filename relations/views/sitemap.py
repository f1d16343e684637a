"""The addresses of all published objects, for search engines (https://www.sitemaps.org).

There is one file while it stays within the limits of a sitemap; beyond that an index of several files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from math import ceil
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relations import kinds
from relations.filters.problems import Problem, repeated, shown, unknown_parameter
from relations.http.conditional import conditional_page
from relations.http.middleware import refuse
from relations.models import ChangeCounter, Entity, Record, Relation, Source, Topic

MOST = 50_000
LINES = 500
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = (
    "home",
    "timeline",
    "disagreements",
    "coverage",
    "changes",
    "on-this-day",
    "method",
    "api-promise",
    "api-tutorial",
    "data",
)
LISTS = ("topic-list", "source-list")
# Views of a relation besides its timeline.
OF_RELATION = ("relation-trade", "relation-map")

Address = tuple[str, datetime | None]
"""A path, and when its content last changed, where that is known."""


@dataclass(frozen=True)
class Section:
    """Addresses of one sort: their number, and a run of them."""

    count: int
    run: Callable[[int, int], Iterator[Address]]


def sections() -> list[Section]:
    changed = ChangeCounter.objects.values_list("changed", flat=True).first()
    pages = [(path, changed) for path in filter(None, map(_path, _page_names()))]
    relations = list(_of_relations())
    return [
        Section(len(pages), lambda first, end: iter(pages[first:end])),
        Section(len(relations), lambda first, end: iter(relations[first:end])),
        *(_objects(model.objects.order_by("pk")) for model in (Topic, Source, Entity)),
        _records(Record.objects.published().order_by("pk")),
    ]


def _page_names() -> Iterator[str]:
    entities = (f"{model.KIND}-list" for model in Entity.__subclasses__())
    records = (f"{kind.name}-list" for kind in kinds.every())
    return chain(PAGES, LISTS, entities, records)


def _path(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _of_relations() -> Iterator[Address]:
    found = Relation.objects.annotate(changed=Max("entries__record__modified"))
    for slug, changed in found.values_list("slug", "changed").order_by("slug"):
        for name in ("relation", *OF_RELATION):
            yield reverse(name, args=[slug]), changed


def _objects(queryset: QuerySet) -> Section:
    """Entities, topics and sources, without dates: when their lists last changed would cost a count per
    object.
    """

    def run(first: int, end: int) -> Iterator[Address]:
        for row in queryset[first:end].iterator():
            yield row.get_absolute_url(), None

    return Section(queryset.count(), run)


def _records(queryset: QuerySet[Record]) -> Section:
    def run(first: int, end: int) -> Iterator[Address]:
        rows = queryset.values_list("kind", "slug", "modified")[first:end]
        # Reversing fifty thousand addresses would take most of the time, and they differ only in the slug.
        patterns = {
            kind.name: reverse(f"{kind.name}-detail", args=["0"]).rpartition("0")
            for kind in kinds.every()
        }
        for kind, slug, modified in rows.iterator():
            before, _slug, after = patterns[kind]
            yield f"{before}{slug}{after}", modified

    return Section(queryset.count(), run)


def addresses(first: int, end: int, found: list[Section]) -> Iterator[Address]:
    """The addresses from ``first`` up to ``end``, counted through all sections."""
    for section in found:
        if first < section.count and end > 0:
            yield from section.run(max(first, 0), min(end, section.count))
        first, end = first - section.count, end - section.count


def _written(name: str, child: str, found: Iterator[Address]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{NAMESPACE}">\n'
    # Sent in pieces of many lines: each piece costs a server more than a line does.
    while some := list(islice(found, LINES)):
        yield "".join(_line(child, path, changed) for path, changed in some)
    yield f"</{name}>\n"


def _line(child: str, path: str, changed: datetime | None) -> str:
    when = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<{child}><loc>{escape(settings.SITE_URL + path)}</loc>{when}</{child}>\n"


@require_safe
@conditional_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """``/sitemap.xml``, and ``?p=2`` for the second file where there are several."""
    problems = [unknown_parameter(name, ("p",)) for name in request.GET if name != "p"]
    text = request.GET.get("p", "").strip()
    if len(request.GET.getlist("p")) > 1:
        problems.append(repeated("p"))
    elif text and not (text.isascii() and text.isdigit()):
        message = _("“%(value)s” is not the number of a file of this sitemap.")
        problems.append(Problem("p", message % {"value": shown(text)}))
    if problems:
        return refuse(request, problems)
    found = sections()
    pages = max(1, ceil(sum(section.count for section in found) / MOST))
    if text and not 1 <= int(text[:9]) <= pages:
        raise Http404
    if pages > 1 and not text:
        files = ((f"{request.path}?p={number}", None) for number in range(1, pages + 1))
        body = _written("sitemapindex", "sitemap", files)
    else:
        page = int(text[:9]) if text else 1
        body = _written("urlset", "url", addresses(MOST * (page - 1), MOST * page, found))
    return StreamingHttpResponse(body, content_type="application/xml; charset=utf-8")
