"""The log of accounts, for superusers to read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations.admin.changes import LogAdmin, differences
from relations.models import AccountEvent

LABELS = {
    "username": gettext_lazy("user name"),
    "is_active": gettext_lazy("active"),
    "is_staff": gettext_lazy("staff"),
    "is_superuser": gettext_lazy("superuser"),
    "groups": gettext_lazy("groups"),
    "user_permissions": gettext_lazy("permissions"),
    "permissions": gettext_lazy("permissions"),
    "members": gettext_lazy("members"),
    "name_was": gettext_lazy("name"),
}
# At most this many items of a list are named on one line.
SHOWN = 5


def _label(name: str) -> str:
    return str(LABELS.get(name, name))


def _step(before, after) -> str:
    """One change on one line; for lists, what was added and what was removed."""
    if isinstance(after, list):
        parts = [f"+ {one}" for one in after if one not in before]
        parts += [f"− {one}" for one in before if one not in after]
        more = len(parts) - SHOWN
        return ", ".join(parts[:SHOWN]) + (f" (+{more})" if more > 0 else "")
    return " → ".join(
        (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)
        for value in (before, after)
    )


class AccountEventAdmin(LogAdmin):
    """Only those who keep the accounts may see who signs in, when and from where."""

    list_display = ["time", "what", "account", "done_by", "address"]
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

    @admin.display(description=gettext_lazy("what happened"), ordering="kind")
    def what(self, event):
        altered = "; ".join(
            f"{_label(name)} {_step(*pair)}" for name, pair in event.details.items()
        )
        if event.kind == AccountEvent.Kind.ACCOUNT_MADE or not altered:
            return event.get_kind_display()
        return format_html(
            '{}<br><span class="desk-next">{}</span>', event.get_kind_display(), altered
        )

    @admin.display(description=gettext_lazy("before and after"))
    def differences(self, event):
        labelled = {_label(name): pair for name, pair in event.details.items()}
        return differences(labelled) or "–"


ADMINS = {AccountEvent: AccountEventAdmin}
