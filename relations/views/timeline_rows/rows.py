"""Timeline rows: records with what their row shows beyond the parent's columns, in constant queries.

The rows are data; ``parts/row.html``, ``row_shared.html``, ``row_compact.html`` and ``embed_row.html`` draw them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.utils.translation import gettext as _

from relations import kinds
from relations.kinds import Kind
from relations.models import Record, Relation
from relations.models.figures import Quantity
from relations.views.readable import figure_change, figure_value
from relations.views.records.passages import FieldPassages, contested_labels
from relations.views.timeline_rows.about import Item, about
from relations.views.timeline_rows.facts import Cited, PageFacts
from relations.views.timeline_rows.highlight import Highlighter


@dataclass
class Row:
    """A record of its own kind, with who says so. What only some pages show is worked out when asked for."""

    record: Record
    kind: Kind
    page: PageFacts
    cited: list[Cited]
    contested: list[str]
    attributed_to: list[str]
    value: str = ""
    change: str = ""
    nature: str = ""
    nature_label: str = ""
    # What the page's own source, or its contested fields, say: set by the pages that show it.
    fields: list[FieldPassages] = field(default_factory=list)

    is_shared = False

    @property
    def row_templates(self) -> list[str]:
        """A kind may show its own words for what it is: ``<its template>_row.html``."""
        return [self.kind.template.replace(".html", "_row.html"), "relations/kinds/any_row.html"]

    @cached_property
    def url(self) -> str:
        return self.page.words.address(f"{self.kind.name}-detail", self.record.slug)

    @property
    def looked_for(self) -> Highlighter:
        return self.page.highlighter

    @cached_property
    def about(self) -> list[Item]:
        return about(self.record, self.page)

    @property
    def is_marked(self) -> bool:
        """Whether ``parts/marks.html`` has anything to say: it has not happened, or is not a plain actual fact."""
        return bool(
            self.record.outcome in (Record.Outcome.PLANNED, Record.Outcome.PROPOSED)
            or self.nature in (Quantity.Nature.TARGET, Quantity.Nature.ESTIMATE)
            or self.attributed_to
            or self.record.synthetic
        )

    @property
    def evidence_words(self) -> str:
        """What the record's evidence says, of which field, where several sources speak of others."""
        leading = self.record.leading_fields[0] if self.value or self.change else "date"
        return self.page.words.evidence(
            self.record.evidence, self.kind.model, leading, has_others=len(self.cited) > 1
        )

    @property
    def is_single(self) -> bool:
        """Whether its one source is its whole evidence, which then needs no words."""
        return self.record.evidence == Record.Evidence.SINGLE and len(self.cited) == 1

    @property
    def source_count(self) -> str:
        return self.page.words.source_count(len(self.cited))

    @property
    def notes(self) -> list[tuple[str, str]]:
        """The numbers of its sources in the notes of a printed page, with the places in each."""
        return [(str(one.number), self.page.words.where(one.places)) for one in self.cited]

    @property
    def disagreement(self) -> str:
        return _("sources disagree on %(fields)s") % {"fields": ", ".join(self.contested)}


@dataclass
class SharedRow:
    """Records of one kind and date that stand in one row, each with its own anchor and link."""

    rows: list[Row]

    is_shared = True

    @property
    def about(self) -> list[Item]:
        return list(dict.fromkeys(item for row in self.rows for item in row.about))


@dataclass
class Year:
    """Rows that begin in one year; without a number, rows in another order.

    ``rows`` are the records one by one; ``shown`` the same with figures of one date gathered in one.
    """

    number: int | None
    rows: list[Row]

    @property
    def anchor(self) -> str:
        return f"{self.number:04}"

    @property
    def shown(self) -> list[Row | SharedRow]:
        return self.rows if self.number is None else gathered(self.rows)


def rows(
    records: Iterable[Record], *, looked_for: str = "", relation: Relation | None = None
) -> list[Row]:
    """Rows in the order given. The records come from ``for_timeline()``.

    ``looked_for`` are the words of a search, marked where they occur; the countries of ``relation`` go
    without saying.
    """
    page = PageFacts(list(records), looked_for=looked_for, relation=relation)
    return [_row(record, page) for record in page.records]


def _row(record: Record, page: PageFacts) -> Row:
    kind, said = kinds.get(record.kind), page.said[record.pk]
    row = Row(
        record,
        kind,
        page,
        cited=page.cited(record),
        contested=contested_labels(kind.model, record.field_evidence),
        attributed_to=[] if said.is_stated else list(said.attributed_to),
    )
    if isinstance(record, Quantity):
        row.value, row.change = figure_value(record), figure_change(record)
        row.nature, row.nature_label = record.nature, record.get_nature_display()
    return row


def by_year(found: list[Row], ordering: str) -> list[Year]:
    """Rows grouped under the year they begin in; in one group when they are not ordered by date."""
    if ordering.lstrip("-") != "date":
        return [Year(None, found)] if found else []
    by_number = groupby(found, key=lambda row: row.record.sort_date.year)
    return [Year(number, list(one)) for number, one in by_number]


def gathered(found: list[Row]) -> list[Row | SharedRow]:
    """Rows in order of date, those in one row that a kind lists as one.

    Records at one place of the order stand there by nothing but their number: so those of one date may
    stand together where the first of them stands. A row on another page is left there.
    """
    shown: list[Row | SharedRow] = []
    for _place, level in groupby(
        found, key=lambda row: (row.record.sort_date, row.record.sort_end)
    ):
        sharing: dict[tuple[str, str], list[Row]] = {}
        for row in level:
            key = (row.kind.name, row.record.date)
            if row.kind.model.shares_row and key in sharing:
                sharing[key].append(row)
                continue
            sharing[key] = [row]
            shown.append(SharedRow(sharing[key]) if row.kind.model.shares_row else row)
    return [one.rows[0] if one.is_shared and len(one.rows) == 1 else one for one in shown]


def notes_of(years: Iterable[Year]) -> list[Cited]:
    """The sources of the rows of a page, by the numbers its rows give them."""
    cited = {one.number: one for year in years for row in year.rows for one in row.cited}
    return list(cited.values())
