"""Facets: the values that divide the rows of a listing, and how many rows each would list.

``relations.lists.counting`` counts them in a constant number of queries. Counts are memoized, and page and
API show the same ones.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from relations import dates
from relations.filters import RecordFilter
from relations.filters.parameters import Named, NamedAll, Ordering
from relations.filters.strict import MOST_VALUES, StrictFilterSet
from relations.lists.counting import counts, is_countable, is_dated, selected
from relations.lists.listing import Listing

MOST = 40
"""At most this many values per facet, by count; selected values are always included."""

LARGEST = 100
"""The upper bound of values per facet."""

MOST_RELAXED = 8
"""For an empty list, at most this many filters are tried without."""

DECADE, YEAR = "decade", "year"
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
    toggled: Callable[[], str] = field(compare=False, repr=False)
    named: Model | None = field(default=None, compare=False)

    @property
    def query(self) -> str:
        return self.toggled()


@dataclass(frozen=True)
class Facet:
    """The values of one parameter. ``others`` is how many more there are than ``values`` holds."""

    name: str
    parameter: str
    label: str
    is_repeatable: bool
    values: list[FacetValue]
    others: int = 0


def names(filterset_class: type[StrictFilterSet]) -> dict[str, str]:
    """The facets that lists with these filters can have, each with its parameter: a kind's own first."""
    filters = filterset_class.base_filters
    common = ORDER if issubclass(filterset_class, RecordFilter) else []
    own = [name for name in filters if name not in RecordFilter.base_filters or not common]
    found = {}
    for name in [*own, *common]:
        if is_countable(filterset_class, name):
            dated = is_dated(filters[name])
            found |= dict.fromkeys((DECADE, YEAR), name) if dated else {name: name}
    return found


def facets(listing: Listing, *, most: int = MOST) -> list[Facet]:
    """The facets of a listing that have a value, at most ``LARGEST`` of each. None while there is a problem."""
    if listing.problems:
        return []
    counted = listing.memoized("facets", partial(_counted, listing.filterset))
    found = [_facet(listing, one, most) for one in counted]
    return [facet for facet in found if facet.values]


# Values -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Value:
    """One value and what it names. ``place`` is where it stands in the order that its facet has."""

    value: str
    label: str
    count: int
    place: int = 0
    named: Model | None = None


@dataclass(frozen=True)
class _Counted:
    """A facet of a selection: the values with the most rows, the most first, then others that are chosen.

    ``number`` is how many values there are in all.
    """

    name: str
    parameter: str
    label: str
    values: list[_Value]
    number: int


def _counted(filterset: StrictFilterSet) -> list[_Counted]:
    parameters = names(type(filterset))
    counters = counts(filterset, dict.fromkeys(parameters.values()))
    objects = _Objects(filterset, counters)
    return [
        _counted_one(filterset, name, parameter, counters[parameter], objects)
        for name, parameter in parameters.items()
    ]


def _counted_one(
    filterset: StrictFilterSet, name: str, parameter_name: str, counter: Counter, objects: _Objects
) -> _Counted:
    parameter = filterset.filters[parameter_name]
    label = str({DECADE: _("Decade"), YEAR: _("Year")}.get(name, parameter.label))
    if isinstance(parameter, Named):
        found = [
            _Value(getattr(one, parameter.key), str(one), counter[one.pk], named=one)
            for one in objects.of[parameter_name].values()
        ]
        number = len(counter)
    else:
        if is_dated(parameter):
            counter = (_by_decade if name == DECADE else _by_year)(counter)
            texts = _most_frequent(counter) + [
                value for value in _chosen(filterset, parameter_name) if counter[value]
            ]
            # By their texts decades and years stand in order.
            known = {value: dates.parse(value).display() for value in sorted(set(texts))}
        else:
            known = dict(parameter.pairs)
        found = [
            _Value(value, label, counter[value], place)
            for place, (value, label) in enumerate(known.items())
        ]
        number = sum(
            1 for value in counter if counter[value] and (is_dated(parameter) or value in known)
        )
    chosen = _chosen(filterset, parameter_name)
    found.sort(key=lambda one: (-one.count, one.label, one.value))
    kept = [one for one in found if one.count][:LARGEST]
    kept += [one for one in found if one.value in chosen and one not in kept]
    return _Counted(name, parameter_name, label, kept, number)


