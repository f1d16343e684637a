"""Facets: by which values the records of a listing can be told apart, and how many each would list.

Beside a value stands what the list would count with that value and the filters of every *other* parameter.
A parameter that takes any of several values, or one of them, is therefore counted without its own; where
every value must hold (``country``), within what is already chosen. Counted in the database, in as many
queries for one record as for ten thousand.
"""

from __future__ import annotations

import copy
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import CharField, Count, Exists, F, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext_lazy as _

from relations import dates, kinds
from relations.filters import RecordFilter
from relations.filters.parameters import EDTF, Choice, Named, NamedAll, Ordering, Parameter
from relations.filters.records import Organizations, overlapping
from relations.filters.strict import MOST_VALUES, StrictFilterSet
from relations.listing import Listing
from relations.models import Citation, Entry, Participation, Record

MOST = 40
"""Of a facet so many values are given, those with the most records; chosen ones always."""

MOST_RELAXED = 8
"""For an empty list so many filters are tried without."""

# The rows that link records to what a parameter names, and whether one names it several times.
LINKS: dict[str, tuple[type[Model], str, bool]] = {
    "country": (Record.countries.through, "country", False),
    "topic": (Record.topics.through, "topic", False),
    "person": (Participation, "person", True),
    "organization": (Record.organizations.through, "organization", False),
    "project": (Record.projects.through, "project", False),
    "source": (Citation, "source", True),
}
# After those of the kind itself, in the order in which readers meet them.
ORDER = "kind date country topic place person organization project source evidence outcome".split()


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet. ``query`` is the query string that chooses it, or lets go of it.

    ``count`` is what is listed with this value alone of its parameter. ``named`` is the object that the
    value names, where it names one.
    """

    value: str
    label: str
    count: int
    is_selected: bool
    query: str
    named: Model | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Facet:
    """The values of one parameter. ``others`` is how many more there are than ``values`` holds."""

    name: str
    parameter: str
    label: str
    is_repeatable: bool
    values: list[FacetValue]
    others: int = 0


def facets(listing: Listing, *, most: int = MOST) -> list[Facet]:
    """The facets of a listing that have a value: its kind's own first. None while there is a problem."""
    if listing.problems:
        return []
    filters = listing.filterset.filters
    own = [name for name in filters if name not in RecordFilter.base_filters]
    names = [
        name
        for name in [*own, *(name for name in ORDER if name in filters)]
        if _is_closed(filters[name])
        or _is_decade(filters[name])
        or isinstance(filters[name], Named)
    ]
    counts = _counts(listing.filterset, names)
    labels = _Labels(listing.filterset, counts, most)
    found = [_facet(listing, name, counts[name], labels, most) for name in names]
    return [facet for facet in found if facet.values]


def _is_closed(parameter: Parameter) -> bool:
    return isinstance(parameter, Choice) and not isinstance(parameter, Ordering)


def _is_decade(parameter: Parameter) -> bool:
    """Whether a decade is a value of it that lists what overlaps the decade."""
    return isinstance(parameter, EDTF) and parameter.applied is overlapping


# What is selected ---------------------------------------------------------------------------------------


def _selected(filterset: StrictFilterSet, changed: dict[str, object] | None = None) -> QuerySet:
    """The keys of the records that are selected when parameters have these values (None: left out)."""
    other = copy.copy(filterset)
    values = filterset.values | (changed or {})
    other.values = {name: value for name, value in values.items() if value}
    other.__dict__.pop("qs", None)
    if other.values.get("country") != filterset.values.get("country"):
        # Which countries are asked for decides through which relation they are looked up.
        other.__dict__.pop("relation", None)
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


def _counts(filterset: StrictFilterSet, names: Iterable[str]) -> dict[str, Counter]:
    """Of each parameter how many records have each value: a text of a closed set, else a key."""
    whole = _selected(filterset)
    closed: dict[str, QuerySet] = {}
    named: dict[str, QuerySet] = {}
    for name in names:
        parameter = filterset.filters[name]
        is_own_left_out = name in filterset.values and not isinstance(parameter, NamedAll)
        within = _selected(filterset, {name: None}) if is_own_left_out else whole
        (named if isinstance(parameter, Named) else closed)[name] = within
    return _count_columns(filterset, closed, whole) | _count_named(filterset, named)


