"""Organizations, people, places and projects: their lists and pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Model, Prefetch, Q, QuerySet
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from relations.filters import RecordFilter
from relations.models import (
    Citation,
    Entity,
    Membership,
    Organization,
    Participation,
    Person,
    Place,
    Project,
    Record,
    Tenure,
)
from relations.provenance import field_evidence
from relations.views.addresses import Moved, find
from relations.views.lists import list_context, list_page
from relations.views.passages import Passage, of_subject
from relations.views.readable import Values

ENTITIES = (Organization, Person, Place, Project)
LEADS = {
    Organization: _(
        "Bodies that took part: what they are, their names over time, who belongs to them."
    ),
    Person: _("Who took part, with the offices the sources give them."),
    Place: _("Where it happened, under every name the sources use."),
    Project: _(
        "Undertakings that records are about: corridors, pipelines, cables, buildings and funds."
    ),
}
CITED = Prefetch("citations", Citation.objects.select_related("source"))


def counted(queryset: QuerySet) -> QuerySet:
    """With the number of published records of each."""
    published = Q(records__stage=Record.Stage.PUBLISHED)
    return queryset.annotate(record_count=Count("records", filter=published, distinct=True))


class EntityListView(View):
    """All of a kind of entity, in groups where it has a type or country."""

    model: type[Entity] = Entity

    def get(self, request):
        queryset = counted(self.model.objects.order_by("name", "slug"))
        if self.model in (Organization, Place):
            queryset = queryset.select_related("country")
        entities = list(queryset)
        context = {
            "model_name": self.model._meta.verbose_name_plural,
            "lead": LEADS[self.model],
            "icon_name": self.model.KIND,
            "groups": list(self.groups(entities)),
            "count": len(entities),
            "api": f"/api/v1/{self.model.PATH}/",
        }
        return render(request, "relations/entity_list.html", context)

    def groups(self, entities: list[Entity]):
        if hasattr(self.model, "Type"):
            for value, label in self.model.Type.choices:
                if found := [entity for entity in entities if entity.type == value]:
                    yield label, found
        elif self.model is Place:
            name = lambda place: place.country.name if place.country else ""  # noqa: E731
            for country, found in groupby(sorted(entities, key=name), name):
                yield country or _("elsewhere"), list(found)
        elif entities:
            yield "", entities


@dataclass
class Stated:
    """A membership or tenure with its passages."""

    row: Model
    citations: list[Passage]


class EntityView(View):
    model: type[Entity] = Entity

    def get(self, request, slug):
        try:
            entity = find(self.queryset(), slug)
        except Moved as moved:
            return moved.redirect(request)
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=entity.records.published().for_timeline(),
            api="/api/v1/timeline/",
            api_pairs=((entity.kind, entity.slug),),
            with_form=False,
        )
        context |= {
            "entity": entity,
            "template": f"relations/entities/{entity.kind}.html",
            "entity_list": f"{entity.kind}-list",
            "model_name": self.model._meta.verbose_name_plural,
            "one_name": self.model._meta.verbose_name,
            "stated": self.stated(entity),
            "fields": of_subject(entity),
            "evidence": field_evidence(entity, entity.citations.all()),
            "roles": self.roles(entity),
            "entity_api": f"/api/v1/{self.model.PATH}/{entity.slug}/",
        }
        context["has_facts"] = self.model is not Person or any(
            (context["stated"], context["roles"], entity.names.all())
        )
        return list_page(request, "relations/entity.html", context)

    def queryset(self) -> QuerySet[Entity]:
        queryset = self.model.objects.prefetch_related("names", CITED)
        if self.model is Organization:
            members = Membership.objects.select_related("country").prefetch_related(CITED)
            return queryset.select_related("country", "seat").prefetch_related(
                Prefetch("memberships", members)
            )
        if self.model is Person:
            tenures = Tenure.objects.select_related("country", "organization").prefetch_related(
                CITED
            )
            return queryset.prefetch_related(Prefetch("tenures", tenures))
        if self.model is Place:
            return queryset.select_related("country").prefetch_related("projects")
        return queryset.select_related("part_of").prefetch_related("has_parts", "places")

    def stated(self, entity: Entity) -> list[Stated]:
        name = {Organization: "memberships", Person: "tenures"}.get(self.model)
        rows = list(getattr(entity, name).all()) if name else []
        values = Values((type(row), citation) for row in rows for citation in row.citations.all())
        return [
            Stated(
                row, [passage for field in of_subject(row, values) for passage in field.passages]
            )
            for row in rows
        ]

    def roles(self, entity: Entity) -> list[str]:
        """Offices under which the sources of published records name a person."""
        if self.model is not Person:
            return []
        offices = Participation.objects.filter(
            person=entity, record__stage=Record.Stage.PUBLISHED
        ).exclude(office="")
        return list(offices.order_by("office").values_list("office", flat=True).distinct())
