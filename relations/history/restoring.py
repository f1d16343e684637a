"""Restoring a revision: its state is put back through ordinary saves inside a unit of work.

So it is validated, judged, numbered and searchable like any other edit.
"""

from __future__ import annotations

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.history import changes
from relations.history.comparing import compared
from relations.history.revisions import subject
from relations.models import Revision
from relations.models.base import Tracked, WithUid
from relations.work import unit_of_work

# Where a record stands and lives, and what it is, are decided now, not by an old revision of it.
LEFT_AS_IT_IS = frozenset({"stage", "slug", "kind", "synthetic", "merged_into"})


def restore(revision: Revision, row: Tracked) -> None:
    """Make the subject what the revision holds, but for its stage and address. Raises ``ValidationError``.

    Call it within a unit of work. Parts are told apart by their uid: those there are now are altered, those
    that were removed since are made again, those added since are removed.
    """
    _set(row, revision.state, besides=LEFT_AS_IT_IS)
    _save(row)
    _restore_links(row, revision.state)
    _restore_parts(row, revision)


class _Undone(Exception):
    pass


def would_change(revision: Revision, row: Tracked) -> list[tuple[str, ...]]:
    """What restoring it would change: (what, now, then). Nothing is stored. May raise ``ValidationError``."""
    ((model, pk),) = row.subjects()
    try:
        with unit_of_work():
            before = changes.state(model, pk)
            restore(revision, subject(model, pk))
            after = changes.state(model, pk)
            raise _Undone
    except _Undone:
        return list(compared(type(row), before, after))


def _set(row: models.Model, values: dict, *, besides: frozenset[str]) -> None:
    for field in row._meta.concrete_fields:
        if field.name not in values or field.name in besides or field.primary_key:
            continue
        value = values[field.name]
        if value is not None:
            value = _linked(field, value) if field.is_relation else field.to_python(value)
        setattr(row, field.name, value)


def _linked(field: models.Field, key: str) -> models.Model:
    """The row that a state names by its slug, uid, code or number. Raises ``ValidationError``."""
    model = field.related_model
    try:
        if hasattr(model, "natural_key"):
            return model._default_manager.get_by_natural_key(key)
        return model._default_manager.get(pk=key)
    except model.DoesNotExist:
        raise ValidationError(
            _("%(field)s: something that version names has been deleted since.")
            % {"field": capfirst(field.verbose_name)}
        ) from None


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


def _restore_links(row: Tracked, values: dict) -> None:
    for field in row._meta.many_to_many:
        if field.name in values:
            getattr(row, field.name).set([_linked(field, key) for key in values[field.name]])


def _restore_parts(row: Tracked, revision: Revision) -> None:
    links = {name: row._meta.get_field(name).field for name in row.parts}
    held = {name: _own(row, revision, name, link.name) for name, link in links.items()}
    # Later parts refer to earlier ones: an action to its party and its citation.
    for name in reversed(held):
        for part in getattr(row, name).exclude(uid__in=held[name]):
            part.delete()
    for name, rows in held.items():
        link = links[name]
        there = {part.uid: part for part in getattr(row, name).all()}
        for uid, values in rows.items():
            part = there.get(uid) or link.model(uid=uid)
            _set(part, values, besides=frozenset({link.name}))
            setattr(part, link.attname, row.pk)
            _save(part)
            _restore_parts(part, revision)


def _own(row: Tracked, revision: Revision, name: str, link: str) -> dict[str, dict]:
    """The rows of one of its parts, in the order in which they were added.

    What is said of a part stands among what is said of the whole subject, and alone names what it belongs to.
    """
    rows = revision.state.get(name, {})
    if isinstance(row, WithUid):
        uids = [uid for uid, values in rows.items() if values.get(link) == row.uid]
    else:
        uids = [uid for uid, values in rows.items() if link not in values]
    order = {uid: place for place, uid in enumerate(revision.order.get(name, ()))}
    return {
        uid: rows[uid] for uid in sorted(uids, key=lambda uid: (order.get(uid, len(order)), uid))
    }
