"""Sources: what each supports, as a reading list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import render
from django.views import View

from relations.filters import RecordFilter
from relations.models import Citation, Entity, Record, Source
from relations.views.addresses import Moved, find
from relations.views.lists import list_context, list_page
from relations.views.passages import FieldPassages, by_field
from relations.views.readable import Values


class SourceListView(View):
    def get(self, request):
        published = Q(citations__record__stage=Record.Stage.PUBLISHED)
        sources = Source.objects.annotate(
            record_count=Count("citations__record", filter=published, distinct=True)
        )
        return render(
            request, "relations/source_list.html", {"sources": sources, "api": "/api/v1/sources/"}
        )


@dataclass
class Supported:
    """An entity and what the source says of it."""

    entity: Entity
    fields: list[FieldPassages]


class SourceView(View):
    def get(self, request, slug):
        try:
            source = find(Source.objects.all(), slug)
        except Moved as moved:
            return moved.redirect(request)
        cites = Citation.objects.filter(source=source, record=OuterRef("pk"))
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=Record.objects.published().filter(Exists(cites)).for_timeline(),
            api="/api/v1/timeline/",
            api_pairs=(("source", source.slug),),
            with_form=False,
        )
        context |= {
            "source": source,
            "entities": supported_entities(source),
            "source_api": f"/api/v1/sources/{source.slug}/",
        }
        if not context["is_refused"]:
            add_passages(context["years"], source)
        return list_page(request, "relations/source.html", context)


def add_passages(years: list, source: Source) -> None:
    """Give each row what this source says of it: ``row.fields``."""
    shown = [row for year in years for row in year.rows]
    by_record = defaultdict(list)
    cited = Citation.objects.filter(source=source, record__in=[row.record.pk for row in shown])
    for citation in cited.order_by("pk"):
        citation.source = source
        by_record[citation.record_id].append(citation)
    values = Values(
        (row.kind.model, citation) for row in shown for citation in by_record[row.record.pk]
    )
    for row in shown:
        row.fields = by_field(
            row.kind.model, by_record[row.record.pk], row.record.field_evidence, values
        )


def supported_entities(source: Source) -> list[Supported]:
    """Entities the source speaks of, memberships and tenures with their organization and person."""
    cited = (
        Citation.objects.filter(source=source, record=None)
        .select_related("entity", "membership__organization", "tenure__person")
        .order_by("pk")
    )
    entities, by_entity = {}, defaultdict(list)
    for citation in cited:
        citation.source = source
        if citation.membership_id:
            entity, model = citation.membership.organization, type(citation.membership)
        elif citation.tenure_id:
            entity, model = citation.tenure.person, type(citation.tenure)
        else:
            entity = citation.entity
            model = Entity._meta.get_field(entity.kind).related_model
        entities[entity.pk] = entity
        by_entity[entity.pk].append((model, citation))
    values = Values(pair for pairs in by_entity.values() for pair in pairs)
    found = []
    for pk, entity in entities.items():
        by_model = defaultdict(list)
        for model, citation in by_entity[pk]:
            by_model[model].append(citation)
        fields = [f for model, cs in by_model.items() for f in by_field(model, cs, {}, values)]
        found.append(Supported(entity, fields))
    return sorted(found, key=lambda one: one.entity.name)
