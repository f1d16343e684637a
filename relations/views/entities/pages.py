"""Organizations, people, places and projects: their lists and pages."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from relations import kinds
from relations.filters import RecordFilter
from relations.kinds import Kind
from relations.models import Entity, Organization, Person, Place, Project, Record
from relations.provenance.evidence import field_evidence
from relations.views.addresses import Moved, find
from relations.views.entities.landings import CITED, LANDINGS
from relations.views.entities.names import FIELDS, names_of
from relations.views.entities.numbers import Lens
from relations.views.lists.context import list_context, list_page
from relations.views.map.pages import places_map
from relations.views.records.passages import of_subject

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
NAMES_TITLES = {
    Organization: _("Names"),
    Person: _("As the sources write the name"),
    Place: _("Spellings and names"),
    Project: _("What the sources call it"),
}


def records_of(entity: Entity) -> QuerySet[Record]:
    """The published records that the entity's filter finds: the same set as on the timeline and in the API."""
    return RecordFilter().narrowed(Record.objects.published(), {entity.kind: [entity]})


def counted(queryset: QuerySet) -> QuerySet:
    """The entities with ``record_count``: the number of published records on the page of each."""
    published = Q(records__stage=Record.Stage.PUBLISHED)
    count = Count("records", filter=published, distinct=True)
    if queryset.model is Organization:
        for kind in kinds.every():
            paths = kind.filterset_class.organization_paths
            for place, path in enumerate(paths):
                count += _only_by(path, kind, paths[:place])
    return queryset.annotate(record_count=count)


def _only_by(path: str, kind: Kind, others: tuple[str, ...]) -> Coalesce:
    """The number of records that name an organization by this path of their kind and in no way counted
    before.
    """
    body, links = OuterRef("pk"), Record.organizations.through.objects
    records = kind.model.objects.published().filter(**{path: body})
    for other in others:
        records = records.exclude(**{other: body})
    also = links.filter(record=OuterRef("pk"), organization=OuterRef(OuterRef("pk")))
    number = (
        records.exclude(Exists(also))
        .order_by()
        .values(path)
        .annotate(number=Count("pk", distinct=True))
        .values("number")
    )
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


class EntityListView(View):
    """All entities of a kind, in groups where they have a type or country."""

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
            "drawing": places_map(entities) if self.model is Place else None,
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


class EntityView(View):
    """One entity: what sources say of it, its names, and the records that name it."""

    model: type[Entity] = Entity

    def get(self, request, slug):
        landing = LANDINGS[self.model]
        try:
            entity = find(landing.queryset().prefetch_related("names", CITED), slug)
        except Moved as moved:
            return moved.redirect(request)
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=records_of(entity).for_timeline(),
            api="/api/v1/timeline/",
            api_pairs=((entity.kind, entity.slug),),
            with_form=False,
        )
        fields = of_subject(entity)
        names = names_of(entity, fields)
        context |= {
            "entity": entity,
            "template": f"relations/entities/{entity.kind}.html",
            "more_template": f"relations/entities/{entity.kind}_more.html",
            "entity_list": f"{entity.kind}-list",
            "model_name": self.model._meta.verbose_name_plural,
            "one_name": self.model._meta.verbose_name,
            "own": landing.facts(entity),
            "has_facts": landing.has_facts(entity),
            "names": names,
            "names_title": NAMES_TITLES[self.model],
            # The names stand in a table of their own, with who writes them so.
            "fields": [field for field in fields if field.name not in FIELDS],
            "evidence": field_evidence(entity, entity.citations.all()),
            "entity_api": f"/api/v1/{self.model.PATH}/{entity.slug}/",
        }
        if not context["is_refused"]:
            context["lens"] = Lens(context["listing"])
        return list_page(request, "relations/entity.html", context)
