"""Topics: what the records of a relation are about."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Min, Model, Q, QuerySet
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from relations.filters import RecordFilter
from relations.models import Organization, Person, Place, Project, Record, Topic
from relations.views.addresses import Moved, find
from relations.views.entities.numbers import Lens
from relations.views.lists.context import list_context, list_page

MOST = 6
PRESENT = (
    (Topic, _("Often together with")),
    (Person, _("People")),
    (Organization, _("Organizations")),
    (Project, _("Projects")),
    (Place, _("Places")),
)


class TopicListView(View):
    def get(self, request):
        published = Q(records__stage=Record.Stage.PUBLISHED)
        topics = Topic.objects.order_by("name").annotate(
            record_count=Count("records", filter=published, distinct=True),
            first=Min("records__sort_date", filter=published),
            last=Max("records__sort_date", filter=published),
        )
        return render(
            request, "relations/topic_list.html", {"topics": topics, "api": "/api/v1/topics/"}
        )


@dataclass
class Presence:
    """The objects that occur most in the records of a topic. ``shared`` of each is the number of records."""

    label: str
    found: list[Model]


class TopicView(View):
    def get(self, request, slug):
        try:
            topic = find(Topic.objects.all(), slug)
        except Moved as moved:
            return moved.redirect(request)
        records = topic.records.published()
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=records.for_timeline(),
            api="/api/v1/timeline/",
            api_pairs=(("topic", topic.slug),),
            with_form=False,
        )
        context |= {
            "topic": topic,
            "topic_api": f"/api/v1/topics/{topic.slug}/",
            "presence": presence(topic),
            "ends": ends(records),
        }
        if not context["is_refused"]:
            context["lens"] = Lens(context["listing"])
        return list_page(request, "relations/topic.html", context)


def presence(topic: Topic) -> list[Presence]:
    """The objects that the topic's published records name most often, one query per sort, without empty
    sorts.
    """
    shared = Count("records", distinct=True)
    found = []
    for model, label in PRESENT:
        rows = model.objects.filter(records__topics=topic, records__stage=Record.Stage.PUBLISHED)
        if model is Topic:
            rows = rows.exclude(pk=topic.pk)
        rows = rows.annotate(shared=shared).order_by("-shared", "name", "pk")[:MOST]
        if rows := list(rows):
            found.append(Presence(label, rows))
    return found


def ends(records: QuerySet[Record]) -> tuple[Record, Record] | None:
    """The first record and the latest, where there are two."""
    first, last = records.in_order().first(), records.in_order().last()
    return (first, last) if first != last else None
