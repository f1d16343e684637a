"""The list and the record page of each kind, driven by the registry."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import ForeignKey, Prefetch, QuerySet
from django.shortcuts import render
from django.views import View

from relations.kinds import Kind
from relations.models import Citation, Record
from relations.models.figures import Quantity
from relations.views.addresses import Gone, Moved, find_record
from relations.views.errors import gone
from relations.views.lists import list_context, list_page
from relations.views.passages import by_field, contested_labels
from relations.views.readable import Values, figure_change, figure_value


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


@dataclass
class Link:
    """Another record and how it stands to this one."""

    label: str
    record: Record
    note: str


class RecordView(View):
    kind: Kind | None = None

    def get(self, request, slug):
        try:
            record = find_record(whole(self.kind.model), slug)
        except Moved as moved:
            return moved.redirect(request)
        except Gone as left:
            return gone(request, left.record)
        return render(request, "relations/record.html", record_context(self.kind, record))


def whole(model: type[Record]) -> QuerySet[Record]:
    """With all that a record page shows, the kind's own links included, in constant queries."""
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
    is_figure = isinstance(record, Quantity)
    return {
        "record": record,
        "kind": kind,
        "kind_list": f"{kind.name}-list",
        "date": record.edtf,
        "fields": by_field(kind.model, citations, record.field_evidence, values),
        "contested": contested_labels(kind.model, record.field_evidence),
        "links": links_of(record),
        "sources": list(dict.fromkeys(citation.source for citation in citations)),
        "attributed_to": attributed_to(citations),
        "figure_value": figure_value(record) if is_figure else "",
        "figure_change": figure_change(record) if is_figure else "",
        "nature": record.nature if is_figure else "",
        "nature_label": record.get_nature_display() if is_figure else "",
        "api": f"/api/v1/{kind.path}/{record.slug}/",
    }


def links_of(record: Record) -> list[Link]:
    """Links both ways, to published records, by date."""
    links = [Link(link.get_type_display(), link.target, link.note) for link in record.links.all()]
    links += [Link(link.inverse, link.source, link.note) for link in record.linked_from.all()]
    published = [link for link in links if link.record.is_published]
    return sorted(
        published, key=lambda link: (link.record.sort_date, link.record.sort_end, link.record.pk)
    )


def attributed_to(citations: list[Citation]) -> list[str]:
    """Whose statements the record rests on, when no passage states it outright."""
    if not all(citation.attributed_to for citation in citations):
        return []
    return list(dict.fromkeys(citation.attributed_to for citation in citations))
