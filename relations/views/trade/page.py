"""The trade of a relation: charts of figures, with their tables."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from relations import dates, kinds
from relations.filters import TradeFigureFilter
from relations.lists.listing import Listing
from relations.models import Indicator, Relation, TradeFigure
from relations.records.comparable_figures import mirrors
from relations.views.addresses import Moved, find
from relations.views.citing import cite_list
from relations.views.downloads.exports import exports_of
from relations.views.lists.context import api_address, set_query
from relations.views.lists.forms import FilterForm
from relations.views.records.neighbours import trail_of
from relations.views.timeline_rows.rows import rows
from relations.views.trade.chart import chart_of
from relations.views.trade.events import events_of
from relations.views.trade.reports import partners, reports_of
from relations.views.trade.scales import HEIGHT
from relations.views.trade.words import flow_words

PARAMETERS = ("cursor", "at")
MOST_INDICATORS = 30

# A drawing of few figures says little, so a page holds more figures than a list holds records.
PAGE_SIZE = 100


class TradeView(View):
    """``/azerbaijan-kazakhstan/trade/``: the same set as the list of trade figures of these countries."""

    def get(self, request, slug):
        try:
            relation = find(Relation.objects.select_related("first", "second"), slug)
        except Moved as moved:
            return Moved(f"{moved.address}trade/").redirect(request)
        listing = Listing(
            TradeFigureFilter,
            request.GET,
            queryset=TradeFigure.objects.published()
            .for_timeline()
            .prefetch_related(None),  # rows fetch what they name
            default_ordering="-date",
            page_size=PAGE_SIZE,
            extra_parameters=PARAMETERS,
            relation=relation,
        )
        context = {
            "relation": relation,
            "problems": listing.problems,
            "is_refused": bool(listing.problems),
            "form": FilterForm(listing, fixed=("country", "kind")),
        }
        if not listing.problems:
            context |= shown(listing, relation, request)
        return render(
            request, "relations/trade.html", context, status=400 if listing.problems else 200
        )


def shown(listing: Listing, relation: Relation, request: HttpRequest) -> dict:
    """What the page shows of a selection: one page of it, drawn, and links to the complete set."""
    items = listing.items
    is_paged = bool(listing.next or listing.previous)
    elsewhere = partners(items, listing.queryset) if is_paged else []
    is_whole = not listing.active and not listing.previous
    others = indicators(relation) if is_whole else []
    # All rows at once: what they show is fetched once.
    found = rows([*items, *elsewhere, *others])
    figures, others = found[: len(found) - len(others)], found[len(found) - len(others) :]
    here = figures[: len(items)]
    reported = mirrors(
        (row.record for row in figures), tuple(country.code for country in relation.countries)
    )
    chart = chart_of(here, relation, reported)
    pairs = tuple(("country", country.code) for country in relation.countries)
    kind = kinds.get(TradeFigure.KIND)
    where = reverse(f"{kind.name}-list")
    query = set_query(request.GET, pairs)
    api = api_address(f"/api/v1/{kind.path}/", request.GET, pairs)
    return {
        "listing": listing,
        "figures": [(row, flow_words(row.record)) for row in here],
        "chart": chart,
        "ways": chart.drawn_as(),
        "height": HEIGHT,
        "reports": reports_of(reported, figures, relation),
        "events": events_of(relation, chart.axis),
        "indicators": others,
        "indicator_list": f"{reverse(f'{Indicator.KIND}-list')}?{urlencode(pairs)}",
        "is_by_date": listing.ordering.removeprefix("-") == "date",
        "is_newest_first": listing.ordering.startswith("-"),
        "decades": decades(listing) if is_paged else [],
        "next_query": listing.query(cursor=listing.next) if listing.next else "",
        "previous_query": listing.query(cursor=listing.previous) if listing.previous else "",
        "all_query": listing.query(**{chip.parameter: None for chip in listing.active}),
        "list_address": f"{where}?{query}",
        "api": api,
        "csv": f"{api}&format=csv",
        "exports": exports_of(where, query),
        "cite": cite_list(where, query),
        "trail": trail_of(listing, pairs=pairs),
    }


def decades(listing: Listing) -> list[tuple[str, int, str]]:
    """The decades of a selection with several pages: name, number of figures, and where each opens."""
    if listing.ordering.removeprefix("-") != "date":
        return []
    counted = Counter()
    for year, count in listing.years:
        counted[year // 10] += count
    return [
        (dates.parse(edtf).display(), count, listing.query(at=edtf))
        for edtf, count in ((f"{decade:03}X", count) for decade, count in sorted(counted.items()))
    ]


def indicators(relation: Relation) -> list[Indicator]:
    """Measures of the relation other than trade, newest first."""
    found = Indicator.objects.published().filter(entries__relation=relation)
    newest = found.for_timeline().prefetch_related(None).order_by("-sort_date", "-sort_end", "-pk")
    return list(newest[:MOST_INDICATORS])
