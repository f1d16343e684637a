"""Published records as JSON text, complete: what is stored of them, and what lists and details are made of."""

from __future__ import annotations

from rest_framework.renderers import JSONRenderer

from relations.api.serializers import TimelineSerializer
from relations.models import Record


def texts(pks: list[int]) -> dict[int, str]:
    """The objects of those of these records that are published, by their keys."""
    rows = TimelineSerializer.related(Record.objects.published().filter(pk__in=pks)).order_by("pk")
    rows = TimelineSerializer.complete(list(rows))
    render = JSONRenderer().render
    shown = TimelineSerializer(rows, many=True).data
    return {row.pk: render(one).decode() for row, one in zip(rows, shown, strict=True)}
