"""What rows show beyond their records' own columns, fetched for a whole page in constant queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from django.db.models import ForeignKey, Model, Prefetch, Q, QuerySet

from relations.models import Citation, Entity, Name, Participation, Record, Relation, Source
from relations.models.children import children_of
from relations.views.readable import source_name
from relations.views.timeline_rows.highlight import Highlighter
from relations.views.timeline_rows.words import Words


@cache
def own_links(model: type[Model], but: type[Model]) -> list[str]:
    """The foreign keys that a model adds, those to ``but`` and its parents left out."""
    return [
        link.name
        for link in model._meta.local_fields
        if isinstance(link, ForeignKey) and not issubclass(but, link.related_model)
    ]


def with_named(model: type[Model], rows: QuerySet) -> QuerySet:
    """Rows of a kind with what the kind names: for ``children_of``."""
    if links := own_links(model, model):
        rows = rows.select_related(*links)
    for name in model.row_parts:
        part = getattr(model, name).rel.related_model
        parts = part.objects.select_related(*own_links(part, model))
        rows = rows.prefetch_related(Prefetch(name, parts))
    return rows


def named_by_kind(record: Record) -> set[int]:
    """The entities that the kind's own columns and parts name: its row says who they are."""
    found = set()
    parts = [(type(record), record)]
    for name in type(record).row_parts:
        parts += [(type(part), part) for part in getattr(record, name).all()]
    for model, row in parts:
        for name in own_links(model, type(record)):
            if issubclass(model._meta.get_field(name).related_model, Entity):
                found.add(getattr(row, f"{name}_id"))
    return found


class Place(NamedTuple):
    """Where in a source: what ``readable.where_all`` reads of a citation."""

    locator_kind: str
    locator: str


@dataclass
class Said:
    """Who says that a record is so: its sources, with the places in each, and attributions.

    ``attributed_to`` is empty as soon as one passage states it outright.
    """

    places: dict[int, dict[Place, None]] = field(default_factory=dict)
    attributed_to: dict[str, None] = field(default_factory=dict)
    is_stated: bool = False


def who_says_so(pks: list[int]) -> tuple[dict[int, Said], dict[int, Source]]:
    """What is said of each record, and the sources by key. Two queries."""
    by_record: dict[int, Said] = defaultdict(Said)
    said = (
        Citation.objects.filter(record__in=pks)
        .order_by("record_id", "source_id", "locator_kind", "locator")
        .values_list("record_id", "source_id", "locator_kind", "locator", "attributed_to")
        .distinct()
    )
    for pk, source, kind, locator, who in said:
        one = by_record[pk]
        one.places.setdefault(source, {})[Place(kind, locator)] = None
        if who:
            one.attributed_to[who] = None
        else:
            one.is_stated = True
    sources = Source.objects.in_bulk({key for one in by_record.values() for key in one.places})
    return by_record, sources


class Cited(NamedTuple):
    """A source as a row cites it, under its number in the notes of a printed page."""

    number: int
    source: Source
    url: str
    name: str
    places: tuple[Place, ...]


class Named(NamedTuple):
    """An entity as a row shows it."""

    pk: int
    kind: str
    slug: str
    name: str

    @classmethod
    def of(cls, entity: Entity) -> Named:
        return cls(entity.pk, entity.kind, entity.slug, entity.name)


class Mark(NamedTuple):
    """A topic or a country as a row shows it."""

    pk: int | str
    slug: str
    name: str


def people(pks: list[int], *, took_part: bool) -> dict[int, list[Named]]:
    """The people who took part in each record, or are only mentioned there, as they were put down. One query."""
    is_mentioned = Q(role=Participation.Role.MENTIONED)
    parts = Participation.objects.filter(~is_mentioned if took_part else is_mentioned)
    return _named(parts.filter(record__in=pks).order_by("pk"), "person")


def linked(pks: list[int], name: str) -> dict[int, list[Named]]:
    """The organizations or projects of each record, by name. One query."""
    field = Record._meta.get_field(name)
    end = field.m2m_reverse_field_name()
    links = field.remote_field.through.objects.filter(record__in=pks)
    return _named(links.order_by(f"{end}__name", f"{end}__slug"), end)


