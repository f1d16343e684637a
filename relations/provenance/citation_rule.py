"""The rule of publication: a published record has at least one citation with a locator, and keeps it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from relations.models import Citation, Record


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
