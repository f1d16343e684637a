""" "Did you mean": published objects whose addresses are similar to one that leads nowhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from relations import kinds
from relations.models import Entity, Record, Relation, Source, Topic

MOST = 3
COMPARED = 200
"""At most this many slugs, found by their beginning in an index, are compared, so that a wrong address stays cheap."""

LIKE = 0.6
PATH = re.compile(
    r"/(?:(?P<folder>[a-z-]{1,40})/)?(?P<slug>[a-z0-9-]{3,120})/?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class Near:
    name: str
    address: str


def words_of(path: str) -> str:
    """The words of an address as a search text; empty for an address unlike ours."""
    match = PATH.fullmatch(path)
    return " ".join(match["slug"].lower().replace("-", " ").split()) if match else ""


def near(path: str) -> list[Near]:
    """At most three published objects whose slugs are most similar to that of the path, the nearest first."""
    match = PATH.fullmatch(path)
    if not match:
        return []
    folder, slug = (match["folder"] or "").lower(), match["slug"].lower().strip("-")
    found = {
        row.slug: Near(str(row), row.get_absolute_url())
        for queryset in _where(folder)
        for row in _beginning_alike(queryset, slug)
    }
    return [found[one] for one in difflib.get_close_matches(slug, found, n=MOST, cutoff=LIKE)]


def _where(folder: str) -> Iterator[QuerySet]:
    """The models that the first part of the address names; without one, records and relations."""
    records = Record.objects.published().only("slug", "title", "kind")
    entities = Entity.objects.only("slug", "name", "kind")
    places: dict[str, tuple[QuerySet, ...]] = {
        **{kind.path: (records,) for kind in kinds.every()},
        **{model.PATH: (entities,) for model in Entity.__subclasses__()},
        "topics": (Topic.objects.only("slug", "name"),),
        "sources": (Source.objects.only("slug", "title"),),
        "": (Relation.objects.select_related("first", "second"), records, entities),
    }
    yield from places.get(folder, (records, entities))


def _beginning_alike(queryset: QuerySet, slug: str) -> list:
    """Rows whose slug begins like this one.

    The beginning is shortened until it finds some: the address may be cut off or mistyped.
    """
    lengths = dict.fromkeys((len(slug), len(slug) * 2 // 3, len(slug) // 3, 3))
    for length in lengths:
        if length < 3:
            continue
        # First by the index of slugs alone: with further conditions a database may read the complete table.
        alike = queryset.model._base_manager.filter(slug__startswith=slug[:length])
        pks = list(alike.order_by("slug").values_list("pk", flat=True)[:COMPARED])
        if pks and (found := list(queryset.filter(pk__in=pks).order_by("slug"))):
            return found
    return []
