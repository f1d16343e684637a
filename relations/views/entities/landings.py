"""What the page of an organization, person, place or project shows besides its timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model, Prefetch, Q, QuerySet

from relations.models import (
    Citation,
    Entity,
    Membership,
    Milestone,
    Organization,
    Participation,
    Person,
    Place,
    Project,
    Record,
    RecordLink,
    Source,
    Tenure,
    Visit,
)
from relations.views.map.pages import place_map
from relations.views.readable import Values
from relations.views.records.links import Link
from relations.views.records.passages import Passage, of_subject, places_by_source

CITED = Prefetch("citations", Citation.objects.select_related("source"))
MOST = 30
FOUNDING = (Milestone.Category.ORGANIZATION_FOUNDED, Milestone.Category.MISSION_OPENED)


@dataclass
class Stated:
    """A membership or tenure with its passages."""

    row: Model
    passages: list[Passage]


def stated(rows: Iterable[Model]) -> list[Stated]:
    """Memberships or tenures whose citations and sources are prefetched."""
    rows = list(rows)
    order = list(Citation.Verdict)
    values = Values((type(row), citation) for row in rows for citation in row.citations.all())
    found = []
    for row in rows:
        passages = [passage for field in of_subject(row, values) for passage in field.passages]
        passages.sort(key=lambda passage: order.index(passage.citation.verdict or order[0]))
        found.append(Stated(row, passages))
    return found


@dataclass
class Founding:
    """The record of how an organization was founded, with the records linked to it."""

    milestone: Milestone
    linked: list[tuple[str, Link]]


@dataclass
class Meetings:
    """The latest meetings of a body, and whether there are more."""

    shown: list[Visit]
    has_more: bool

    def __bool__(self) -> bool:
        return bool(self.shown)


@dataclass
class Named:
    """A record that names a person, with the office and role in it and its sources."""

    part: Participation
    said: list[tuple[Source, str]]


@dataclass
class Offices:
    """The offices under which records name a person, oldest first, and whether there are more."""

    shown: list[Named]
    has_more: bool

    def __bool__(self) -> bool:
        return bool(self.shown)


class Landing:
    """One sort of entity. ``facts`` needs an entity from ``queryset``."""

    def queryset(self) -> QuerySet[Entity]:
        raise NotImplementedError

    def facts(self, entity: Entity) -> dict:
        """The context ``own`` of its templates: ``entities/<kind>.html`` and ``entities/<kind>_more.html``."""
        return {}

    def has_facts(self, entity: Entity) -> bool:
        """Whether the list of facts has anything in it."""
        return True


class OrganizationLanding(Landing):
    def queryset(self):
        members = Membership.objects.select_related("country").prefetch_related(CITED)
        tenures = Tenure.objects.select_related("person", "country").prefetch_related(CITED)
        return Organization.objects.select_related("country", "seat").prefetch_related(
            Prefetch("memberships", members), Prefetch("tenures", tenures)
        )

    def facts(self, entity):
        meetings = entity.sessions.published().select_related("place").in_order().reverse()
        found = list(meetings[: MOST + 1])
        members = list(entity.memberships.all())
        return {
            "members": stated(members),
            "members_are_dated": any(member.since or member.until for member in members),
            "tenures": stated(entity.tenures.all()),
            "foundings": foundings(entity),
            "meetings": Meetings(found[:MOST], len(found) > MOST),
        }


def foundings(organization: Organization) -> list[Founding]:
    """The milestones that founded or opened it, with the instruments and other records linked to them."""
    milestones = list(
        Milestone.objects.published()
        .filter(category__in=FOUNDING, organizations=organization)
        .in_order()
    )
    if not milestones:
        return []
    linked = defaultdict(list)
    pks = [milestone.pk for milestone in milestones]
    links = RecordLink.objects.filter(Q(source__in=pks) | Q(target__in=pks))
    for link in links.select_related("source", "target"):
        if link.source_id in pks and link.target.is_published:
            linked[link.source_id].append((link.get_type_display(), Link(link.target, link.note)))
        if link.target_id in pks and link.source.is_published:
            linked[link.target_id].append((link.inverse, Link(link.source, link.note)))
    return [Founding(milestone, linked[milestone.pk]) for milestone in milestones]


class PersonLanding(Landing):
    def queryset(self):
        tenures = Tenure.objects.select_related("country", "organization").prefetch_related(CITED)
        return Person.objects.prefetch_related(Prefetch("tenures", tenures))

    def facts(self, entity):
        return {"tenures": stated(entity.tenures.all()), "offices": offices(entity)}

    def has_facts(self, entity):
        return False


def offices(person: Person) -> Offices:
    """The person's offices in published records, with the passages that give each office."""
    order = ("record__sort_date", "record__sort_end", "record__pk", "pk")
    parts = (
        Participation.objects.filter(person=person, record__stage=Record.Stage.PUBLISHED)
        .exclude(office="")
        .select_related("record")
        .order_by(*order)
    )
    found = list(parts[: MOST + 1])
    shown = found[:MOST]
    said = defaultdict(list)
    cited = Citation.objects.filter(
        field="offices",
        record__in=[part.record_id for part in shown],
        value__in={part.office for part in shown},
    )
    for citation in cited.select_related("source") if shown else ():
        said[citation.record_id, citation.value].append(citation)
    rows = [Named(part, places_by_source(said[part.record_id, part.office])) for part in shown]
    return Offices(rows, len(found) > MOST)


class PlaceLanding(Landing):
    def queryset(self):
        return Place.objects.select_related("country").prefetch_related("projects", "seat_of")

    def facts(self, entity):
        return {"place_map": place_map(entity)}

    def has_facts(self, entity):
        return bool(entity.country or entity.projects.all() or entity.seat_of.all())


class ProjectLanding(Landing):
    def queryset(self):
        return Project.objects.select_related("part_of").prefetch_related("has_parts", "places")


LANDINGS: dict[type[Entity], Landing] = {
    Organization: OrganizationLanding(),
    Person: PersonLanding(),
    Place: PlaceLanding(),
    Project: ProjectLanding(),
}
