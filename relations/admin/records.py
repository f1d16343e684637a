"""Records: the form of a dated fact, and the list of all kinds."""

from __future__ import annotations

from contextlib import contextmanager

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.forms import Script
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations import dates, kinds
from relations.admin import duplicates, stages
from relations.admin.authors import drafted_by
from relations.admin.base import REASON_FIELDSET, DeskAdmin, DeskInline
from relations.admin.citations import CitationInline, field_label
from relations.admin.export import ACTIONS
from relations.admin.merge import Mergeable
from relations.admin.parents import ParentAdmin
from relations.admin.permissions import OfEveryKind
from relations.admin.previews import Previewed, preview_link
from relations.admin.record_form import RecordForm, links_to
from relations.admin.verdicts import Judging, show, verdicts_address
from relations.models import (
    Indicator,
    Milestone,
    Participation,
    Record,
    RecordLink,
    TradeFigure,
    Visit,
)


class ParticipationInline(DeskInline, admin.TabularInline):
    model = Participation
    autocomplete_fields = ["person"]
    fields = ["person", "role", "office"]
    verbose_name = gettext_lazy("person")
    verbose_name_plural = gettext_lazy("people, with the office the source gives them there")


class LinkInline(DeskInline, admin.TabularInline):
    model = RecordLink
    fk_name = "source"
    autocomplete_fields = ["target"]
    fields = ["type", "target", "note"]
    verbose_name_plural = gettext_lazy("links: this record is … another record")


@admin.display(description=gettext_lazy("date"), ordering="sort_date")
def honest_date(record) -> str:
    return record.edtf.display()


def evidence_shown(record) -> str:
    return format_html(
        '<span class="desk-evidence desk-{}">{}</span>',
        record.evidence,
        record.get_evidence_display(),
    )


# What happens next to a record in the stage; nothing has to, if it is published.
COMES_NEXT = {
    Record.Stage.DRAFT: gettext_lazy("next: to review"),
    Record.Stage.REVIEW: gettext_lazy("next: publication, by another"),
}


