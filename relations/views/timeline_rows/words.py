"""Words that many rows of a page share. Translating them for each row would take a third of the time of a page."""

from __future__ import annotations

from functools import cache

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from relations.models import Record
from relations.views.readable import field_label, number, where_all

EVIDENCE_OF_FIELD = {
    Record.Evidence.CONFIRMED: gettext_lazy("two sources agree on the %(field)s"),
    Record.Evidence.SINGLE: gettext_lazy("%(field)s from one source"),
}


# Stands where a slug will: an address is reversed once per page for each kind of thing.
_SLUG = "slug-stands-here"


class Words:
    """The words of one page, each worked out once. Nothing outlives it: two pages may differ in language."""

    def __init__(self) -> None:
        self._pattern = cache(lambda route: reverse(route, args=[_SLUG]))
        self.evidence = cache(_evidence)
        self.source_count = cache(_source_count)
        self.where = cache(where_all)

    def address(self, route: str, slug: str) -> str:
        return self._pattern(route).replace(_SLUG, slug)


def _evidence(evidence: str, model: type[Model], leading: str, *, has_others: bool) -> str:
    """What a record's evidence says; ``has_others``: of which field, since sources speak of others too."""
    if not has_others or evidence not in EVIDENCE_OF_FIELD:
        return str(Record.Evidence(evidence).label)
    return EVIDENCE_OF_FIELD[evidence] % {"field": field_label(model, leading)}


def _source_count(count: int) -> str:
    return ngettext("%(shown)s source:", "%(shown)s sources:", count) % {"shown": number(count)}
