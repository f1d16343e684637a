"""Filters on a page: a form for what is typed, and facets for what is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from relations import kinds
from relations.filters.parameters import EDTF, Choice, Named, Words
from relations.lists.facets import YEAR, Facet, FacetValue, facets
from relations.lists.listing import Listing
from relations.models import Record
from relations.views.readable import number, source_name

DATE_HINTS = {
    "date": _("A year, month or day: 1996, 2008-09, 1996-09-16"),
    "date_after": _("For example 2000 or 2000-06-30"),
    "date_before": _("For example 2013"),
    "date_within": _("Leaves out dates that may lie outside it"),
}
SHOWN = 8
"""This many values of a facet are visible at once; the others are folded away."""

# Facets that are open at first: those that most readers use. The others open when one of their values is chosen.
OPEN = {"kind", "decade", "topic", "evidence"}
# Where all values of a facet are listed, each with its page.
LISTS = {"topic", "place", "person", "organization", "project", "source"}


@dataclass
class Control:
    """One filter as an input."""

    name: str
    label: str
    value: str
    hint: str = ""
    is_wrong: bool = False


@dataclass
class Choosable:
    """One value of a facet as a link."""

    value: FacetValue
    label: str
    count: str
    anchor: str
    kind: str = ""
    icon: str = ""


@dataclass
class Block:
    """A facet as the panel shows it. ``whole_list`` is the address of the list of all its values."""

    facet: Facet
    is_open: bool
    shown: list[Choosable] = field(default_factory=list)
    folded: list[Choosable] = field(default_factory=list)
    whole_list: str = ""


class FilterForm:
    """The filters of a listing: inputs, and facets with the values of its published records.

    ``fixed`` names filters whose value the page itself gives (a relation has its countries). Such a facet
    offers only values that not every record has.
    """

    def __init__(
        self,
        listing: Listing,
        *,
        fixed: tuple[str, ...] = (),
        beside: Iterable[tuple[str, str]] = (),
    ):
        self.beside = list(beside)
        self.listing = listing
        self.filters = listing.filterset.filters
        self.data = listing.filterset.data
        self.wrong = {problem.parameter for problem in listing.problems}
        self.fixed = fixed

    @property
    def words(self) -> str:
        return self.data.get("q", "")

    @property
    def is_wrong(self) -> bool:
        """Whether an input holds something that cannot be used."""
        return any(control.is_wrong for control in self.controls)

    @cached_property
    def controls(self) -> list[Control]:
        """The inputs besides the search text, the kind's own last."""
        return [
            Control(
                name,
                str(parameter.label),
                self.data.get(name, ""),
                DATE_HINTS.get(name, "") if isinstance(parameter, EDTF) else parameter.meaning,
                name in self.wrong,
            )
            for name, parameter in self.filters.items()
            if parameter.has_field and not isinstance(parameter, (Choice, Named, Words))
        ]

    @property
    def is_typed(self) -> bool:
        """Whether one of the inputs is in use."""
        return any(control.value for control in self.controls)

    @property
    def has_other_fields(self) -> bool:
        """Whether there are inputs other than dates."""
        return any(not isinstance(self.filters[one.name], EDTF) for one in self.controls)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters in use without an input here, which a submitted form must not lose.

        Refused parameters are left out, because they would be refused again.
        """
        typed = {"q", "cursor", "at", *(control.name for control in self.controls)}
        given = [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if name not in typed | self.wrong and value
        ]
        return [*given, *self.beside]

    @property
    def without_wrong(self) -> str:
        """The query string without the refused parameters."""
        return self.listing.query(**dict.fromkeys(self.wrong))

    @property
    def in_use(self) -> int:
        return len(self.listing.active)

    @cached_property
    def blocks(self) -> list[Block]:
        """The facets, without those that cannot divide this list. Its years are on the rail."""
        found = []
        for facet in facets(self.listing):
            if facet.name == YEAR:
                continue
            is_own_kind = (
                facet.name == "kind" and self.listing.filterset.queryset.model is not Record
            )
            values = [value for value in facet.values if not self._is_given(facet, value)]
            if values and not is_own_kind:
                found.append(_block(facet, values))
        return found

    def _is_given(self, facet: Facet, value: FacetValue) -> bool:
        is_fixed = facet.parameter in self.fixed and not value.is_selected
        return is_fixed and value.count == self.listing.count


def _block(facet: Facet, values: list[FacetValue]) -> Block:
    links = [_choosable(facet, value) for value in values]
    # A single further value is not folded away.
    first = links if len(links) <= SHOWN + 1 else links[:SHOWN]
    chosen = [link for link in links if link.value.is_selected and link not in first]
    return Block(
        facet=facet,
        is_open=facet.name in OPEN or any(value.is_selected for value in values),
        shown=first + chosen,
        folded=[link for link in links if link not in first and link not in chosen],
        whole_list=reverse(f"{facet.name}-list") if facet.others and facet.name in LISTS else "",
    )


def _choosable(facet: Facet, value: FacetValue) -> Choosable:
    anchor = f"facet-{facet.name}-{value.value}"
    link = Choosable(value, value.label, number(value.count), anchor)
    if facet.name == "kind":
        kind = kinds.get(value.value)
        link.kind, link.icon, link.label = kind.name, kind.icon, str(kind.label_plural)
    elif facet.name == "source":
        link.label = source_name(value.named)
    link.label = capfirst(link.label)
    return link
