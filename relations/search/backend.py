"""The search backend of the database in use, kept to the rows that it is given.

The package's backends recompute a ranking factor (``title_norm``) of every row of the index that lacks one, each
time anything is indexed. Nothing here is ranked: results keep the order of the list they narrow. Left in, a
writer would wait for rows of records that others are writing, which two of them can do to each other for ever.

They look for words as part of each query of which the words are a condition: a page, its count, each facet. Here the
index is read by itself and first; so long as few records are found, it is they that are the condition. Where they are
many, PostgreSQL reads the index once a query, too: in a join of records and index, on the text of a number, it would
plan a loop within a loop within a loop before the tables are analysed, and a facet took minutes over a few hundred.

On PostgreSQL words are looked for as its text search configuration reduces them (agreements → agreement). A phrase and
the beginning of a word are meant as typed, and found in the unreduced words of a title or of the other texts, as
on SQLite; two indexes of their own serve them, and a third the reduced words of title and body together.
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

# So many records are named in a query; more are looked for by it.
FEW = 500


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
    """What both databases share: ``keys`` of records are found in the index, and narrow the queryset."""

    def search(self, config, start, stop, score_field=None, backend=None):
        """The rows of the queryset that hold what is looked for, in its own order."""
        return self.queryset.filter(self.condition(config))[start:stop]

    def condition(self, config) -> Condition:
        """What is true of a record that holds what is looked for. Asks the index."""
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
        """Leave the factor at its default, on every row."""


def SearchBackend(params: dict):  # noqa: N802 - the name the package looks for
    backend = database.SearchBackend(params)
    stock = backend.index_class
    backend.index_class = type(stock.__name__, (_OwnRowsOnly, stock), {})
    stock = backend.query_compiler_class
    ours = _OnPostgreSQL if connection.vendor == "postgresql" else _OnSQLite
    backend.query_compiler_class = type(stock.__name__, (ours, stock), {})
    return backend
