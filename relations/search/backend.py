"""The search backend of the database in use. Only the rows that are given to it are touched.

The package's backends recompute a ranking factor (``title_norm``) for every row of the index that lacks
one, each time anything is indexed. Nothing here is ranked: results keep the order of the list they narrow.
With that step a writer would wait for index rows of records that others are writing, and two writers can
block each other for ever.

The package's backends search the index inside every query that has words as a condition: a page, its count,
each facet. Here the index is read first, in a query of its own. While few records are found, their keys
become the condition. Where many are found, PostgreSQL reads the index once per query, too. It would
otherwise join records and index on a number as text, and before the tables are analysed it plans three
nested loops; one facet took minutes over a few hundred records.

On PostgreSQL words are compared in the reduced form of its text search configuration (agreements →
agreement). A phrase and the beginning of a word are meant literally, and are searched in the unreduced
words of a title or of the other texts, as on SQLite. Two indexes of their own serve them, and a third
serves the reduced words of title and body together.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import BooleanField, F, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast
from modelsearch.backends import database
from modelsearch.conf import get_app_config
from modelsearch.query import And, Phrase

from relations.search.index import entries, types
from relations.search.query import Condition, Prefix

# Up to this many records are named in a query; more are searched by it.
FEW = 500


class _IsAnyOf(Func):
    """Whether the first expression is an element of the second, an array."""

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
    """What both databases share: ``keys`` of records are read from the index, and narrow the queryset."""

    def search(self, config, start, stop, score_field=None, backend=None):
        """The rows of the queryset that match the search, in the queryset's own order."""
        return self.queryset.filter(self.condition(config))[start:stop]

    def condition(self, config) -> Condition:
        """The condition that selects matching records. Reads the index."""
        found = self.keys(config)
        few = list(found.values_list("key", flat=True)[: FEW + 1])
        return Q(pk__in=few) if len(few) <= FEW else self.among(found)

    def among(self, keys: QuerySet) -> Condition:
        return Q(pk__in=keys)


class _OnPostgreSQL(_IndexFirst):
    def keys(self, config) -> QuerySet:
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
        return found.values(key=Cast("object_id", IntegerField()))

    def among(self, keys: QuerySet) -> Condition:
        return _IsAnyOf(F("pk"), ArraySubquery(keys))


class _OnSQLite(_IndexFirst):
    def keys(self, config) -> QuerySet:
        from modelsearch.backends.database.sqlite.query import MatchExpression

        matched = MatchExpression(
            self.FTS_TABLE_FIELDS, self.build_search_query(self.query, config=config)
        )
        index = get_app_config().get_model("SQLiteFTSIndexEntry").objects
        found = index.filter(matched, index_entry__content_type__in=types())
        return found.values(key=Cast("index_entry__object_id", IntegerField()))

    def build_search_query_content(self, query, config=None):
        if isinstance(query, Prefix):
            from modelsearch.backends.database.sqlite.query import Lexeme, SearchQueryExpression

            return SearchQueryExpression(Lexeme(query.query_string, prefix=True))
        return super().build_search_query_content(query, config=config)


class _OwnRowsOnly:
    def _refresh_title_norms(self, full: bool = False) -> None:
        """Leave the factor at its default in every row."""


def SearchBackend(params: dict):  # noqa: N802 - the name the package looks for
    backend = database.SearchBackend(params)
    stock = backend.index_class
    backend.index_class = type(stock.__name__, (_OwnRowsOnly, stock), {})
    stock = backend.query_compiler_class
    ours = _OnPostgreSQL if connection.vendor == "postgresql" else _OnSQLite
    backend.query_compiler_class = type(stock.__name__, (ours, stock), {})
    return backend
