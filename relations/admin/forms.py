"""The form every record, entity and source is edited in."""

from __future__ import annotations

import re

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from relations.models import FormerAddress
from relations.models.base import SLUG_LENGTH

REASON_LENGTH = 300


def free_slug(model, words: str, year: str = "") -> str:
    """A slug of ASCII words and the year that no object of the model's scope has or had."""
    stem = slugify(words) or model._meta.model_name
    says_year = re.search(rf"(?:^|-){year}(?:-|$)", stem)
    ending = f"-{year}" if year and not says_year else ""
    holder = model._meta.get_field("slug").model
    for number in range(1, 1000):
        tail = ending if number == 1 else f"{ending}-{number}"
        slug = _shortened(stem, SLUG_LENGTH - len(tail)) + tail
        taken = holder._base_manager.filter(slug=slug).exists()
        if hasattr(model, "address_scope"):
            former = FormerAddress.objects.filter(scope=model.address_scope(), slug=slug)
            taken = taken or former.exists()
        if not taken:
            return slug
    raise ValidationError({"slug": _("Write an address: too many begin with these words.")})


def _shortened(stem: str, length: int) -> str:
    """The whole words of a slug that fit."""
    if len(stem) <= length:
        return stem
    cut = stem[: length + 1]
    return (cut.rpartition("-")[0] or stem[:length]).strip("-")


class DeskForm(forms.ModelForm):
    """Asks for the reason of a change, makes the slug, and shows what a save was refused for.

    ``DeskAdmin.get_form`` sets ``request`` and ``desk`` (the model admin) on the class made for a request.
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
        # The formsets are given the instance only, and have something to say about its stage.
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
                cleaned["slug"] = free_slug(self._meta.model, words, year)
        refusal = getattr(self.request, "desk_refusal", None)
        if refusal is not None:
            self.refuse(refusal)
        return cleaned

    def refuse(self, error: ValidationError) -> None:
        """Show an error that the data layer raised, beside the field it is about where there is one."""
        found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error}
        for name, errors in found.items():
            self.add_error(name if name in self.fields else None, errors)
