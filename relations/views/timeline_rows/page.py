"""What the rows of one page share: their facts, fetched together, and the pieces that many show alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from relations import dates, kinds
from relations.models import Record, Relation, Source
from relations.models.children import children_of
from relations.models.figures import Quantity
from relations.views.readable import (
    field_label,
    figure_change,
    figure_value,
    source_name,
    where_all,
)
from relations.views.records.passages import contested_labels
from relations.views.timeline_rows import facts
from relations.views.timeline_rows.facts import Named
from relations.views.timeline_rows.fragments import Fragments
from relations.views.timeline_rows.highlight import Highlighter

if TYPE_CHECKING:
    from relations.views.timeline_rows.rows import Row

MOST_NAMED = 4
"""Of many people, organizations or countries a row names the first; its record names them all."""

EVIDENCE_OF_FIELD = {
    Record.Evidence.CONFIRMED: gettext_lazy("two sources agree on the %(field)s"),
    Record.Evidence.SINGLE: gettext_lazy("%(field)s from one source"),
}


class RowPage:
    """The records of one page, each in its own kind, with what their rows show.

    With words looked for also the names that are not shown otherwise, since a word may be found in them.
    """

    def __init__(
        self, records: list[Record], *, looked_for: str = "", relation: Relation | None = None
    ):
        pks = [record.pk for record in records]
        self.records = children_of(records, facts.with_named)
        self.said, self.sources = facts.who_says_so(pks)
        self.people = facts.people(pks, took_part=True)
        self.organizations = facts.linked(pks, "organizations")
        self.topics = facts.marks(records, "topics")
        self.countries = facts.marks(records, "countries")
        self.unsaid = {relation.first_id, relation.second_id} if relation else set()
        self.fragments = Fragments()
        self.beside: list[dict[int, list[Named]]] = []
        self.names: dict[int, list[str]] = {}
        if looked_for and records:
            self.beside = [
                facts.people(pks, took_part=False),
                facts.linked(pks, "projects"),
            ]
            self.names = facts.other_names(
                one.pk for record in self.records for one in self._entities(record)
            )
        self.highlighter = Highlighter(looked_for, self._texts() if looked_for else ())

    def facts(self, record: Record) -> dict[str, Any]:
        """What a row holds of a record."""
        kind, said = kinds.get(record.kind), self.said[record.pk]
        is_figure = isinstance(record, Quantity)
        return {
            "record": record,
            "kind": kind,
            "sources": [self.sources[key] for key in said.places],
            "contested": contested_labels(kind.model, record.field_evidence),
            "attributed_to": [] if said.is_stated else list(said.attributed_to),
            "value": figure_value(record) if is_figure else "",
            "change": figure_change(record) if is_figure else "",
            "nature": record.nature if is_figure else "",
            "nature_label": record.get_nature_display() if is_figure else "",
        }

    # What it is, and when -----------------------------------------------------------------------------

    def icon(self, name: str) -> SafeString:
        return self.fragments.once(
            ("icon", name), lambda: self.fragments.render("relations/parts/icon.html", name=name)
        )

    def date(self, text: str) -> SafeString:
        return self.fragments.once(
            ("date", text),
            lambda: self.fragments.render("relations/parts/date.html", date=dates.parse(text)),
        )

    def marks(self, row: Row) -> SafeString:
        """What has not happened, or is not a plain actual fact, in words; mostly nothing."""
        record = row.record
        marks = {
            "outcome": record.outcome,
            "nature": row.nature,
            "nature_label": row.nature_label,
            "attributed_to": tuple(row.attributed_to),
            "synthetic": record.synthetic,
        }
        return self.fragments.once(
            ("marks", *marks.values()),
            lambda: self.fragments.render("relations/parts/marks.html", **marks),
        )

    # What it is about ---------------------------------------------------------------------------------

    def about(self, *records: Record) -> SafeString:
        """Where, who and about what, as the items of a list: of several records all that they name."""
        items: dict[SafeString, None] = {}
        for record in records:
            items |= dict.fromkeys(self._about(record))
        return mark_safe("".join(items))  # noqa: S308 - rendered by templates

    def _about(self, record: Record) -> list[SafeString]:
        hits = self.highlighter.hits
        items, said = [], facts.named_by_kind(record)
        if record.place:
            items.append(self._link(_entity(record.place)))
        for every in (self.people, self.organizations):
            named = [
                one for one in every.get(record.pk, ()) if one.pk not in said or self._is_found(one)
            ]
            shown = [*named[:MOST_NAMED], *filter(self._is_found, named[MOST_NAMED:])]
            items += map(self._link, shown)
            if len(named) > len(shown):
                items.append(self._more(len(named) - len(shown)))
        items += self._countries(record)
        for every in self.beside:
            items += map(self._link, filter(self._is_found, every.get(record.pk, ())))
        items += [
            self._link(Named(0, "topic", topic.slug, topic.name))
            for topic in self.topics.get(record.pk, ())
        ]
        if record.date_note and hits(record.date_note):
            items.append(format_html("<li>{}</li>", self.highlighter.mark(record.date_note)))
        return items

    def _countries(self, record: Record) -> list[SafeString]:
        """The countries that neither the kind names nor the page, and those that were looked for."""
        unsaid = self.unsaid | record.named_countries()
        others = [
            country.name
            for country in self.countries.get(record.pk, ())
            if country.pk not in unsaid or self.highlighter.hits(country.name)
        ]
        if not others:
            return []
        return [
            self.fragments.once(
                ("countries", *others),
                lambda: self.fragments.render(
                    "relations/parts/row_countries.html",
                    names=[self.highlighter.mark(name) for name in others[: 2 * MOST_NAMED]],
                    more=len(others[2 * MOST_NAMED :]),
                ),
            )
        ]

    def _is_found(self, one: Named) -> bool:
        texts = (one.name, *self.names.get(one.pk, ()))
        return bool(self.highlighter) and any(map(self.highlighter.hits, texts))

    def _link(self, one: Named) -> SafeString:
        def render() -> SafeString:
            others = () if self.highlighter.hits(one.name) else self.names.get(one.pk, ())
            return self.fragments.render(
                "relations/parts/row_link.html",
                kind=one.kind,
                url=self.fragments.address(f"{one.kind}-detail", one.slug),
                name=self.highlighter.mark(one.name),
                others=[
                    self.highlighter.mark(name) for name in others if self.highlighter.hits(name)
                ],
            )

        return self.fragments.once(("link", one.kind, one.slug), render)

    def _more(self, count: int) -> SafeString:
        return self.fragments.once(
            ("more", count),
            lambda: self.fragments.render("relations/parts/row_more.html", count=count),
        )

    # Who says so --------------------------------------------------------------------------------------

    def evidence_words(
        self, model: type[Model], evidence: str, leading: str, source_count: int
    ) -> str:
        if source_count < 2 or evidence not in EVIDENCE_OF_FIELD:
            return self.fragments.once(
                ("words", evidence), lambda: str(Record.Evidence(evidence).label)
            )
        return self.fragments.once(
            ("words", evidence, leading, model),
            lambda: EVIDENCE_OF_FIELD[evidence] % {"field": field_label(model, leading)},
        )

    def disagreement(self, contested: tuple[str, ...]) -> SafeString:
        return self.fragments.once(
            ("disagreement", contested),
            lambda: self.fragments.render("relations/parts/row_conflict.html", fields=contested),
        )

    def evidence(self, row: Row) -> SafeString | str:
        """How well it is attested, unless it is contested. One source is its own evidence."""
        if row.contested:
            return ""
        evidence = row.record.evidence
        is_alone = evidence == Record.Evidence.SINGLE and len(row.sources) == 1
        words = "" if is_alone else row.evidence_words
        return self.fragments.once(
            ("evidence", evidence, words),
            lambda: self.fragments.render(
                "relations/parts/row_evidence.html", evidence=evidence, words=words
            ),
        )

    def evidence_mark(self, row: Row) -> SafeString:
        marked = {
            "evidence": row.record.evidence,
            "words": row.evidence_words,
            "contested": tuple(row.contested),
            "count": len(row.sources),
        }
        return self.fragments.once(
            ("mark", *marked.values()),
            lambda: self.fragments.render("relations/parts/row_mark.html", **marked),
        )

    def source_count(self, count: int) -> SafeString:
        return self.fragments.once(
            ("count", count),
            lambda: self.fragments.render("relations/parts/row_source_count.html", count=count),
        )

    def source_links(self, sources: list[Source]) -> SafeString:
        return mark_safe("; ".join(map(self._source, sources)))  # noqa: S308 - rendered by templates

    def _source(self, source: Source) -> SafeString:
        return self.fragments.once(
            ("source", source.pk),
            lambda: self.fragments.render(
                "relations/parts/row_source.html",
                url=self.fragments.address("source-detail", source.slug),
                name=source_name(source),
            ),
        )

    # Notes of a printed page --------------------------------------------------------------------------

    @property
    def numbered(self) -> list[tuple[int, Source]]:
        """The sources, numbered in the order in which the rows name them."""
        keys = dict.fromkeys(key for row in self.records for key in self.said[row.pk].places)
        return [(number, self.sources[key]) for number, key in enumerate(keys, start=1)]

    def notes(self, pk: int) -> SafeString:
        numbers = self.fragments.once(
            "numbers", lambda: {source.pk: number for number, source in self.numbered}
        )
        return format_html_join(
            " ",
            "<span><sup>{}</sup> {}</span>",
            (
                (numbers[key], self._places(tuple(places)))
                for key, places in self.said[pk].places.items()
            ),
        )

    def _places(self, places: tuple[facts.Place, ...]) -> str:
        return self.fragments.once(("at", *places), lambda: where_all(places))

    # The texts in which words are looked for ------------------------------------------------------------

    def _entities(self, record: Record) -> list[Named]:
        linked = (self.people, self.organizations, *self.beside)
        found = [one for every in linked for one in every.get(record.pk, ())]
        return [*found, _entity(record.place)] if record.place else found

    def _texts(self) -> set[str]:
        found = {text for names in self.names.values() for text in names}
        for record in self.records:
            found |= {record.title, record.summary, record.date_note}
            found |= {one.name for one in self._entities(record)}
        for every in (self.topics, self.countries):
            found |= {one.name for marks in every.values() for one in marks}
        return found


def _entity(entity) -> Named:
    return Named(entity.pk, entity.kind, entity.slug, entity.name)
