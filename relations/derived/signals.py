"""Signals that keep tracked models honest however they are saved: by code, by the admin or by a fixture.

A ``pre_save`` receiver sees both ordinary and fixture saves, so what is derived is derived here.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model, ProtectedError
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.utils.translation import gettext as _

from relations.models import FormerAddress, Record
from relations.models.base import Addressed, Tracked
from relations.work import is_touched, touch

# What a fixture cannot know of a row that is already there, and so must not reset.
BOOKKEEPING = (
    "first_published",
    "change",
    "created",
    "modified",
    "evidence",
    "field_evidence",
    "synthetic",
    "merged_into_id",
)


def _is_bare_child(sender: type[Tracked], raw: bool) -> bool:
    """A fixture's child row, whose parent columns are empty."""
    return raw and bool(sender._meta.parents)


def before_save(sender, instance, raw=False, **kwargs):
    if not isinstance(instance, Tracked):
        return
    is_bare_child = _is_bare_child(sender, raw)
    subjects = instance.subjects()
    is_own_subject = bool(subjects) and isinstance(instance, subjects[0][0])
    if is_own_subject and not is_bare_child:
        exists, before = _note(*subjects[0], instance)
    else:
        exists, before = _exists(instance), None
        _note_owners(instance, subjects, exists=exists or is_bare_child, moves=not is_bare_child)
    if is_bare_child:
        return
    if isinstance(instance, Record) and raw and exists:
        stored = Record.objects.filter(pk=instance.pk).values(*BOOKKEEPING).get()
        for name, value in stored.items():
            setattr(instance, name, value)
    instance.derive()
    if exists and isinstance(instance, Addressed):
        _remember_former_slug(instance, before["slug"] if before else _stored_slug(instance))


def _exists(instance: Tracked) -> bool:
    return instance.pk is not None and type(instance)._base_manager.filter(pk=instance.pk).exists()


def _note(model: type[Tracked], pk, instance: Tracked) -> tuple[bool, dict | None]:
    """Note how a subject is before it is saved. Returns whether it exists, and its state if it was read just now."""
    if pk is None:
        return False, None
    if is_touched(model, pk):
        return _exists(instance), None
    before = touch(model, pk)
    return before is not None or _exists(instance), before


def _note_owners(instance: Tracked, subjects: list, *, exists: bool, moves: bool) -> None:
    """Note the state of what a part belongs to, and of what it belonged to."""
    if exists and instance.pk is not None:
        instance.touch()
        if moves:
            # A part that moves alters what it belonged to as well.
            type(instance)._base_manager.get(pk=instance.pk).touch()
        return
    # A new part alters what it belongs to, which is noted as it is without it.
    for model, pk in subjects:
        if pk is not None and not isinstance(instance, model):
            touch(model, pk)


def _stored_slug(instance: Addressed) -> str | None:
    model = instance._meta.get_field("slug").model
    return model._base_manager.filter(pk=instance.pk).values_list("slug", flat=True).first()


def _remember_former_slug(instance: Addressed, old: str | None) -> None:
    if old == instance.slug:
        return
    scope = instance.address_scope()
    if not (isinstance(instance, Record) and instance.first_published is None):
        FormerAddress.objects.get_or_create(scope=scope, slug=old, defaults={"target": instance.pk})
    FormerAddress.objects.filter(scope=scope, slug=instance.slug, target=instance.pk).delete()


def after_save(sender, instance, created, raw=False, **kwargs):
    if isinstance(instance, Tracked) and created:
        for model, pk in instance.subjects():
            is_itself = isinstance(instance, model) and pk == instance.pk
            instance.touch(new=True) if is_itself else instance.touch()


def before_delete(sender, instance, **kwargs):
    if not isinstance(instance, Tracked):
        return
    if isinstance(instance, Record) and instance.first_published is not None:
        raise ProtectedError(
            _("“%(title)s” was published: withdraw it instead of deleting it.")
            % {"title": instance.title},
            {instance},
        )
    _refuse_while_linked(instance)
    instance.touch()


def linked_by(instance: Model) -> list[Model]:
    """The rows that link to this one by many-to-many fields, at most fifty of each."""
    return [
        user
        for relation in instance._meta.related_objects
        if relation.many_to_many and relation.through._meta.auto_created
        for user in getattr(instance, relation.get_accessor_name()).all()[:50]
    ]


def _refuse_while_linked(instance: Tracked) -> None:
    """As ``PROTECT`` does for foreign keys: what others link to would be gone from them without a trace."""
    if users := linked_by(instance):
        raise ProtectedError(
            _("“%(user)s” still links to “%(name)s”: remove that link first.")
            % {"name": instance, "user": users[0]},
            set(users),
        )


def links_changed(sender, instance, action, reverse, model, pk_set, **kwargs):
    if not action.startswith("pre_"):
        return
    if not reverse:
        instance.touch()
        return
    if pk_set is None:
        field = next(f for f in model._meta.many_to_many if f.remote_field.through is sender)
        pk_set = model._base_manager.filter(**{field.name: instance}).values_list("pk", flat=True)
    for row in model._base_manager.filter(pk__in=list(pk_set)):
        row.touch()


def connect() -> None:
    """Connect the receivers to every tracked model of every installed app."""
    for model in apps.get_models():
        if not issubclass(model, Tracked):
            continue
        uid = model._meta.label
        pre_save.connect(before_save, sender=model, dispatch_uid=f"before-save-{uid}")
        post_save.connect(after_save, sender=model, dispatch_uid=f"after-save-{uid}")
        pre_delete.connect(before_delete, sender=model, dispatch_uid=f"before-delete-{uid}")
        for field in model._meta.local_many_to_many:
            through = field.remote_field.through
            if through._meta.auto_created:
                m2m_changed.connect(
                    links_changed, sender=through, dispatch_uid=f"links-{uid}-{field.name}"
                )
