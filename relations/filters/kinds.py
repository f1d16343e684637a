"""Filters of the simple kinds at their own addresses."""

from django.utils.translation import gettext_lazy as _

from relations.filters.conflicts import conflict_in
from relations.filters.parameters import Choice, Named, ObjectField, Parameter, described_slug
from relations.filters.records import RecordFilter
from relations.models import Country, Indicator, Milestone, Quantity, TradeFigure, Visit
from relations.models.base import SLUG_LENGTH
from relations.records.comparable_figures import comparable_to


def _country(label, help_text, example="KZ") -> Named:
    return Named(
        queryset=Country.objects.all(),
        key="code",
        label=label,
        help_text=help_text,
        example=example,
    )


def _nature() -> Choice:
    return Choice(
        choices=Quantity.Nature.choices,
        label=_("Nature"),
        help_text=_("Whether the figure is an actual one, a target or an estimate."),
        example="actual",
    )


class ComparableTo(Parameter):
    """The slug of a published trade figure, to find those that are comparable with it."""

    field_class = ObjectField
    longest = SLUG_LENGTH
    has_field = False

    def __init__(self, *args, **kwargs):
        published = TradeFigure.objects.published()
        super().__init__(*args, queryset=published, to_field_name="slug", **kwargs)

    def shown(self, value):
        return [(value.slug, str(value))]

    def described(self):
        return described_slug(self.longest)

    def filter(self, qs, value):
        return comparable_to(qs, value) if value else qs


class VisitFilter(RecordFilter):
    organization_paths = ("body",)

    type = Choice(
        choices=Visit.Type.choices,
        label=_("Type"),
        help_text=_("The type of visit or meeting."),
        example="state",
    )
    guest = _country(_("Guest"), _("Code of the country that visited."))
    host = _country(_("Host"), _("Code of the country that was visited."))
    conflict = conflict_in(Visit)

    class Meta(RecordFilter.Meta):
        model = Visit


class MilestoneFilter(RecordFilter):
    category = Choice(
        choices=Milestone.Category.choices,
        label=_("Category"),
        help_text=_("The category of milestone."),
        example="infrastructure",
    )
    conflict = conflict_in(Milestone)

    class Meta(RecordFilter.Meta):
        model = Milestone


class TradeFigureFilter(RecordFilter):
    flow = Choice(
        choices=TradeFigure.Flow.choices,
        label=_("Flow"),
        help_text=_("Turnover, exports or imports, as the source words it."),
        example="turnover",
    )
    origin = _country(_("Origin"), _("Code of the country the goods come from."))
    destination = _country(_("Destination"), _("Code of the country the goods go to."))
    reporter = _country(_("Reporter"), _("Code of the country whose statistics they are."), "AZ")
    nature = _nature()
    comparable_to = ComparableTo(
        label=_("Comparable to"),
        help_text=_(
            "Slug of a trade figure: the figures that measure the same at other times, itself "
            "included. They share flow, origin, destination, reporter, compiler, unit, nature "
            "and length of period. The list is empty for a figure that stands alone: a "
            "target, a limit (“more than”), a change without an amount, a figure in conflict, "
            "of an inexact period or without a reporter."
        ),
        example="trade-turnover-first-half-2025",
    )
    conflict = conflict_in(TradeFigure)

    class Meta(RecordFilter.Meta):
        model = TradeFigure


class IndicatorFilter(RecordFilter):
    measure = Choice(
        choices=Indicator.Measure.choices,
        label=_("Measure"),
        help_text=_("What is measured."),
        example="diaspora-size",
    )
    nature = _nature()
    conflict = conflict_in(Indicator)

    class Meta(RecordFilter.Meta):
        model = Indicator
