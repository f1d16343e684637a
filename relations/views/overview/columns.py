"""The columns of an overview: the records of a kind in the years of a bin, each with a link to their list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.filters.records import OVERLAPPING, RecordFilter, days_between
from relations.lists.listing import Listing
from relations.views.overview.counts import date_filters
from relations.views.overview.scale import Bin, Scale, percent
from relations.views.readable import number

BAR = 40
# The share of a bin's width that stays free on each side of a bar.
GAP = 0.09
# The countries chosen are the subject of the drawing, not a filter of it.
SUBJECT = ("country", "ordering")


@dataclass
class Column:
    """The records of a kind, or of all, in the years of a bin: their place in the drawing and their list.

    ``query`` lists ``listed`` records: those of the current filter; if it has none, those that the filter's
    other parameters leave; else all ``count``. Numbers come as text as well, because they are shown twice.
    """

    years: Bin
    x: str
    count: int
    found: int
    tentative: int
    listed: int
    query: str
    words: str
    figures: str
    # Heights of the bars, in pixels: all, those found, and those found for sure.
    height: int = 0
    found_height: int = 0
    sure_height: int = 0


@dataclass(frozen=True)
class Numbers:
    """Records in one bin: all, those found, those found but only tentative, those the other parameters
    leave.
    """

    count: int
    found: int
    tentative: int
    other: int


class Columns:
    """Makes columns: knows where marks of a listing lead and what they say."""

    def __init__(self, listing: Listing, scale: Scale):
        self.scale = scale
        self._figures: dict[int, str] = {}
        # Looked up once, because hundreds of marks use the same words.
        self._phrases = {
            "text": _("%(years)s, %(kind)s: %(records)s"),
            "found": _("%(count)s in the current filter"),
            "none": _("none in the current filter"),
            "tentative": _("%(count)s only planned or proposed"),
            "noted": _("%(text)s (%(notes)s)"),
            "figures": _("%(found)s of %(count)s"),
        }
        self.values = listing.filterset.values
        self.is_filtered = any(name not in SUBJECT for name in self.values)
        # A list of one kind has the parameter too, but no other kind to choose.
        self.has_kinds = not listing.filterset.queryset.model.KIND
        self.low, self.high = days_between(self.values)
        # What a mark adds to: the current filter (of all kinds: with its kinds), its other parameters, none.
        self.current = listing.query(**dict.fromkeys((*OVERLAPPING, "kind")))
        self.current_kinds = listing.query(**dict.fromkeys(OVERLAPPING))
        self.others = listing.query(**dict.fromkeys(placing(listing.filterset)))
        self.none = listing.query(**{name: None for name in self.values if name not in SUBJECT})

    def made(self, kind: str, name: str, numbers: Iterable[Numbers]) -> list[Column | None]:
        """A column per bin, None where there is no record. ``kind`` is empty for all kinds."""
        return [
            self._column(place, years, kind, name, here) if here.count else None
            for (place, years), here in zip(enumerate(self.scale.bins), numbers, strict=True)
        ]

    def _column(self, place: int, years: Bin, kind: str, name: str, here: Numbers) -> Column:
        listed, query = self._list(kind, years, here)
        count, found = self._figure(here.count), self._figure(here.found)
        return Column(
            years=years,
            x=percent(self.scale.left(place)),
            count=here.count,
            found=here.found,
            tentative=here.tentative,
            listed=listed,
            query=query,
            words=self._words(name, years, here),
            figures=self._phrases["figures"] % {"found": found, "count": count}
            if self.is_filtered
            else count,
        )

    def _figure(self, value: int) -> str:
        """A number as printed, cached: the same few occur in hundreds of marks."""
        if value not in self._figures:
            self._figures[value] = number(value)
        return self._figures[value]

    def _list(self, kind: str, years: Bin, here: Numbers) -> tuple[int, str]:
        """The number of records that a mark lists, and the query that lists them."""
        whole_years = f"date={years.edtf}"
        if not here.found:
            if here.other:
                return here.other, self._query(self.others, kind, whole_years)
            return here.count, self._query(self.none, kind, whole_years)
        current = self.current if kind else self.current_kinds
        if self.low <= years.start and years.end <= self.high:
            return here.found, self._query(current, kind, whole_years)
        # The filter's dates end within these years. “Overlaps” is no earlier than the one limit and no later than
        # the other, so that both together are again two limits.
        limits = f"date_after={max(self.low, years.start)}&date_before={min(self.high, years.end)}"
        return here.found, self._query(current, kind, limits)

    def _query(self, base: str, kind: str, years: str) -> str:
        parts = [base, f"kind={kind}" if kind and self.has_kinds else "", years]
        return "&".join(filter(None, parts))

    def _words(self, name: str, years: Bin, here: Numbers) -> str:
        phrases = self._phrases
        text = phrases["text"] % {
            "years": years.text,
            "kind": name,
            "records": ngettext("%(count)s record", "%(count)s records", here.count)
            % {"count": self._figure(here.count)},
        }
        notes = []
        if self.is_filtered:
            phrase = phrases["found"] if here.found else phrases["none"]
            notes.append(phrase % {"count": self._figure(here.found)})
        if here.tentative:
            notes.append(phrases["tentative"] % {"count": self._figure(here.tentative)})
        return phrases["noted"] % {"text": text, "notes": ", ".join(notes)} if notes else text


def placing(filterset: RecordFilter) -> tuple[str, ...]:
    """The parameters that a mark replaces by its own: the dates and the kind."""
    return (*date_filters(filterset), "kind")


def raise_bars(lanes: Sequence[list[Column | None]]) -> None:
    """Give columns their bars: one scale for all lanes, and no bar too small to be seen."""
    drawn = [column for lane in lanes for column in lane if column]
    most = max((column.count for column in drawn), default=1)

    def pixels(count: int) -> int:
        return max(2, round(BAR * count / most)) if count else 0

    for column in drawn:
        column.height = pixels(column.count)
        column.found_height = pixels(column.found)
        if column.found > column.tentative:
            planned = min(pixels(column.tentative), column.found_height - 2)
            column.sure_height = column.found_height - planned


def outline(heights: Iterable[int], floor: int) -> str:
    """Bars of these heights as one SVG path, one unit of length per bin; empty without a bar."""
    width = 1 - 2 * GAP
    return "".join(
        f"M{place + GAP:g} {floor}v-{height}h{width:g}v{height}z"
        for place, height in enumerate(heights)
        if height
    )
