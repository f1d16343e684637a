"""Provenance: citations that assert, verdicts on them, and the evidence of what is published."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from relations.models import Citation, Entity, Record
from relations.provenance.comparers import COMPARERS, Comparer, hold, plain_number, stored_value
from relations.provenance.evidence import (
    field_evidence,
    holds,
    record_evidence,
    refresh_entity,
    refresh_record,
    verdict_of,
)
from relations.work import UnitOfWork, finisher

__all__ = [
    "COMPARERS",
    "Comparer",
    "connect",
    "field_evidence",
    "hold",
    "holds",
    "plain_number",
    "record_evidence",
    "refresh_entity",
    "refresh_record",
    "stored_value",
    "uncited",
    "verdict_of",
]


def uncited(records):
    """Those of a queryset of records that have no citation with a locator."""
    located = Citation.objects.exclude(locator="").values("record_id")
    return records.exclude(pk__in=located.filter(record_id__isnull=False))


def keep_participants(unit: UnitOfWork) -> None:
    """``countries`` holds every country the kind names; ``status`` and the like follow from the links."""
    for record in Record.objects.filter(pk__in=unit.of(Record)):
        specific = record.specific
        missing = specific.named_countries() - set(record.countries.values_list("pk", flat=True))
        if missing:
            record.countries.add(*missing)
        specific.derive_links()


def refresh(unit: UnitOfWork) -> None:
    for record in Record.objects.filter(pk__in=unit.of(Record)):
        refresh_record(record.specific)
    for entity in Entity.objects.filter(pk__in=unit.of(Entity)):
        refresh_entity(entity)


def keep_citations(unit: UnitOfWork) -> None:
    """A published record has at least one citation with a locator, and keeps it. Raises ``ValidationError``."""
    published = Record.objects.published().filter(pk__in=unit.of(Record))
    bare = list(uncited(published).values_list("title", flat=True)[:10])
    if bare:
        sentence = _("“%(title)s” is published and needs at least one citation with a locator.")
        raise ValidationError(
            [ValidationError(sentence, code="uncited", params={"title": title}) for title in bare]
        )


def connect() -> None:
    finisher(10)(keep_participants)
    finisher(20)(refresh)
    finisher(30)(keep_citations)
