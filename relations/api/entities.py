"""Entities, countries, relations, topics and sources as the API shows them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from relations.api.addresses import list_address
from relations.api.citations import CitedSerializer
from relations.api.fields import (
    APIAddressField,
    CountryRefSerializer,
    Identifier,
    NumberField,
    OrganizationRefSerializer,
    PageAddressField,
    PlaceRefSerializer,
    ProjectRefSerializer,
    TimelineAddressField,
    TypedDateSerializer,
)
from relations.models import Citation, Membership, Name, Organization, Project, Source, Tenure


def _cited(path: str = "citations") -> Prefetch:
    return Prefetch(path, Citation.objects.select_related("source"))


class NameSerializer(serializers.Serializer):
    """Another name of the entity."""

    csv_key = "text"

    text = serializers.CharField()
    language = serializers.CharField(help_text="BCP 47.")
    kind = Identifier(Name.Kind.choices)
    since = TypedDateSerializer(help_text="In use from.")
    until = TypedDateSerializer(help_text="In use to.")


class EntitySerializer(serializers.Serializer):
    """What every entity has. Its own fields stand between the description and the citations."""

    url = APIAddressField()
    html_url = PageAddressField()
    slug = serializers.CharField(help_text="Permanent identifier, unique over all entities.")
    name = serializers.CharField()
    description = serializers.CharField(help_text="In our own words.")
    names = NameSerializer(many=True, help_text="Its other names.")
    citations = CitedSerializer(many=True)

    def get_fields(self):
        fields = super().get_fields()
        return fields | {"citations": fields.pop("citations")}

    @classmethod
    def related(cls, queryset: QuerySet) -> QuerySet:
        return queryset.prefetch_related("names", _cited())


class MembershipSerializer(serializers.Serializer):
    """A country's seat in an organization, with the passages that say so."""

    csv_key = "country"

    country = CountryRefSerializer()
    role = serializers.CharField(help_text="As stated.")
    since = TypedDateSerializer()
    until = TypedDateSerializer()
    citations = CitedSerializer(many=True)


class OrganizationSerializer(EntitySerializer):
    """An organization."""

    example = "organization-of-turkic-states"

    type = Identifier(Organization.Type.choices)
    country = CountryRefSerializer(allow_null=True, help_text="Null for international bodies.")
    founded = TypedDateSerializer()
    seat = PlaceRefSerializer(allow_null=True)
    members = MembershipSerializer(source="memberships", many=True)
    timeline = TimelineAddressField("organization")

    @classmethod
    def related(cls, queryset):
        members = Membership.objects.select_related("country").prefetch_related(_cited())
        return (
            super()
            .related(queryset)
            .select_related("country", "seat")
            .prefetch_related(Prefetch("memberships", members))
        )


class TenureSerializer(serializers.Serializer):
    """An office held, with the passages that say so."""

    csv_key = "office"

    office = serializers.CharField()
    country = CountryRefSerializer(allow_null=True)
    organization = OrganizationRefSerializer(allow_null=True)
    since = TypedDateSerializer()
    until = TypedDateSerializer()
    citations = CitedSerializer(many=True)


class PersonSerializer(EntitySerializer):
    """A person."""

    example = "nursultan-nazarbayev"

    tenures = TenureSerializer(many=True, help_text="Offices held, as far as a source says.")
    timeline = TimelineAddressField("person")

    @classmethod
    def related(cls, queryset):
        tenures = Tenure.objects.select_related("country", "organization")
        return (
            super()
            .related(queryset)
            .prefetch_related(Prefetch("tenures", tenures.prefetch_related(_cited())))
        )


class PlaceSerializer(EntitySerializer):
    """A place."""

    example = "baku"

    country = CountryRefSerializer(allow_null=True)
    latitude = NumberField(help_text="Degrees north, WGS 84.")
    longitude = NumberField(help_text="Degrees east, WGS 84.")
    timeline = TimelineAddressField("place")

    @classmethod
    def related(cls, queryset):
        return super().related(queryset).select_related("country")


class ProjectSerializer(EntitySerializer):
    """An undated project: a corridor, pipeline, cable, building, fund or programme."""

    example = "trans-caspian-international-transport-route"

    type = Identifier(Project.Type.choices)
    state = Identifier([("", ""), *Project.State.choices])
    part_of = ProjectRefSerializer(allow_null=True)
    places = PlaceRefSerializer(many=True)
    timeline = TimelineAddressField("project")

    @classmethod
    def related(cls, queryset):
        return super().related(queryset).select_related("part_of").prefetch_related("places")


class CountrySerializer(serializers.Serializer):
    """A country."""

    example = "KZ"

    url = APIAddressField()
    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    alpha3 = serializers.CharField(help_text="ISO 3166-1 alpha-3.")
    numeric = serializers.CharField(help_text="UN M49, three digits.")
    slug = serializers.CharField()
    name = serializers.CharField()
    official_name = serializers.CharField()
    timeline = TimelineAddressField("country", "code")

    @classmethod
    def related(cls, queryset):
        return queryset


class RelationTimelineField(serializers.URLField):
    def to_representation(self, value):
        return list_address("timeline", country=[value.first_id, value.second_id])


class RelationSerializer(serializers.Serializer):
    """A relation of two countries. Its records are those in which both take part."""

    example = "azerbaijan-kazakhstan"

    url = APIAddressField()
    html_url = PageAddressField()
    slug = serializers.CharField()
    countries = CountryRefSerializer(many=True)
    introduction = serializers.CharField()
    timeline = RelationTimelineField(
        source="*", read_only=True, help_text="The records of the relation, in the API."
    )

    @classmethod
    def related(cls, queryset):
        return queryset.select_related("first", "second")


class TopicSerializer(serializers.Serializer):
    """A topic."""

    example = "energy"

    url = APIAddressField()
    html_url = PageAddressField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    timeline = TimelineAddressField("topic")

    @classmethod
    def related(cls, queryset):
        return queryset


class SourceSerializer(serializers.Serializer):
    """A document that facts are taken from."""

    example = "jabbarova-2025"

    # "url" is the address in the API, as everywhere; the document's own is "web_address".
    url = APIAddressField()
    html_url = PageAddressField()
    slug = serializers.CharField()
    kind = Identifier(Source.Kind.choices)
    title = serializers.CharField()
    author = serializers.CharField()
    publisher = serializers.CharField()
    published = TypedDateSerializer()
    published_basis = serializers.CharField(
        help_text="Where the date of publication stands, or how it was worked out."
    )
    language = serializers.CharField(help_text="BCP 47.")
    doi = serializers.CharField()
    web_address = serializers.CharField(source="url", help_text="Where the document is published.")
    document = serializers.CharField(help_text="The copy that locators count in.")
    note = serializers.CharField()
    timeline = TimelineAddressField("source")
    citations = serializers.URLField(
        source="slug", read_only=True, help_text="What it is cited for, in the API."
    )

    def to_representation(self, instance):
        shown = super().to_representation(instance)
        shown["citations"] = list_address("citations", source=instance.slug)
        return shown

    @classmethod
    def related(cls, queryset):
        return queryset
