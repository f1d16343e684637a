"""Addresses of the pages. They are included last, because a relation's slug matches whatever is left."""

from django.urls import path
from django.views.generic import TemplateView

from relations import kinds
from relations.http.conditional import conditional_page
from relations.views.about import DisagreementsView, MethodView
from relations.views.api_help.pages import ApiPromiseView, ApiTutorialView
from relations.views.changes.pages import ChangesFeed, ChangesView, ChangeView
from relations.views.citing import CiteListView, CiteRecordView
from relations.views.coverage import CoverageView
from relations.views.days.pages import OnThisDayView
from relations.views.downloads.exports import ExportView
from relations.views.downloads.releases import DataView, FileView, ReleaseView
from relations.views.embed.pages import EmbedView, OEmbedView
from relations.views.entities.pages import ENTITIES, EntityListView, EntityView
from relations.views.entities.sources import SourceListView, SourceView
from relations.views.entities.topics import TopicListView, TopicView
from relations.views.health import healthz
from relations.views.home import HomeView
from relations.views.map.pages import MapView
from relations.views.records.pages import KindListView, RecordView
from relations.views.records.preview import PreviewView
from relations.views.records.reports import ReportedView, ReportView
from relations.views.sitemap import sitemap
from relations.views.timeline import RelationView, TimelineView
from relations.views.trade.page import TradeView


def page(view_class, **options):
    """A page of the published record: 304 while nothing has changed."""
    return conditional_page(view_class.as_view(**options))


urlpatterns = [
    path("", page(HomeView), name="home"),
    path("healthz", healthz, name="healthz"),
    path(
        "robots.txt",
        TemplateView.as_view(template_name="robots.txt", content_type="text/plain; charset=utf-8"),
        name="robots",
    ),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("timeline/", page(TimelineView), name="timeline"),
    path("timeline/timeline.<slug:format>", page(ExportView), name="timeline-export"),
    path("timeline/cite.<slug:format>", page(CiteListView), name="timeline-cite"),
    path("on-this-day/", page(OnThisDayView), name="on-this-day"),
    path("disagreements/", page(DisagreementsView), name="disagreements"),
    path("coverage/", page(CoverageView), name="coverage"),
    path("data/", DataView.as_view(), name="data"),
    path("data/<slug:release>/", ReleaseView.as_view(), name="data-release"),
    path("data/<slug:release>/<str:file>", FileView.as_view(), name="data-file"),
    path("changes/", page(ChangesView), name="changes"),
    path("changes/changes.atom", page(ChangesFeed), name="changes-feed"),
    path("changes/<int:number>/", page(ChangeView), name="change"),
    path("oembed/", page(OEmbedView), name="oembed"),
    path("embed/<slug:slug>/", page(EmbedView), name="embed"),
    path("preview/<str:token>/", PreviewView.as_view(), name="preview"),
    path("about/method/", page(MethodView), name="method"),
    path("about/api/", page(ApiPromiseView), name="api-promise"),
    path("about/api/tutorial/", page(ApiTutorialView), name="api-tutorial"),
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
    _at, _one = _kind.path, f"{_kind.path}/<slug:slug>"
    urlpatterns += [
        path(f"{_at}/", page(KindListView, kind=_kind), name=f"{_kind.name}-list"),
        path(
            f"{_at}/timeline.<slug:format>",
            page(ExportView, kind=_kind),
            name=f"{_kind.name}-export",
        ),
        path(
            f"{_at}/cite.<slug:format>",
            page(CiteListView, kind=_kind),
            name=f"{_kind.name}-list-cite",
        ),
        path(f"{_one}/", page(RecordView, kind=_kind), name=f"{_kind.name}-detail"),
        path(
            f"{_one}/cite.<slug:format>",
            page(CiteRecordView, kind=_kind),
            name=f"{_kind.name}-cite",
        ),
        path(f"{_one}/report/", ReportView.as_view(kind=_kind), name=f"{_kind.name}-report"),
        path(
            f"{_one}/report/sent/",
            ReportedView.as_view(kind=_kind),
            name=f"{_kind.name}-reported",
        ),
    ]
urlpatterns += [
    path("<slug:slug>/", page(RelationView), name="relation"),
    path("<slug:slug>/trade/", page(TradeView), name="relation-trade"),
    path("<slug:slug>/map/", page(MapView), name="relation-map"),
    path("<slug:slug>/timeline.<slug:format>", page(ExportView), name="relation-export"),
    path("<slug:slug>/cite.<slug:format>", page(CiteListView), name="relation-cite"),
]
