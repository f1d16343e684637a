"""The log of accounts: sign-ins, passwords, second steps and rights, written by signals.

A change by ``QuerySet.update()`` sends no signal and is not seen. The user and the address are known inside
:func:`acting`, which the desk opens around each of its pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

import axes.signals  # noqa: F401 (its receivers come before ours: a failure is counted, then noted)
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.http import HttpRequest
from django.utils import timezone

from relations.http.clients import address_of
from relations.models import AccountEvent

Kind = AccountEvent.Kind
# Changes of these are logged with the value before and after.
KEPT = ("username", "is_active", "is_staff", "is_superuser")
# A user who signed in from an address within this time is known there.
KNOWN_FOR = timedelta(days=90)
# In the credentials of a failed sign-in: the password was right, the code was not.
CODE = "second_step"

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def acting(request: HttpRequest) -> Iterator[None]:
    """Attribute what happens to accounts inside to the user of the request."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def record(
    kind: Kind,
    user: User | None = None,
    *,
    name: str = "",
    actor: User | None = None,
    request: HttpRequest | None = None,
    **details: list,
) -> None:
    """Log what happened to the user, or to the group of that name."""
    request = request or _request.get()
    if actor is None and request is not None:
        signed_in = getattr(request, "user", None)
        actor = signed_in if signed_in is not None and signed_in.is_authenticated else None
    AccountEvent.objects.create(
        kind=kind,
        user=user,
        name=name or (user.get_username() if user else ""),
        # A user who deletes their own account cannot be referred to any more.
        actor_id=actor.pk if actor and User.objects.filter(pk=actor.pk).exists() else None,
        actor_name=actor.get_username() if actor else "",
        address=address_of(request) if request is not None else None,
        details=details,
    )


def known_addresses(username: str) -> set[str]:
    """The addresses from which the user of that name has signed in lately; empty if there is no such user."""
    found = AccountEvent.objects.filter(
        kind=Kind.SIGNED_IN, user__username=username, time__gte=timezone.now() - KNOWN_FOR
    )
    return set(found.exclude(address=None).values_list("address", flat=True).distinct())


# Signing in and out ----------------------------------------------------------------------------------------


def signed_in(sender, request, user, **kwargs):
    record(Kind.SIGNED_IN, user, actor=user, request=request)


def signed_out(sender, request, user, **kwargs):
    if user is not None:
        record(Kind.SIGNED_OUT, user, actor=user, request=request)


def _named(credentials: dict) -> User | None:
    name = credentials.get(User.USERNAME_FIELD) or ""
    return User.objects.filter(**{User.USERNAME_FIELD: name}).first()


def sign_in_refused(sender, credentials, request=None, **kwargs):
    is_locked = getattr(request, "axes_locked_out", False)
    # Attempts while locked are not logged: anybody could fill the log with them.
    if is_locked and request.axes_failures_since_start is None:
        return
    user = _named(credentials)
    record(Kind.CODE_REFUSED if credentials.get(CODE) else Kind.REFUSED, user, request=request)
    if is_locked:
        record(Kind.LOCKED_OUT, user, request=request)


# Accounts and groups ------------------------------------------------------------------------------------------


def _differences(before: dict, after: dict) -> dict[str, list]:
    return {
        name: [before[name], after[name]]
        for name in before
        if name != "password" and before[name] != after[name]
    }


def before_user_saved(sender, instance, **kwargs):
    stored = User.objects.filter(pk=instance.pk) if instance.pk else User.objects.none()
    instance._stored = stored.values(*KEPT, "password").first()
    # Django forgets it at the end of save().
    instance._was_set = instance._password is not None


