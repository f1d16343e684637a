"""How evidence works: every disagreement, and the rules by which the record is kept."""

from __future__ import annotations

from collections import defaultdict

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from relations.filters import RecordFilter
from relations.models import Citation, Decision, Record
from relations.views.lists.context import list_context, list_page
from relations.views.readable import Values
from relations.views.records.passages import by_field


class DisagreementsView(View):
    """Each contested field with every reading, by record."""

    def get(self, request):
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=Record.objects.published()
            .filter(evidence=Record.Evidence.CONFLICT)
            .for_timeline(),
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
    cited = Citation.objects.filter(record__in=[row.record.pk for row in shown]).select_related(
        "source"
    )
    for citation in cited:
        by_record[citation.record_id].append(citation)
    decisions = defaultdict(list)
    for decision in Decision.objects.filter(record__in=[row.record.pk for row in shown]):
        decisions[decision.record_id].append(decision)
    values = Values((row.kind.model, c) for row in shown for c in by_record[row.record.pk])
    for row in shown:
        row.fields = by_field(
            row.kind.model,
            by_record[row.record.pk],
            row.record.field_evidence,
            values,
            decisions=decisions[row.record.pk],
            only_contested=True,
        )


class MethodView(View):
    """The published rules: what ``relations.dates`` and ``relations.provenance`` do, in plain words."""

    def get(self, request):
        context = {
            "examples": EXAMPLES,
            "rules": Citation.Rule.choices,
            "verdicts": [
                (verdict.value, verdict.label, VERDICTS[verdict.value])
                for verdict in Citation.Verdict
            ],
        }
        return render(request, "relations/method.html", context)


EXAMPLES = [
    ("2005-05-24", _("a day")),
    ("2008-09", _("a month; the day is not stated")),
    ("1993", _("a year")),
    ("1993~", _("about that year")),
    ("1993?", _("probably that year")),
    ("2025-40", _("a half-year")),
    ("2004-03-01/2004-03-03", _("it lasted from the first day to the last")),
    ("[1993-02-24,1993-12-24]", _("one of these; the sources leave open which")),
    ("[..2025-10-16]", _("one day, no later than this")),
    ("[2025-10-16..]", _("one day, no earlier than this")),
]
VERDICTS = {
    "supports": _("it gives the same value"),
    "finer": _("it gives a more exact date that agrees"),
    "coarser": _("it gives a less exact date that agrees"),
    "contradicts": _("it gives a value that cannot be true together with the record’s"),
    "reading": _("it gives a value where the record decides for none, or a name in other words"),
    "not-comparable": _("it measures something else, so that nothing follows"),
}
