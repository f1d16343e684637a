"""Versions of what staff edit: kept by django-reversion, one revision a save, and brought back by us.

django-reversion's own page for an old version switches off every model signal of the whole process while
it is shown, so that a save in another thread would derive, judge and number nothing; and it reverts all
objects of a revision together. Here a version is read as data and put back through ordinary saves inside a
unit of work: validated, judged, numbered and searchable like any other edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from reversion.models import Version

from relations.history import changes
from relations.models import Entity, Record
from relations.models.base import Tracked
from relations.work import UnitOfWork, unit_of_work

# Where a record stands and lives is decided now, not by an old version of it.
KEPT_AS_IT_IS = {"stage", "slug"}
AS_IT_WAS = gettext_lazy("As it was before the change that follows.")
NOT_KEPT = Record.untracked | {"synthetic", "merged_into"}


def fields_of(model: type[Tracked]) -> list[str]:
    """The fields a version holds: all but what is derived from others."""
    local = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [
        field.name
        for field in local
        if field.name not in NOT_KEPT | model.untracked
        and not (field.many_to_many and not field.remote_field.through._meta.auto_created)
    ]


def part_names(model: type[Tracked]) -> tuple[str, ...]:
    """The accessors of the rows that belong to a version of the model."""
    if getattr(model, "KIND", None) == "":
        return ()
    return model.parts


def register(model: type[Tracked]) -> None:
    """Register a model with django-reversion, and everything a version of it is made of."""
    if reversion.is_registered(model):
        return
    parents = [link for link in model._meta.parents.values() if link is not None]
    follow = [*(link.name for link in parents), *part_names(model)]
    reversion.register(model, fields=fields_of(model), follow=follow)
    for parent in model._meta.parents:
        register(parent)
    for name in part_names(model):
        register(model._meta.get_field(name).related_model)


def subject(model: type[Tracked], pk) -> Tracked | None:
    """The stored row of a subject, of its own kind."""
    row = model._base_manager.filter(pk=pk).first()
    return row.specific if row is not None and model in (Record, Entity) else row


def rows_of(row: Tracked) -> list[Tracked]:
    """The row, its parent and its parts: everything a version of it holds."""
    found = [row]
    for link in row._meta.parents.values():
        found.append(getattr(row, link.name))
    for name in part_names(type(row)):
        for part in getattr(row, name).all():
            found += rows_of(part)
    return found


def _is_part(version: Version, row: Tracked) -> bool:
    """Whether a version of another object of the revision is of this subject's own part."""
    return any(
        row._meta.get_field(name).related_model is version.content_type.model_class()
        and version.field_dict[row._meta.get_field(name).field.attname] == row.pk
        for name in part_names(type(row))
    )


def is_kept(row: Tracked) -> bool:
    """Whether the newest version of the subject is just as it is now."""
    newest = Version.objects.get_for_object(row).first()
    return newest is not None and is_as_held(
        row, newest.revision.version_set.select_related("content_type")
    )


def is_as_held(row: Tracked, versions: Iterable[Version]) -> bool:
    """Whether the subject is now just as the versions of one revision hold it, its parts included."""
    stored = {(version.content_type_id, version.object_id): version for version in versions}
    for one in rows_of(row):
        key = (ContentType.objects.get_for_model(one).pk, str(one.pk))
        data = serializers.serialize("json", [one], fields=fields_of(type(one)))
        if key not in stored or stored.pop(key).serialized_data != data:
            return False
    return not any(_is_part(version, row) for version in stored.values())


def keep_before(row: Tracked) -> None:
    """Keep how the subject is before its first edit here, or since it was altered by a command."""
    for model, pk in row.subjects():
        stored = subject(model, pk)
        if stored is None or not reversion.is_registered(type(stored)) or is_kept(stored):
            continue
        with reversion.create_revision(manage_manually=True):
            reversion.set_comment(str(AS_IT_WAS))
            reversion.add_to_revision(stored)


def keep(unit: UnitOfWork) -> None:
    """Add what the unit altered to the open revision. Call it after the unit has ended."""
    for model, pk in list(unit.before):
        row = subject(model, pk)
        if row is not None and reversion.is_registered(type(row)):
            reversion.add_to_revision(row)


def _named(row: models.Model, error: ValidationError) -> ValidationError:
    """The error with the name of the row and field it is about."""
    if not hasattr(error, "error_dict"):
        return error
    sentences = []
    for name, texts in error.message_dict.items():
        try:
            label = row._meta.get_field(name).verbose_name
        except FieldDoesNotExist:
            label = row._meta.verbose_name
        sentences += [f"{capfirst(label)}: {text}" for text in texts]
    return ValidationError(sentences)


