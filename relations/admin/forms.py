"""The form in which every record, entity and source is edited."""

from __future__ import annotations

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from relations.records import slugs

REASON_LENGTH = 300


class DeskForm(forms.ModelForm):
    """Asks for the reason of a change, makes the slug, and shows why a save was refused.

    ``DeskAdmin.get_form`` sets ``request`` and ``desk`` (the model admin) on the class that it makes for a
    request.
    """

    request = None
    desk = None

    reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=REASON_LENGTH,
        widget=AdminTextInputWidget,
        help_text=_("Readers see it beside the change. Needed once a record has been published."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The formsets get only the instance, and may object to its stage.
        self.instance.desk_form = self
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "reason" in self.fields:
            self.fields["reason"].required = self.desk.needs_reason(self.instance)

    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields and not cleaned.get("slug") and "slug" not in self.errors:
            words, year = self.desk.slug_words(cleaned)
            if words:
                cleaned["slug"] = slugs.free(self._meta.model, words, year)
        refusal = getattr(self.request, "desk_refusal", None)
        if refusal is not None:
            self.refuse(refusal)
        return cleaned

    def refuse(self, error: ValidationError) -> None:
        """Show an error that the data layer raised, beside its field if it has one."""
        found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error}
        for name, errors in found.items():
            self.add_error(name if name in self.fields else None, errors)
