"""Load the published data set beside what staff have edited, and never over it.

``LoadedRow`` remembers, per row of the fixtures, the content that was last loaded. If the stored content
differs, staff have edited the row; if the row is gone, they have deleted it. Both are skipped and listed.
Everything else is created or updated, parents first, in one unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import yaml
from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError
from django.db import IntegrityError, models, transaction

from relations.models import LoadedRow
from relations.provenance.comparers import plain_number
from relations.search import statistics
from relations.work import unit_of_work

# The loader written in C, if PyYAML has it: four times as fast.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DatasetError(ValueError):
    """The fixtures cannot be read. The message names the file and row."""


@dataclass
class Outcome:
    """What a load did: lists of ``model key`` lines."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One object of a fixture file."""

    model: type[models.Model]
    data: dict
    file: str

    @property
    def key(self) -> str:
        """The natural key as text: pk, slug, uid, or the parent's slug for a child row."""
        if "pk" in self.data:
            return str(self.data["pk"])
        fields = self.data["fields"]
        parent = self.model._meta.pk
        if parent.remote_field:
            return str(fields[parent.name][0])
        return str(fields.get("slug") or fields.get("uid"))

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower} {self.key}"

    def stored(self) -> models.Model | None:
        """The row as it is in the database now."""
        manager = self.model._default_manager
        if "pk" in self.data:
            return manager.filter(pk=self.data["pk"]).first()
        try:
            return manager.get_by_natural_key(self.key)
        except self.model.DoesNotExist:
            return None


def read(directory: Path) -> list[Row]:
    """Every row of the ``*.yaml`` files of a directory, parents before the rows that refer to them."""
    files = sorted(directory.glob("*.yaml"))
    if not files:
        raise DatasetError(f"{directory} holds no .yaml fixtures.")
    rows, seen = [], {}
    for file in files:
        try:
            items = yaml.load(file.read_text("utf-8"), Loader=SAFE_LOADER)  # noqa: S506 (it is a safe one)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise DatasetError(f"{file.name}: {error}") from None
        for number, item in enumerate(items or [], start=1):
            try:
                row = Row(apps.get_model(item["model"]), item, file.name)
                label = row.label
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise DatasetError(f"{file.name}, object {number}: {error}") from None
            if label in seen:
                raise DatasetError(f"{file.name}: {label} occurs twice (also in {seen[label]}).")
            seen[label] = file.name
            rows.append(row)
    order = {model: place for place, model in enumerate(parents_first({row.model for row in rows}))}
    return sorted(rows, key=lambda row: order[row.model])


def parents_first(wanted: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Models in an order in which each comes after those it refers to (itself excepted)."""
    wanted, done = set(wanted), []

    def place(model, above=()):
        if model in done or model in above:
            return
        for relation in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if relation.remote_field and relation.related_model in wanted:
                place(relation.related_model, (*above, model))
        done.append(model)

    for model in sorted(wanted, key=lambda m: m._meta.label):
        place(model)
    return done


def content(
    row: models.Model, names: Iterable[str], links: dict | None = None
) -> dict[str, str | list | None]:
    """The named columns and links of a row as plain text. ``links`` holds those of a row not yet saved."""
    plain: dict[str, str | list | None] = {}
    for name in sorted(names):
        column = row._meta.get_field(name)
        if column.many_to_many:
            keys = (
                links[name]
                if links is not None
                else getattr(row, name).values_list("pk", flat=True)
            )
            plain[name] = sorted(str(getattr(key, "pk", key)) for key in keys)
            continue
        value = column.value_from_object(row)
        if isinstance(value, Decimal):
            value = plain_number(value)
        plain[name] = None if value is None else str(value)
    return plain


def _deserialized(row: Row):
    try:
        return next(iter(serializers.deserialize("python", [row.data])))
    except (DeserializationError, ValidationError, ObjectDoesNotExist, FieldDoesNotExist) as error:
        raise DatasetError(f"{row.file}: {row.label}: {error}") from error


def load(directory: Path) -> Outcome:
    """Load a directory of fixtures in one transaction.

    Raises ``DatasetError`` with the file and row at fault; then nothing is stored.
    """
    outcome = Outcome()
    rows = read(directory)
    given: list[tuple[Row, dict]] = []
    with transaction.atomic():
        with unit_of_work(reason="The data set was loaded."):
            loaded = {(row.model, row.key): row for row in LoadedRow.objects.all()}
            for row in rows:
                wanted = _load_row(row, loaded.get((row.model._meta.label_lower, row.key)), outcome)
                if wanted is not None:
                    given.append((row, wanted))
        # Only now are all columns derived with which the rows will be compared next time.
        LoadedRow.objects.bulk_create(
            [
                LoadedRow(
                    model=row.model._meta.label_lower,
                    key=row.key,
                    given=wanted,
                    content=content(row.stored(), wanted),
                )
                for row, wanted in given
            ],
            batch_size=500,
            update_conflicts=True,
            update_fields=["given", "content"],
            unique_fields=["model", "key"],
        )
        statistics.count()
    return outcome


def _load_row(row: Row, loaded: LoadedRow | None, outcome: Outcome) -> dict | None:
    """Store one row unless staff have touched it. Returns the content if it is to be remembered."""
    stored = row.stored()
    if stored is None and loaded is not None:
        outcome.skipped.append(f"{row.label}: deleted here since it was loaded")
        return None
    try:
        new = _deserialized(row)
    except DatasetError as error:
        if outcome.skipped and isinstance(error.__cause__.__cause__, ObjectDoesNotExist):
            outcome.skipped.append(f"{row.label}: refers to a row that was deleted here")
            return None
        raise
    wanted = content(new.object, row.data["fields"], new.m2m_data or {})
    if stored is not None and loaded is not None:
        if content(stored, loaded.content) != loaded.content:
            outcome.skipped.append(f"{row.label}: edited here since it was loaded")
            return None
        if wanted == loaded.given:
            outcome.unchanged.append(row.label)
            return None
    elif stored is not None:
        if content(stored, wanted) != wanted:
            outcome.skipped.append(f"{row.label}: made here, not loaded from the data set")
            return None
        outcome.unchanged.append(row.label)
        return wanted
    _check(row, new.object)
    try:
        new.save()
    except IntegrityError as error:
        raise DatasetError(f"{row.file}: {row.label}: {error}") from None
    (outcome.created if stored is None else outcome.updated).append(row.label)
    return wanted


def _check(row: Row, instance: models.Model) -> None:
    """Check what the columns alone can tell; the database checks links and uniqueness."""
    derived = [f.name for f in instance._meta.concrete_fields if f.name not in row.data["fields"]]
    try:
        instance.clean_fields(exclude=derived)
    except ValidationError as error:
        raise DatasetError(f"{row.file}: {row.label}: {error.message_dict}") from None