def _count_columns(
    filterset: StrictFilterSet, within: dict[str, QuerySet], whole: QuerySet
) -> dict[str, Counter]:
    """Closed sets and decades: all that are not in use in one query, each of the others in its own."""
    groups: list[tuple[QuerySet, list[str]]] = [
        (selected, [name]) for name, selected in within.items() if selected is not whole
    ]
    if free := [name for name, selected in within.items() if selected is whole]:
        groups.append((whole, free))
    counts: dict[str, Counter] = defaultdict(Counter)
    for selected, names in groups:
        columns = [column for name in names for column in _columns(filterset.filters[name])]
        rows = filterset.queryset.model._base_manager.filter(pk__in=selected).order_by()
        rows = rows.annotate(**{f"by_{at}": column for at, column in enumerate(columns)})
        by = [f"by_{at}" for at in range(len(columns))]
        for *row, count in rows.values(*by).annotate(n=Count("pk")).values_list(*by, "n"):
            texts = iter(row)
            for name in names:
                if _is_decade(filterset.filters[name]):
                    for decade in range(int(next(texts)), int(next(texts)) + 1):
                        counts[name][f"{decade:03}X"] += count
                else:
                    counts[name][next(texts)] += count
    return counts


def _columns(parameter: Parameter) -> list:
    """What a record is grouped by: its column, or the first and last decade that its date touches."""
    if not _is_decade(parameter):
        return [F(parameter.field_name)]
    # As text, since that is how both databases cut a date without looking at each by a function.
    return [Substr(Cast(column, CharField()), 1, 3) for column in ("sort_date", "sort_end")]


def _count_named(filterset: StrictFilterSet, within: dict[str, QuerySet]) -> dict[str, Counter]:
    """Objects that records point at: in one query for each sort of key there is."""
    branches: dict[str, list[QuerySet]] = defaultdict(list)
    for name, selected in within.items():
        parameter = filterset.filters[name]
        key = parameter.field.queryset.model._meta.pk
        sort = key.target_field if key.remote_field else key
        for rows, counted in _rows(filterset, name, selected):
            branches[sort.get_internal_type()].append(
                rows.filter(named__isnull=False)
                .order_by()
                .annotate(facet=Value(name, CharField()))
                .values("facet", "named")
                .annotate(n=counted)
                .values_list("facet", "named", "n")
            )
    counts: dict[str, Counter] = {name: Counter() for name in within}
    for first, *others in branches.values():
        for name, key, count in first.union(*others, all=True) if others else first:
            counts[name][key] += count
    return counts


def _rows(
    filterset: StrictFilterSet, name: str, selected: QuerySet
) -> Iterator[tuple[QuerySet, Count]]:
    """Rows that point from the selected records at an object (``named``), and how records are counted.

    An object that several of the querysets would hold for one record is held by one of them only.
    """
    model = filterset.queryset.model
    if name not in LINKS:
        rows = model._base_manager.filter(pk__in=selected)
        yield rows.annotate(named=F(filterset.filters[name].field_name)), Count("pk")
        return
    link, path, is_repeated = LINKS[name]
    rows = filterset.narrowed_rows(link.objects.all(), name).filter(record__in=selected)
    rows = rows.annotate(named=F(path))
    yield rows, Count("record", distinct=is_repeated)
    if not isinstance(filterset.filters[name], Organizations):
        return
    for kind in kinds.every():
        if not issubclass(kind.model, model):
            continue
        every = kind.model._base_manager
        named_already = [link.objects.filter(record=OuterRef("pk"), **{path: OuterRef("named")})]
        for other in kind.filterset_class.organization_paths:
            # Annotated first: a path that is filtered by twice would be joined twice.
            rows = every.filter(pk__in=selected).annotate(named=F(other))
            for one in named_already:
                rows = rows.exclude(Exists(one))
            named_already.append(every.filter(pk=OuterRef("pk"), **{other: OuterRef("named")}))
            yield rows, Count("pk", distinct=True)


# Values -------------------------------------------------------------------------------------------------


class _Labels:
    """The objects that values name: one query for each table that holds some."""

    def __init__(self, filterset: StrictFilterSet, counts: dict[str, Counter], most: int):
        self.named: dict[str, dict] = {}
        wanted: dict[type[Model], set] = defaultdict(set)
        tables: dict[str, type[Model]] = {}
        for name, counter in counts.items():
            if isinstance(filterset.filters[name], Named):
                model = filterset.filters[name].field.queryset.model
                # People, places... are rows of one table, which has their name and slug.
                tables[name] = [model, *model._meta.get_parent_list()][-1]
                wanted[tables[name]] |= set(_most_frequent(counter, most))
        found = {table: table._base_manager.in_bulk(keys) for table, keys in wanted.items() if keys}
        for name, table in tables.items():
            chosen = filterset.values.get(name) or []
            chosen = chosen if isinstance(chosen, list) else [chosen]
            rows = found.get(table, {})
            self.named[name] = {key: rows[key] for key in counts[name] if key in rows}
            self.named[name] |= {one.pk: one for one in chosen}


