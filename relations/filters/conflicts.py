"""A parameter that takes names of fields: records whose sources disagree on one of them."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations import kinds
from relations.filters.parameters import Choices
from relations.models import Record
from relations.provenance.comparers import COMPARERS


class Conflict(Choices):
    """Any of the fields that sources can contradict, of one model or of every kind."""

    def filter(self, qs, value):
        if not value:
            return qs
        found = Q()
        for field in value:
            found |= Q(**{f"field_evidence__{field}": Record.Evidence.CONFLICT})
        # The record's own evidence covers all fields, and has an index.
        return qs.filter(found, evidence=Record.Evidence.CONFLICT)


def contestable(model: type[Record]) -> list[str]:
    """The citable fields of a model on which one source can contradict another."""
    return [field for field, name in model.citable.items() if COMPARERS[name].can_contradict]


def of_every_kind() -> list[tuple[str, str]]:
    fields = {field for kind in kinds.every() for field in contestable(kind.model)}
    return [(field, field) for field in sorted(fields)]


def conflict_in(model: type[Record] | None = None) -> Conflict:
    """The parameter for the list of one kind; without a model for lists of every kind."""
    choices: list | Callable = of_every_kind
    if model is not None:
        choices = [(field, field) for field in sorted(contestable(model))]
    return Conflict(
        choices=choices,
        label=_("Sources disagree on"),
        help_text=_(
            "A field: records whose sources disagree on it. Repeat it for several: any of them."
        ),
        example="date",
    )
