"""Provenance in the open: every disagreement, and the rules by which the record is kept."""

from __future__ import annotations

from collections import defaultdict

from django.shortcuts import render
from django.views import View

from relations.filters import RecordFilter
from relations.models import Citation, Record
from relations.views.lists import list_context, list_page
from relations.views.passages import by_field
from relations.views.readable import Values


class DisagreementsView(View):
    """Each contested field with every reading, by record."""

    def get(self, request):
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=Record.objects.published().filter(evidence=Record.Evidence.CONFLICT).for_timeline(),
            api="/api/v1/timeline/",
            api_pairs=(("evidence", "conflict"),),
            page_size=50,
        )
        if not context["is_refused"]:
            add_readings(context["years"])
        return list_page(request, "relations/disagreements.html", context)


def add_readings(years: list) -> None:
    """Give each row its contested fields: ``row.fields``."""
    shown = [row for year in years for row in year.rows]
    by_record = defaultdict(list)
    cited = Citation.objects.filter(record__in=[row.record.pk for row in shown]).select_related("source")
    for citation in cited:
        by_record[citation.record_id].append(citation)
    values = Values((row.kind.model, c) for row in shown for c in by_record[row.record.pk])
    for row in shown:
        row.fields = by_field(
            row.kind.model,
            by_record[row.record.pk],
            row.record.field_evidence,
            values,
            only_contested=True,
        )


class MethodView(View):
    def get(self, request):
        return render(request, "relations/method.html", {"rules": Citation.Rule.choices})
