"""Citations: inline with their subject, and a list of all of them."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations import dates
from relations.admin.base import DeskAdmin, DeskInline
from relations.admin.forms import DeskForm
from relations.admin.permissions import may_revise, refuse_revision
from relations.admin.verdicts import verdict_mark
from relations.history import revisions
from relations.models import Citation, Country, Membership, Record, Tenure
from relations.provenance.comparers import COMPARERS

WHOLE = gettext_lazy("the whole, no particular field")


def field_label(model, name: str) -> str:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name.replace("_", " ")
    return str(getattr(field, "verbose_name", name))


def field_choices(subject) -> list[tuple[str, str]]:
    """The fields that a citation about the subject may assert."""
    model = type(subject)
    named = [(name, field_label(model, name)) for name in model.citable]
    return [("", WHOLE), *named]


def stored_form(subject, field: str, value: str) -> str:
    """The value in the form in which it is stored: EDTF for a date in everyday words, else the value
    itself.

    Raises ``ValidationError`` with a sentence where the field could never hold it.
    """
    name = subject.citable[field]
    comparer = COMPARERS[name]
    if not value:
        raise ValidationError(_("Say what the passage gives as the value."))
    if name == "date":
        try:
            return dates.to_edtf(value)
        except dates.DateError as error:
            raise ValidationError(str(error)) from None
    if comparer.check:
        try:
            comparer.check(value)
        except ValueError:
            raise ValidationError(
                _(
                    "Write a plain number and its unit, for example 331700000 USD, or a number alone."
                )
            ) from None
    elif name == "choice":
        choices = [str(key) for key, _label in subject._meta.get_field(field).choices]
        if value not in choices:
            raise ValidationError(
                _("“%(value)s” is not one of %(choices)s.")
                % {"value": value, "choices": ", ".join(choices)}
            )
    elif name in ("code", "many_codes") and not Country.objects.filter(pk=value).exists():
        raise ValidationError(
            _("“%(value)s” is not the code of a country on record, such as AZ.") % {"value": value}
        )
    return value


class CitationChecks:
    """What the forms of a citation share. ``subject`` is what the citation is about, of its own kind."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "value" in self.fields:
            self.fields["value"].help_text = _(
                "A date in everyday words or in EDTF; any other value as the field is stored: "
                "slug, code or number."
            )

    def check_field_and_value(self, subject) -> None:
        cleaned = self.cleaned_data
        field, value = cleaned.get("field"), cleaned.get("value")
        if subject is None or not field or "value" in self.errors:
            return
        if field not in subject.citable:
            names = ", ".join(sorted(subject.citable))
            self.add_error(
                "field",
                _("“%(field)s” cannot be cited here; choose one of %(fields)s.")
                % {"field": field, "fields": names},
            )
            return
        try:
            cleaned["value"] = stored_form(subject, field, value or "")
        except ValidationError as error:
            self.add_error("value", error)


class CitationForm(CitationChecks, forms.ModelForm):
    field = forms.ChoiceField(
        label=gettext_lazy("Says what of"),
        required=False,
        help_text=gettext_lazy("Which field the passage gives a value for."),
    )

    def __init__(self, *args, subject=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.subject = subject
        choices = field_choices(subject) if subject is not None else [("", WHOLE)]
        if self.instance.field not in dict(choices):
            choices.append((self.instance.field, self.instance.field))
        self.fields["field"].choices = choices

    def clean(self):
        cleaned = super().clean()
        self.check_field_and_value(self.subject)
        return cleaned


class CitationFormSet(BaseInlineFormSet):
    """Knows its subject, and why a record could not be published."""

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "subject": self.instance}

    def clean(self):
        super().clean()
        if len(self.forms) < self.initial_form_count():
            raise ValidationError(_("Some of the citations were not sent."), code="incomplete")
        form = getattr(self.instance, "desk_form", None)
        if "citations.locator" in getattr(form, "lacking", {}):
            raise ValidationError(
                _("None of these citations has a locator, and the record is published."),
                code="uncited",
            )


def verdict_shown(citation) -> str:
    return verdict_mark(citation) if citation.verdict else _("judged when saved")


class CitationInline(DeskInline, admin.StackedInline):
    model = Citation
    form = CitationForm
    formset = CitationFormSet
    autocomplete_fields = ["source"]
    readonly_fields = ["verdict_reads"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("source", "locator_kind", "locator"),
                    ("field", "value", "as_written"),
                    ("basis", "rule", "attributed_to"),
                    "note",
                    "verdict_reads",
                    "set_aside",
                ]
            },
        )
    ]

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj is None else 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source")

    @admin.display(description=gettext_lazy("verdict"))
    def verdict_reads(self, obj):
        return verdict_shown(obj)


class CitationDeskForm(CitationChecks, DeskForm):
    def clean(self):
        cleaned = super().clean()
        subjects = [cleaned.get(name) for name in Citation.SUBJECTS if cleaned.get(name)]
        if self.instance.pk:
            subjects = [self.instance.subject]
        if len(subjects) == 1:
            if isinstance(subjects[0], Record):
                refuse_revision(self.request.user, subjects[0])
            self.check_field_and_value(getattr(subjects[0], "specific", subjects[0]))
        return cleaned


