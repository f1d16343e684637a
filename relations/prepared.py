"""Queries whose SQL is made once, for what is asked so often that making it costs more than asking.

To make the SQL of a small query takes Django ten times as long as the database takes to answer it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import NamedValuesListIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.utils import create_namedtuple_class


class _Made(NamedTuple):
    compiler: SQLCompiler
    sql: str
    params: Sequence[Any]
    places: list[int | None]
    converters: dict
    as_row: Callable[[Sequence[Any]], tuple]


class Prepared(threading.local):
    """The rows of a queryset of ``values_list``, for other values each time.

    ``build`` makes the queryset of values. It does so once a thread, of the ``samples``: one for each value, of the
    same type, and unlike whatever else is compared in it. Values are compared as they are. Raises ``ValueError``
    where a sample does not come back in the SQL.
    """

    def __init__(self, build: Callable[..., QuerySet], *samples: Any):
        self.build, self.samples = build, samples
        self.made: _Made | None = None

    def rows(self, *values: Any) -> list[tuple]:
        """Raises ``ValueError`` where there are more or fewer values than samples."""
        made = self.made = self.made or self._make()
        if len(values) != len(self.samples):
            raise ValueError(f"{len(self.samples)} values are needed, not {len(values)}")
        given = list(map(_adapted, values))
        pairs = zip(made.params, made.places, strict=True)
        params = [param if place is None else given[place] for param, place in pairs]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, params)
            rows = cursor.fetchall()
        if made.converters:
            rows = made.compiler.apply_converters(rows, made.converters)
        return list(map(made.as_row, rows))

    def _make(self) -> _Made:
        queryset = self.build(*self.samples)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        samples = list(map(_adapted, self.samples))
        places = [samples.index(param) if param in samples else None for param in params]
        if missing := set(range(len(samples))) - set(places):
            raise ValueError(f"not compared as it is: {samples[min(missing)]!r}")
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        return _Made(compiler, sql, params, places, converters, _maker_of_rows(queryset))


def _maker_of_rows(queryset: QuerySet) -> Callable[[Sequence[Any]], tuple]:
    is_named = queryset._iterable_class is NamedValuesListIterable
    return create_namedtuple_class(*queryset._fields)._make if is_named else tuple


def _adapted(value: Any) -> Any:
    """As the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
