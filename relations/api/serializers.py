"""Records as the API shows them: complete in one request, with the same shape in lists and alone."""

from __future__ import annotations

from rest_framework import serializers

from relations import kinds
from relations.api.addresses import address_of
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
    RecordDateSerializer,
    ReferenceSerializer,
    TopicRefSerializer,
    TypedDateSerializer,
)
from relations.models import (
    Decision,
    Indicator,
    Milestone,
    Participation,
    Quantity,
    Record,
    RecordLink,
    TradeFigure,
    Visit,
)


class TakingPartSerializer(ReferenceSerializer):
    """A person's part in a record."""

    endpoints = ("people",)

    csv_key = "slug"

    slug = serializers.CharField(source="person.slug")
    name = serializers.CharField(source="person.name")
    role = Identifier(Participation.Role.choices)
    office = serializers.CharField(help_text="The office as the source gives it there.")


class LinkSerializer(serializers.Serializer):
    """How two records relate. ``links``: this one is *type* that one; ``linked_from``: that one is this
    one's.

    ``other`` names the end of the stored link that holds the other record.
    """

    csv_key = "slug"

    type = Identifier(RecordLink.Type.choices)
    kind = serializers.CharField(help_text="The kind of the other record.")
    slug = serializers.CharField(help_text="The slug of the other record.")
    title = serializers.CharField(help_text="The title of the other record.")
    url = serializers.URLField(help_text="The address of the other record in the API.")

    def __init__(self, *args, other: str, **kwargs):
        self.other = other
        super().__init__(*args, **kwargs)

    def to_representation(self, instance: RecordLink):
        other = getattr(instance, self.other)
        return {
            "type": instance.type,
            "kind": other.kind,
            "slug": other.slug,
            "title": other.title,
            "url": address_of(other),
        }


class PublishedLinks(serializers.ListSerializer):
    """Links to published records only: a link must not reveal a draft."""

    def to_representation(self, data):
        other = self.child.other
        return [
            self.child.to_representation(link)
            for link in data.all()
            if getattr(link, other).is_published
        ]


class EvidenceField(serializers.DictField):
    """The evidence of the record as a whole (``overall``) and of each cited field."""

    csv_paths = (("overall",),)

    @property
    def part_names(self) -> tuple[str, ...]:
        models = [
            kind.model for kind in kinds.every() if type(self.parent) is kind.serializer_class
        ]
        return ("overall", *dict.fromkeys(name for model in models for name in model.citable))

    def __init__(self, **kwargs):
        super().__init__(
            child=serializers.ChoiceField(choices=Record.Evidence.choices),
            source="*",
            read_only=True,
            help_text="What the sources make of the record (overall) and of each cited field.",
            **kwargs,
        )

    def to_representation(self, value: Record):
        # PostgreSQL returns the keys in an order of its own.
        return {"overall": value.evidence, **dict(sorted(value.field_evidence.items()))}


class DecisionSerializer(serializers.Serializer):
    """The editors' decision on a field on which sources disagree."""

    csv_key = "field"

    field = serializers.CharField(help_text="The field on which sources disagree.")
    ruling = Identifier(
        Decision.Ruling.choices,
        help_text="Whether the record keeps one of the values given, or the field is left open.",
    )
    value = serializers.CharField(
        help_text="The value that was accepted, written as the field is stored."
    )
    reason = serializers.CharField(help_text="Why.")


class RecordSerializer(serializers.Serializer):
    """What every kind of record has. A kind adds its own fields between the topics and the links."""

    LAST = ("links", "linked_from", "evidence", "decisions", "citations", "change", "modified")

    url = APIAddressField()
    html_url = PageAddressField()
    slug = serializers.CharField(help_text="Permanent identifier, unique over all kinds.")
    kind = serializers.CharField(help_text="The kind of record.")
    title = serializers.CharField()
    summary = serializers.CharField(help_text="In our own words.")
    outcome = Identifier(Record.Outcome.choices)
    date = RecordDateSerializer()
    place = PlaceRefSerializer(allow_null=True)
    countries = CountryRefSerializer(many=True, help_text="The countries that take part.")
    people = TakingPartSerializer(source="participations", many=True)
    organizations = OrganizationRefSerializer(many=True)
    projects = ProjectRefSerializer(many=True)
    topics = TopicRefSerializer(many=True)
    links = PublishedLinks(
        child=LinkSerializer(other="target"), help_text="This record is part of, follows... those."
    )
    linked_from = PublishedLinks(
        child=LinkSerializer(other="source"), help_text="Those are part of, follow... this record."
    )
    evidence = EvidenceField()
    decisions = DecisionSerializer(
        many=True, help_text="What the editors decided where sources disagree, field by field."
    )
    citations = CitedSerializer(many=True, help_text="Who says so, passage by passage.")
    change = serializers.IntegerField(
        help_text="The number of the last change of what is published."
    )
    modified = serializers.DateTimeField()

    def get_fields(self):
        fields = super().get_fields()
        return fields | {name: fields.pop(name) for name in self.LAST}


