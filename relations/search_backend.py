"""The search backend of the database in use, kept to the rows that it is given.

The package's backends recompute a ranking factor (``title_norm``) of every row of the index that lacks one, each
time anything is indexed. Nothing here is ranked: results keep the order of the list they narrow. Left in, a
writer would wait for rows of records that others are writing, which two of them can do to each other for ever.

On PostgreSQL they look for words in a join of records and index, on the text of a number. As part of a larger query,
and before the tables are analysed, that is planned as a loop within a loop within a loop: a facet of a searched list
took minutes over a few hundred records. Here the index is read by itself, once a query.

Words are looked for there as its text search configuration reduces them (agreements → agreement). A phrase and
the beginning of a word are meant as typed, and found in the unreduced words of a title or of the other texts, as
on SQLite; two indexes of their own serve them, and a third the reduced words of title and body together.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import BooleanField, F, Func, IntegerField, Q, TextField, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast
from modelsearch.backends import database
from modelsearch.query import And, Phrase

from relations.search import Prefix, entries


class _IsAnyOf(Func):
    """Whether the first expression is among the elements of the second, an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def reduced() -> CombinedExpression:
    """The words of title and body, reduced. As the migration ``reduced_words`` has indexed them."""
    return F("title")._combine(F("body"), "||", False)


def unreduced(column: str) -> SearchVector:
    """The words of a column, nothing but letters and digits. As the migration ``unreduced_words`` has indexed them."""
    only_words = Func(
        F(column),
        Value("[^[:alnum:]]+"),
        Value(" "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    return SearchVector(only_words, config="simple")


def _as_typed(query: Phrase | Prefix) -> SearchQuery:
    if isinstance(query, Prefix):
        return SearchQuery(f"'{query.query_string}':*", search_type="raw", config="simple")
    return SearchQuery(query.query_string, search_type="phrase", config="simple")


class _IndexFirst:
    def search(self, config, start, stop, score_field=None, backend=None):
        """The rows of the queryset that hold what is looked for, in its own order."""
        found = entries().alias(
            vector=reduced(),
            title_words=unreduced("title_text"),
            body_words=unreduced("body_text"),
        )
        for part in self.query.subqueries if isinstance(self.query, And) else [self.query]:
            if isinstance(part, (Phrase, Prefix)):
                typed = _as_typed(part)
                found = found.filter(Q(title_words=typed) | Q(body_words=typed))
            else:
                found = found.filter(vector=self.build_tsquery(part, config=config))
        keys = found.values(key=Cast("object_id", IntegerField()))
        return self.queryset.filter(_IsAnyOf(F("pk"), ArraySubquery(keys)))[start:stop]


class _WithPrefixes:
    def build_search_query_content(self, query, config=None):
        if isinstance(query, Prefix):
            from modelsearch.backends.database.sqlite.query import Lexeme, SearchQueryExpression

            return SearchQueryExpression(Lexeme(query.query_string, prefix=True))
        return super().build_search_query_content(query, config=config)


class _OwnRowsOnly:
    def _refresh_title_norms(self, full: bool = False) -> None:
        """Leave the factor at its default, on every row."""


def SearchBackend(params: dict):  # noqa: N802 - the name the package looks for
    backend = database.SearchBackend(params)
    stock = backend.index_class
    backend.index_class = type(stock.__name__, (_OwnRowsOnly, stock), {})
    stock = backend.query_compiler_class
    ours = _IndexFirst if connection.vendor == "postgresql" else _WithPrefixes
    backend.query_compiler_class = type(stock.__name__, (ours, stock), {})
    return backend
