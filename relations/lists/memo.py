"""Memoizes counts and facets per query until the next published change.

The same selection is asked for again and again: by the next page of a list, in another format, as a page and
through the API. A result is cached under the number of the last change and the SQL of the query (or a name that
stands for it), so it is never taken for that of another selection, nor used after something was published.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.translation import get_language

from relations import work
from relations.http.conditional import MAX_CACHED_SIZE

Result = TypeVar("Result")


def memoized(
    number: int | None, of: QuerySet | str, compute: Callable[[], Result], *what: Any
) -> Result:
    """The result of ``compute`` for the rows of a queryset: computed now, or before.

    ``number`` is that of the last change, read before anything else; with None nothing is cached. ``of`` is the
    queryset, or a name that always stands for the same rows. ``what`` tells apart several results for the same
    rows. Inside a unit of work nothing is cached either: what is seen there may never be published.
    """
    if number is None or work.current() is not None:
        return compute()
    try:
        rows = of if isinstance(of, str) else _selection(of)
    except EmptyResultSet:
        return compute()
    parts = (number, get_language(), rows, what)
    key = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
    if (cached := caches["counts"].get(key)) is not None:
        return pickle.loads(cached)  # noqa: S301 - our own, from the memory of this process
    result = compute()
    # Pickled here, so that its size is known.
    pickled = pickle.dumps(result)
    if len(pickled) <= MAX_CACHED_SIZE:
        caches["counts"].set(key, pickled)
    return result


def _selection(queryset: QuerySet) -> tuple:
    """The SQL that selects and its values; sorted, since the search names the models it looks in by a set."""
    sql, values = queryset.order_by().values("pk").query.sql_with_params()
    return sql, sorted(map(repr, values))