def after_user_saved(sender, instance, created, update_fields=None, **kwargs):
    before, was_set = instance.__dict__.pop("_stored", None), instance.__dict__.pop("_was_set", 0)
    if before is None:
        flags = {name: [None, getattr(instance, name)] for name in KEPT}
        record(Kind.ACCOUNT_MADE, instance, **flags)
        return
    saved = update_fields or before
    before = {name: value for name, value in before.items() if name in saved}
    after = {name: getattr(instance, name) for name in before}
    if differences := _differences(before, after):
        record(Kind.ACCOUNT_CHANGED, instance, **differences)
    if before.get("password") == after.get("password"):
        return
    usable = all(is_password_usable(one["password"]) for one in (before, after))
    # At a sign-in Django stores the same password again when the way of storing it has changed.
    if was_set or not usable or set(saved) != {"password"}:
        record(Kind.PASSWORD_CHANGED, instance)


def user_deleted(sender, instance, **kwargs):
    record(Kind.ACCOUNT_DELETED, name=instance.get_username())


def before_group_saved(sender, instance, **kwargs):
    stored = Group.objects.filter(pk=instance.pk) if instance.pk else Group.objects.none()
    instance._stored = stored.values("name").first()


def after_group_saved(sender, instance, **kwargs):
    before = instance.__dict__.pop("_stored", None)
    if before is None:
        record(Kind.GROUP_MADE, name=instance.name)
    elif before["name"] != instance.name:
        record(Kind.GROUP_CHANGED, name=instance.name, name_was=[before["name"], instance.name])


def group_deleted(sender, instance, **kwargs):
    """Log before the group is deleted: its members lose what it allowed, and no signal tells of each."""
    members = sorted(instance.user_set.values_list("username", flat=True))
    permissions = _linked(instance, "permissions")
    record(
        Kind.GROUP_DELETED, name=instance.name, members=[members, []], permissions=[permissions, []]
    )


def _linked(owner: Model, field: str) -> list[str]:
    linked = getattr(owner, field)
    if linked.model is Permission:
        pairs = linked.values_list("content_type__app_label", "codename")
        return sorted(f"{app}.{codename}" for app, codename in pairs)
    return sorted(linked.values_list("name", flat=True))


def _owners(field: str, instance: Model, reverse: bool, model: type, pk_set) -> Iterable[Model]:
    """The users whose rights change. From the other side: those that are named, or all where it is cleared."""
    if not reverse:
        return [instance]
    if pk_set is None:
        return list(model._base_manager.filter(**{field: instance}))
    return list(model._base_manager.filter(pk__in=pk_set))


def links_of(field: str):
    """The receiver for a many-to-many field that gives rights."""

    def changed(sender, instance, action, reverse, model, pk_set, **kwargs):
        if action.startswith("pre_"):
            owners = _owners(field, instance, reverse, model, pk_set)
            instance._linked_before = [(owner, _linked(owner, field)) for owner in owners]
            return
        for owner, before in instance.__dict__.pop("_linked_before", []):
            after = _linked(owner, field)
            if before == after:
                continue
            if isinstance(owner, Group):
                record(Kind.GROUP_CHANGED, name=owner.name, **{field: [before, after]})
            else:
                record(Kind.ACCOUNT_CHANGED, owner, **{field: [before, after]})

    return changed


LINKS = [(User, "groups"), (User, "user_permissions"), (Group, "permissions")]


def connect() -> None:
    for signal, receiver, sender in (
        (user_logged_in, signed_in, None),
        (user_logged_out, signed_out, None),
        (user_login_failed, sign_in_refused, None),
        (pre_save, before_user_saved, User),
        (post_save, after_user_saved, User),
        (post_delete, user_deleted, User),
        (pre_save, before_group_saved, Group),
        (post_save, after_group_saved, Group),
        (pre_delete, group_deleted, Group),
    ):
        signal.connect(receiver, sender=sender, dispatch_uid=f"account-log-{receiver.__name__}")
    for model, field in LINKS:
        through = getattr(model, field).through
        uid = f"account-log-{model.__name__}-{field}"
        m2m_changed.connect(links_of(field), sender=through, weak=False, dispatch_uid=uid)
