"""What aid can be filtered by at its own address."""

from django.utils.translation import gettext_lazy as _

from relations.filters import RecordFilter
from relations.filters.conflicts import conflict_in
from relations.filters.parameters import Choice, Named, NamedAny
from relations.models import Country, Organization
from tests.newcomer.aid.models import Aid


class AidFilter(RecordFilter):
    organization_paths = ("channels",)

    form = Choice(
        choices=Aid.Form.choices,
        label=_("Form"),
        help_text=_("In which form it was given."),
        example="grant",
    )
    donor = Named(
        queryset=Country.objects.all(),
        key="code",
        label=_("Donor"),
        help_text=_("Code of the country that gave it."),
        example="KZ",
    )
    channel = NamedAny(
        "channels",
        queryset=Organization.objects.all(),
        label=_("Channel"),
        help_text=_(
            "Slug of an organization that passed it on. Repeat it for several: any of them."
        ),
        example="organization-of-turkic-states",
    )
    conflict = conflict_in(Aid)

    class Meta(RecordFilter.Meta):
        model = Aid
