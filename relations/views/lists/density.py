"""The density of a page's rows: cards, or one line per record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from relations.filters.problems import Problem, unknown_value
from relations.lists.listing import Listing

CARDS, COMPACT = "cards", "compact"
VIEWS = [(CARDS, _("Cards")), (COMPACT, _("Compact"))]


class PageListing(Listing):
    """A listing that a page shows. Its parameter ``view`` belongs to the page: it selects nothing."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.view = self._read_view()

    def _read_view(self) -> str:
        view = self._single("view")
        if not view:
            return CARDS
        if view not in dict(VIEWS):
            del self._kept["view"]
            refused: ValidationError = unknown_value(view, dict(VIEWS))
            self._problems.append(
                Problem("view", " ".join(refused.messages), refused.valid, refused.nearest)
            )
            return CARDS
        return view

    @property
    def beside(self) -> list[tuple[str, str]]:
        """What a form of this page carries besides filters, order and search text."""
        return [("view", self.view)] if self.view != CARDS else []

    @property
    def is_compact(self) -> bool:
        return self.view == COMPACT

    @property
    def views(self) -> list[tuple[str, bool, str]]:
        """Each density: its label, whether it is in use, and the query string of this page in it."""
        place = {name: self._kept[name] for name in ("cursor", "at") if name in self._kept}
        return [
            (label, view == self.view, self.query(view=None if view == CARDS else view, **place))
            for view, label in VIEWS
        ]
