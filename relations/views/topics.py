"""Topics: what records are about."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.views import View

from relations.filters import RecordFilter
from relations.models import Record, Topic
from relations.views.addresses import Moved, find
from relations.views.lists import list_context, list_page


class TopicListView(View):
    def get(self, request):
        published = Q(records__stage=Record.Stage.PUBLISHED)
        topics = Topic.objects.annotate(
            record_count=Count("records", filter=published, distinct=True)
        )
        return render(
            request, "relations/topic_list.html", {"topics": topics, "api": "/api/v1/topics/"}
        )


class TopicView(View):
    def get(self, request, slug):
        try:
            topic = find(Topic.objects.all(), slug)
        except Moved as moved:
            return moved.redirect(request)
        context = list_context(
            request,
            filterset_class=RecordFilter,
            queryset=topic.records.published().for_timeline(),
            api="/api/v1/timeline/",
            api_pairs=(("topic", topic.slug),),
            with_form=False,
        )
        return list_page(request, "relations/topic.html", context | {"topic": topic})
