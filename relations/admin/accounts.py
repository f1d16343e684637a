"""Accounts and groups of the desk: superusers alone keep them, and one of them always remains."""

from __future__ import annotations

from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def is_last_superuser(user: User) -> bool:
    """Whether nobody else could keep the accounts if this one could not: none who is active and on the staff."""
    others = User.objects.filter(is_superuser=True, is_active=True, is_staff=True)
    return user.pk is not None and not others.exclude(pk=user.pk).exists()


class AccountForm(UserChangeForm):
    def clean(self):
        cleaned = super().clean()
        needed = ("is_active", "is_staff", "is_superuser")
        lost = [name for name in needed if name in self.fields and not cleaned.get(name)]
        if lost and self.instance.is_superuser and is_last_superuser(self.instance):
            sentence = _(
                "This is the last superuser who can sign in: without one nobody could keep the accounts. "
                "Make another one first."
            )
            for name in lost:
                self.add_error(name, ValidationError(sentence, code="last"))
        return cleaned


class ForSuperusers:
    """Whoever may alter accounts may give themselves every permission: it is not one to be handed out.

    To look at them is.
    """

    def _is_allowed(self, request) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request):
        return self._is_allowed(request)

    def has_change_permission(self, request, obj=None):
        return self._is_allowed(request)

    def has_delete_permission(self, request, obj=None):
        return self._is_allowed(request)


class UserAdmin(ForSuperusers, StockUserAdmin):
    form = AccountForm

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and obj.is_superuser and is_last_superuser(obj))


class GroupAdmin(ForSuperusers, StockGroupAdmin):
    pass


ADMINS = {User: UserAdmin, Group: GroupAdmin}
