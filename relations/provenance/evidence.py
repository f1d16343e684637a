"""Verdicts of citations and the evidence of fields and records. The rule is published at /about/method/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from relations.models import Citation, Decision, Entity, Record
from relations.provenance.comparers import COMPARERS, stored_value

Verdict = Citation.Verdict
Evidence = Record.Evidence
JUDGED = ("verdict", "set_aside")


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


def refresh_record(record: Record) -> None:
    """Bring the verdicts and evidence of one record (its child row) up to date; decisions that lapse go."""
    citations = list(record.citations.all())
    Citation.objects.bulk_update(judge(record, citations), JUDGED)
    by_field = field_evidence(record, citations)
    for decision in record.decisions.all():
        if not holds(decision, record, by_field):
            decision.delete()
    overall = record_evidence(record, by_field)
    if record.field_evidence != by_field or record.evidence != overall:
        Record.objects.filter(pk=record.pk).update(field_evidence=by_field, evidence=overall)
        record.field_evidence, record.evidence = by_field, overall


def refresh_entity(entity: Entity) -> None:
    """Bring the verdicts of an entity's citations, and of its memberships and tenures, up to date."""
    entity = entity.specific
    subjects = [entity]
    for name in ("memberships", "tenures"):
        if name in entity.parts:
            subjects += list(getattr(entity, name).all())
    changed = []
    for subject in subjects:
        changed += judge(subject, subject.citations.all())
    Citation.objects.bulk_update(changed, JUDGED)
