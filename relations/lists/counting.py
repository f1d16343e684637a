"""Count, per value of a parameter, the rows that a list with that value would have.

The count of a value applies that value and the filters of every *other* parameter. So a parameter that
takes one value, or any of several, is counted without its own filter. A parameter whose values must all
hold (``country``) is counted within those already chosen. The database counts; the number of queries does
not grow with the rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import django_filters
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Count, Exists, F, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Substr

from relations import kinds
from relations.filters.links import Link
from relations.filters.parameters import (
    EDTF,
    Choice,
    Choices,
    Named,
    NamedAll,
    NamedAny,
    Ordering,
    Parameter,
)
from relations.filters.records import Organizations, overlapping
from relations.filters.strict import StrictFilterSet
from relations.models import Entity, Entry, Record

# Filters that compare a column or follow a link, so that rows can be counted by it. Another that narrows a list in a
# way of its own would count what it does not list.
COMPARING = (
    django_filters.Filter.filter,
    Choices.filter,
    NamedAny.filter,
    NamedAll.filter,
    Organizations.filter,
)


def is_dated(parameter: Parameter) -> bool:
    """Whether a year or a decade is a value of it that lists what overlaps it."""
    return isinstance(parameter, EDTF) and parameter.applied is overlapping


def is_countable(filterset_class: type[StrictFilterSet], name: str) -> bool:
    """Whether rows can be counted by the values of a parameter.

    Not by single records or entities: those are what is listed, no group of it.
    """
    parameter, model = filterset_class.base_filters[name], filterset_class._meta.model
    if isinstance(parameter, Ordering) or name in filterset_class.uncounted:
        return False
    if is_dated(parameter):
        return True
    if not isinstance(parameter, (Choice, Named)):
        return False
    if isinstance(parameter, Named):
        if parameter.extra["queryset"].model in (Record, Entity):
            return False
        if parameter.links:
            return True
    if type(parameter).filter not in COMPARING:
        return False
    if filterset_class.links(name):
        return True
    try:
        model._meta.get_field(parameter.field_name)
    except FieldDoesNotExist:
        return False
    return True


# What is selected ---------------------------------------------------------------------------------------


def selected(filterset: StrictFilterSet, changed: dict[str, object] | None = None) -> QuerySet:
    """The keys of the rows that are selected when parameters have these values (None: left out)."""
    values = filterset.values | (changed or {})
    other = filterset.having({name: value for name, value in values.items() if value})
    if _is_whole_relation(other):
        return Entry.objects.filter(relation=other.relation).order_by().values("record")
    return other.qs.order_by().values("pk")


def _is_whole_relation(filterset: StrictFilterSet) -> bool:
    """Whether the entries of a relation alone say what is selected, which spares reading the records."""
    relation = getattr(filterset, "relation", None)
    if relation is None or filterset.queryset.model is not Record:
        return False
    pair = {relation.first_id, relation.second_id}
    asked = {country.pk for country in filterset.values.get("country", [])}
    is_published = filterset.queryset.query.where == Record.objects.published().query.where
    return is_published and not filterset.values.keys() - {"country", "ordering"} and asked <= pair


# Counting -----------------------------------------------------------------------------------------------


def counts(filterset: StrictFilterSet, names: Iterable[str]) -> dict[str, Counter]:
    """Of each parameter how many rows have each value.

    A value is the text of a closed set, the key of an object, or the first and last year of a date.
    """
    whole = selected(filterset)
    closed: dict[str, QuerySet] = {}
    named: dict[str, QuerySet] = {}
    for name in names:
        parameter = filterset.filters[name]
        is_own_left_out = name in filterset.values and not isinstance(parameter, NamedAll)
        within = selected(filterset, {name: None}) if is_own_left_out else whole
        (named if isinstance(parameter, Named) else closed)[name] = within
    return _count_columns(filterset, closed, whole) | _count_named(filterset, named)


def _count_columns(
    filterset: StrictFilterSet, within: dict[str, QuerySet], whole: QuerySet
) -> dict[str, Counter]:
    """Closed sets and years: all that are not in use in one query, each of the others in its own."""
    groups: list[tuple[QuerySet, list[str]]] = [
        (among, [name]) for name, among in within.items() if among is not whole
    ]
    if free := [name for name, among in within.items() if among is whole]:
        groups.append((whole, free))
    counted: dict[str, Counter] = defaultdict(Counter)
    for among, names in groups:
        columns = [column for name in names for column in _columns(filterset.filters[name])]
        rows = filterset.queryset.model._base_manager.filter(pk__in=among).order_by()
        rows = rows.annotate(**{f"by_{at}": column for at, column in enumerate(columns)})
        by = [f"by_{at}" for at in range(len(columns))]
        for *row, count in rows.values(*by).annotate(n=Count("pk")).values_list(*by, "n"):
            texts = iter(row)
            for name in names:
                if is_dated(filterset.filters[name]):
                    counted[name][int(next(texts)), int(next(texts))] += count
                else:
                    counted[name][next(texts)] += count
    return counted


def _columns(parameter: Parameter) -> list:
    """What a row is grouped by: its column, or the first and last year that its date touches."""
    if not is_dated(parameter):
        return [F(parameter.field_name)]
    # As text, since that is how both databases cut a date without looking at each by a function.
    return [Substr(Cast(column, CharField()), 1, 4) for column in ("sort_date", "sort_end")]


def _count_named(filterset: StrictFilterSet, within: dict[str, QuerySet]) -> dict[str, Counter]:
    """Objects that rows point at: in one query for each sort of key there is."""
    branches: dict[str, list[QuerySet]] = defaultdict(list)
    for name, among in within.items():
        key = filterset.filters[name].field.queryset.model._meta.pk
        sort = key.target_field if key.remote_field else key
        for rows, counted in _rows(filterset, name, among):
            branches[sort.get_internal_type()].append(
                rows.filter(named__isnull=False)
                .order_by()
                .annotate(facet=Value(name, CharField()))
                .values("facet", "named")
                .annotate(n=counted)
                .values_list("facet", "named", "n")
            )
    found: dict[str, Counter] = {name: Counter() for name in within}
    for first, *others in branches.values():
        for name, key, count in first.union(*others, all=True) if others else first:
            found[name][key] += count
    return found


def _rows(
    filterset: StrictFilterSet, name: str, among: QuerySet
) -> Iterator[tuple[QuerySet, Count]]:
    """Rows that point from the selected ones at an object (``named``), and how the latter are counted.

    An object that several of the querysets would hold for one row is held by one of them only.
    """
    model = filterset.queryset.model
    links = filterset.links(name)
    if not links:
        rows = model._base_manager.filter(pk__in=among)
        yield rows.annotate(named=F(filterset.filters[name].field_name)), Count("pk")
        return
    for link in links:
        rows = filterset.narrowed_rows(link.rows._base_manager.all(), name)
        rows = rows.filter(**{f"{link.of}__in": among})
        yield rows.annotate(named=F(link.to)), Count(link.of, distinct=link.is_repeated)
    if isinstance(filterset.filters[name], Organizations):
        yield from _through_kinds(model, links[0], among)


def _through_kinds(
    model: type[Model], link: Link, among: QuerySet
) -> Iterator[tuple[QuerySet, Count]]:
    """Organizations that a kind itself names, and that the links do not hold already."""
    for kind in kinds.every():
        if not issubclass(kind.model, model):
            continue
        every = kind.model._base_manager
        named_already = [
            link.rows.objects.filter(**{link.of: OuterRef("pk"), link.to: OuterRef("named")})
        ]
        for other in kind.filterset_class.organization_paths:
            # Annotated first: a path that is filtered by twice would be joined twice.
            rows = every.filter(pk__in=among).annotate(named=F(other))
            for one in named_already:
                rows = rows.exclude(Exists(one))
            named_already.append(every.filter(pk=OuterRef("pk"), **{other: OuterRef("named")}))
            yield rows, Count("pk", distinct=True)
