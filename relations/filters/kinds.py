"""What the simple kinds can be filtered by at their own addresses."""

from django.utils.translation import gettext_lazy as _

from relations.filters.parameters import Choice, Named
from relations.filters.records import RecordFilter
from relations.models import Country, Indicator, Milestone, Quantity, TradeFigure, Visit


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

    class Meta(RecordFilter.Meta):
        model = Visit


class MilestoneFilter(RecordFilter):
    category = Choice(
        choices=Milestone.Category.choices,
        label=_("Category"),
        help_text=_("The category of milestone."),
        example="infrastructure",
    )

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

    class Meta(RecordFilter.Meta):
        model = Indicator
