"""What was worked out of a selection is remembered while nothing that is published changes.

The same selection is asked for again and again: by the next page of a list, in another format, as a page and
through the API. What is remembered stands under the number of the last change and the very SQL that selects (or a
name that stands for it), so it is never taken for another selection, and for nothing once something is published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.translation import get_language

from relations import work

Found = TypeVar("Found")


def remembered(
    number: int | None, of: QuerySet | str, found: Callable[[], Found], *what: Any
) -> Found:
    """What ``found`` finds out about the rows of a queryset, or found out before.

    ``number`` is that of the last change, read before anything else; None: nothing is remembered. ``of`` is the
    queryset, or a name under which the same rows are always asked for. ``what`` tells apart what is found out of
    the same rows, and by what was asked for them. Inside a unit of work nothing is remembered either: what is
    seen there may never be published.
    """
    if number is None or work.current() is not None:
        return found()
    try:
        rows = of if isinstance(of, str) else _selection(of)
    except EmptyResultSet:
        return found()
    parts = (number, get_language(), rows, what)
    key = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
    kept = caches["pages"].get(key)
    if kept is None:
        # In a tuple, so that what was found may itself be nothing.
        kept = (found(),)
        caches["pages"].set(key, kept)
    return kept[0]


def _selection(queryset: QuerySet) -> tuple:
    """The SQL that selects and its values; sorted, since the search names the models it looks in by a set."""
    sql, values = queryset.order_by().values("pk").query.sql_with_params()
    return sql, sorted(map(repr, values))
