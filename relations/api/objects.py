"""Published records as JSON text, complete: what is stored of them, and what lists and details are made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet
from rest_framework.renderers import JSONRenderer

from relations.api.serializers import TimelineSerializer
from relations.derived import stored_json
from relations.models import Record


def render(one: Any) -> str:
    """As the API writes it."""
    return JSONRenderer().render(one).decode()


def texts(pks: list[int]) -> dict[int, str]:
    """The objects of those of these records that are published, by their keys."""
    rows = TimelineSerializer.related(Record.objects.published().filter(pk__in=pks)).order_by("pk")
    rows = TimelineSerializer.complete(list(rows))
    shown = TimelineSerializer(rows, many=True).data
    return {row.pk: render(one) for row, one in zip(rows, shown, strict=True)}


def fetched(records: QuerySet[Record], keys: Sequence[str] = ()) -> QuerySet:
    """Of records their keys, what is stored of them, and the annotations named ``keys``: nothing else."""
    return records.annotate(
        object_text=F("stored__body"), object_made_by=F("stored__made_by")
    ).values_list("pk", "object_text", "object_made_by", *keys, named=True)


def in_order(found: Iterable[Record], keys: Sequence[int]) -> list[Record]:
    """The records of these keys in their order. What was withdrawn since the keys were read is left out."""
    by_key = {record.pk: record for record in found}
    return [by_key[key] for key in keys if key in by_key]


def bodies(rows: Iterable[Any]) -> list[str]:
    """The JSON text of each row of ``fetched``; what other code has stored is made anew."""
    rows, maker = list(rows), stored_json.maker()
    kept = {row.pk: row.object_text for row in rows if row.object_made_by == maker}
    if missing := [row.pk for row in rows if row.pk not in kept]:
        kept |= stored_json.made(missing)
    return [kept[row.pk] for row in rows if row.pk in kept]


def parsed(rows: Iterable[Any]) -> list[dict]:
    """The objects of these rows of ``fetched``."""
    return [json.loads(text) for text in bodies(rows)]
