"""The list and the record page of each kind, driven by the registry."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import ForeignKey, Prefetch, QuerySet
from django.shortcuts import render
from django.views import View

from relations.http.middleware import refuse
from relations.kinds import Kind
from relations.models import Citation, Participation, Record, Source
from relations.models.figures import Quantity
from relations.views.addresses import Gone, Moved, find_record
from relations.views.citing import cite_record
from relations.views.errors import gone
from relations.views.lists.context import PAGE_SIZE, list_context, list_page
from relations.views.readable import Values, figure_change, figure_value
from relations.views.records.links import links_of
from relations.views.records.neighbours import Trail
from relations.views.records.passages import (
    FieldPassages,
    by_field,
    contested_labels,
    places_by_source,
)


class KindListView(View):
    kind: Kind | None = None

    def get(self, request):
        context = list_context(
            request,
            filterset_class=self.kind.filterset_class,
            queryset=self.kind.model.objects.published().for_timeline(),
            api=f"/api/v1/{self.kind.path}/",
        )
        return list_page(request, "relations/kind_list.html", context | {"kind": self.kind})


class RecordView(View):
    """A record. Its address takes the filters of the list from which the reader came: see ``Trail``."""

    kind: Kind | None = None

    def get(self, request, slug):
        try:
            record = find_record(whole(self.kind.model), slug)
        except Moved as moved:
            return moved.redirect(request)
        except Gone as left:
            return gone(request, left.record)
        trail = Trail(self.kind, record, request.GET, page_size=PAGE_SIZE)
        if trail.problems:
            return refuse(request, trail.problems)
        context = record_context(self.kind, record) | {"trail": trail}
        return render(request, "relations/record.html", context)


def whole(model: type[Record]) -> QuerySet[Record]:
    """The record with everything its page shows, the kind's own links included.

    The number of queries is constant.
    """
    own = [
        f.name
        for f in model._meta.local_fields
        if isinstance(f, ForeignKey) and not f.remote_field.parent_link
    ]
    queryset = model.objects.for_detail().select_related("place__country", *own)
    for name in model.parts:
        if name in Record.parts:
            continue
        part = getattr(model, name).rel.related_model
        keys = [
            f.name
            for f in part._meta.local_fields
            if isinstance(f, ForeignKey) and not issubclass(model, f.related_model)
        ]
        queryset = queryset.prefetch_related(Prefetch(name, part.objects.select_related(*keys)))
    return queryset


def record_context(kind: Kind, record: Record) -> dict:
    citations = list(record.citations.all())
    values = Values((kind.model, citation) for citation in citations)
    decisions = record.decisions.all()
    fields = by_field(kind.model, citations, record.field_evidence, values, decisions=decisions)
    is_figure = isinstance(record, Quantity)
    return {
        "record": record,
        "kind": kind,
        "kind_list": f"{kind.name}-list",
        "date": record.edtf,
        "fields": fields,
        "contested": contested_labels(kind.model, record.field_evidence),
        "people": taking_part(record, fields),
        "links": links_of(record),
        "more_templates": [
            kind.template.replace(".html", "_more.html"),
            "relations/kinds/any_more.html",
        ],
        "sources": list(dict.fromkeys(citation.source for citation in citations)),
        "attributed_to": attributed_to(citations),
        "figure_value": figure_value(record) if is_figure else "",
        "figure_change": figure_change(record) if is_figure else "",
        "nature": record.nature if is_figure else "",
        "nature_label": record.get_nature_display() if is_figure else "",
        "api": f"/api/v1/{kind.path}/{record.slug}/",
        "cite": cite_record(record),
    }


@dataclass
class TakingPart:
    """A person in a record: role, office as stated, and the sources of both."""

    part: Participation
    said: list[tuple[Source, str]]


def taking_part(record: Record, fields: list[FieldPassages]) -> list[TakingPart]:
    said = {field.name: [p.citation for p in field.passages] for field in fields}
    found = []
    for part in record.participations.all():
        named = [c for c in said.get("people", ()) if c.value == part.person.slug]
        titled = [c for c in said.get("offices", ()) if part.office and c.value == part.office]
        found.append(TakingPart(part, places_by_source([*named, *titled])))
    return found


def attributed_to(citations: list[Citation]) -> list[str]:
    """Whose statements the record rests on, when no passage states it outright."""
    if not all(citation.attributed_to for citation in citations):
        return []
    return list(dict.fromkeys(citation.attributed_to for citation in citations))
