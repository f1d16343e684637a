"""The overview of a timeline: all its years in one drawing, each mark a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from relations import kinds
from relations.filters.records import days_between
from relations.kinds import Kind
from relations.lists.listing import Listing
from relations.models import Relation
from relations.views.overview import bands as overview_bands
from relations.views.overview import counts as overview_counts
from relations.views.overview import marks as overview_marks
from relations.views.overview.bands import Bands
from relations.views.overview.columns import (
    BAR,
    SUBJECT,
    Column,
    Columns,
    Numbers,
    outline,
    placing,
    raise_bars,
)
from relations.views.overview.counts import Group
from relations.views.overview.marks import Singles
from relations.views.overview.scale import Bin, Scale, percent

PADDING = 6
# In a lane with fewer records each has a mark of its own.
FEW = 80


def overview(listing: Listing, path: str) -> Overview | None:
    """The overview of a relation's page, the timeline or a kind's list; None on other pages.

    It queries the database only when it is shown.
    """
    filterset = listing.filterset
    is_shown = (
        filterset.page_relation is not None
        or filterset.queryset.model.KIND
        or path == reverse("timeline")
    )
    return Overview(listing, path) if is_shown else None


@dataclass
class Lane:
    """A kind over all years. ``query`` lists it in the current filter; empty where it is listed alone."""

    kind: Kind
    count: int
    found: int
    columns: list[Column | None]
    singles: Singles | None
    query: str

    @property
    def height(self) -> int:
        return self.singles.height if self.singles else BAR + PADDING

    @property
    def bars(self) -> list[tuple[str, str]]:
        """What is drawn as bars: the sort of each, and the outline. Planned records are drawn on top."""
        if self.singles:
            return []
        heights = [
            (column.height, column.found_height if column.tentative else 0, column.sure_height)
            if column
            else (0, 0, 0)
            for column in self.columns
        ]
        sorts = zip(("rest", "may", "bar"), zip(*heights, strict=True), strict=True)
        outlines = [(sort, outline(tall, self.height)) for sort, tall in sorts]
        return [(sort, path) for sort, path in outlines if path]

    @property
    def drawn(self) -> Iterator[Column]:
        return filter(None, self.columns)


@dataclass
class YearLabel:
    """A year named below the lanes, with its link. ``width``: only on screens of that width."""

    number: int
    x: str
    anchor: str
    width: str
    query: str
    target: str
    words: str

    @property
    def text(self) -> str:
        return f"{self.number:04}"


class Overview:
    """What ``parts/overview.html`` draws of a listing. It needs at most five queries."""

    def __init__(self, listing: Listing, path: str):
        self.listing = listing
        self.path = path
        self.filterset = listing.filterset

    # The selection ------------------------------------------------------------------------------------

    @property
    def relation(self) -> Relation | None:
        return self.listing.relation

    @cached_property
    def is_filtered(self) -> bool:
        return any(name not in SUBJECT for name in self.filterset.values)

    @cached_property
    def date_filters(self) -> list[str]:
        return overview_counts.date_filters(self.filterset)

    @cached_property
    def is_dated(self) -> bool:
        return any(name in self.filterset.values for name in self.date_filters)

    @cached_property
    def _whole(self) -> QuerySet:
        return overview_counts.selected(self.filterset, lambda name: name in SUBJECT)

    @cached_property
    def _found(self) -> QuerySet | None:
        return self.filterset.qs.order_by() if self.is_filtered else None

    @cached_property
    def _groups(self) -> list[Group]:
        return overview_counts.groups(self._whole)

    @cached_property
    def _found_and_others(self) -> tuple[list[Group], list[Group]]:
        """What the current filter finds, and what it would find without its dates and kinds."""
        if self._found is None:
            return self._groups, self._groups
        placed = placing(self.filterset)
        used = {name for name in self.filterset.values if name not in SUBJECT}
        if used.isdisjoint(placed):
            rows = overview_counts.groups(self._found)
            return rows, rows
        if used.issubset(placed):
            return overview_counts.groups(self._found), self._groups
        others = overview_counts.selected(self.filterset, lambda name: name not in placed)
        rows = overview_counts.groups(others, self._found)
        return rows, rows

    @property
    def is_empty(self) -> bool:
        return not self._groups

    @cached_property
    def found_count(self) -> int:
        return sum(group.found for group in self._found_and_others[0])

    @cached_property
    def scale(self) -> Scale:
        return Scale(
            min(group.first for group in self._groups), max(group.last for group in self._groups)
        )

    # What is drawn ------------------------------------------------------------------------------------

    @cached_property
    def _columns(self) -> Columns:
        return Columns(self.listing, self.scale)

    @cached_property
    def _numbers(self) -> dict[str, list[Numbers]]:
        """The numbers per kind and bin."""
        count = overview_counts.spread(self._groups, self.scale, "count")
        rows, others = self._found_and_others
        found, tentative = (
            overview_counts.spread(rows, self.scale, number) for number in ("found", "tentative")
        )
        other = overview_counts.spread(others, self.scale, "count")
        none = [0] * len(self.scale.bins)
        return {
            kind: [
                Numbers(*each)
                for each in zip(
                    counts,
                    found.get(kind, none),
                    tentative.get(kind, none),
                    other.get(kind, none),
                    strict=True,
                )
            ]
            for kind, counts in count.items()
        }

    @cached_property
    def lanes(self) -> list[Lane]:
        """A lane per kind with a record, in the order of the registry."""
        if self.is_empty:
            return []
        count, found = Counter(), Counter()
        for group in self._groups:
            count[group.kind] += group.count
        for group in self._found_and_others[0]:
            found[group.kind] += group.found
        few = [name for name, total in count.items() if total < FEW]
        rows = overview_counts.singles(self._whole, few, self._found) if few else {}
        lanes = [
            Lane(
                kind=kind,
                count=count[kind.name],
                found=found[kind.name],
                columns=self._columns.made(
                    kind.name, str(kind.label_plural), self._numbers[kind.name]
                ),
                singles=overview_marks.laid_out(rows[kind.name], self.scale)
                if kind.name in few
                else None,
                query=self.listing.query(kind=kind.name) if self._columns.has_kinds else "",
            )
            for kind in kinds.every()
            if kind.name in count
        ]
        raise_bars([lane.columns for lane in lanes if lane.singles is None])
        return lanes

    @cached_property
    def bands(self) -> list[Bands]:
        """Presidents and organizations of a relation, where the data date them."""
        if self.relation is None or self.is_empty:
            return []
        lanes = [
            overview_bands.presidents(self.relation.countries, self.scale),
            overview_bands.organizations(self.relation, self.scale),
        ]
        return [lane for lane in lanes if lane.bands or lane.undated]

    @cached_property
    def labels(self) -> list[YearLabel]:
        """Years, each with a link to its place in the list, or to the nearest year with a record."""
        listed = sorted({group.first for group in self._found_and_others[0] if group.found})
        is_by_date = self.listing.ordering.removeprefix("-") == "date"
        on_page = {item.sort_date.year for item in self.listing.items} if is_by_date else set()
        made = []
        for year, x, width in self.scale.labels:
            nearest = min(listed, key=lambda one: abs(one - year), default=None)
            if nearest is None:
                query, target, words = "", "", ""
            else:
                target = f"{nearest:04}"
                words = (
                    _("To %(year)s in the list")
                    if nearest == year
                    else _("To %(year)s, the nearest year in the list")
                ) % {"year": target}
                changes = {} if is_by_date else {"ordering": None}
                query = "" if nearest in on_page else self.listing.query(at=target, **changes)
            left = float(x.removesuffix("%"))
            anchor = "start" if left < 1.5 else "end" if left > 99 else "middle"
            made.append(YearLabel(year, x, anchor, width, query, target, words))
        return made

    @cached_property
    def range(self) -> tuple[str, str] | None:
        """The dates of the current filter, as the left edge and width of a band."""
        low, high = days_between(self.filterset.values)
        within = self.filterset.values.get("date_within")
        if within is not None:
            low, high = max(low, within.earliest), min(high, within.latest)
        if not self.is_dated or low > high:
            return None
        left, right = self.scale.begin(low), self.scale.finish(high)
        return (percent(left), percent(right - left)) if left < right else None

    # Beside the drawing -------------------------------------------------------------------------------

    @property
    def years_text(self) -> str:
        return Bin(self.scale.first, self.scale.last).text

    @property
    def first_year(self) -> str:
        return f"{self.scale.bins[0].first:04}"

    @property
    def last_year(self) -> str:
        return f"{self.scale.bins[-1].last:04}"

    @cached_property
    def chosen(self) -> tuple[str, str]:
        """The first and last year of the current filter, as its inputs show them."""
        low, high = days_between(self.filterset.values)
        return (
            "" if low == date.min else f"{low.year:04}",
            "" if high == date.max else f"{high.year:04}",
        )

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that stay when other years are chosen."""
        kept = QueryDict(self.all_years_query)
        return [(name, value) for name, values in kept.lists() for value in values]

    @cached_property
    def all_years_query(self) -> str:
        return self.listing.query(**dict.fromkeys(self.date_filters))

    @cached_property
    def table(self) -> list[tuple[Bin, list[Column | None]]]:
        """The same numbers and links as a table: a row per bin with a record; the last column has all kinds."""
        lanes = [lane.columns for lane in self.lanes]
        if len(lanes) > 1:
            totals = [
                Numbers(*map(sum, zip(*map(astuple, here), strict=True)))
                for here in zip(*self._numbers.values(), strict=True)
            ]
            lanes.append(self._columns.made("", _("all kinds"), totals))
        rows = zip(self.scale.bins, zip(*lanes, strict=True), strict=True)
        return [(years, list(cells)) for years, cells in rows if any(cells)]

    @cached_property
    def key(self) -> set[str]:
        """The shapes and states that occur, for the key below the drawing."""
        marks = [mark for lane in self.lanes if lane.singles for mark in lane.singles.marks]
        found = {"open" if mark.shape in ("before", "after") else mark.shape for mark in marks}
        bars = [one for lane in self.lanes if lane.singles is None for one in lane.drawn]
        if bars:
            found.add("bar")
        if any(mark.is_tentative for mark in marks) or any(one.tentative for one in bars):
            found.add("tentative")
        return found
