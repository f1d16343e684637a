"""Changes and former addresses: the data layer writes them, the desk shows them."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy

from relations.admin.base import ReadOnly
from relations.admin.strict import StrictLists
from relations.models import Change, FormerAddress


class LogAdmin(ReadOnly, StrictLists, admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False
    actions_on_top = True


def _text(value) -> str:
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def differences(fields: dict[str, list]):
    """A table of names, each with its value before and after."""
    if not fields:
        return ""
    rows = ((name, _text(old), _text(new)) for name, (old, new) in fields.items())
    return format_html(
        '<table class="desk-differences"><tbody>{}</tbody></table>',
        format_html_join("", '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', rows),
    )


class ChangeAdmin(LogAdmin):
    list_display = ["number", "time", "user", "what", "reason", "substantive"]
    list_filter = ["substantive"]
    list_select_related = ["user"]
    search_fields = ["reason", "user__username"]
    ordering = ["-number"]
    fields = ["number", "time", "user", "reason", "substantive", "items_read"]
    readonly_fields = ["items_read"]

    @admin.display(description=gettext_lazy("what"))
    def what(self, obj):
        shown = [f"{item['key']} ({item['action']})" for item in obj.items[:3]]
        more = len(obj.items) - len(shown)
        return ", ".join(shown) + (f" +{more}" if more else "")

    @admin.display(description=gettext_lazy("what changed"))
    def items_read(self, obj):
        return format_html_join(
            "",
            '<p class="desk-item"><b>{}</b> {} · {}</p>{}',
            (
                (item["key"], item["model"], item["action"], differences(item.get("fields") or {}))
                for item in obj.items[:200]
            ),
        )


class FormerAddressAdmin(LogAdmin):
    list_display = ["slug", "scope", "target", "since"]
    list_filter = ["scope"]
    search_fields = ["slug"]
    ordering = ["-since", "-pk"]
    fields = ["scope", "slug", "target", "since"]


ADMINS = {Change: ChangeAdmin, FormerAddress: FormerAddressAdmin}
