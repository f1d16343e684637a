"""The number of records of each kind in each year, counted by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, CharField, Count, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.functions import Cast, Substr

from relations.filters.parameters import EDTF
from relations.filters.records import RecordFilter
from relations.models import Record
from relations.views.overview.scale import Scale

TENTATIVE = ~Q(outcome=Record.Outcome.HAPPENED)
# What a record's own mark is drawn from.
SINGLE = ("kind", "date", "sort_date", "sort_end", "precision", "earliest", "latest", "outcome")


@dataclass(frozen=True)
class Group:
    """Records of a kind whose dates begin and end in the same years.

    ``count`` is all of them, ``found`` those in the current filter, ``tentative`` those found that are only
    planned or proposed.
    """

    kind: str
    first: int
    last: int
    count: int
    found: int
    tentative: int


def date_filters(filterset: RecordFilter) -> list[str]:
    return [name for name, one in filterset.filters.items() if isinstance(one, EDTF)]


def selected(filterset: RecordFilter, keeps: Callable[[str], bool]) -> QuerySet:
    """The rows that the filter set selects by the values whose names are given."""
    kept = {name: value for name, value in filterset.values.items() if keeps(name)}
    return filterset.having(kept).qs.order_by()


def _year(column: str) -> Substr:
    # The text of a date begins with its year on every database. Extracting it is a Python call per row on SQLite.
    return Substr(Cast(column, CharField()), 1, 4)


def groups(queryset: QuerySet, found: QuerySet | None = None) -> list[Group]:
    """The queryset's records by kind and years. ``found`` are those in the current filter; None means all."""
    is_found = Q() if found is None else Q(pk__in=found.values("pk"))
    rows = (
        queryset.order_by()
        .annotate(first=_year("sort_date"), last=_year("sort_end"))
        .values("kind", "first", "last")
        .annotate(
            count=Count("pk"),
            found=Count("pk", filter=is_found) if found is not None else Count("pk"),
            tentative=Count("pk", filter=is_found & TENTATIVE),
        )
        .values_list("kind", "first", "last", "count", "found", "tentative")
    )
    return [Group(kind, int(first), int(last), *numbers) for kind, first, last, *numbers in rows]


def spread(rows: Iterable[Group], scale: Scale, number: str) -> dict[str, list[int]]:
    """The number of records of each kind that overlap each bin, which is what a filter by the bin's years
    lists.
    """
    size = len(scale.bins)
    steps: dict[str, list[int]] = defaultdict(lambda: [0] * (size + 1))
    for row in rows:
        count = getattr(row, number)
        steps[row.kind][scale.at(row.first)] += count
        steps[row.kind][scale.at(row.last) + 1] -= count
    found = {}
    for kind, changes in steps.items():
        total, found[kind] = 0, []
        for change in changes[:-1]:
            total += change
            found[kind].append(total)
    return found


def singles(
    queryset: QuerySet, kinds: Iterable[str], found: QuerySet | None = None
) -> dict[str, list[dict]]:
    """The records of these kinds one by one, oldest first, and whether the current filter finds them."""
    is_found = Value(True) if found is None else Q(pk__in=found.values("pk"))
    rows = (
        queryset.filter(kind__in=list(kinds))
        .annotate(is_found=ExpressionWrapper(is_found, output_field=BooleanField()))
        .order_by("sort_date", "sort_end", "pk")
        .values(*SINGLE, "is_found")
    )
    by_kind = defaultdict(list)
    for row in rows:
        by_kind[row["kind"]].append(row)
    return by_kind
