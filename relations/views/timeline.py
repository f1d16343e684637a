"""The timeline: of one relation, or of any countries."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.views import View

from relations.filters import RecordFilter
from relations.models import Citation, Record, Relation, Source
from relations.views.addresses import Moved, find
from relations.views.lists.context import list_context, list_page

API = "/api/v1/timeline/"


class TimelineView(View):
    """``/timeline/``: all kinds, any countries; the search of every page leads here."""

    def get(self, request):
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=Record.objects.published().for_timeline(),
            api=API,
        )
        return list_page(request, "relations/timeline.html", context)


class RelationView(View):
    """``/azerbaijan-kazakhstan/``. The reversed slug and former ones redirect."""

    def get(self, request, slug):
        try:
            relation = find(Relation.objects.select_related("first", "second"), slug)
        except Moved as moved:
            return moved.redirect(request)
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=Record.objects.published().for_timeline(),
            relation=relation,
            api=API,
            api_pairs=tuple(("country", country.code) for country in relation.countries),
        )
        context |= {"relation": relation, "glance": glance(relation)}
        return list_page(request, "relations/relation.html", context)


def glance(relation: Relation) -> dict:
    """The complete relation in three numbers, whatever is filtered."""
    contested = Record.objects.published().filter(evidence=Record.Evidence.CONFLICT)
    cited = Citation.objects.filter(source=OuterRef("pk"))
    entries = relation.entries.filter(record=OuterRef("record"))
    return {
        "records": relation.entries.count(),
        "contested": contested.filter(entries__relation=relation).count(),
        "sources": Source.objects.filter(Exists(cited.filter(Exists(entries)))).count(),
    }