class VisitSerializer(RecordSerializer):
    """A visit or meeting."""

    example = "aliyev-official-state-visit-kazakhstan-2004"

    type = Identifier(Visit.Type.choices)
    guest = CountryRefSerializer(allow_null=True, help_text="Who visited; null where not stated.")
    host = CountryRefSerializer(
        allow_null=True, help_text="Who was visited; null where not stated."
    )
    body = OrganizationRefSerializer(allow_null=True, help_text="The body that met.")
    ordinal = serializers.IntegerField(
        allow_null=True, help_text="2 for the second session of that body."
    )
    occasion = serializers.CharField()


class MilestoneSerializer(RecordSerializer):
    """A turning point."""

    example = "diplomatic-relations-1992"

    category = Identifier(Milestone.Category.choices)


class StatedChangeSerializer(serializers.Serializer):
    """A change that the source states beside or instead of the value."""

    kind = Identifier(Quantity.ChangeKind.choices)
    value = NumberField(source="change_value", help_text="40 for 40 % higher, 5 for fivefold.")
    qualifier = Identifier([("", ""), *Quantity.Qualifier.choices])
    base = TypedDateSerializer(help_text="The period it is compared with.")
    base_note = serializers.CharField(help_text="That period as worded.")

    def __init__(self, **kwargs):
        super().__init__(source="*", read_only=True, allow_null=True, **kwargs)

    def to_representation(self, instance):
        if not instance.change_kind:
            return None
        base = self.fields["base"].to_representation(instance.change_base)
        return {
            "kind": instance.change_kind,
            "value": self.fields["value"].to_representation(instance.change_value),
            "qualifier": instance.change_qualifier,
            "base": base,
            "base_note": instance.change_base_note,
        }


class QuantitySerializer(RecordSerializer):
    """What figures have in common."""

    value = NumberField(help_text="In whole units; null where only a change is stated.")
    unit = Identifier([("", ""), *Quantity.Unit.choices])
    currency = serializers.CharField(help_text="ISO 4217, where the unit is money.")
    qualifier = Identifier(Quantity.Qualifier.choices)
    nature = Identifier(
        Quantity.Nature.choices, help_text="An actual figure, a target or an estimate."
    )
    stated_change = StatedChangeSerializer()
    compiled_by = serializers.CharField()


class TradeFigureSerializer(QuantitySerializer):
    """Trade between two countries in the period that is the record's date."""

    example = "trade-turnover-since-2020"

    flow = Identifier(TradeFigure.Flow.choices, help_text="As the source words it.")
    origin = CountryRefSerializer(allow_null=True, help_text="Where the goods come from.")
    destination = CountryRefSerializer(allow_null=True, help_text="Where the goods go.")
    reporter = CountryRefSerializer(
        allow_null=True, help_text="Whose statistics; null where not stated."
    )


class IndicatorSerializer(QuantitySerializer):
    """A measure of the relationship other than trade."""

    example = "azerbaijani-diaspora-kazakhstan-2025"

    measure = Identifier(Indicator.Measure.choices)


class TimelineSerializer(RecordSerializer):
    """A record of any kind, each in the shape of its own kind."""

    example = "strategic-partnership-2005"

    def to_representation(self, instance):
        return self._of_kind(instance.kind).to_representation(instance)

    def _of_kind(self, name: str) -> serializers.Serializer:
        made = self.__dict__.setdefault("_by_kind", {})
        if name not in made:
            made[name] = kinds.get(name).serializer_class(context=self.context)
        return made[name]