def marks(records: list[Record], name: str) -> dict[int, list[Mark]]:
    """The topics or countries of each record, by name: as fetched with the records, else by one query."""
    if records and name in getattr(records[0], "_prefetched_objects_cache", {}):
        return {
            record.pk: [Mark(one.pk, one.slug, one.name) for one in getattr(record, name).all()]
            for record in records
        }
    field = Record._meta.get_field(name)
    end = field.m2m_reverse_field_name()
    pks = [record.pk for record in records]
    links = field.remote_field.through.objects.filter(record__in=pks).order_by(f"{end}__name")
    found = defaultdict(list)
    for record, *one in links.values_list("record_id", end, f"{end}__slug", f"{end}__name"):
        found[record].append(Mark(*one))
    return found


def _named(links: QuerySet, end: str) -> dict[int, list[Named]]:
    found: dict[int, dict[Named, None]] = defaultdict(dict)
    columns = ("entity_ptr_id", "kind", "slug", "name")
    for record, *one in links.values_list("record_id", *(f"{end}__{name}" for name in columns)):
        found[record][Named(*one)] = None
    return {record: list(every) for record, every in found.items()}


def other_names(entities: Iterable[int]) -> dict[int, list[str]]:
    """The names of entities beside the one they are shown by. One query."""
    found = defaultdict(list)
    rows = Name.objects.filter(entity__in=set(entities)).order_by("pk")
    for entity, text in rows.values_list("entity_id", "text"):
        found[entity].append(text)
    return found


class PageFacts:
    """The records of one page, each in its own kind, with what their rows show.

    With words looked for also the names that are not shown otherwise, since a word may be found in them.
    """

    def __init__(
        self, records: list[Record], *, looked_for: str = "", relation: Relation | None = None
    ):
        pks = [record.pk for record in records]
        self.records = children_of(records, with_named)
        self.said, sources = who_says_so(pks)
        self.people = people(pks, took_part=True)
        self.organizations = linked(pks, "organizations")
        self.topics = marks(records, "topics")
        self.countries = marks(records, "countries")
        self.unsaid = {relation.first_id, relation.second_id} if relation else set()
        self.words = Words()
        self.beside: list[dict[int, list[Named]]] = []
        self.names: dict[int, list[str]] = {}
        if looked_for and records:
            self.beside = [people(pks, took_part=False), linked(pks, "projects")]
            self.names = other_names(
                one.pk for record in self.records for one in self._entities(record)
            )
        self.highlighter = Highlighter(looked_for, self._texts() if looked_for else ())
        # In the order in which the rows name them.
        keys = dict.fromkeys(key for record in self.records for key in self.said[record.pk].places)
        self._sources = {
            key: Cited(number, source, source.get_absolute_url(), source_name(source), ())
            for number, key in enumerate(keys, start=1)
            for source in [sources[key]]
        }

    def cited(self, record: Record) -> list[Cited]:
        """The sources of a record, with the places in each."""
        places = self.said[record.pk].places
        return [self._sources[key]._replace(places=tuple(places[key])) for key in places]

    def is_found(self, one: Named) -> bool:
        """Whether a word looked for occurs in a name of the entity."""
        return any(map(self.highlighter.hits, (one.name, *self.names.get(one.pk, ()))))

    def _entities(self, record: Record) -> list[Named]:
        every = (self.people, self.organizations, *self.beside)
        found = [one for named in every for one in named.get(record.pk, ())]
        return [*found, Named.of(record.place)] if record.place else found

    def _texts(self) -> set[str]:
        """All texts in which words are looked for."""
        found = {text for names in self.names.values() for text in names}
        for record in self.records:
            found |= {record.title, record.summary, record.date_note}
            found |= {one.name for one in self._entities(record)}
        for every in (self.topics, self.countries):
            found |= {one.name for marks in every.values() for one in marks}
        return found
