"""``fields`` and ``omit``: the parts of its objects that a response shows.

Names are those of the objects, and dots lead to inner parts: ``title,date.edtf,citations.source.slug``. In
a list of parts a name means that part of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from relations.api.tabular import Column
from relations.filters.problems import Problem, is_odd, nearest_of, odd_text, shown
from relations.filters.strict import MOST_PROBLEMS

FIELDS, OMIT = "fields", "omit"
LONGEST = 1000
SEPARATOR = "."

Names = dict[str, "Names"]
"""The names of an object, each with the names inside it; nothing inside: it has no parts to choose from."""


def names_of(one: serializers.BaseSerializer) -> Names:
    """The names an object of this serializer has."""
    return {name: _inside(part) for name, part in one.fields.items()}


def _inside(part: serializers.Field) -> Names:
    if isinstance(part, serializers.ListSerializer):
        return names_of(part.child)
    if isinstance(part, serializers.Serializer):
        return names_of(part)
    return {name: {} for name in getattr(part, "part_names", ())}


def together(names: Iterable[Names]) -> Names:
    """The names that any of several sorts of object has."""

    def joined(first: Names, second: Names) -> Names:
        return first | {
            name: joined(first.get(name, {}), inside) for name, inside in second.items()
        }

    return reduce(joined, names, {})


def paths(names: Names, before: str = "") -> Iterator[str]:
    """Each name as clients write it, with dots for inner ones."""
    for name, inside in names.items():
        yield before + name
        yield from paths(inside, f"{before}{name}{SEPARATOR}")


@dataclass(frozen=True)
class Trim:
    """What stays of each object: everything, only ``chosen``, or everything except ``chosen``.

    ``chosen`` are names as in ``Names``; a name with nothing inside means the complete part.
    """

    chosen: Names = field(default_factory=dict)
    is_omitting: bool = False

    def of(self, value: Any) -> Any:
        """An object, or a list of them, trimmed."""
        if not self.chosen:
            return value
        return (_without if self.is_omitting else _only)(value, self.chosen)

    def columns(self, columns: Iterable[Column]) -> list[Column]:
        """The columns of a table that stay."""
        return [column for column in columns if self._keeps(column.path)]

    def _keeps(self, path: tuple[str, ...]) -> bool:
        inside = self.chosen
        if not inside:
            return True
        for name in path:
            if name not in inside:
                return self.is_omitting
            if not inside[name]:
                return not self.is_omitting
            inside = inside[name]
        # Some part of what the column combines is chosen.
        return True


def _only(value: Any, chosen: Names) -> Any:
    if isinstance(value, list):
        return [_only(one, chosen) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _only(part, chosen[name]) if chosen[name] else part
        for name, part in value.items()
        if name in chosen
    }


def _without(value: Any, chosen: Names) -> Any:
    if isinstance(value, list):
        return [_without(one, chosen) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without(part, chosen[name]) if chosen.get(name) else part
        for name, part in value.items()
        if chosen.get(name) != {}
    }


def read(params: QueryDict, names: Names) -> tuple[Trim, list[Problem]]:
    """What ``fields`` or ``omit`` select among these names, and the problems of the parameter."""
    problems, trims = [], []
    for parameter in (FIELDS, OMIT):
        values = [value for value in map(str.strip, params.getlist(parameter)) if value]
        if not values:
            continue
        chosen, refused = _read_one(parameter, values, names)
        problems += refused
        trims.append(Trim(chosen, is_omitting=parameter == OMIT))
    if len(trims) > 1:
        problems.append(Problem(OMIT, f"Give either “{FIELDS}” or “{OMIT}”."))
    return (trims[0] if trims and not problems else Trim()), problems


def _read_one(parameter: str, values: list[str], names: Names) -> tuple[Names, list[Problem]]:
    if any(map(is_odd, values)):
        return {}, [odd_text(parameter)]
    if len(values) > 1:
        return {}, [
            Problem(
                parameter,
                f"Give “{parameter}” once, with commas between the names: title,date.edtf.",
            )
        ]
    if len(values[0]) > LONGEST:
        return {}, [Problem(parameter, f"“{parameter}” has at most {LONGEST} characters.")]
    chosen, problems = {}, []
    for path in filter(None, map(str.strip, values[0].split(","))):
        if problem := _unknown(parameter, path, names):
            problems.append(problem)
            if len(problems) == MOST_PROBLEMS:
                break
        else:
            _choose(chosen, path.split(SEPARATOR))
    return chosen, problems


def _unknown(parameter: str, path: str, names: Names) -> Problem | None:
    """The problem of a path with an unknown name."""
    inside = names
    parts = path.split(SEPARATOR)
    for number, name in enumerate(parts):
        if name not in inside:
            before = SEPARATOR.join(parts[:number])
            valid = [f"{before}{SEPARATOR}{one}" if before else one for one in inside]
            nearest = nearest_of(path, list(paths(names)))
            sentences = [f"There is no “{shown(path)}” in these objects."]
            if nearest:
                sentences.append(f"Did you mean “{nearest}”?")
            sentences.append(
                f"Valid: {', '.join(valid)}." if valid else f"“{shown(before)}” has no parts."
            )
            return Problem(parameter, " ".join(sentences), valid, nearest)
        inside = inside[name]
    return None


def _choose(chosen: Names, parts: list[str]) -> None:
    """Add a path; a part that is chosen completely stays so."""
    *before, last = parts
    inside = chosen
    for name in before:
        if inside.get(name) == {}:
            return
        inside = inside.setdefault(name, {})
    inside[last] = {}
