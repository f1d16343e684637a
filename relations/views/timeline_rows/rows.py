"""Timeline rows: records with what their row shows beyond the parent's columns, in constant queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.utils.safestring import SafeString

from relations import dates
from relations.kinds import Kind
from relations.models import Record, Relation, Source
from relations.views.records.passages import FieldPassages
from relations.views.timeline_rows.page import RowPage


@dataclass
class Row:
    """A record of its own kind, with who says so.

    What a template shows of it is worked out when the template asks for it.
    """

    record: Record
    kind: Kind
    page: RowPage
    sources: list[Source]
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

    @property
    def evidence_words(self) -> str:
        """What the record's evidence says, of which field, where several sources speak of others."""
        leading = self.record.leading_fields[0] if self.value or self.change else "date"
        return self.page.evidence_words(
            self.kind.model, self.record.evidence, leading, len(self.sources)
        )

    # The pieces of its HTML --------------------------------------------------------------------------

    @cached_property
    def slug(self) -> str:
        return self.record.slug

    @cached_property
    def kind_name(self) -> str:
        return self.kind.name

    @cached_property
    def url(self) -> str:
        return self.page.fragments.address(f"{self.kind.name}-detail", self.slug)

    @property
    def icon(self) -> SafeString:
        return self.page.icon(self.kind.icon)

    @property
    def date(self) -> SafeString:
        return self.page.date(self.record.date)

    @property
    def what(self) -> SafeString:
        """What it is and who takes part, in the words of its kind."""
        return self.page.fragments.render(
            tuple(self.row_templates), record=self.record, kind=self.kind, is_shared=False
        )

    @property
    def what_of_shared(self) -> SafeString:
        """The same below a heading that names the kind."""
        return self.page.fragments.render(
            tuple(self.row_templates), record=self.record, kind=self.kind, is_shared=True
        )

    @property
    def marks(self) -> SafeString | str:
        return self.page.marks(self)

    @property
    def title(self) -> SafeString:
        return self.page.highlighter.mark(self.record.title)

    @property
    def summary(self) -> SafeString:
        return self.page.highlighter.mark(self.record.summary)

    @property
    def about(self) -> SafeString:
        return self.page.about(self.record)

    @property
    def disagreement(self) -> SafeString:
        return self.page.disagreement(tuple(self.contested))

    @property
    def evidence(self) -> SafeString | str:
        """How well it is attested; empty of a contested record, which says ``disagreement``."""
        return self.page.evidence(self)

    @property
    def source_count(self) -> SafeString:
        return self.page.source_count(len(self.sources))

    @property
    def source_links(self) -> SafeString:
        return self.page.source_links(self.sources)

    @property
    def evidence_mark(self) -> SafeString:
        """Evidence and number of sources as a mark, for a row of one line."""
        return self.page.evidence_mark(self)

    @property
    def notes(self) -> SafeString:
        """The numbers of its sources in the notes of a printed page, with the places in each."""
        return self.page.notes(self.record.pk)


@dataclass
class SharedRow:
    """Records of one kind and date that stand in one row, each with its own anchor and link."""

    rows: list[Row]

    is_shared = True

    @property
    def kind(self) -> Kind:
        return self.rows[0].kind

    @property
    def icon(self) -> SafeString:
        return self.rows[0].icon

    @property
    def date(self) -> SafeString:
        return self.rows[0].date

    @property
    def about(self) -> SafeString:
        return self.rows[0].page.about(*(row.record for row in self.rows))


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
    page = RowPage(list(records), looked_for=looked_for, relation=relation)
    return [Row(page=page, **page.facts(record)) for record in page.records]


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


@dataclass
class Note:
    """A source as a printed page names it, under its number."""

    number: int
    source: Source

    @property
    def published(self) -> str:
        return dates.parse(self.source.published).display() if self.source.published else ""

    @property
    def address(self) -> str:
        """Where it is found outside the site; the permanent of two addresses."""
        return f"https://doi.org/{self.source.doi}" if self.source.doi else self.source.url


def notes_of(years: Iterable[Year]) -> list[Note]:
    """The sources of the rows of a page, by the numbers its rows give them."""
    pages = [row.page for year in years for row in year.rows[:1]]
    return [Note(number, source) for number, source in pages[0].numbered] if pages else []
