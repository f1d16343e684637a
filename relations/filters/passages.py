"""A parameter that takes passages of a source: 55, 55-60 or 1,13."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from relations.filters.parameters import Parameter
from relations.filters.problems import Refused, shown
from relations.models.citations import LOCATOR, LOCATOR_LENGTH, locator_numbers


class PassageField(forms.CharField):
    """A locator, written like those of citations."""

    def clean(self, value: str) -> str:
        if value:
            try:
                locator_numbers(value)
            except ValueError:
                raise Refused(
                    _(
                        "“%(value)s” is not a passage: give numbers counted from 1, for "
                        "example 55, 55-60 or 1,13; a range holds at most 1,000."
                    )
                    % {"value": shown(value)}
                ) from None
        return value


class Passage(Parameter):
    """Paragraphs, pages, articles or rows by number: citations of any of them."""

    field_class = PassageField
    longest = LOCATOR_LENGTH
    has_field = False

    def described(self):
        pattern = LOCATOR.pattern.replace(r"\A", "^").replace(r"\Z", "$")
        return {"type": "string", "pattern": pattern, "maxLength": self.longest}

    def filter(self, qs, value):
        return of_passages(qs, value) if value else qs


def of_passages(citations: QuerySet, asked: str) -> QuerySet:
    """Those of the citations that cite one of the passages, also as part of several."""
    numbers = set(locator_numbers(asked))
    # The locators of a source are far fewer than its citations, and only they are read here.
    used = citations.exclude(locator="").order_by().values_list("locator", flat=True).distinct()
    return citations.filter(locator__in=[text for text in used if numbers & _numbers(text)])


def _numbers(locator: str) -> set[int]:
    try:
        return set(locator_numbers(locator))
    except ValueError:
        return set()
