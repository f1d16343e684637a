"""The search backend of the database in use, kept to the rows that it is given.

The package's backends recompute a ranking factor (``title_norm``) of every row of the index that lacks one, each
time anything is indexed. Nothing here is ranked: results keep the order of the list they narrow. Left in, a
writer would wait for rows of records that others are writing, which two of them can do to each other for ever.

On PostgreSQL they look for words in a join of records and index, on the text of a number. As part of a larger query,
and before the tables are analysed, that is planned as a loop within a loop within a loop: a facet of a searched list
took minutes over a few hundred records. Here the index is read by itself, once a query.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, F, Func, IntegerField
from django.db.models.functions import Cast
from modelsearch.backends import database

from relations.search import entries


class _IsAnyOf(Func):
    """Whether the first expression is among the elements of the second, an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


class _IndexFirst:
    def search(self, config, start, stop, score_field=None, backend=None):
        """The rows of the queryset that hold the words, in its own order."""
        found = (
            entries()
            .annotate(vector=F("title")._combine(F("body"), "||", False))
            .filter(vector=self.build_tsquery(self.query, config=config))
            .values(key=Cast("object_id", IntegerField()))
        )
        return self.queryset.filter(_IsAnyOf(F("pk"), ArraySubquery(found)))[start:stop]


class _OwnRowsOnly:
    def _refresh_title_norms(self, full: bool = False) -> None:
        """Leave the factor at its default, on every row."""


def SearchBackend(params: dict):  # noqa: N802 - the name the package looks for
    backend = database.SearchBackend(params)
    stock = backend.index_class
    backend.index_class = type(stock.__name__, (_OwnRowsOnly, stock), {})
    if connection.vendor == "postgresql":
        stock = backend.query_compiler_class
        backend.query_compiler_class = type(stock.__name__, (_IndexFirst, stock), {})
    return backend