def _most_frequent(counter: Counter, most: int) -> list:
    """Its keys with the highest counts; of equal ones the lowest, so that it is always the same."""
    return heapq.nsmallest(most, counter, key=lambda key: (-counter[key], key))


def _facet(listing: Listing, name: str, counts: Counter, labels: _Labels, most: int) -> Facet:
    parameter = listing.filterset.filters[name]
    chosen = [value for value, _display in _chosen(listing, name)]
    if isinstance(parameter, Named):
        objects = {getattr(one, parameter.key): one for one in labels.named[name].values()}
        known = {value: str(one) for value, one in objects.items()}
        counted = {value: counts[one.pk] for value, one in objects.items()}
    elif _is_decade(parameter):
        objects, counted = {}, {value: count for value, count in counts.items() if value > "000X"}
        known = {value: dates.parse(value).display() for value in counted}
        chosen = [value for value in chosen if value in known]
    else:
        objects, known = {}, dict(parameter.pairs)
        counted = {value: counts[value] for value in known}
    shown = sorted(counted, key=lambda value: (-counted[value], known[value], value))
    shown = [value for value in shown if counted[value]][:most]
    shown += [value for value in chosen if value not in shown]
    if isinstance(parameter, Named):
        number = len(counts)
    else:
        # A closed set and a run of decades have an order of their own.
        number = sum(1 for count in counted.values() if count)
        order = sorted(known) if _is_decade(parameter) else list(known)
        shown.sort(key=order.index)
    return Facet(
        name="decade" if _is_decade(parameter) else name,
        parameter=name,
        label=str(_("Decade") if _is_decade(parameter) else parameter.label),
        is_repeatable=parameter.repeatable,
        values=[
            FacetValue(
                value=value,
                label=known[value],
                count=counted[value],
                is_selected=value in chosen,
                query=_toggled(listing, name, value, chosen),
                named=objects.get(value),
            )
            for value in shown
            if value in chosen or len(chosen) < MOST_VALUES
        ],
        others=max(0, number - sum(1 for value in shown if counted[value])),
    )


def _chosen(listing: Listing, name: str) -> Sequence[tuple[str, str]]:
    value = listing.filterset.values.get(name)
    return listing.filterset.filters[name].shown(value) if value else []


def _toggled(listing: Listing, name: str, value: str, chosen: list[str]) -> str:
    """The query string with that value added to, or taken from, those of its parameter."""
    if not listing.filterset.filters[name].repeatable:
        return listing.query(**{name: None if value in chosen else value})
    others = [other for other in chosen if other != value]
    return listing.query(**{name: (others if value in chosen else [*others, value]) or None})


# When nothing is found ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Relaxed:
    """What there would be without one filter: ``displays`` are its values in words."""

    parameter: str
    label: str
    displays: list[str]
    count: int
    query: str


def relaxed(listing: Listing) -> list[Relaxed]:
    """For a list that is empty: the filters without each of which it would not be, best first.

    One query a filter, of the first ``MOST_RELAXED``; of one that wants all its values, a value.
    """
    if listing.problems or listing.count:
        return []
    found = []
    for name, value, displays in _droppable(listing)[:MOST_RELAXED]:
        count = listing.filterset.queryset.model._base_manager.filter(
            pk__in=_selected(listing.filterset, {name: value})
        ).count()
        parameter = listing.filterset.filters[name]
        rest = [raw for raw, _display in parameter.shown(value)] if value else None
        query = listing.query(**{name: rest})
        found.append(Relaxed(name, str(parameter.label), displays, count, query))
    return sorted((one for one in found if one.count), key=lambda one: -one.count)


def _droppable(listing: Listing) -> list[tuple[str, object, list[str]]]:
    """The filters in use: name, what is left of its value when it is dropped, and what is dropped."""
    found: list[tuple[str, object, list[str]]] = []
    for name, value in listing.filterset.values.items():
        parameter = listing.filterset.filters[name]
        if isinstance(parameter, Ordering):
            continue
        displays = [display for _raw, display in parameter.shown(value)]
        if isinstance(parameter, NamedAll):
            found += [
                (name, [other for other in value if other != one], [display])
                for one, display in zip(value, displays, strict=True)
            ]
        else:
            found.append((name, None, displays))
    return found
