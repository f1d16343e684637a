"""The small parts of objects. None of them queries the database: everything was fetched with the rows."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from relations import dates
from relations.api.addresses import address_of, list_address, page_of
from relations.provenance.comparers import plain_number


class APIAddressField(serializers.URLField):
    """The object's own address in the API."""

    def __init__(self, **kwargs):
        kwargs = {"help_text": "Its address in the API.", "source": "*"} | kwargs
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        return address_of(value)


class PageAddressField(serializers.URLField):
    """The address of the object's page."""

    def __init__(self, **kwargs):
        kwargs = {"help_text": "The address of its page.", "source": "*"} | kwargs
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        return page_of(value)


class TimelineAddressField(serializers.URLField):
    """The address of the records about the object: the timeline, filtered by it."""

    def __init__(self, parameter: str, key: str = "slug", **kwargs):
        self.parameter, self.key = parameter, key
        super().__init__(
            source="*", read_only=True, help_text="The records about it, in the API.", **kwargs
        )

    def to_representation(self, value):
        return list_address("timeline", **{self.parameter: getattr(value, self.key)})


class Identifier(serializers.ChoiceField):
    """One of a closed set of stable identifiers, or empty where the model allows it."""

    def __init__(self, choices, **kwargs):
        super().__init__(choices=choices, read_only=True, **kwargs)

    def to_representation(self, value):
        return value


class NumberField(serializers.CharField):
    """An exact decimal number, as text without exponent or trailing zeros: ``331700000``, ``4.5``."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: Decimal):
        return plain_number(value)


class TypedDateSerializer(serializers.Serializer):
    """A date as far as it is known. Its source is EDTF text; empty text is null."""

    edtf = serializers.CharField(help_text="EDTF (ISO 8601-2), as on record.")
    earliest = serializers.DateField(
        allow_null=True, help_text="The first day it may mean; null where it is open."
    )
    latest = serializers.DateField(
        allow_null=True, help_text="The last day it may mean; null where it is open."
    )
    precision = Identifier(
        choices=[(name, name) for name in dates.PRECISIONS], help_text="How exact it is."
    )
    display = serializers.CharField(help_text="The date in English words.")

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("allow_null", True)
        super().__init__(*args, read_only=True, **kwargs)

    def to_representation(self, instance: str):
        return typed_date(instance) if instance else None


def typed_date(text: str) -> dict:
    parsed = dates.parse(text)
    return {
        "edtf": text,
        "earliest": parsed.earliest and parsed.earliest.isoformat(),
        "latest": parsed.latest and parsed.latest.isoformat(),
        "precision": parsed.precision,
        "display": parsed.display(),
    }


class RecordDateSerializer(TypedDateSerializer):
    """The date of a record, with how an inexact one was worked out."""

    note = serializers.CharField(help_text="How an inexact or resolved date was worked out.")

    def __init__(self, **kwargs):
        super().__init__(source="*", allow_null=False, **kwargs)

    def to_representation(self, instance):
        return {**typed_date(instance.date), "note": instance.date_note}


class ReferenceSerializer(serializers.Serializer):
    """Another object, in short. ``endpoints`` are those that may have the complete object."""

    endpoints: tuple[str, ...] = ()
    key = "slug"

    def referred(self, shown: dict) -> tuple[str, str]:
        """The endpoint and the key of the object that this short form stands for."""
        return self.endpoints[0], shown[self.key]


class CountryRefSerializer(ReferenceSerializer):
    """A country, in short."""

    endpoints = ("countries",)
    key = "code"

    csv_key = "code"

    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name = serializers.CharField()


class TopicRefSerializer(ReferenceSerializer):
    """A topic, in short."""

    endpoints = ("topics",)

    csv_key = "slug"

    slug = serializers.CharField()
    name = serializers.CharField()


class OrganizationRefSerializer(TopicRefSerializer):
    """An organization, in short."""

    endpoints = ("organizations",)


class ProjectRefSerializer(TopicRefSerializer):
    """A project, in short."""

    endpoints = ("projects",)


class PlaceRefSerializer(TopicRefSerializer):
    """A place, in short."""

    endpoints = ("places",)

    country = serializers.CharField(
        source="country_id", allow_null=True, help_text="Code of the country it is in."
    )


class SourceRefSerializer(ReferenceSerializer):
    """A source, in short."""

    endpoints = ("sources",)

    slug = serializers.CharField()
    title = serializers.CharField()
