"""Citations as a page shows them: by field, with every reading where sources differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from relations.models import Citation, Decision, Source
from relations.provenance.comparers import COMPARERS
from relations.provenance.evidence import field_evidence
from relations.views.readable import Values, field_label, where_all

Verdict = Citation.Verdict


@dataclass
class Passage:
    """One citation and the value it gives, in words."""

    citation: Citation
    label: str
    value: str


@dataclass
class Reading:
    """One value that sources give for a field. ``standing``: kept, other, or open (neither)."""

    value: str
    standing: str
    note: str
    verdict: Verdict
    passages: list[Passage] = field(default_factory=list)


@dataclass
class FieldPassages:
    """All that the sources say of one field, and the editors' decision; ``accepted`` is its value in words."""

    name: str
    label: str
    evidence: str
    passages: list[Passage]
    readings: list[Reading]
    decision: Decision | None = None
    accepted: str = ""

    @property
    def is_contested(self) -> bool:
        return self.evidence == "conflict"

    @property
    def by_value(self) -> list[tuple[str, str]]:
        """Each given value in words, with all places that give it."""
        given: dict[str, list[Citation]] = defaultdict(list)
        for passage in self.passages:
            given[passage.value].append(passage.citation)
        return [(value, where_all(citations)) for value, citations in given.items()]

    @property
    def anchor(self) -> str:
        return f"says-{self.name.replace('_', '-') or 'whole'}"


STANDINGS = {
    Verdict.SUPPORTS: ("kept", _("kept by the record")),
    Verdict.FINER: ("kept", _("agrees, more exact")),
    Verdict.COARSER: ("kept", _("agrees, less exact")),
    Verdict.CONTRADICTS: ("other", _("differs from the record")),
    Verdict.READING: ("open", _("the record decides for none")),
    Verdict.INCOMPARABLE: ("open", _("measures something else")),
}
CONTESTED = {Verdict.FINER: ("open", _("one of the dates the record allows"))}
ASIDE = ("open", _("set aside by the editors"))
WORDED = {Verdict.READING: ("open", _("worded otherwise"))}


def _readings(passages: list[Passage], comparer: str, *, is_contested: bool) -> list[Reading]:
    """Each value given for a field, the record's own first; empty while all agree with the record."""
    if COMPARERS[comparer].many:
        return []
    standings = STANDINGS | (CONTESTED if is_contested else {})
    if comparer == "wording":
        standings |= WORDED
    readings: dict[str, Reading] = {}
    order = list(STANDINGS)
    for passage in sorted(passages, key=lambda passage: order.index(_verdict(passage))):
        verdict = _verdict(passage)
        standing, note = standings[verdict]
        fresh = Reading(passage.value, standing, note, verdict=verdict)
        readings.setdefault(passage.citation.value, fresh).passages.append(passage)
    for reading in readings.values():
        if all(passage.citation.set_aside for passage in reading.passages):
            reading.standing, reading.note = ASIDE
    differ = len(readings) > 1 and any(
        reading.verdict != Verdict.SUPPORTS for reading in readings.values()
    )
    return list(readings.values()) if differ or is_contested else []


def _verdict(passage: Passage) -> Verdict:
    return Verdict(passage.citation.verdict or Verdict.READING)


def by_field(
    model: type[Model],
    citations: Iterable[Citation],
    evidence: dict[str, str],
    values: Values,
    *,
    decisions: Iterable[Decision] = (),
    only_contested: bool = False,
) -> list[FieldPassages]:
    """The citations of one subject: contested fields first, then in the order of its citable fields.

    Citations of the subject as a whole come last.
    """
    grouped = defaultdict(list)
    for citation in citations:
        grouped[citation.field].append(
            Passage(
                citation,
                field_label(model, citation.field),
                values.readable(model, citation.field, citation.value),
            )
        )
    decided = {decision.field: decision for decision in decisions}
    found = []
    for name in [*model.citable, ""]:
        passages = grouped.get(name)
        if not passages or (only_contested and evidence.get(name) != "conflict"):
            continue
        is_contested = evidence.get(name) == "conflict"
        found.append(
            FieldPassages(
                name=name,
                label=field_label(model, name),
                evidence=evidence.get(name, ""),
                passages=passages,
                readings=_readings(passages, model.citable[name], is_contested=is_contested)
                if name
                else [],
                decision=decided.get(name),
                accepted=values.readable(model, name, decided[name].value)
                if name in decided
                else "",
            )
        )
    return sorted(found, key=lambda field: not field.is_contested)


def of_subject(subject: Model, values: Values | None = None) -> list[FieldPassages]:
    """The passages of an entity, membership or tenure, whose citations and sources are prefetched."""
    citations = list(subject.citations.all())
    model = type(subject)
    values = values or Values((model, citation) for citation in citations)
    return by_field(model, citations, field_evidence(subject, citations), values)


def contested_labels(model: type[Model], evidence: dict[str, str]) -> list[str]:
    """The fields on which sources disagree, in words."""
    return [
        str(field_label(model, name)) for name in model.citable if evidence.get(name) == "conflict"
    ]


def places_by_source(citations: Iterable[Citation]) -> list[tuple[Source, str]]:
    """Each source of these passages with all the places: “paragraphs 54 and 99”."""
    found: dict[Source, list[Citation]] = defaultdict(list)
    for citation in citations:
        found[citation.source].append(citation)
    return [(source, where_all(said)) for source, said in found.items()]
