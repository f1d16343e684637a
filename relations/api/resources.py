"""The resources of the API. Those of records come from the registry of kinds: none is named here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.db import connection
from django.db.models import Model, QuerySet, prefetch_related_objects
from rest_framework import serializers

from relations import kinds
from relations.api import entities, objects
from relations.api.addresses import TIMELINE, endpoint_of
from relations.api.changes import MOST_ITEMS, ChangeSerializer
from relations.api.citations import CitationSerializer
from relations.api.objects import render
from relations.api.serializers import RecordSerializer, TimelineSerializer
from relations.api.sparse_fields import Names, Trim, names_of, together
from relations.api.tabular import Column, columns_of
from relations.api.tabular import together as one_of_each
from relations.exports.geojson import GEOMETRIES, feature
from relations.exports.jsonld import record_node
from relations.exports.linked_entities import NODES
from relations.filters import RecordFilter
from relations.filters import entities as entity_filters
from relations.filters.changes import ChangeLogFilter
from relations.filters.citations import CitationFilter, visible_citations
from relations.filters.strict import StrictFilterSet
from relations.history.changes import latest
from relations.history.public_log import logged
from relations.models import Change, Citation, Country, Entity, Record, Relation, Source, Topic
from relations.models.complete import complete

# Stands for a key in SQL. No key of an address looks like it.
KEY = "{key}"


@dataclass(frozen=True)
class Resource:
    """One endpoint: what it lists, how it is filtered and how an object looks.

    ``visible`` gives what the public may see; ``key`` is the field that addresses an object.
    """

    path: str
    label: str
    label_plural: str
    model: type[Model]
    visible: Callable[[], QuerySet]
    filterset_class: type[StrictFilterSet]
    serializer_class: type
    key: str = "slug"
    # How the key is read out of an address (see Django's path converters).
    converter: ClassVar[str] = "str"

    @property
    def example(self) -> str | int:
        """The key of one of its objects in the published data set."""
        return self.serializer_class.example

    @property
    def is_timeline(self) -> bool:
        return self.model is Record

    @property
    def _serializers(self) -> list:
        """Of what its objects are made, in the order of the columns of a table."""
        if not self.is_timeline:
            return [self.serializer_class()]
        return [RecordSerializer(), *(kind.serializer_class() for kind in kinds.every())]

    @cached_property
    def names(self) -> Names:
        """The names its objects have, for ``fields`` and ``omit``."""
        return together(map(names_of, self._serializers))

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the CSV; the timeline has those of all kinds, the common ones first."""
        return one_of_each(column for one in self._serializers for column in columns_of(one))

    @cached_property
    def public(self) -> QuerySet:
        """What the public may see. Made once: it is only ever narrowed, never read itself."""
        return self.visible()

    @cached_property
    def rows(self) -> QuerySet:
        """Of what the public may see, all that objects show. Made once, as ``public`` is."""
        return self.fetched(self.public).order_by()

    @cached_property
    def built(self) -> dict:
        """What is built of ``public`` for its pages (see ``relations.lists.pagination.Page``)."""
        return {}

    @cached_property
    def _row(self) -> tuple[str, tuple]:
        """The SQL for ``row``, made once: making it takes ten times as long as the database takes to answer."""
        return self.rows.filter(**{self.key: KEY}).query.sql_with_params()

    def row(self, key: str) -> list:
        """The one of ``rows`` with this key, in a list that is empty where there is none."""
        if not self.is_of_records:
            return list(self.rows.filter(**{self.key: key}))
        sql, params = self._row
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if param == KEY else param for param in params])
            return [objects.Stored(*row) for row in cursor.fetchall()]

    @property
    def is_of_records(self) -> bool:
        """Whether its objects are records, which are stored as JSON text."""
        return issubclass(self.model, Record)

    # What a page says of the whole besides its count, and how that is described.
    standing_fields: ClassVar[dict[str, serializers.Field]] = {}

    def standing(self) -> dict:
        """What a page says of the whole besides its count. Read before the rows."""
        return {}

    @cached_property
    def formats(self) -> list[str]:
        """The names of its formats."""
        formats = ["json", "csv", "jsonl"]
        if self.is_of_records or self.model in NODES:
            formats.append("jsonld")
        if self.model in GEOMETRIES:
            formats.append("geojson")
        return formats

    def fetched(self, visible: QuerySet, keys: Sequence[str] = ()) -> QuerySet:
        """Of rows that may be seen, all that their objects show, and the annotations named ``keys``."""
        if self.is_of_records:
            return objects.fetched(visible, keys)
        return self.serializer_class.related(visible)

    def texts(self, rows: Iterable) -> list[str]:
        """The objects of these rows of ``fetched`` as JSON."""
        if self.is_of_records:
            return objects.bodies(rows)
        return [render(one) for one in self.shown(rows)]

    def shown(self, rows: Iterable) -> list[dict]:
        """The objects of these rows of ``fetched``."""
        if self.is_of_records:
            return objects.parsed(rows)
        return self.serializer_class(rows, many=True).data

    def whole(self, pks: Sequence[int]) -> list[Record]:
        """Records as rows of their own kind, with all that an object of the API shows, in the order of the keys."""
        found = complete(Record, pks)
        rows = [row for pk in pks if (row := found.get(pk)) and row.is_published]
        prefetch_related_objects(rows, "place__country")
        return rows

    def nodes(self, rows: Iterable) -> list[dict]:
        """These rows of ``fetched`` as nodes of linked data, in the words of schema.org."""
        if self.is_of_records:
            return [record_node(record) for record in self.whole([row.pk for row in rows])]
        return [NODES[self.model](row) for row in rows]

    def features(self, rows: Iterable, trim: Trim) -> list[dict]:
        """These rows of ``fetched`` on a map: features of GeoJSON whose properties are the objects, trimmed."""
        rows = list(rows)
        return [
            feature(row.slug, GEOMETRIES[self.model](row), trim.of(one))
            for row, one in zip(rows, self.shown(rows), strict=True)
        ]


