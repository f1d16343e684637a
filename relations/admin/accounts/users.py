"""Accounts and groups of the desk. Only superusers keep them, and one superuser always remains."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from relations.accounts import two_steps
from relations.admin.addresses import page


def is_last_superuser(user: User) -> bool:
    """Whether no other active superuser on the staff could keep the accounts."""
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
    """Only superusers may change accounts: a user who may change them could take every permission.

    Viewing can be granted.
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
    change_form_template = "admin/entente/account.html"
    readonly_fields = ["second_step"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.remove_two_steps)
        return [
            path("<int:pk>/two-steps/", view, name="auth_user_two_steps"),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request, obj=None):
        sets = super().get_fieldsets(request, obj)
        return [*sets, (_("Two-step sign-in"), {"fields": ["second_step"]})] if obj else sets

    @admin.display(description=gettext_lazy("two-step sign-in"))
    def second_step(self, user):
        device = two_steps.device_of(user)
        if device is None:
            return _("off")
        return _("on since %s") % date_format(timezone.localtime(device.created_at))

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        is_on = obj is not None and two_steps.device_of(obj) is not None
        context["may_remove_two_steps"] = is_on and self._is_allowed(request)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(csrf_protect)
    def remove_two_steps(self, request, pk):
        """Remove two-step sign-in of a user who has lost device and recovery codes; confirmed first, and
        logged.
        """
        if not self._is_allowed(request):
            raise PermissionDenied
        user = self.get_object(request, str(pk))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if user == request.user:
            # Their own is switched off there, with password and code.
            return HttpResponseRedirect(reverse("admin:two_steps"))
        account = page(User, "change", user.pk)
        if request.method == "POST":
            if two_steps.remove(user):
                text = _("“%(name)s” signs in with the password alone until it is set up again.")
                self.message_user(request, text % {"name": user}, messages.SUCCESS)
            else:
                text = _("“%(name)s” has no two-step sign-in.") % {"name": user}
                self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(account)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Remove two-step sign-in"),
            "opts": self.opts,
            "original": user,
            "account": account,
            "is_on": two_steps.device_of(user) is not None,
        }
        return TemplateResponse(request, "admin/entente/remove_two_steps.html", context)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and obj.is_superuser and is_last_superuser(obj))


class GroupAdmin(ForSuperusers, StockGroupAdmin):
    pass


ADMINS = {User: UserAdmin, Group: GroupAdmin}
