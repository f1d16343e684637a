"""Read everything that is published as one state of the database, a few objects at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models.functions import Collate

from relations.api import resources
from relations.api.resources import Resource
from relations.chunks import chunks
from relations.models import Change, ChangeCounter

CHUNK = 500
# Orders text by its bytes, which every database can, not by the alphabet of a language.
BYTEWISE = {"postgresql": "C", "sqlite": "BINARY"}


def released() -> dict[str, Resource]:
    """What a release holds, by path: everything except the log of changes, which covers many states."""
    return {path: one for path, one in resources.every().items() if one.model is not Change}


@dataclass(frozen=True)
class Edition:
    """A state of what is published: the number and the time (UTC) of the last change."""

    number: int
    time: datetime

    @property
    def name(self) -> str:
        """The name of a release of it: ``2026-01-31-17``."""
        return f"{self.time:%Y-%m-%d}-{self.number}"


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside as of one moment, while others may write.

    Inside a transaction that is already open, the isolation of that transaction applies.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            # Not atomic(): by our settings that would take the lock for writing.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def edition() -> Edition | None:
    """The state that is published now; None before the first change."""
    counter = ChangeCounter.objects.first()
    return Edition(counter.number, counter.changed) if counter else None


def keys_of(resource: Resource) -> list:
    """The primary keys of all public objects, in the order of their slugs or codes."""
    by_key = Collate(resource.key, BYTEWISE[connection.vendor])
    found = resource.visible().order_by(by_key).values_list("pk", flat=True)
    return list(found.iterator())


def objects_of(resource: Resource) -> Iterator[tuple[str, dict]]:
    """Each object as its JSON text and as parsed JSON, in the order of the keys."""
    for part in chunks(keys_of(resource), CHUNK):
        wanted = resource.visible().filter(pk__in=part).order_by()
        by_key = {row.pk: row for row in resource.fetched(wanted)}
        for text in resource.texts([by_key[key] for key in part]):
            yield text, json.loads(text)
