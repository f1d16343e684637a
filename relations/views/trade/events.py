"""What happened between the two countries in the years of the figures: counts, and a few titles."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from relations import kinds
from relations.models import Quantity, Record, Relation
from relations.views.trade.scales import Axis, AxisYear

NAMED = 6  # years whose first records are named: the last ones
ROOMY = 12  # years that leave room for a number each
FEW = 2
TALLEST, FLOOR = 40, 60  # pixels


@dataclass(frozen=True)
class EventYear:
    """A year on the same axis as the figures. ``href`` leads to it in the timeline of events."""

    at: AxisYear
    count: int
    height: int
    href: str
    records: list[Record]

    @property
    def y(self) -> str:
        return str(FLOOR - self.height)

    @property
    def words_y(self) -> str:
        return str(FLOOR - self.height - 5)

    @property
    def more(self) -> int:
        return self.count - len(self.records)


@dataclass(frozen=True)
class Events:
    """The years of the axis, oldest first. ``named`` are those with their first records, newest first."""

    years: list[EventYear]

    @property
    def named(self) -> list[EventYear]:
        return [year for year in reversed(self.years) if year.records]

    @property
    def count(self) -> int:
        return sum(year.count for year in self.years)

    @property
    def has_room(self) -> bool:
        """Whether each year has room for its number."""
        return len(self.years) <= ROOMY


def events_of(relation: Relation, axis: Axis | None) -> Events | None:
    """All records except figures that begin in the years of the axis; None without one."""
    if axis is None:
        return None
    names = [kind.name for kind in kinds.every() if not issubclass(kind.model, Quantity)]
    entries = relation.entries.filter(
        year__range=(axis.first, axis.last), record__kind__in=names
    ).order_by()
    counts = dict(entries.values("year").annotate(count=Count("pk")).values_list("year", "count"))
    nth = Window(RowNumber(), partition_by=F("year"), order_by=["sort_date", "sort_end", "record"])
    first = (
        entries.filter(year__gt=axis.last - NAMED)
        .annotate(nth=nth)
        .filter(nth__lte=FEW)
        .values_list("record", "year")
    )
    years_of = dict(first)
    by_year: dict[int, list[Record]] = {}
    for record in Record.objects.published().filter(pk__in=years_of).in_order():
        by_year.setdefault(years_of[record.pk], []).append(record)
    most = max(counts.values(), default=1)
    address = reverse("relation", args=[relation.slug])
    return Events(
        [
            EventYear(
                at=year,
                count=counts.get(year.number, 0),
                height=max(2, round(TALLEST * counts.get(year.number, 0) / most)),
                href=f"{address}?{urlencode([*(('kind', name) for name in names), ('at', year.name)])}"
                f"#{year.name}",
                records=by_year.get(year.number, []),
            )
            for year in axis.years
        ]
    )
