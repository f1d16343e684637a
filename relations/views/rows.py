"""Timeline rows: records with what their row shows beyond the parent's columns, in constant queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from relations import kinds
from relations.kinds import Kind
from relations.models import Citation, Record, Source
from relations.models.figures import Quantity
from relations.views.passages import FieldPassages, contested_labels
from relations.views.readable import field_label, figure_change, figure_value


@dataclass
class Row:
    """A record of its own kind, with who says so."""

    record: Record
    kind: Kind
    sources: list[Source]
    contested: list[str]
    attributed_to: list[str]
    value: str = ""
    change: str = ""
    nature: str = ""
    nature_label: str = ""
    # What the page's own source, or its contested fields, say: set by the pages that show it.
    fields: list[FieldPassages] = field(default_factory=list)

    @property
    def evidence_words(self) -> str:
        """What the record's evidence says, of which field, where several sources speak of others."""
        evidence = self.record.evidence
        if len(self.sources) < 2 or evidence not in EVIDENCE_OF_FIELD:
            return Record.Evidence(evidence).label
        leading = self.record.leading_field if self.value or self.change else "date"
        return EVIDENCE_OF_FIELD[evidence] % {"field": field_label(self.kind.model, leading)}

    @property
    def row_templates(self) -> list[str]:
        """A kind may show its own words for what it is: ``<its template>_row.html``."""
        return [self.kind.template.replace(".html", "_row.html"), "relations/kinds/any_row.html"]


EVIDENCE_OF_FIELD = {
    Record.Evidence.CONFIRMED: _("two sources agree on the %(field)s"),
    Record.Evidence.SINGLE: _("%(field)s from one source"),
}


def children(records: Iterable[Record]) -> dict[int, Record]:
    """The child rows of bare records, one query for each kind that occurs."""
    found, wanted = {}, defaultdict(list)
    for record in records:
        if record.KIND:
            found[record.pk] = record
        else:
            wanted[record.kind].append(record.pk)
    for kind in kinds.every():
        if wanted[kind.name]:
            found |= {row.pk: row for row in kind.model.objects.filter(pk__in=wanted[kind.name])}
    return found


def _who_says_so(pks: list[int]) -> tuple[dict, dict]:
    """Sources of each record, and to whom each is attributed where no passage states it outright."""
    by_record, stated, attributed = defaultdict(dict), set(), defaultdict(dict)
    said = (
        Citation.objects.filter(record__in=pks)
        .order_by("record_id", "source_id")
        .values_list("record_id", "source_id", "attributed_to")
        .distinct()
    )
    for pk, source, who in said:
        by_record[pk][source] = None
        if who:
            attributed[pk][who] = None
        else:
            stated.add(pk)
    sources = Source.objects.in_bulk({pk for found in by_record.values() for pk in found})
    return (
        {pk: [sources[source] for source in found] for pk, found in by_record.items()},
        {pk: list(who) for pk, who in attributed.items() if pk not in stated},
    )


def rows(records: Iterable[Record]) -> list[Row]:
    """Rows in the order given. The records come from ``for_timeline()``."""
    records = list(records)
    specific = children(records)
    sources, attributed = _who_says_so([record.pk for record in records])
    found = []
    for record in records:
        kind = kinds.get(record.kind)
        child = specific[record.pk]
        is_figure = isinstance(child, Quantity)
        # Links are prefetched on what the list selected; the child row brings its own columns.
        child._prefetched_objects_cache = getattr(record, "_prefetched_objects_cache", {})
        if record.place_id:
            child.place = record.place
        found.append(
            Row(
                record=child,
                kind=kind,
                sources=sources.get(record.pk, []),
                contested=contested_labels(kind.model, record.field_evidence),
                attributed_to=attributed.get(record.pk, []),
                value=figure_value(child) if is_figure else "",
                change=figure_change(child) if is_figure else "",
                nature=child.nature if is_figure else "",
                nature_label=child.get_nature_display() if is_figure else "",
            )
        )
    return found


@dataclass
class Year:
    """Rows that begin in one year; without a number, rows in another order."""

    number: int | None
    rows: list[Row]

    @property
    def anchor(self) -> str:
        return f"{self.number:04}"


def by_year(found: list[Row], ordering: str) -> list[Year]:
    """Rows grouped under the year they begin in; in one group when they are not ordered by date."""
    if ordering.lstrip("-") != "date":
        return [Year(None, found)] if found else []
    years: list[Year] = []
    for row in found:
        number = row.record.sort_date.year
        if not years or years[-1].number != number:
            years.append(Year(number, []))
        years[-1].rows.append(row)
    return years
