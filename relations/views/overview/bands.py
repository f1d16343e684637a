"""The background of the events: presidents in office, and organizations since their founding.

Bands need a date in the data: an office without one is named and not drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from relations import dates
from relations.models import Country, Entry, Organization, Record, Relation, Tenure
from relations.views.overview.scale import Scale, percent

# As the sources word the office: not the vice president, an assistant to one or the head of a company.
PRESIDENT = re.compile(r"(first |acting |interim )?president( of\b.*)?", re.IGNORECASE)
MOST = 6
HEIGHT = 22
# This many characters fit in half the width of a phone.
SHORT_NAME = 22
# What a name is given, in hundredths of the width.
WIDE_ROOM, NARROW_ROOM = 30, 50


@dataclass(frozen=True)
class Label:
    """A band's name and its place. ``is_late``: it ends there. ``width``: only on screens of that width."""

    text: str
    x: str
    is_late: bool
    width: str = ""


@dataclass
class Band:
    """One office or organization over time. It began on one day between ``start`` and ``sure``."""

    name: str
    words: str
    address: str
    start: float
    sure: float
    end: float
    is_end_known: bool
    y: int = 0

    @property
    def x(self) -> str:
        return percent(self.sure)

    @property
    def width(self) -> str:
        return percent(max(0.0, self.end - self.sure))

    @property
    def unsure(self) -> str:
        """The width of the time in which it began, where that can be seen."""
        return percent(self.sure - self.start) if self.sure - self.start > 1 else ""

    @property
    def unsure_x(self) -> str:
        return percent(self.start)

    @property
    def labels(self) -> list[Label]:
        """The name for a desk and, where that would not fit, for a phone."""
        wide = self._label(self.name, WIDE_ROOM)
        narrow = self._label(Truncator(self.name).chars(SHORT_NAME), NARROW_ROOM)
        if wide == narrow:
            return [wide]
        return [replace(wide, width="is-wide"), replace(narrow, width="is-narrow")]

    def _label(self, text: str, room: float) -> Label:
        """The label after the start, or before it where the space after it is too narrow."""
        is_late = 100 - self.sure < room
        return Label(text, percent(self.start if is_late else self.sure), is_late)

    @property
    def top(self) -> int:
        return self.y + 2

    @property
    def bottom(self) -> int:
        return self.y + HEIGHT - 2

    @property
    def baseline(self) -> int:
        return self.y + 15


@dataclass
class Bands:
    """A lane of bands. ``undated`` are the names of those that no source dates."""

    label: str
    icon: str
    bands: list[Band] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    more: int = 0

    @property
    def height(self) -> int:
        return len(self.bands) * HEIGHT

    def add(self, band: Band | None) -> None:
        if band is None:
            return
        if len(self.bands) == MOST:
            self.more += 1
            return
        band.y = self.height
        self.bands.append(band)


def _band(
    scale: Scale, name: str, words: str, address: str, since: str, until: str = ""
) -> Band | None:
    """A band; None where the time lies outside the scale."""
    begun = dates.parse(since) if since else None
    ended = dates.parse(until) if until else None
    start = scale.begin(begun.sort_date) if begun else 0.0
    sure = scale.begin(begun.sort_end) if begun else 0.0
    # A band without a known end is drawn to the present day, not into years that only plans reach.
    end = scale.finish(ended.sort_end if ended else timezone.now().date())
    if not ended:
        end = max(end, sure)
    if start >= 100 or end <= 0:
        return None
    return Band(name, words, address, start, min(sure, end), end, bool(ended))


def _in_office(tenure: Tenure) -> str:
    parts = [tenure.person.name, tenure.office]
    if tenure.since:
        parts.append(_("from %(date)s") % {"date": dates.parse(tenure.since).display()})
    if tenure.until:
        parts.append(_("to %(date)s") % {"date": dates.parse(tenure.until).display()})
    return ", ".join(parts)


def presidents(countries: Sequence[Country], scale: Scale) -> Bands:
    """Heads of state of these countries in their dated terms."""
    lane = Bands(_("presidents"), "person")
    tenures = (
        Tenure.objects.filter(
            country__in=[country.pk for country in countries],
            organization=None,
            office__icontains="president",
        )
        .select_related("person")
        .order_by("since", "person__name", "pk")
    )
    for tenure in tenures:
        if not PRESIDENT.fullmatch(tenure.office.strip()):
            continue
        if not (tenure.since or tenure.until):
            lane.undated.append(tenure.person.name)
            continue
        person = tenure.person
        lane.add(
            _band(
                scale,
                person.name,
                _in_office(tenure),
                person.get_absolute_url(),
                tenure.since,
                tenure.until,
            )
        )
    return lane


def organizations(relation: Relation, scale: Scale) -> Bands:
    """Organizations that take part in records of the relation, since their founding."""
    lane = Bands(_("organizations"), "organization")
    links = Record.organizations.through.objects.filter(
        Exists(Entry.objects.filter(relation=relation, record=OuterRef("record"))),
        organization=OuterRef("pk"),
    )
    found = Organization.objects.filter(~Q(founded=""), Exists(links)).order_by("name")
    for one in sorted(found, key=lambda one: dates.parse(one.founded).sort_date):
        words = _("%(name)s, founded %(date)s") % {
            "name": one.name,
            "date": dates.parse(one.founded).display(),
        }
        lane.add(_band(scale, one.name, words, one.get_absolute_url(), one.founded))
    return lane