class _Objects:
    """The objects that values name: one query for each table that holds some."""

    def __init__(self, filterset: StrictFilterSet, counters: dict[str, Counter]):
        self.of: dict[str, dict] = {}
        wanted: dict[type[Model], set] = defaultdict(set)
        tables: dict[str, type[Model]] = {}
        for name, counter in counters.items():
            if isinstance(filterset.filters[name], Named):
                model = filterset.filters[name].field.queryset.model
                # People, places... are rows of one table, which has their name and slug.
                tables[name] = [model, *model._meta.get_parent_list()][-1]
                wanted[tables[name]] |= set(_most_frequent(counter))
        found = {table: table._base_manager.in_bulk(keys) for table, keys in wanted.items() if keys}
        for name, table in tables.items():
            chosen = filterset.values.get(name) or []
            chosen = chosen if isinstance(chosen, list) else [chosen]
            rows = found.get(table, {})
            self.of[name] = {key: rows[key] for key in counters[name] if key in rows}
            self.of[name] |= {one.pk: one for one in chosen}


def _by_year(spans: Counter) -> Counter:
    """Years by how many rows touch them, of the first and last years that rows touch."""
    return _touched(spans, "{:04}")


def _by_decade(spans: Counter) -> Counter:
    decades: Counter = Counter()
    for (first, last), count in spans.items():
        decades[first // 10, last // 10] += count
    touched = _touched(decades, "{:03}X")
    # Of the years before 10 there is no such notation.
    touched.pop("000X", None)
    return touched


def _touched(spans: Counter, form: str) -> Counter:
    touched: Counter = Counter()
    for (first, last), count in spans.items():
        for number in range(first, last + 1):
            touched[form.format(number)] += count
    return touched


def _most_frequent(counter: Counter) -> list:
    """Its keys with the highest counts; of equal ones the lowest, so that it is always the same."""
    return heapq.nsmallest(LARGEST, counter, key=lambda key: (-counter[key], key))


def _chosen(filterset: StrictFilterSet, name: str) -> list[str]:
    value = filterset.values.get(name)
    return [raw for raw, _display in filterset.filters[name].shown(value)] if value else []


def _facet(listing: Listing, counted: _Counted, most: int) -> Facet:
    parameter = listing.filterset.filters[counted.parameter]
    chosen = _chosen(listing.filterset, counted.parameter)
    shown = [one for one in counted.values if one.count][:most]
    shown += [one for one in counted.values if one.value in chosen and one not in shown]
    if not isinstance(parameter, Named):
        # A closed set and a run of years have an order of their own.
        shown.sort(key=lambda one: one.place)
    chosen = [value for value in chosen if value in {one.value for one in shown}]
    return Facet(
        name=counted.name,
        parameter=counted.parameter,
        label=counted.label,
        is_repeatable=parameter.repeatable,
        values=[
            FacetValue(
                value=one.value,
                label=one.label,
                count=one.count,
                is_selected=one.value in chosen,
                toggled=partial(_toggled, listing, counted.parameter, one.value, chosen),
                named=one.named,
            )
            for one in shown
            if one.value in chosen or len(chosen) < MOST_VALUES
        ],
        others=max(0, counted.number - sum(1 for one in shown if one.count)),
    )


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

    One query per filter, for the first ``MOST_RELAXED``; for a filter that needs all its values, one per value.
    """
    if listing.problems or listing.count:
        return []
    found = []
    for name, value, displays in _droppable(listing)[:MOST_RELAXED]:
        count = listing.filterset.queryset.model._base_manager.filter(
            pk__in=selected(listing.filterset, {name: value})
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
