"""Timeline entries: which published record belongs to which relation, kept in step and checkable."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from relations.models import Entry, Record, Relation
from relations.work import UnitOfWork, finisher

FIELDS = ["sort_date", "sort_end", "year"]


def wanted(relation: Relation, records: QuerySet[Record] | None = None) -> QuerySet[Record]:
    """The published records in which both countries of the relation take part."""
    records = Record.objects.all() if records is None else records
    return records.published().between(relation.first_id, relation.second_id)


def _entry(relation: Relation, row: tuple) -> Entry:
    pk, sort_date, sort_end = row
    return Entry(
        relation=relation, record_id=pk, sort_date=sort_date, sort_end=sort_end, year=sort_date.year
    )


def refresh(relations: Iterable[Relation], records: QuerySet[Record] | None = None) -> None:
    """Make the entries of these relations (for these records, or all) what they should be."""
    for relation in relations:
        stored = (
            relation.entries.all()
            if records is None
            else relation.entries.filter(record__in=records)
        )
        rows = wanted(relation, records).values_list("pk", "sort_date", "sort_end").order_by()
        entries = [_entry(relation, row) for row in rows]
        stored.exclude(record__in=wanted(relation, records).order_by()).delete()
        Entry.objects.bulk_create(
            entries,
            batch_size=1000,
            update_conflicts=True,
            update_fields=FIELDS,
            unique_fields=["relation", "record"],
        )


def problems() -> list[str]:
    """One line for each entry that is missing, stale or wrong."""
    found = []
    for relation in Relation.objects.select_related("first", "second"):
        should = {
            pk: (start, end)
            for pk, start, end in wanted(relation).values_list("pk", "sort_date", "sort_end")
        }
        has = {
            entry.record_id: (entry.sort_date, entry.sort_end, entry.year)
            for entry in relation.entries.all()
        }
        slugs = dict(
            Record.objects.filter(
                Q(pk__in=should.keys() ^ has.keys()) | Q(entries__relation=relation)
            ).values_list("pk", "slug")
        )
        for pk in sorted(should.keys() - has.keys()):
            found.append(f"{relation.slug}: no entry for {slugs.get(pk, pk)}")
        for pk in sorted(has.keys() - should.keys()):
            found.append(
                f"{relation.slug}: entry for {slugs.get(pk, pk)}, which does not belong to it"
            )
        for pk in sorted(should.keys() & has.keys()):
            if (*should[pk], should[pk][0].year) != has[pk]:
                found.append(f"{relation.slug}: entry for {slugs.get(pk, pk)} has another date")
    return found


def finish(unit: UnitOfWork) -> None:
    relations = list(Relation.objects.all())
    if touched := unit.of(Relation):
        refresh([relation for relation in relations if relation.pk in touched])
    if records := unit.of(Record):
        refresh(relations, Record.objects.filter(pk__in=records))


def connect() -> None:
    finisher(40)(finish)
