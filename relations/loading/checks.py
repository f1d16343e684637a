"""Find everything that can be wrong in a stored database by deriving it again.

Nothing is altered: where deriving stores something, it is rolled back. Rows are read a few hundred at a
time, with what they need, so that ten thousand records take seconds. The database itself enforces
uniqueness and constraints; what no constraint can express is checked here.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import models, transaction

from relations import dates, kinds
from relations.derived import stored_json, timeline_entries
from relations.history import changes
from relations.models import (
    Change,
    Citation,
    Country,
    Entity,
    FormerAddress,
    Membership,
    Record,
    Tenure,
    Tracked,
)
from relations.models.base import Addressed
from relations.provenance.comparers import COMPARERS
from relations.provenance.evidence import field_evidence, holds, record_evidence, verdict_of
from relations.search import index

CHUNK = 500
DERIVED = ("kind", "earliest", "latest", "sort_date", "sort_end", "precision")


@dataclass
class Report:
    rows: int = 0
    problems: list[str] = field(default_factory=list)


def check_database() -> Report:
    """Check every row of every tracked model and everything derived from them."""
    report = Report()
    known = Known()
    for model in apps.get_models():
        if not issubclass(model, Tracked) or model in (Record, Entity, Citation):
            continue
        for rows in _chunks(model):
            report.rows += len(rows)
            report.problems += _row_problems(model, rows, known)
    report.rows += Citation.objects.count()
    report.problems += [
        *_without_child(),
        *_dangling(),
        *_former_addresses(),
        *_change_numbers(),
        *(f"entry {line}" for line in timeline_entries.problems()),
        *index.problems(),
    ]
    # Stored objects are derived from all of this: from invalid rows none can be derived for comparison.
    report.problems += [] if report.problems else stored_json.problems()
    return report


class Known:
    """The keys that a cited value may name: codes of countries, slugs by model. They are read once."""

    def __init__(self) -> None:
        self.codes = set(Country.objects.values_list("pk", flat=True))
        self.slugs: dict[type[models.Model], set[str]] = {}

    def has(self, model: type[models.Model], slug: str) -> bool:
        if model not in self.slugs:
            self.slugs[model] = set(model._base_manager.values_list("slug", flat=True))
        return slug in self.slugs[model]


def key_of(row: models.Model) -> str:
    return str(row.natural_key()[0] if hasattr(row, "natural_key") else row.pk)


def _line(row: models.Model, what: str) -> str:
    return f"{row._meta.model_name} {key_of(row)}: {what}"


def _chunks(model: type[models.Model]) -> Iterator[list[models.Model]]:
    """The rows of a model in order, with the rows they refer to and the parts that are checked with them."""
    forward = [
        f.name
        for f in model._meta.concrete_fields
        if f.is_relation and not f.remote_field.parent_link
    ]
    queryset = model._base_manager.order_by("pk").select_related(*forward)
    if issubclass(model, Record):
        parts = (name for name in model.parts if name not in ("citations", "links"))
        queryset = queryset.prefetch_related("countries", *parts)
    if issubclass(model, (Record, Entity, Membership, Tenure)):
        queryset = queryset.prefetch_related("citations")
    if issubclass(model, Entity):
        queryset = queryset.prefetch_related("names")
    after = None
    while rows := list((queryset if after is None else queryset.filter(pk__gt=after))[:CHUNK]):
        yield rows
        after = rows[-1].pk


def _row_problems(model: type[models.Model], rows: list, known: Known) -> Iterator[str]:
    links = _link_problems(model, rows)
    for row in rows:
        if issubclass(model, (Record, Entity)):
            # What `specific` looks for on a parent is the child itself here.
            row._state.fields_cache[model._meta.model_name] = row
        # Cleaning derives columns, so the stored values are noted first.
        stored = {name: getattr(row, name) for name in DERIVED if hasattr(row, name)}
        problems = list(_validity(row))
        yield from problems
        if isinstance(row, Record):
            yield from _record_problems(row, stored)
            yield from links[row.pk]
        if hasattr(model, "citable"):
            yield from _citation_problems(row, known, is_sound=not problems)


def _validity(row: models.Model) -> Iterator[str]:
    """What ``full_clean`` finds, without foreign keys, uniqueness and constraints."""
    foreign = {f.name for f in row._meta.concrete_fields if f.is_relation}
    try:
        row.full_clean(exclude=foreign, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield from (
                _line(row, f"{name}: {message}" if name != "__all__" else message)
                for message in messages
            )
    except ObjectDoesNotExist:
        yield _line(row, "it points at a row that is gone")


def _record_problems(record: Record, stored: dict) -> Iterator[str]:
    again = copy.copy(record)
    try:
        again.derive()
    except dates.DateError:
        return  # said already
    for name, value in stored.items():
        if value != getattr(again, name):
            yield _line(
                record, f"{name} is stored as {value}, {record.date} gives {getattr(again, name)}"
            )
    missing = record.named_countries() - {country.pk for country in record.countries.all()}
    if missing:
        yield _line(
            record,
            f"{', '.join(sorted(missing))} takes part by name and is not among its countries",
        )


def _link_problems(model: type[models.Model], rows: list) -> dict[int, list[str]]:
    """Check columns that follow from linked rows, such as an agreement's status: derive them again, then
    undo it.
    """
    found: dict[int, list[str]] = defaultdict(list)
    if not issubclass(model, Record) or model.derive_links is Record.derive_links:
        return found
    names = [f.attname for f in model._meta.local_concrete_fields]
    with transaction.atomic():
        for row in rows:
            stored = {name: getattr(row, name) for name in names}
            row.derive_links()
            for name, value in stored.items():
                if getattr(row, name) != value:
                    found[row.pk].append(
                        _line(
                            row, f"{name} is stored as {value}, its links give {getattr(row, name)}"
                        )
                    )
                    setattr(row, name, value)
        transaction.set_rollback(True)
    return found


# Citations -----------------------------------------------------------------------------------------------------


def _citation_problems(subject, known: Known, *, is_sound: bool) -> Iterator[str]:
    """The problems of a subject's citations, and of what is derived from them.

    Citations of an invalid subject cannot be judged.
    """
    citations = list(subject.citations.all())
    sound = []
    for citation in citations:
        # The prefetched subject is the parent row; the citable fields belong to the child.
        for name in Citation.SUBJECTS:
            if getattr(citation, f"{name}_id"):
                citation._state.fields_cache[name] = subject
        problems = list(_validity(citation)) or list(_value_problems(citation, subject, known))
        yield from problems
        if problems or not is_sound:
            continue
        sound.append(citation)
        verdict = verdict_of(citation, subject)
        if citation.verdict != verdict:
            yield _line(
                citation, f"verdict is stored as {citation.verdict or 'none'}, it is {verdict}"
            )
        if citation.set_aside and verdict == Citation.Verdict.SUPPORTS:
            yield _line(citation, "it is set aside although it says the same as the record")
    if not isinstance(subject, Record):
        return
    if subject.is_published and not any(citation.locator for citation in citations):
        yield _line(subject, "it is published without a citation that has a locator")
    if len(sound) == len(citations):
        for citation in sound:
            citation.verdict = verdict_of(citation, subject)
        yield from _evidence_problems(subject, sound)


def _evidence_problems(record: Record, citations: list[Citation]) -> Iterator[str]:
    by_field = field_evidence(record, citations)
    overall = record_evidence(record, by_field)
    if record.field_evidence != by_field:
        yield _line(
            record, f"field_evidence is stored as {record.field_evidence}, it is {by_field}"
        )
    if record.evidence != overall:
        yield _line(record, f"evidence is stored as {record.evidence}, it is {overall}")
    for decision in record.decisions.all():
        if not holds(decision, record, by_field):
            yield _line(record, f"what was decided on its {decision.field} has lapsed")
    if record.is_published and not by_field.keys() & set(record.leading_fields):
        leading = record.leading_fields[0]
        yield _line(record, f"it is published and no citation gives its {leading}")


def _value_problems(citation: Citation, subject, known: Known) -> Iterator[str]:
    name, value = citation.field, citation.value
    if not name:
        return
    # Citation.clean checks which fields may be cited, and that there is a value.
    comparer = subject.citable[name]
    try:
        if (check := COMPARERS[comparer].check) is not None:
            check(value)
    except ValueError as error:
        yield _line(citation, f"{value} is not a value of {name}: {error}")
        return
    target = _target(subject, name)
    if comparer == "choice" and value not in dict(subject._meta.get_field(name).flatchoices):
        yield _line(citation, f"{value} is not a choice of {name}")
    elif comparer in ("code", "many_codes") and value not in known.codes:
        yield _line(citation, f"there is no country {value}")
    elif (
        comparer in ("slug", "many_slugs", "many_people")
        and target
        and not known.has(target, value)
    ):
        yield _line(citation, f"there is no {target._meta.verbose_name} {value}")


def _target(subject, name: str) -> type[models.Model] | None:
    try:
        return subject._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None


# The database as a whole -----------------------------------------------------------------------------------------


def _without_child() -> Iterator[str]:
    """Parent rows whose child is gone or of another kind."""
    children = [(Record, [(kind.name, kind.model) for kind in kinds.every()])]
    children.append((Entity, [(model.KIND, model) for model in Entity.__subclasses__()]))
    for parent, of_kind in children:
        whole = models.Q()
        for name, model in of_kind:
            whole |= models.Q(kind=name, pk__in=model._base_manager.values("pk"))
        for row in parent._base_manager.exclude(whole).order_by("pk"):
            yield _line(row, f"it has no row of its kind, {row.kind}")


def _dangling() -> Iterator[str]:
    """Foreign keys that lead nowhere, which raw SQL can leave behind on SQLite."""
    for model in apps.get_models():
        if model._meta.app_label not in {kind.model._meta.app_label for kind in kinds.every()}:
            continue
        for column in model._meta.local_concrete_fields:
            if not column.is_relation:
                continue
            related = column.related_model._base_manager.values(column.target_field.name)
            lost = model._base_manager.filter(**{f"{column.name}__isnull": False}).exclude(
                **{f"{column.attname}__in": related}
            )
            for pk, value in lost.values_list("pk", column.attname):
                yield f"{model._meta.model_name} {pk}: {column.name} points at {value}, which is gone"


def _former_addresses() -> Iterator[str]:
    homes = {
        model.address_scope(): model._meta.get_field("slug").model
        for model in apps.get_models()
        if issubclass(model, Addressed)
    }
    for former in FormerAddress.objects.order_by("scope", "slug"):
        home = homes.get(former.scope)
        if home is None:
            yield f"former address {former}: there are no addresses of that scope"
        elif not home._base_manager.filter(pk=former.target).exists():
            yield f"former address {former}: it leads to {former.target}, which is gone"


def _change_numbers() -> Iterator[str]:
    latest = changes.latest()
    for number in (
        Change.objects.filter(number__gt=latest).order_by("number").values_list("number", flat=True)
    ):
        yield f"change {number}: the counter stands at {latest}"
    for slug, number in (
        Record.objects.filter(change__gt=latest).order_by("pk").values_list("slug", "change")
    ):
        yield f"record {slug}: it bears change {number}, the counter stands at {latest}"
