"""Home: the relations on record, the most recent records, and what happened on this day."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, Max, Min, Q, QuerySet
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from relations import kinds
from relations.models import Entry, Record, Relation
from relations.views.rows import rows

RECENT = 6
ON_THIS_DAY = 8


class HomeView(View):
    def get(self, request):
        today = timezone.localdate()
        happened = Record.objects.published().filter(outcome=Record.Outcome.HAPPENED).for_timeline()
        recent = happened.order_by("-sort_date", "-sort_end", "-pk")[:RECENT]
        exact = exact_days(happened, today.month)
        this_day = [record for record in exact if record.sort_date.day == today.day]
        shown = this_day or exact
        every = rows([*recent, *shown[:ON_THIS_DAY]])
        count = len(recent)
        context = {
            "relations": counted_relations(),
            "recent": every[:count],
            "today": today,
            "is_this_day": bool(this_day),
            "anniversaries": every[count:],
        }
        return render(request, "relations/home.html", context)


def exact_days(queryset: QuerySet[Record], month: int) -> list[Record]:
    """Records of a day in that month of any year, whose date is known to the day without reservation."""
    exact = (
        queryset.filter(precision="day", sort_date__month=month)
        .exclude(Q(date__contains="~") | Q(date__contains="?") | Q(date__contains="%"))
        .order_by("sort_date__day", "sort_date", "pk")
    )
    return list(exact[:200])


def counted_relations() -> list[dict]:
    """Each relation with its number of records, its span and how many there are of each kind."""
    relations = list(Relation.objects.select_related("first", "second"))
    counts = defaultdict(dict)
    spans = defaultdict(list)
    grouped = (
        Entry.objects.order_by()
        .values("relation", "record__kind")
        .annotate(count=Count("pk"), first=Min("year"), last=Max("year"))
        .values_list("relation", "record__kind", "count", "first", "last")
    )
    for relation, kind, count, first, last in grouped:
        counts[relation][kind] = count
        spans[relation] += [first, last]
    return [
        {
            "relation": relation,
            "total": sum(counts[relation.pk].values()),
            "first": min(spans[relation.pk], default=None),
            "last": max(spans[relation.pk], default=None),
            "kinds": [(kind, counts[relation.pk].get(kind.name, 0)) for kind in kinds.every()],
        }
        for relation in relations
    ]