class ListedRecord:
    """The columns of a list of records, of one kind or all."""

    search_fields = ["title", "slug", "summary"]
    ordering = ["-sort_date", "-sort_end", "-pk"]
    list_filter = ["stage", "evidence", "outcome", ("topics", admin.RelatedOnlyFieldListFilter)]

    @admin.display(description=gettext_lazy("evidence"), ordering="evidence")
    def evidence_reads(self, obj):
        return evidence_shown(obj)

    @admin.display(description=gettext_lazy("stage"), ordering="stage")
    def stage_reads(self, obj):
        return format_html(
            '<span class="desk-stage desk-stage-{}">{}</span> <span class="desk-next">{}</span>',
            obj.stage,
            obj.get_stage_display(),
            COMES_NEXT.get(obj.stage, ""),
        )

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.stage == Record.Stage.PUBLISHED else None

    def has_delete_permission(self, request, obj=None):
        """A published record is withdrawn, never deleted."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and obj.first_published is not None)


class RecordAdmin(Judging, Previewed, ListedRecord, OfEveryKind, Mergeable, DeskAdmin):
    """A kind's form. Its own fields are in ``kind_fields``, after the title, under ``kind_heading``."""

    class Media:
        js = [Script("admin-entente/verdicts.js", type="module")]

    form = RecordForm
    change_form_template = "admin/entente/record_form.html"
    kind_heading = None
    kind_help = None
    kind_fields: list = []
    kind_autocomplete: list = []
    kind_list: list = []
    kind_filter: list = []

    inlines = [ParticipationInline, CitationInline, LinkInline]
    actions = ACTIONS
    derived = [
        "evidence_reads",
        "fields_evidence",
        "bounds",
        "first_published",
        "change",
        "modified",
    ]

    def get_list_display(self, request):
        return ["title", honest_date, "evidence_reads", "stage_reads", *self.kind_list, "outcome"]

    def get_list_filter(self, request):
        return [*self.list_filter, *self.kind_filter]

    def get_autocomplete_fields(self, request):
        shared = ["place", "countries", "organizations", "projects", "topics"]
        return [*shared, *self.kind_autocomplete]

    def get_readonly_fields(self, request, obj=None):
        return self.derived

    def get_fieldsets(self, request, obj=None):
        fieldsets = [
            (None, {"fields": ["title", "summary"]}),
            (gettext_lazy("When"), {"fields": ["date", "date_note", "outcome"]}),
            (
                gettext_lazy("Where and who"),
                {
                    "fields": ["place", "countries", "organizations"],
                    "description": gettext_lazy(
                        "Only what a source states; what none states stays empty. Countries named "
                        "elsewhere on this page are added to those taking part when you save."
                    ),
                },
            ),
            (gettext_lazy("About what"), {"fields": ["projects", "topics"]}),
            (
                gettext_lazy("Publication"),
                {
                    "fields": ["stage", "slug"],
                    "description": gettext_lazy(
                        "A draft goes to review, and another person publishes it. Publishing needs the "
                        "countries that take part and a citation with a locator, below. What was once "
                        "published stays, or is withdrawn: its address then says so, and why."
                    ),
                },
            ),
            REASON_FIELDSET,
        ]
        if self.kind_fields:
            options = {"fields": self.kind_fields, "description": self.kind_help}
            fieldsets.insert(1, (self.kind_heading, options))
        if obj is not None:
            shown = {"fields": self.derived, "classes": ["collapse"]}
            fieldsets.append((gettext_lazy("Worked out from the above"), shown))
        return fieldsets

    @contextmanager
    def work(self, request, *, reason=""):
        with super().work(request, reason=reason) as unit:
            yield unit
            request.desk_lacking = stages.check(unit, request.user)
            found = getattr(request, "desk_duplicates", None)
            has_twins = found is not None and found.look()
            if request.desk_lacking:
                raise stages.refused(request.desk_lacking)
            if has_twins:
                raise duplicates.refused()

    def save_related(self, request, form, formsets, change):
        request.desk_duplicates = duplicates.Duplicates(request, self, form.instance)
        super().save_related(request, form, formsets, change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        record = obj if obj is not None else Record()
        lacking = form.lacking
        if not lacking and change and record.first_published is None:
            lacking = stages.lacking(record)
        show(form, [inline.formset for inline in context["inline_admin_formsets"]])
        context |= {
            "stage": Record.Stage(record.stage),
            "preview": preview_link(record),
            "verdicts": verdicts_address(form.instance),
            "advice": stages.advice(request.user, record, form.offered),
            "lacking": links_to(lacking, form, context["inline_admin_formsets"]),
        }
        context |= duplicates.context(request)
        if change and self.may_merge(request, record):
            context["merge_url"] = self.page("merge", quote(record.pk))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def needs_reason(self, obj):
        return obj.pk is not None and obj.first_published is not None

    def slug_words(self, cleaned):
        try:
            date = dates.parse(cleaned.get("date") or "")
        except dates.DateError:
            return "", ""
        first, last = date.sort_date.year, date.sort_end.year
        return cleaned.get("title") or "", f"{first:04}" if first == last else ""

    def explained(self, error):
        # The unit as a whole refuses only one thing: that a record stays published without a citation.
        return error if hasattr(error, "error_dict") else ValidationError({"stage": error})

    @admin.display(description=gettext_lazy("evidence of each field"))
    def fields_evidence(self, obj):
        labels = dict(Record.Evidence.choices)
        rows = [
            (field_label(type(obj), name), labels.get(value, value))
            for name, value in obj.field_evidence.items()
        ]
        return format_html_join("; ", "{}: {}", rows) or "–"

    @admin.display(description=gettext_lazy("earliest and latest day"))
    def bounds(self, obj):
        open_end = _("open")
        return f"{obj.earliest or open_end} – {obj.latest or open_end} ({obj.precision})"


class VisitAdmin(RecordAdmin):
    kind_heading = gettext_lazy("The visit or meeting")
    kind_help = gettext_lazy(
        "Guest and host only where a source says who visited whom. A summit that both attended is "
        "this visit’s occasion, not a record of its own."
    )
    kind_fields = ["type", ("guest", "host"), ("body", "ordinal"), "occasion"]
    kind_autocomplete = ["guest", "host", "body"]
    kind_list = ["type", "guest", "host"]
    kind_filter = [
        "type",
        ("guest", admin.RelatedOnlyFieldListFilter),
        ("host", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["guest", "host"]


class MilestoneAdmin(RecordAdmin):
    kind_heading = gettext_lazy("The milestone")
    kind_fields = ["category"]
    kind_list = ["category"]
    kind_filter = ["category"]


QUANTITY_FIELDS = [
    ("qualifier", "value", "unit", "currency"),
    "nature",
    ("change_kind", "change_qualifier", "change_value"),
    ("change_base", "change_base_note"),
    "compiled_by",
]


@admin.display(description=gettext_lazy("amount"), ordering="value")
def amount(figure) -> str:
    if figure.value is None:
        return "–"
    number = f"{figure.value:f}".rstrip("0").rstrip(".")
    return (
        f"{figure.get_qualifier_display()} {number} {figure.currency or figure.get_unit_display()}"
    )


class TradeFigureAdmin(RecordAdmin):
    kind_heading = gettext_lazy("The figure")
    kind_help = gettext_lazy(
        "As one source states it, for the period that is the date below; never worked out from other "
        "figures. “Imports” in one sentence can mean the other direction in the next: say whose "
        "statistics these are."
    )
    kind_fields = ["flow", ("origin", "destination", "reporter"), *QUANTITY_FIELDS]
    kind_autocomplete = ["origin", "destination", "reporter"]
    kind_list = ["flow", amount, "nature"]
    kind_filter = ["flow", "nature"]


class IndicatorAdmin(RecordAdmin):
    kind_heading = gettext_lazy("The figure")
    kind_help = gettext_lazy("As one source states it; never worked out from other figures.")
    kind_fields = ["measure", *QUANTITY_FIELDS]
    kind_list = ["measure", amount, "nature"]
    kind_filter = ["measure", "nature"]


def _kinds() -> dict[str, str]:
    return {kind.name: kind.label for kind in kinds.every()}


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return list(_kinds().items())

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class MineFilter(admin.SimpleListFilter):
    title = gettext_lazy("whose drafts")
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("yes", gettext_lazy("made or changed by me"))]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=drafted_by(request.user).values("pk"))


class AnyRecordAdmin(ListedRecord, ParentAdmin):
    """All kinds in one list. Each row leads to the form of its own kind."""

    list_display = ["title", honest_date, "kind_reads", "evidence_reads", "stage_reads", "outcome"]
    list_filter = [KindFilter, MineFilter, *ListedRecord.list_filter]

    def has_delete_permission(self, request, obj=None):
        """Asked about the parent row when a draft of some kind is deleted in its own form."""
        return obj is not None and obj.first_published is None

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_reads(self, obj):
        return _kinds().get(obj.kind, obj.kind)


ADMINS = {
    Record: AnyRecordAdmin,
    Visit: VisitAdmin,
    Milestone: MilestoneAdmin,
    TradeFigure: TradeFigureAdmin,
    Indicator: IndicatorAdmin,
}
