"""Verdicts of citations and the evidence of fields and records. The rule is published at /about/method/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from relations.chunks import CHUNK, chunks
from relations.models import Citation, Decision, Entity, Record
from relations.models.complete import set_fetched
from relations.provenance.comparers import COMPARERS, stored_value

Verdict = Citation.Verdict
Evidence = Record.Evidence


def verdict_of(citation: Citation, subject) -> str:
    """What a citation says of its subject as stored. No field: it supports the whole."""
    if not citation.field:
        return Verdict.SUPPORTS
    comparer = COMPARERS[subject.citable[citation.field]]
    return comparer.verdict(stored_value(subject, citation.field), citation.value)


def field_evidence(subject, citations: Iterable[Citation]) -> dict[str, str]:
    """Evidence of each cited field: conflict, confirmed or single.

    *conflict* when a citation contradicts the stored value or two cited values cannot both be true; else
    *confirmed* when two different sources support it; else *single*. Claims that were set aside count for none.
    """
    by_field = defaultdict(list)
    for citation in citations:
        if citation.field and not citation.set_aside:
            by_field[citation.field].append(citation)
    evidence = {}
    for field, cited in by_field.items():
        comparer = COMPARERS[subject.citable[field]]
        supporting = {c.source_id for c in cited if c.verdict == Verdict.SUPPORTS}
        if any(c.verdict == Verdict.CONTRADICTS for c in cited) or any(
            comparer.clash(one.value, other.value) for one, other in combinations(cited, 2)
        ):
            evidence[field] = Evidence.CONFLICT
        elif len(supporting) > 1:
            evidence[field] = Evidence.CONFIRMED
        else:
            evidence[field] = Evidence.SINGLE
    return {field: str(value) for field, value in sorted(evidence.items())}


def record_evidence(record: Record, by_field: dict[str, str]) -> str:
    """Evidence of a record: conflict if any field's is; else that of the first of its leading fields."""
    if Evidence.CONFLICT in by_field.values():
        return Evidence.CONFLICT
    for field in record.leading_fields:
        if field in by_field:
            return by_field[field]
    return Evidence.UNSOURCED


def judge(subject, citations: Iterable[Citation]) -> list[Citation]:
    """Set each citation's verdict; returns those that were stored otherwise.

    A claim that the subject itself makes is not an outlier any more.
    """
    changed = []
    for citation in citations:
        before = citation.verdict, citation.set_aside
        citation.verdict = verdict_of(citation, subject)
        if citation.verdict == Verdict.SUPPORTS:
            citation.set_aside = ""
        if before != (citation.verdict, citation.set_aside):
            changed.append(citation)
    return changed


def holds(decision: Decision, record: Record, by_field: dict[str, str]) -> bool:
    """Whether what a decision was about is still so."""
    if decision.field not in record.citable:
        return False
    if decision.ruling == Decision.Ruling.ACCEPTED:
        return stored_value(record, decision.field) == decision.value
    return by_field.get(decision.field) == Evidence.CONFLICT


def refresh_records(records: Iterable[Record]) -> None:
    """Bring the verdicts and the evidence of complete records up to date; decisions that lapsed are removed."""
    judged: list[Citation] = []
    altered: dict[tuple, list[Record]] = defaultdict(list)
    for record in records:
        citations = list(record.citations.all())
        judged += judge(record, citations)
        by_field = field_evidence(record, citations)
        _drop_lapsed(record, by_field)
        overall = record_evidence(record, by_field)
        if record.field_evidence != by_field or record.evidence != overall:
            altered[str(overall), tuple(by_field.items())].append(record)
    _store_verdicts(judged)
    # Few sorts of evidence are shared by many records: one update for each that occurs.
    for (overall, by_field), rows in altered.items():
        for record in rows:
            record.evidence, record.field_evidence = overall, dict(by_field)
        for part in chunks((record.pk for record in rows), CHUNK):
            Record.objects.filter(pk__in=part).update(
                evidence=overall, field_evidence=dict(by_field)
            )


def _drop_lapsed(record: Record, by_field: dict[str, str]) -> None:
    decisions = list(record.decisions.all())
    lapsed = [decision for decision in decisions if not holds(decision, record, by_field)]
    for decision in lapsed:
        decision.delete()
    if lapsed:
        set_fetched(record, "decisions", [one for one in decisions if one.pk is not None])


def refresh_entities(entities: Iterable[Entity]) -> None:
    """Bring the verdicts on complete entities, and on their memberships and tenures, up to date."""
    judged: list[Citation] = []
    for entity in entities:
        parts = [name for name in ("memberships", "tenures") if name in entity.parts]
        for subject in (entity, *(part for name in parts for part in getattr(entity, name).all())):
            judged += judge(subject, subject.citations.all())
    _store_verdicts(judged)


def _store_verdicts(citations: Iterable[Citation]) -> None:
    by_verdict: dict[tuple, list[int]] = defaultdict(list)
    for citation in citations:
        by_verdict[str(citation.verdict), citation.set_aside].append(citation.pk)
    for (verdict, set_aside), pks in by_verdict.items():
        for part in chunks(pks, CHUNK):
            Citation.objects.filter(pk__in=part).update(verdict=verdict, set_aside=set_aside)