class KeptWithAnother:
    """A row whose versions belong to its owner: it is restored with the owner, not alone."""

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        context = dict(extra_context or {})
        if row is not None:
            owner = revisions.subject(*row.subjects()[0])
            opts = owner._meta
            address = f"admin:{opts.app_label}_{opts.model_name}_history"
            context["kept_with_url"] = reverse(address, args=[quote(owner.pk)])
        return super().history_view(request, object_id, context)

    def revision_view(self, request, object_id, revision_id):
        return HttpResponseRedirect(self.page("history", object_id))


class CitationAdmin(KeptWithAnother, DeskAdmin):
    form = CitationDeskForm
    list_display = [
        "about",
        "source",
        "place_in_source",
        "field",
        "value",
        "basis",
        "verdict_reads",
    ]
    list_display_links = ["about"]
    list_filter = [
        "verdict",
        "basis",
        "locator_kind",
        ("locator", admin.EmptyFieldListFilter),
        ("record__stage", admin.ChoicesFieldListFilter),
        ("source", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = [
        "source",
        "record",
        "entity",
        "membership__country",
        "membership__organization",
        "tenure__person",
    ]
    search_fields = [
        "value",
        "as_written",
        "note",
        "source__title",
        "record__title",
        "entity__name",
    ]
    ordering = ["source", "pk"]
    autocomplete_fields = ["source", *Citation.SUBJECTS]
    fieldsets = [
        (
            gettext_lazy("About"),
            {
                "fields": [*Citation.SUBJECTS],
                "description": gettext_lazy("Exactly one of these. It cannot be altered later."),
            },
        ),
        (gettext_lazy("Where it stands"), {"fields": ["source", ("locator_kind", "locator")]}),
        (
            gettext_lazy("What it says"),
            {"fields": ["field", "value", "as_written", "verdict_reads", "set_aside"]},
        ),
        (gettext_lazy("How it is known"), {"fields": ["basis", "rule", "attributed_to", "note"]}),
        (gettext_lazy("Why"), {"fields": ["reason"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        # If it moved to another subject, the first one would not record the change.
        return ["verdict_reads", *(Citation.SUBJECTS if obj else ())]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        mine = [name for name in Citation.SUBJECTS if getattr(obj, f"{name}_id")]
        return [(gettext_lazy("About"), {"fields": [*mine, "uid"]}), *fieldsets[1:]]

    def needs_reason(self, obj):
        return bool(obj.pk and obj.record_id and obj.record.first_published)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        if obj is None or obj.record_id is None:
            return allowed
        return allowed and may_revise(request.user, obj.record)

    def has_delete_permission(self, request, obj=None):
        """A citation of a record that was published is removed in the record's form, which asks for the
        reason.
        """
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and self.needs_reason(obj))

    @admin.display(description=gettext_lazy("about"))
    def about(self, obj):
        return str(obj.record or obj.entity or obj.membership or obj.tenure)

    @admin.display(description=gettext_lazy("locator"))
    def place_in_source(self, obj):
        return f"{obj.get_locator_kind_display()} {obj.locator}" if obj.locator else "–"

    @admin.display(description=gettext_lazy("verdict"), ordering="verdict")
    def verdict_reads(self, obj):
        return verdict_shown(obj)


class CitedPartAdmin(KeptWithAnother, DeskAdmin):
    """A membership or tenure on a page of its own, which holds its citations."""

    inlines = [CitationInline]
    search_fields = []
    part_of = ""

    def get_model_perms(self, request):
        return {}  # not on the index: reached from the organization or person

    def get_readonly_fields(self, request, obj=None):
        return ["uid", *([self.part_of] if obj else [])]


class MembershipAdmin(CitedPartAdmin):
    part_of = "organization"
    list_display = ["country", "organization", "role", "since", "until"]
    list_select_related = ["country", "organization"]
    search_fields = ["country__name", "organization__name", "role"]
    autocomplete_fields = ["organization", "country"]
    fieldsets = [
        (None, {"fields": ["organization", "country", "role", ("since", "until"), "uid"]}),
        (gettext_lazy("Why"), {"fields": ["reason"]}),
    ]


class TenureAdmin(CitedPartAdmin):
    part_of = "person"
    list_display = ["person", "office", "country", "organization", "since", "until"]
    list_select_related = ["person", "country", "organization"]
    search_fields = ["person__name", "office"]
    autocomplete_fields = ["person", "country", "organization"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "person",
                    "office",
                    ("country", "organization"),
                    ("since", "until"),
                    "uid",
                ]
            },
        ),
        (gettext_lazy("Why"), {"fields": ["reason"]}),
    ]


ADMINS = {Citation: CitationAdmin, Membership: MembershipAdmin, Tenure: TenureAdmin}
