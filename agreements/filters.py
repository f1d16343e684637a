"""What agreements can be filtered by at their own address."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.forms import CharField
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, AgreementAction
from relations.filters import RecordFilter
from relations.filters.conflicts import conflict_in
from relations.filters.days import Day
from relations.filters.parameters import Choice, Parameter, candidates
from relations.filters.problems import unknown_value
from relations.models import Country, Organization


class PartyField(CharField):
    """A country by its code, or an organization by its slug."""

    def clean(self, value):
        if not value:
            return None
        found = (
            Country.objects.filter(code=value).first()
            or Organization.objects.filter(slug=value).first()
        )
        if found is None:
            codes = candidates(Country.objects.all(), "code", value)
            slugs = candidates(Organization.objects.all(), "slug", value)
            raise unknown_value(value, [*codes, *slugs])
        return found


class PartyParameter(Parameter):
    field_class = PartyField
    longest = 120

    def shown(self, value):
        return [(value.code if isinstance(value, Country) else value.slug, str(value))]

    def filter(self, qs, value):
        if value is None:
            return qs
        name = "country" if isinstance(value, Country) else "organization"
        return qs.filter(**{f"parties__{name}": value})


def in_force_on(agreements: QuerySet[Agreement], day: date) -> QuerySet[Agreement]:
    shown = AgreementAction.objects.in_force_on(day)
    return agreements.filter(pk__in=shown.values("agreement"))


class AgreementFilter(RecordFilter):
    organization_paths = ("parties__organization",)

    instrument = Choice(
        choices=Agreement.Instrument.choices,
        label=_("Instrument"),
        help_text=_("What the instrument is."),
        example="treaty",
    )
    level = Choice(
        choices=Agreement.Level.choices,
        label=_("Level"),
        help_text=_("Between whom it was concluded: states, governments, ministries or companies."),
        example="intergovernmental",
    )
    status = Choice(
        choices=Agreement.Status.choices,
        label=_("Status"),
        help_text=_("What became of it last, according to a source."),
        example="unknown",
    )
    in_force_on = Day(
        applied=in_force_on,
        label=_("In force on"),
        help_text=_(
            "A day: agreements that were certainly in force on it, as far as cited actions "
            "show: they had entered into force by then and are not known to have been "
            "terminated by then. Undated entries into force do not count."
        ),
        example="2010-01-01",
    )
    party = PartyParameter(
        label=_("Party"),
        help_text=_("A party to it: the code of a country or the slug of an organization."),
        example="KZ",
    )

    conflict = conflict_in(Agreement)

    class Meta(RecordFilter.Meta):
        model = Agreement
