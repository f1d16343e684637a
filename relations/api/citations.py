"""Citations: within their subject, and on their own."""

from __future__ import annotations

from rest_framework import serializers

from relations.api.addresses import address_of
from relations.api.fields import APIAddressField, Identifier, SourceRefSerializer
from relations.models import Citation


class CitedSerializer(serializers.Serializer):
    """What one passage says of the object that contains it."""

    csv_key = "uid"

    uid = serializers.CharField(help_text="Permanent identifier.")
    source = SourceRefSerializer()
    locator_kind = Identifier(Citation.LocatorKind.choices, help_text="What the locator counts.")
    locator = serializers.CharField(help_text="Where in the source: 55, 55-56 or 1,13.")
    field = serializers.CharField(
        help_text="The field whose value it states; empty where it supports the whole."
    )
    value = serializers.CharField(help_text="The value it states, written as the field is stored.")
    as_written = serializers.CharField(help_text="The date, number or name as printed.")
    basis = Identifier(
        Citation.Basis.choices, help_text="Stated, resolved by a rule, or attributed to somebody."
    )
    rule = Identifier(
        [("", ""), *Citation.Rule.choices], help_text="By which rule a relative date was resolved."
    )
    attributed_to = serializers.CharField(help_text="To whom the statement is attributed.")
    verdict = Identifier(Citation.Verdict.choices, help_text="What it says of the value on record.")
    set_aside = serializers.CharField(
        help_text=(
            "Why the editors set this claim aside; it then does not count as evidence. "
            "Empty where it counts."
        )
    )
    note = serializers.CharField()


SUBJECT_TYPES = [(name, name) for name in Citation.SUBJECTS]


class SubjectSerializer(serializers.Serializer):
    """What a citation is about. A membership or tenure is shown at its organization or person."""

    type = Identifier(SUBJECT_TYPES)
    slug = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()

    def to_representation(self, instance: Citation):
        subject = instance.subject
        name = next(name for name in Citation.SUBJECTS if getattr(instance, f"{name}_id"))
        shown = {"membership": "organization", "tenure": "person"}.get(name)
        addressed = getattr(subject, shown) if shown else subject
        return {
            "type": name,
            "slug": addressed.slug,
            "title": str(addressed),
            "url": address_of(addressed),
        }


class CitationSerializer(CitedSerializer):
    """What one passage of one source says, and about what."""

    example = "kazakhstan-support-rebuilding-karabakh-2025-date-g4"

    url = APIAddressField()
    subject = SubjectSerializer(source="*", read_only=True)

    def get_fields(self):
        fields = super().get_fields()
        return {name: fields.pop(name) for name in ("url", "uid", "subject")} | fields

    @classmethod
    def related(cls, queryset):
        return queryset.select_related(
            "source", "record", "entity", "membership__organization", "tenure__person"
        )