class ChangeLog(Resource):
    """The changes. How many there are is not the last number: reprocessing has a number of its own."""

    converter = "int"
    standing_fields: ClassVar = {
        "latest": serializers.IntegerField(
            min_value=0, help_text="The number of the last change when this page was made."
        )
    }

    def standing(self) -> dict:
        return {"latest": latest()}

    def fetched(self, visible: QuerySet, keys: Sequence[str] = ()) -> QuerySet:
        return visible

    def shown(self, rows: Iterable[Change]) -> list[dict]:
        found = logged(rows, most=MOST_ITEMS, with_all_removals=True)
        return self.serializer_class(found, many=True).data


def _timeline() -> Resource:
    return Resource(
        path=TIMELINE,
        label="record",
        label_plural="records of every kind",
        model=Record,
        visible=Record.objects.published,
        filterset_class=RecordFilter,
        serializer_class=TimelineSerializer,
    )


def _of_kind(kind: kinds.Kind) -> Resource:
    return Resource(
        path=kind.path,
        label=str(kind.label),
        label_plural=str(kind.label_plural),
        model=kind.model,
        visible=kind.model.objects.published,
        filterset_class=kind.filterset_class,
        serializer_class=kind.serializer_class,
    )


def _other(
    model: type[Model],
    serializer_class: type,
    filterset_class: type[StrictFilterSet],
    visible: Callable[[], QuerySet] | None = None,
    *,
    sort: type[Resource] = Resource,
) -> Resource:
    path, key = endpoint_of(model)
    return sort(
        path=path,
        label=str(model._meta.verbose_name),
        label_plural=str(model._meta.verbose_name_plural),
        model=model,
        visible=visible or model.objects.all,
        filterset_class=filterset_class,
        serializer_class=serializer_class,
        key=key,
    )


def every() -> dict[str, Resource]:
    """All resources by their path, in the order in which the API lists them."""
    resources = [_timeline(), *map(_of_kind, kinds.every())]
    for model in Entity.__subclasses__():
        name = model.__name__
        resources.append(
            _other(
                model,
                getattr(entities, f"{name}Serializer"),
                getattr(entity_filters, f"{name}Filter"),
            )
        )
    resources += [
        _other(Country, entities.CountrySerializer, entity_filters.CountryFilter),
        _other(Relation, entities.RelationSerializer, entity_filters.RelationFilter),
        _other(Topic, entities.TopicSerializer, entity_filters.TopicFilter),
        _other(Source, entities.SourceSerializer, entity_filters.SourceFilter),
        _other(Citation, CitationSerializer, CitationFilter, visible_citations),
        _other(Change, ChangeSerializer, ChangeLogFilter, Change.objects.listed, sort=ChangeLog),
    ]
    return {resource.path: resource for resource in resources}
