"""Published records as JSON text, complete: what is stored of them, and what lists and details are made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from relations.derived import stored_json
from relations.derived.stored_json import render
from relations.models import Record

__all__ = ["bodies", "fetched", "in_order", "parsed", "render"]


class Stored(NamedTuple):
    """A row of ``fetched``, as the database gives it."""

    pk: int
    object_text: str | None
    object_made_by: str | None


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
    """The JSON text of each row of ``fetched``; what other code has stored is made again."""
    rows, maker = list(rows), stored_json.maker()
    kept = {row.pk: row.object_text for row in rows if row.object_made_by == maker}
    if missing := [row.pk for row in rows if row.pk not in kept]:
        kept |= stored_json.made(missing)
    return [kept[row.pk] for row in rows if row.pk in kept]


def parsed(rows: Iterable[Any]) -> list[dict]:
    """The objects of these rows of ``fetched``."""
    return [json.loads(text) for text in bodies(rows)]
