"""The same models as a programmer would first serve them: serializers, view sets, filters and pages as packaged."""

import django_filters
from django.urls import include, path
from rest_framework import pagination, routers, serializers, viewsets

from agreements.models import Agreement, AgreementAction, Party
from relations.models import Citation, Participation


class CitationSerializer(serializers.ModelSerializer):
    source = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = Citation
        exclude = ["record", "entity"]


class ParticipationSerializer(serializers.ModelSerializer):
    person = serializers.StringRelatedField()

    class Meta:
        model = Participation
        exclude = ["record"]


class PartySerializer(serializers.ModelSerializer):
    class Meta:
        model = Party
        exclude = ["agreement"]


class ActionSerializer(serializers.ModelSerializer):
    class Meta:
        model = AgreementAction
        exclude = ["agreement"]


class AgreementSerializer(serializers.ModelSerializer):
    place = serializers.StringRelatedField()
    countries = serializers.SlugRelatedField("code", many=True, read_only=True)
    organizations = serializers.SlugRelatedField("slug", many=True, read_only=True)
    projects = serializers.SlugRelatedField("slug", many=True, read_only=True)
    topics = serializers.SlugRelatedField("slug", many=True, read_only=True)
    participations = ParticipationSerializer(many=True, read_only=True)
    parties = PartySerializer(many=True, read_only=True)
    actions = ActionSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Agreement
        exclude = ["people"]


class AgreementFilter(django_filters.FilterSet):
    country = django_filters.CharFilter("countries__code")
    # The second of two: this is how it is done without a filter of one's own.
    with_country = django_filters.CharFilter("countries__code")
    topic = django_filters.CharFilter("topics__slug")
    date_after = django_filters.DateFilter("sort_end", "gte")
    date_before = django_filters.DateFilter("sort_date", "lte")


AgreementFilter.base_filters["with"] = AgreementFilter.base_filters.pop("with_country")


class Pages(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"


class PagesByDate(pagination.CursorPagination):
    page_size = 50
    ordering = "-sort_date"


class Agreements(viewsets.ReadOnlyModelViewSet):
    queryset = (
        Agreement.objects.filter(stage="published")
        .select_related("place")
        .prefetch_related(
            *("countries", "organizations", "projects", "topics", "participations__person"),
            *("parties", "actions", "citations__source"),
        )
        .order_by("-sort_date")
    )
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilter
    pagination_class = Pages
    search_fields = ["title", "summary", "place__name"]
    lookup_field = "slug"


class AgreementsByDate(Agreements):
    pagination_class = PagesByDate


router = routers.SimpleRouter()
router.register("agreements", Agreements)
router.register("agreements-by-date", AgreementsByDate, basename="by-date")
urlpatterns = [path("", include(router.urls))]
