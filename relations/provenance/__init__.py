"""Provenance: citations that assert, verdicts on them, and the evidence of what is published."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from relations.models import Citation, Record
from relations.provenance.comparers import COMPARERS, Comparer, hold, plain_number, stored_value
from relations.provenance.evidence import (
    field_evidence,
    holds,
    record_evidence,
    refresh_entities,
    refresh_records,
    verdict_of,
)

__all__ = [
    "COMPARERS",
    "Comparer",
    "field_evidence",
    "hold",
    "holds",
    "plain_number",
    "record_evidence",
    "refresh_entities",
    "refresh_records",
    "require_citations",
    "stored_value",
    "uncited",
    "verdict_of",
]


def uncited(records):
    """Those of a queryset of records that have no citation with a locator."""
    located = Citation.objects.exclude(locator="").values("record_id")
    return records.exclude(pk__in=located.filter(record_id__isnull=False))


def require_citations(records: Iterable[Record]) -> None:
    """A published record has at least one citation with a locator, and keeps it.

    The records come with their citations (see ``relations.models.complete``). Raises ``ValidationError``.
    """
    bare = [
        record.title
        for record in records
        if record.is_published and not any(one.locator for one in record.citations.all())
    ]
    if bare:
        sentence = _("“%(title)s” is published and needs at least one citation with a locator.")
        raise ValidationError(
            [
                ValidationError(sentence, code="uncited", params={"title": title})
                for title in bare[:10]
            ]
        )