def _set(row: models.Model, values: dict, *, besides: set[str]) -> None:
    for field in row._meta.concrete_fields:
        if field.attname in values and field.name not in besides and not field.primary_key:
            setattr(row, field.attname, values[field.attname])


def _save(row: Tracked) -> None:
    try:
        row.full_clean()
        row.save()
    except ValidationError as error:
        raise _named(row, error) from None
    except IntegrityError:
        raise ValidationError(
            _("“%(row)s” clashes with what is stored now.") % {"row": row}
        ) from None


def _restore_links(row: Tracked, values: dict) -> None:
    for field in row._meta.many_to_many:
        if field.name not in values:
            continue
        wanted = set(values[field.name])
        found = field.related_model._base_manager.filter(pk__in=wanted)
        # Keys of countries are texts, all others numbers; a version may hold either as text.
        if {str(pk) for pk in wanted} != {str(one.pk) for one in found}:
            raise ValidationError(
                _("%(field)s: something that version names has been deleted since.")
                % {"field": capfirst(field.verbose_name)}
            )
        getattr(row, field.name).set(found)


def _restore_parts(row: Tracked, held_pk, versions: list[Version], moved: dict) -> None:
    """Put back the parts of a row, whose key was ``held_pk`` then; ``moved`` tells the new keys of parts."""
    relations = {name: row._meta.get_field(name) for name in part_names(type(row))}
    held = {
        name: {
            version.field_dict["uid"]: version.field_dict
            for version in versions
            if version.content_type.model_class() is relation.related_model
            and version.field_dict[relation.field.attname] == held_pk
        }
        for name, relation in relations.items()
    }
    # Later parts refer to earlier ones: an action to its party and its citation.
    for name in reversed(held):
        for part in getattr(row, name).exclude(uid__in=held[name]):
            part.delete()
    for name, rows in held.items():
        model, link = relations[name].related_model, relations[name].field
        there = {part.uid: part for part in getattr(row, name).all()}
        for uid, values in sorted(rows.items(), key=lambda item: item[1]["id"]):
            part = there.get(uid) or model(uid=uid)
            _set(part, values, besides={link.name})
            for field in part._meta.concrete_fields:
                if field.is_relation and (field.related_model, values.get(field.attname)) in moved:
                    setattr(part, field.attname, moved[field.related_model, values[field.attname]])
            setattr(part, link.attname, row.pk)
            _save(part)
            moved[model, values["id"]] = part.pk
            _restore_parts(part, values["id"], versions, moved)


def restore(version: Version, row: Tracked) -> None:
    """Make the subject what the version holds, but for its stage and address. Raises ``ValidationError``.

    Call it within a unit of work. Parts are told apart by their uid: those there are now are altered, those
    that were removed since are made again, those added since are removed.
    """
    versions = list(version.revision.version_set.select_related("content_type"))
    values = version.field_dict
    _set(row, values, besides=KEPT_AS_IT_IS)
    _save(row)
    _restore_links(row, values)
    _restore_parts(row, row.pk, versions, {})


class _Undone(Exception):
    pass


def would_change(version: Version, row: Tracked) -> list[tuple[str, str, str]]:
    """What restoring the version would change: (what, now, then). Nothing is stored. May raise ``ValidationError``."""
    ((model, pk),) = row.subjects()
    try:
        with unit_of_work():
            before = changes.state(model, pk)
            restore(version, subject(model, pk))
            after = changes.state(model, pk)
            raise _Undone
    except _Undone:
        return list(compared(type(row), before, after))


def compared(model: type[Tracked], *states: dict) -> Iterator[tuple[str, ...]]:
    """Where states of one subject differ: (what, its value in each of them). The last state names the fields."""
    for name in states[-1]:
        values = [state.get(name) for state in states]
        if all(value == values[-1] for value in values):
            continue
        field = model._meta.get_field(name)
        if not isinstance(values[-1], dict):
            yield capfirst(field.verbose_name), *map(_shown, values)
            continue
        label = capfirst(field.related_model._meta.verbose_name)
        for uid in sorted(set().union(*(value or {} for value in values))):
            rows = [(value or {}).get(uid) for value in values]
            if any(row != rows[-1] for row in rows):
                first = next(row for row in rows if row is not None)
                names = [key for key in first if len({(r or {}).get(key) for r in rows}) > 1]
                yield label, *(_row_shown(row, names) for row in rows)


def _shown(value) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _row_shown(row: dict | None, names: list[str]) -> str:
    if row is None:
        return _("(not there)")
    return "; ".join(
        f"{name}: {_shown(row[name])}" for name in names if row.get(name) not in (None, "")
    )
