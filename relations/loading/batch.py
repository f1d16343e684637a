"""The one writer of many records at once: imports and generated data, 10,000 records in seconds.

Everything a saved record carries is stored or derived here too, in one transaction: parent and child rows,
links, citations, verdicts and evidence, timeline entries, the search index and one numbered change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connections, models, router, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from relations import provenance
from relations.chunks import CHUNK, chunks
from relations.derived import stored_json, timeline_entries
from relations.history import changes
from relations.models import (
    Citation,
    Country,
    Entity,
    FormerAddress,
    Participation,
    Person,
    Place,
    Record,
    Relation,
)
from relations.models.base import Tracked
from relations.provenance.evidence import field_evidence, judge, record_evidence
from relations.search import index, statistics
from relations.work import UnitOfWork, current

LINKS = ("countries", "organizations", "projects", "topics")
# From so many on the planner of queries is told that tables have grown.
MANY = 100


@dataclass
class Draft:
    """A record to be stored: the unsaved child row and everything that hangs on it.

    ``countries`` are codes, the other links primary keys. ``participations``, ``citations`` and ``related``
    (rows of the kind's own, such as the parties of an agreement or its many-to-many links, in the order in which
    they refer to one another) are unsaved and name ``record`` as theirs. The caller has validated them, as for
    ``bulk_create``; what the database and the rules of publication refuse is refused here as well.
    """

    record: Record
    countries: Sequence[str] = ()
    organizations: Sequence[int] = ()
    projects: Sequence[int] = ()
    topics: Sequence[int] = ()
    participations: Sequence[Participation] = ()
    citations: Sequence[Citation] = ()
    related: Sequence[models.Model] = field(default_factory=tuple)


def write(records: Iterable[Draft], *, user=None, reason: str = "") -> list[int]:
    """Store the drafts, all or none, and return their primary keys in the order given.

    Raises ``ValidationError`` where a published record lacks a located citation or a slug is another's former
    address, ``DateError`` on a bad date, ``IntegrityError`` where the database refuses a row.
    """
    if current() is not None:
        raise RuntimeError(
            "The batch writer is a unit of work of its own; call it outside of others."
        )
    drafts = list(records)
    if not drafts:
        return []
    for draft in drafts:
        draft.record.derive()
    with transaction.atomic(using=router.db_for_write(Record)):
        _refuse_former_addresses(drafts)
        _insert_records([draft.record for draft in drafts])
        _insert_links(drafts)
        _insert_parts(drafts)
        relations, shelf = list(Relation.objects.all()), Shelf(drafts)
        for part in chunks(drafts, CHUNK):
            _complete(part, shelf)
            pks = [draft.record.pk for draft in part]
            provenance.keep_citations(UnitOfWork(before={(Record, pk): None for pk in pks}))
            timeline_entries.refresh(relations, Record.objects.filter(pk__in=pks))
            for draft in part:
                # Asked for three times a record, and costly: answered once.
                draft.record.search_text = draft.record.search_text()
            index.add(draft.record for draft in part)
        # Last of all: the order of numbers is the order of commits.
        _number(drafts, user, reason)
        if len(drafts) >= MANY:
            statistics.count()
    return [draft.record.pk for draft in drafts]


def _refuse_former_addresses(drafts: list[Draft]) -> None:
    scope = Record.address_scope()
    for part in chunks((draft.record.slug for draft in drafts), CHUNK):
        taken = FormerAddress.objects.filter(scope=scope, slug__in=part).values_list(
            "slug", flat=True
        )
        if slugs := list(taken[:10]):
            raise ValidationError(
                _("Former addresses are never reused: %(slugs)s.") % {"slugs": ", ".join(slugs)},
                code="slug",
            )


def _insert_records(records: list[Record]) -> None:
    """Parents first; then their children by Django's own insert query.

    ``bulk_create`` refuses models that inherit a table, because it could not fill both. Here the parents are
    there already and have their keys, so each child is a plain row: ``_insert`` is what ``Model.save`` itself
    calls for it, with the columns of the child's table alone, as many rows at once as the database takes.
    """
    columns = [column for column in Record._meta.concrete_fields if not column.primary_key]
    parents = [
        Record(**{c.attname: getattr(record, c.attname) for c in columns}) for record in records
    ]
    Record.objects.bulk_create(parents, batch_size=CHUNK)
    by_model: dict[type[Record], list[Record]] = defaultdict(list)
    for record, parent in zip(records, parents, strict=True):
        record.pk = record.id = parent.pk
        by_model[type(record)].append(record)
    for model, rows in by_model.items():
        fields = model._meta.local_concrete_fields
        database = router.db_for_write(model)
        size = min(CHUNK, connections[database].ops.bulk_batch_size(fields, rows))
        for part in chunks(rows, size):
            model._base_manager._insert(part, fields=fields, using=database)
        for row in rows:
            row._state.adding, row._state.db = False, database


def _insert_links(drafts: list[Draft]) -> None:
    for name in LINKS:
        through = Record._meta.get_field(name).remote_field.through
        target = Record._meta.get_field(name).m2m_reverse_field_name()
        rows = [
            through(record_id=draft.record.pk, **{f"{target}_id": key})
            for draft in drafts
            for key in dict.fromkeys(getattr(draft, name))
        ]
        through.objects.bulk_create(rows, batch_size=CHUNK)


def _insert_parts(drafts: list[Draft]) -> None:
    """Rows that name their record, model by model: first what others may refer to."""
    by_model: dict[type[models.Model], list[models.Model]] = {Participation: [], Citation: []}
    for draft in drafts:
        for row in (*draft.participations, *draft.citations, *draft.related):
            # A row of a many-to-many link has nothing of its own.
            if isinstance(row, Tracked):
                row.derive()
            by_model.setdefault(type(row), []).append(row)
    for model, rows in by_model.items():
        model._base_manager.bulk_create(rows, batch_size=CHUNK)


class Shelf:
    """What the drafts point at, read once, and handed out as if each record had prefetched it.

    Reading 10,000 records back with their links takes longer than writing them. Records that share their
    topics share one queryset of them, which holds its rows already.
    """

    def __init__(self, drafts: list[Draft]) -> None:
        self.rows: dict[type[models.Model], dict] = {}
        self.sets: dict[tuple, models.QuerySet] = {}
        wanted: dict[type[models.Model], set] = defaultdict(set)
        for draft in drafts:
            for name in LINKS:
                wanted[Record._meta.get_field(name).related_model].update(getattr(draft, name))
            wanted[Person].update(row.person_id for row in draft.participations)
            wanted[Place].add(draft.record.place_id)
        for model, keys in wanted.items():
            names = ["names"] if issubclass(model, Entity) else []
            self.rows[model] = {
                row.pk: row
                for part in chunks(keys - {None}, CHUNK)
                for row in model._base_manager.filter(pk__in=part).prefetch_related(*names)
            }

    def linked(self, model: type[models.Model], keys: Iterable) -> models.QuerySet:
        """The rows with these keys, as a queryset that has been read."""
        keys = tuple(dict.fromkeys(keys))
        if (model, keys) not in self.sets:
            queryset = model._default_manager.filter(pk__in=keys)
            self.sets[model, keys] = _read(queryset, [self.rows[model][key] for key in keys])
        return self.sets[model, keys]

    def furnish(self, draft: Draft, countries: Iterable[str]) -> None:
        """Give a record its links and the rows that name it, so that what is derived asks for nothing."""
        record = draft.record
        known = record.__dict__.setdefault("_prefetched_objects_cache", {})
        for name in LINKS:
            keys = countries if name == "countries" else getattr(draft, name)
            known[name] = self.linked(Record._meta.get_field(name).related_model, keys)
        known["people"] = self.linked(Person, (row.person_id for row in draft.participations))
        if record.place_id:
            record.place = self.rows[Place][record.place_id]
        parts = defaultdict(list)
        for row in (*draft.participations, *draft.related):
            parts[type(row)].append(row)
        for name in record.parts:
            relation = record._meta.get_field(name)
            if name in ("citations", "links"):
                continue
            model = relation.related_model
            if model not in parts:
                known[name] = self.linked(model, ())
                continue
            queryset = model._default_manager.filter(**{relation.field.attname: record.pk})
            known[name] = _read(queryset, parts[model])


def _read(queryset: models.QuerySet, rows: list) -> models.QuerySet:
    """The queryset with its rows, as ``prefetch_related`` leaves one: iterated as it is, filtered anew."""
    queryset._result_cache, queryset._prefetch_done = rows, True
    return queryset


def _complete(drafts: list[Draft], shelf: Shelf) -> None:
    """Derive and store what follows from the links and citations of records that are stored."""
    through, missing = Record.countries.through, []
    for draft in drafts:
        record, countries = draft.record, list(draft.countries)
        shelf.furnish(draft, countries)
        for code in sorted(record.named_countries() - set(countries)):
            missing.append(through(record_id=record.pk, country_id=code))
            countries.append(code)
        if len(countries) > len(set(draft.countries)):
            shelf.rows[Country] |= Country.objects.in_bulk(countries)
            shelf.furnish(draft, countries)
        record.derive_links()
    through.objects.bulk_create(missing, batch_size=CHUNK)
    _store_evidence(drafts)


def _store_evidence(drafts: list[Draft]) -> None:
    """Few verdicts and kinds of evidence are shared by many rows: one update for each that occurs."""
    verdicts: dict[str, list[int]] = defaultdict(list)
    evidence: dict[tuple, list[int]] = defaultdict(list)
    for draft in drafts:
        record = draft.record
        for citation in judge(record, draft.citations):
            verdicts[citation.verdict].append(citation.pk)
        by_field = field_evidence(record, draft.citations)
        evidence[record_evidence(record, by_field), tuple(by_field.items())].append(record.pk)
    for verdict, pks in verdicts.items():
        for part in chunks(pks, CHUNK):
            Citation.objects.filter(pk__in=part).update(verdict=verdict)
    for (overall, by_field), pks in evidence.items():
        Record.objects.filter(pk__in=pks).update(evidence=overall, field_evidence=dict(by_field))


def _number(drafts: list[Draft], user, reason: str) -> None:
    published = [draft.record for draft in drafts if draft.record.is_published]
    if not published:
        return
    model = Record._meta.label_lower
    items = [
        (record.pk, {"model": model, "key": record.slug, "action": "published", "fields": {}})
        for record in published
    ]
    change = changes.record_change(items, user=user, reason=reason, time=timezone.now())
    for part in chunks((record.pk for record in published), CHUNK):
        Record.objects.filter(pk__in=part).update(change=change.number)
    stored_json.refresh(record.pk for record in published)
