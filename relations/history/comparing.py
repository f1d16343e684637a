"""Where states of one subject differ, in words for the desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.models.base import Tracked


def compared(model: type[Tracked], *states: dict) -> Iterator[tuple[str, ...]]:
    """Where states of one subject differ: (what, its value in each of them). The last state names the fields."""
    for name in states[-1]:
        values = [state.get(name) for state in states]
        if all(value == values[-1] for value in values):
            continue
        field = model._meta.get_field(name)
        if not isinstance(values[-1], dict):
            yield capfirst(field.verbose_name), *map(_shown, values)
            continue
        label = capfirst(field.related_model._meta.verbose_name)
        for uid in sorted(set().union(*(value or {} for value in values))):
            rows = [(value or {}).get(uid) for value in values]
            if any(row != rows[-1] for row in rows):
                first = next(row for row in rows if row is not None)
                names = [key for key in first if len({(r or {}).get(key) for r in rows}) > 1]
                yield label, *(_row_shown(row, names) for row in rows)


def _shown(value) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _row_shown(row: dict | None, names: list[str]) -> str:
    if row is None:
        return _("(not there)")
    return "; ".join(
        f"{name}: {_shown(row[name])}" for name in names if row.get(name) not in (None, "")
    )
