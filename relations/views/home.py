"""Home: the relations on record, the most recent records, what happened on this day, and the numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Min
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from relations import kinds
from relations.kinds import Kind
from relations.models import Entry, Record, Relation, Source
from relations.views.days.anniversaries import AHEAD, Calendar, DayOfYear
from relations.views.days.pages import keys_of, rows_by_key, shown_of

RECENT = 6
ANNIVERSARIES = 4


class HomeView(View):
    def get(self, request):
        today = timezone.localdate()
        published = Record.objects.published()
        happened = published.filter(outcome=Record.Outcome.HAPPENED)
        latest = happened.order_by("-sort_date", "-sort_end", "-pk")
        recent = list(latest.values_list("pk", flat=True)[:RECENT])
        calendar = Calendar(published, today)
        fell = calendar.on(DayOfYear.of(today))
        coming = [] if fell else calendar.coming()
        by_key = rows_by_key([*recent, *keys_of(fell, coming, most=ANNIVERSARIES)])
        context = {
            "relations": counted_relations(),
            "recent": [by_key[pk] for pk in recent],
            "today": today,
            "day": shown_of(fell, coming, by_key, most=ANNIVERSARIES),
            "ahead": AHEAD,
            "numbers": numbers(),
        }
        return render(request, "relations/home.html", context)


@dataclass(frozen=True)
class Card:
    """A relation with its number of records and the years in which they begin; None without records."""

    relation: Relation
    total: int
    since: int | None
    until: int | None


def counted_relations() -> list[Card]:
    """Every relation with its count, from the index of its entries alone."""
    grouped = (
        Entry.objects.order_by()
        .values("relation")
        .annotate(total=Count("pk"), since=Min("year"), until=Max("year"))
        .values_list("relation", "total", "since", "until")
    )
    counts = {relation: found for relation, *found in grouped}
    return [
        Card(relation, *counts.get(relation.pk, (0, None, None)))
        for relation in Relation.objects.select_related("first", "second")
    ]


@dataclass(frozen=True)
class Numbers:
    """The whole published record in figures."""

    kinds: list[tuple[Kind, int]]
    contested: int
    sources: int


def numbers() -> Numbers:
    """Counts from the indexes on kind and evidence, which stay fast with ten thousand records."""
    published = Record.objects.published().order_by()
    counts = dict(published.values("kind").annotate(count=Count("pk")).values_list("kind", "count"))
    return Numbers(
        kinds=[(kind, counts[kind.name]) for kind in kinds.every() if kind.name in counts],
        contested=published.filter(evidence=Record.Evidence.CONFLICT).count(),
        sources=Source.objects.count(),
    )
