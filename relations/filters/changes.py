"""What the list of changes can be narrowed to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from relations.filters.parameters import Named
from relations.filters.strict import StrictFilterSet
from relations.models import Change, ChangedSubject, Record


def known_records():
    """Records whose address says something: what it was, or that it was withdrawn."""
    return Record.objects.filter(stage__in=[Record.Stage.PUBLISHED, Record.Stage.WITHDRAWN])


class OfRecord(Named):
    def filter(self, qs, value):
        if value is None:
            return qs
        found = ChangedSubject.objects.filter(
            model=Record._meta.label_lower, subject=str(value.pk)
        ).values("change")
        return qs.filter(pk__in=found)


class ChangeFilter(StrictFilterSet):
    orderings = {"number": ("number",)}
    default_ordering = "-number"

    record = OfRecord(
        queryset=known_records(),
        label=_("Record"),
        help_text=_("Slug of a record: only changes of that one."),
        example="strategic-partnership-2005",
    )

    class Meta:
        model = Change
        fields = []
