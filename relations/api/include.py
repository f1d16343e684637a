"""``include``: complete objects beside the records that refer to them.

The serializers say which objects can be included: a serializer of a short form names the endpoints of the
complete objects (``endpoints``), and ``referred`` finds the object from the short form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from relations import kinds
from relations.api.resources import Resource, every
from relations.filters.problems import Problem, single, too_long, unknown_value
from relations.filters.strict import MOST_PROBLEMS

INCLUDE = "include"
INCLUDED = "included"
LONGEST = 200


def _inside(part: serializers.Field) -> serializers.Serializer | None:
    """The serializer of a part of an object, or of each of a list of parts."""
    child = part.child if isinstance(part, serializers.ListSerializer) else part
    return child if isinstance(child, serializers.Serializer) else None


def _endpoints(one: serializers.Serializer) -> set[str]:
    """The endpoints of all objects that this serializer refers to."""
    found = set(getattr(one, "endpoints", ()))
    return found.union(
        *(_endpoints(inside) for part in one.fields.values() if (inside := _inside(part)))
    )


@lru_cache(maxsize=64)
def names(resource: Resource) -> list[str]:
    """What can be included beside the objects of a resource, in the order in which the API lists it."""
    shapes = [
        kind.serializer_class() for kind in kinds.every() if issubclass(kind.model, resource.model)
    ]
    found = set().union(*map(_endpoints, shapes))
    return [path for path in every() if path in found]


def read(
    params: QueryDict, resource: Resource, answer_format: str
) -> tuple[list[str], list[Problem]]:
    """What to include, and the problems of the parameter."""
    valid = names(resource)
    value, problem = single(params, INCLUDE)
    if not valid or not (value or problem):
        return [], []
    if problem:
        return [], [problem]
    if len(value) > LONGEST:
        return [], [too_long(INCLUDE, LONGEST)]
    if answer_format != "json":
        only = f"Other objects can be included in JSON only, not in {answer_format}."
        return [], [Problem(INCLUDE, only)]
    asked = list(dict.fromkeys(filter(None, map(str.strip, value.split(",")))))
    problems = []
    for name in asked:
        if name not in valid:
            refused = unknown_value(name, valid)
            problems.append(Problem(INCLUDE, refused.message, refused.valid, refused.nearest))
    return ([] if problems else [path for path in valid if path in asked]), problems[:MOST_PROBLEMS]


def included(records: Iterable[dict], asked: Iterable[str]) -> dict[str, list[dict]]:
    """The complete objects that these refer to, each once, ordered by key: one list per requested endpoint."""
    shapes = {kind.name: kind.serializer_class() for kind in kinds.every()}
    keys: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for path, key in _referred(shapes[record["kind"]], record):
            keys[path].add(key)
    return {path: _complete(every()[path], keys[path]) for path in asked}


def _referred(one: serializers.Serializer, value: Any) -> Iterator[tuple[str, str]]:
    """The endpoint and key of every object that an object of this serializer refers to."""
    if hasattr(one, "referred"):
        yield one.referred(value)
    for name, part in one.fields.items():
        inside = _inside(part)
        if inside is not None and value.get(name):
            parts = value[name] if isinstance(value[name], list) else [value[name]]
            for shown in parts:
                yield from _referred(inside, shown)


def _complete(resource: Resource, keys: set[str]) -> list[dict]:
    if not keys:
        return []
    rows = resource.visible().filter(**{f"{resource.key}__in": keys}).order_by(resource.key)
    return resource.shown(resource.fetched(rows))
