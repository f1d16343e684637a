"""Filters of the list of changes, and the number of a change as a parameter."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations.filters.parameters import Named, Parameter
from relations.filters.problems import Refused, shown
from relations.filters.strict import StrictFilterSet
from relations.history import changes
from relations.models import Change, ChangedSubject, Record

_NUMBER = re.compile(r"[0-9]{1,18}")


def known_records():
    """Records whose address is known to the public: published ones, and those that were."""
    return Record.objects.filter(stage__in=[Record.Stage.PUBLISHED, Record.Stage.WITHDRAWN])


class OfRecord(Named):
    def filter(self, qs, value):
        if value is None:
            return qs
        found = ChangedSubject.objects.filter(
            model=Record._meta.label_lower, subject=str(value.pk)
        ).values("change")
        return qs.filter(pk__in=found)


class ChangeNumberField(forms.CharField):
    """The number of an existing change, or 0 for the time before all of them."""

    def clean(self, value: str) -> int | None:
        if not value:
            return None
        latest = changes.latest()
        if not _NUMBER.fullmatch(value):
            reason = _(
                "“%(value)s” is not the number of a change: give a whole number from 0 to %(latest)d."
            )
        elif int(value) > latest:
            reason = _("There is no change %(value)s yet: the latest is %(latest)d.")
        else:
            return int(value)
        raise Refused(reason % {"value": shown(value), "latest": latest}, valid=["0", str(latest)])


class AfterChange(Parameter):
    """Rows that belong to a later change. ``field_name`` holds the numbers that are compared."""

    field_class = ChangeNumberField
    has_field = False

    def filter(self, qs, value):
        return qs if value is None else qs.filter(**{f"{self.field_name}__gt": value})

    def described(self):
        return {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}


class ChangeFilter(StrictFilterSet):
    orderings = {"number": ("number",)}
    default_ordering = "-number"

    record = OfRecord(
        queryset=known_records(),
        label=gettext_lazy("Record"),
        help_text=gettext_lazy("Slug of a record: only changes that touched it."),
        example="strategic-partnership-2005",
    )
    since = AfterChange(
        "number",
        label=gettext_lazy("After change"),
        help_text=gettext_lazy("Number of a change: only later ones. 0: all changes."),
        example="0",
    )

    class Meta:
        model = Change
        fields = []


class ChangeLogFilter(ChangeFilter):
    """The same filters, in the order in which a program follows changes."""

    default_ordering = "number"
