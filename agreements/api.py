"""Agreements as the API shows them."""

from __future__ import annotations

from rest_framework import serializers

from agreements.models import Agreement, AgreementAction, Party
from relations.api.fields import Identifier, ReferenceSerializer, TypedDateSerializer
from relations.api.serializers import RecordSerializer

PARTY_TYPES = [("country", "country"), ("organization", "organization")]


class PartySerializer(ReferenceSerializer):
    """A party: a country, by its code, or an organization, by its slug."""

    endpoints = ("countries", "organizations")

    csv_key = "key"

    type = Identifier(PARTY_TYPES)
    key = serializers.CharField(help_text="The country's code or the organization's slug.")
    name = serializers.CharField()

    def to_representation(self, instance: Party):
        return {
            "type": "country" if instance.country_id else "organization",
            "key": instance.key,
            "name": str(instance),
        }

    def referred(self, shown):
        return "countries" if shown["type"] == "country" else "organizations", shown["key"]


class ActionSerializer(serializers.Serializer):
    """What became of the agreement."""

    csv_key = "type"

    type = Identifier(AgreementAction.Type.choices)
    party = serializers.CharField(
        source="party.key", default=None, allow_null=True, help_text="By which party; null for all."
    )
    date = TypedDateSerializer()
    citation = serializers.CharField(
        source="citation.uid",
        default=None,
        allow_null=True,
        help_text="The uid of the citation that says so.",
    )
    note = serializers.CharField()


class AgreementSerializer(RecordSerializer):
    """An instrument between states or their bodies. Its date is that of signature."""

    example = "strategic-partnership-2005"

    instrument = Identifier(Agreement.Instrument.choices)
    level = Identifier(Agreement.Level.choices)
    parties = PartySerializer(many=True)
    legal_character = Identifier(Agreement.LegalCharacter.choices)
    status = Identifier(
        Agreement.Status.choices, help_text=("The latest action that a source reports.")
    )
    official_title = serializers.CharField()
    official_url = serializers.CharField(help_text="Where the official text is.")
    register_numbers = serializers.CharField(help_text="UNTS or document symbols, as printed.")
    actions = ActionSerializer(many=True)
