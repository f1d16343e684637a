"""The meetings of one body, around one of them."""

from __future__ import annotations

from dataclasses import dataclass

from relations.lists.pagination import Cursor, Order, Page
from relations.models import Visit

EACH_WAY = 5


@dataclass
class Meetings:
    """Meetings of a body, oldest first, including ``here``, and whether there are more at either end."""

    shown: list[Visit]
    here: Visit
    has_earlier: bool
    has_later: bool

    @property
    def previous(self) -> Visit | None:
        place = self.shown.index(self.here)
        return self.shown[place - 1] if place else None

    @property
    def next(self) -> Visit | None:
        place = self.shown.index(self.here) + 1
        return self.shown[place] if place < len(self.shown) else None


def meetings_around(visit: Visit) -> Meetings | None:
    """The published meetings of the body that met, a few in each direction, in two queries; None for the
    only one.
    """
    if visit.body_id is None:
        return None
    order = Order("date", ("sort_date", "sort_end", "pk"), "meetings")
    key = (visit.sort_date, visit.sort_end, visit.pk)
    same = Visit.objects.published().filter(body=visit.body_id).select_related("place")
    earlier, later = (
        Page(same, order, EACH_WAY, cursor=Cursor(backward, key)) for backward in (True, False)
    )
    if not (earlier.items or later.items):
        return None
    return Meetings(
        [*earlier.items, visit, *later.items],
        visit,
        has_earlier=earlier.previous is not None,
        has_later=later.next is not None,
    )
