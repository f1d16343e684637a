"""The desk's form of an agreement: its parties and what became of it."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, AgreementAction, Party
from relations.admin.base import DeskInline
from relations.admin.citations import CitationInline
from relations.admin.records import LinkInline, ParticipationInline, RecordAdmin
from relations.models import Citation


class PartyFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            party = data.get("country") or data.get("organization")
            if party is None or data.get("DELETE"):
                continue
            if party in seen:
                raise ValidationError(
                    _("“%(party)s” is named as a party twice.") % {"party": party}
                )
            seen.add(party)


class PartyInline(DeskInline, admin.TabularInline):
    model = Party
    formset = PartyFormSet
    fields = ["country", "organization"]
    autocomplete_fields = ["country", "organization"]
    verbose_name_plural = gettext_lazy("parties: each a country or an organization")


class ActionForm(forms.ModelForm):
    """Offers the agreement's own parties and citations only."""

    def __init__(self, *args, parties=(), citations=(), **kwargs):
        super().__init__(*args, **kwargs)
        for name, rows in (("party", parties), ("citation", citations)):
            field = self.fields[name]
            field.queryset = field.queryset.filter(pk__in=[row.pk for row in rows])
            field.choices = [("", field.empty_label), *((row.pk, str(row)) for row in rows)]


class ActionFormSet(BaseInlineFormSet):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = self.instance.pk is not None
        parties = Party.objects.filter(agreement=self.instance) if own else Party.objects.none()
        citations = (
            Citation.objects.filter(record=self.instance) if own else Citation.objects.none()
        )
        self.offered = {
            "parties": list(parties.select_related("country", "organization")),
            "citations": list(citations.select_related("source")),
        }

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), **self.offered}


class ActionInline(DeskInline, admin.TabularInline):
    model = AgreementAction
    form = ActionForm
    formset = ActionFormSet
    fields = ["type", "party", "date", "citation", "note"]
    verbose_name_plural = gettext_lazy(
        "what became of it (save the parties and citations first: an action refers to them)"
    )


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    kind_heading = gettext_lazy("The instrument")
    kind_help = gettext_lazy(
        "The date below is that of signature. What sources leave open, or dispute without a better "
        "reading, is “unknown”: cite both readings."
    )
    kind_fields = [
        ("instrument", "level", "legal_character"),
        "official_title",
        "official_url",
        "register_numbers",
    ]
    kind_list = ["instrument", "level"]
    kind_filter = ["instrument", "level", "legal_character", "status"]
    derived = ["status", *RecordAdmin.derived]
    search_fields = [*RecordAdmin.search_fields, "official_title", "register_numbers"]
    inlines = [PartyInline, ParticipationInline, CitationInline, LinkInline, ActionInline]
