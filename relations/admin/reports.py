"""The queue of problems that readers reported. A report is answered and never deleted."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from relations.admin.strict import StrictLists
from relations.models import Report


class ReportAdmin(StrictLists, admin.ModelAdmin):
    list_display = ["problem", "record", "excerpt", "status", "created"]
    list_filter = ["status", "problem"]
    list_select_related = ["record"]
    search_fields = ["text", "evidence", "record__title"]
    list_per_page = 50
    show_full_result_count = False
    actions_on_top = True
    date_hierarchy = None
    told = ["record_on_site", "problem", "text", "evidence", "email", "created", "version"]
    readonly_fields = [*told, "handled_by", "handled"]
    fieldsets = [
        (_("What the reader says"), {"fields": told}),
        (_("What becomes of it"), {"fields": ["status", "answer", "handled_by", "handled"]}),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("what should it say"))
    def excerpt(self, report):
        return Truncator(report.text).chars(80)

    @admin.display(description=_("record"))
    def record_on_site(self, report):
        return format_html(
            '<a href="{}">{}</a>', report.record.get_absolute_url(), report.record.title
        )

    @admin.display(description=_("version reported on"))
    def version(self, report):
        now = report.record.change
        if now == report.change:
            return _("%(number)d, which still stands") % {"number": report.change}
        return _("%(number)d; the record has changed since, with %(now)d") % {
            "number": report.change,
            "now": now,
        }

    def save_model(self, request, obj, form, change):
        if "status" in form.changed_data:
            obj.handled_by, obj.handled = request.user, timezone.now()
        super().save_model(request, obj, form, change)


ADMINS = {Report: ReportAdmin}
