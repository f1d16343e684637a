"""Timeline entries: which published record belongs to which relation, kept in step and checkable."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from relations.chunks import CHUNK, chunks
from relations.models import Entry, Record, Relation

FIELDS = ["sort_date", "sort_end", "year"]


def wanted(relation: Relation) -> QuerySet[Record]:
    """The published records in which both countries of the relation take part."""
    return Record.objects.published().between(relation.first_id, relation.second_id)


def _entry(relation: int, row: tuple) -> Entry:
    pk, sort_date, sort_end = row
    return Entry(
        relation_id=relation,
        record_id=pk,
        sort_date=sort_date,
        sort_end=sort_end,
        year=sort_date.year,
    )


def refresh(relations: Iterable[Relation]) -> None:
    """Make all entries of these relations what they should be."""
    for relation in relations:
        rows = wanted(relation).values_list("pk", "sort_date", "sort_end").order_by()
        entries = [_entry(relation.pk, row) for row in rows]
        relation.entries.exclude(record__in=wanted(relation).order_by()).delete()
        _store(entries)


def may_differ(record: Record, before: dict | None) -> bool:
    """Whether the entries of a complete record may be others than those of its state before."""
    return (
        before is None
        or (before["stage"], before["date"]) != (record.stage, record.date)
        or before["countries"] != sorted(country.pk for country in record.countries.all())
    )


def refresh_records(records: Iterable[Record]) -> None:
    """Make the entries of these complete records what they should be. Nothing is written where they are."""
    by_key = {record.pk: record for record in records}
    if not by_key:
        return
    relations = list(Relation.objects.order_by().values_list("pk", "first_id", "second_id"))
    should: dict[tuple[int, int], Entry] = {}
    for record in by_key.values():
        codes = {country.pk for country in record.countries.all()} if record.is_published else set()
        for relation, *pair in relations:
            if codes.issuperset(pair):
                row = (record.pk, record.sort_date, record.sort_end)
                should[relation, record.pk] = _entry(relation, row)
    stored: dict[tuple[int, int], Entry] = {}
    for part in chunks(by_key, CHUNK):
        for entry in Entry.objects.filter(record__in=part):
            stored[entry.relation_id, entry.record_id] = entry
    stale = [entry.pk for key, entry in stored.items() if key not in should]
    for part in chunks(stale, CHUNK):
        Entry.objects.filter(pk__in=part).delete()
    _store(
        entry for key, entry in should.items() if key not in stored or _differ(entry, stored[key])
    )


def _differ(one: Entry, other: Entry) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in FIELDS)


def _store(entries: Iterable[Entry]) -> None:
    Entry.objects.bulk_create(
        entries,
        batch_size=CHUNK,
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
