"""Addresses of the pages. Included last: a relation's slug stands where nothing else does."""

from django.urls import path
from django.views.generic import TemplateView

from relations import kinds
from relations.conditional import conditional_page
from relations.views.about import DisagreementsView, MethodView
from relations.views.entities import ENTITIES, EntityListView, EntityView
from relations.views.health import healthz
from relations.views.home import HomeView
from relations.views.records import KindListView, RecordView
from relations.views.sources import SourceListView, SourceView
from relations.views.timeline import RelationView, TimelineView
from relations.views.topics import TopicListView, TopicView


def page(view_class, **options):
    """A page of the published record: answered with 304 while nothing has changed."""
    return conditional_page(view_class.as_view(**options))


urlpatterns = [
    path("", page(HomeView), name="home"),
    path("healthz", healthz, name="healthz"),
    path(
        "robots.txt",
        TemplateView.as_view(template_name="robots.txt", content_type="text/plain; charset=utf-8"),
        name="robots",
    ),
    path("timeline/", page(TimelineView), name="timeline"),
    path("disagreements/", page(DisagreementsView), name="disagreements"),
    path("about/method/", page(MethodView), name="method"),
    path("topics/", page(TopicListView), name="topic-list"),
    path("topics/<slug:slug>/", page(TopicView), name="topic-detail"),
    path("sources/", page(SourceListView), name="source-list"),
    path("sources/<slug:slug>/", page(SourceView), name="source-detail"),
]
for _model in ENTITIES:
    urlpatterns += [
        path(f"{_model.PATH}/", page(EntityListView, model=_model), name=f"{_model.KIND}-list"),
        path(
            f"{_model.PATH}/<slug:slug>/",
            page(EntityView, model=_model),
            name=f"{_model.KIND}-detail",
        ),
    ]
for _kind in kinds.every():
    urlpatterns += [
        path(f"{_kind.path}/", page(KindListView, kind=_kind), name=f"{_kind.name}-list"),
        path(
            f"{_kind.path}/<slug:slug>/", page(RecordView, kind=_kind), name=f"{_kind.name}-detail"
        ),
    ]
urlpatterns += [path("<slug:slug>/", page(RelationView), name="relation")]
