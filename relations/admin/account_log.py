"""The log of accounts, for superusers to read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from relations.admin.changes import LogAdmin, differences
from relations.models import AccountEvent


class AccountEventAdmin(LogAdmin):
    """Who signs in when and from where is nobody's business but that of those who keep the accounts."""

    list_display = ["time", "kind", "account", "done_by", "address", "what"]
    list_filter = [
        "kind",
        ("user", admin.RelatedOnlyFieldListFilter),
        ("actor", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["name", "actor_name", "=address"]
    search_help_text = gettext_lazy("A user name, a group or an address.")
    ordering = ["-pk"]
    fields = ["time", "kind", "account", "done_by", "address", "differences"]
    readonly_fields = ["account", "done_by", "differences"]

    def _is_allowed(self, request) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request):
        return self._is_allowed(request)

    def has_view_permission(self, request, obj=None):
        return self._is_allowed(request)

    @admin.display(description=gettext_lazy("account or group"), ordering="name")
    def account(self, event):
        return event.name or "–"

    @admin.display(description=gettext_lazy("done by"), ordering="actor_name")
    def done_by(self, event):
        return event.actor_name or "–"

    @admin.display(description=gettext_lazy("what"))
    def what(self, event):
        return ", ".join(event.details)

    @admin.display(description=gettext_lazy("before and after"))
    def differences(self, event):
        return differences(event.details) or "–"


ADMINS = {AccountEvent: AccountEventAdmin}
