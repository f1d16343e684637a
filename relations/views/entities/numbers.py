"""A set of records in numbers: counts per kind and year, and the first and last year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from relations import kinds
from relations.kinds import Kind
from relations.lists.listing import Listing

HEIGHT = 48
STEP = 10
PIXELS = 18  # of a year, where there is room for all of them
FEWEST = 4  # the least number of records of a full bar: one record does not make a peak


@dataclass
class Bar:
    """A year of the drawing: its place and size in the units of the drawing."""

    year: int
    count: int
    x: int
    height: int
    query: str

    @property
    def y(self) -> int:
        return HEIGHT - self.height

    @property
    def anchor(self) -> str:
        return f"{self.year:04}"


class Lens:
    """``parts/lens.html``: the selection of a listing without problems."""

    height = HEIGHT
    bar = STEP - 2

    def __init__(self, listing: Listing):
        self.listing = listing

    @property
    def years(self) -> list[tuple[int, int]]:
        return self.listing.years

    @cached_property
    def kinds(self) -> list[tuple[Kind, int, str]]:
        """Each kind that occurs, with the number of records and the query that selects them."""
        records = self.listing.filterset.qs.order_by()
        found = records.values("kind").annotate(count=Count("pk", distinct=True))
        counts = dict(found.values_list("kind", "count"))
        return [
            (kind, counts[kind.name], self.listing.query(kind=kind.name))
            for kind in kinds.every()
            if kind.name in counts
        ]

    @property
    def first(self) -> int:
        return self.years[0][0]

    @property
    def last(self) -> int:
        return self.years[-1][0]

    @property
    def count(self) -> int:
        return sum(count for _year, count in self.years)

    @cached_property
    def most(self) -> int:
        """The number of records in the fullest year."""
        return max(count for _year, count in self.years)

    @property
    def last_anchor(self) -> str:
        return f"{self.last:04}"

    @cached_property
    def fullest_anchor(self) -> str:
        """The anchor of the year with the most records; empty when several years have as many."""
        fullest = [year for year, count in self.years if count == self.most]
        return f"{fullest[0]:04}" if len(fullest) == 1 else ""

    @property
    def width(self) -> int:
        return STEP * (self.last - self.first + 1)

    @property
    def pixels(self) -> int:
        return PIXELS * (self.last - self.first + 1)

    @cached_property
    def bars(self) -> list[Bar]:
        """One bar per year with records; none for a single year."""
        if len(self.years) < 2:
            return []
        most = max(self.most, FEWEST)
        return [
            Bar(
                year,
                count,
                x=STEP * (year - self.first),
                height=max(3, round(HEIGHT * count / most)),
                query=self.listing.query(at=f"{year:04}", ordering=None),
            )
            for year, count in self.years
        ]
