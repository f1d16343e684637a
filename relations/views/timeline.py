"""The timeline: of one relation, or of any countries."""

from __future__ import annotations

from django.db.models import Max, Min, QuerySet
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from relations import kinds
from relations.filters import RecordFilter
from relations.models import Record, Relation
from relations.views.addresses import Moved, find
from relations.views.forms import FilterForm
from relations.views.lists import list_page


class TimelineView(View):
    """``/timeline/``: all kinds, any selection; the search of every page leads here."""

    template_name = "relations/timeline.html"

    def get(self, request):
        return list_page(
            request,
            template=self.template_name,
            filterset_class=RecordFilter,
            queryset=Record.objects.published().for_timeline(),
            form=FilterForm(RecordFilter, request.GET),
            api="/api/v1/timeline/",
            context={"relation": None, "glance": None},
        )


class RelationView(View):
    """``/azerbaijan-kazakhstan/``. The reversed slug and former ones redirect."""

    template_name = "relations/timeline.html"

    @cached_property
    def relations(self) -> QuerySet[Relation]:
        return Relation.objects.select_related("first", "second")

    def get(self, request, slug):
        try:
            relation = find(self.relations, slug)
        except Moved as moved:
            return moved.redirect(request)
        return list_page(
            request,
            template=self.template_name,
            filterset_class=RecordFilter,
            queryset=Record.objects.published().filter(entries__relation=relation).for_timeline(),
            form=FilterForm(RecordFilter, request.GET, relation=relation),
            api="/api/v1/timeline/",
            api_pairs=[("country", country.code) for country in relation.countries],
            context={"relation": relation, "glance": glance(relation)},
        )
