"""What rows show beyond their records' own columns, fetched for a whole page in constant queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import ForeignKey, Model, Prefetch, Q, QuerySet

from relations.models import Citation, Entity, Name, Participation, Record, Source


def own_links(model: type[Model], but: type[Model]) -> list[str]:
    """The foreign keys that a model adds, those to ``but`` and its parents left out."""
    return [
        link.name
        for link in model._meta.local_fields
        if isinstance(link, ForeignKey) and not issubclass(but, link.related_model)
    ]


def with_named(model: type[Model], rows: QuerySet) -> QuerySet:
    """Rows of a kind with what the kind names: for ``children_of``."""
    rows = rows.select_related(*own_links(model, model))
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


class Named(NamedTuple):
    """An entity as a row shows it."""

    pk: int
    kind: str
    slug: str
    name: str


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
