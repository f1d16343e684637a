"""A date field and its input: a date in everyday words or EDTF, and its meaning while it is typed."""

from __future__ import annotations

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.http import JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from relations import dates


def told(text: str) -> dict[str, str]:
    """The result of a typed date: ``edtf``, and how it ``reads`` and ``sorts`` in a sentence each.

    Raises ``dates.DateError`` if it is not a date.
    """
    value = dates.parse(dates.to_edtf(text))
    first, last = value.sort_date.isoformat(), value.sort_end.isoformat()
    if first == last:
        sorts = _("Sorts: %(first)s.") % {"first": first}
    else:
        sorts = _("Sorts: %(first)s, ends %(last)s.") % {"first": first, "last": last}
    reads = _("Reads: %(display)s.") % {"display": value.display()}
    return {"edtf": value.edtf, "reads": reads, "sorts": sorts}


class DateField(forms.CharField):
    """Takes a date in everyday words or in EDTF, and returns EDTF."""

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return text
        try:
            return dates.to_edtf(text)
        except dates.DateError as error:
            raise ValidationError(str(error), code="edtf") from error


class DateInput(AdminTextInputWidget):
    """A text input that says below how its date reads and sorts, and what is stored.

    Its script requests the same while the user types.
    """

    class Media:
        js = [forms.Script("admin-entente/dates.js", type="module")]

    def __init__(self, attrs=None):
        super().__init__(
            attrs={"class": "vTextField desk-date", "spellcheck": "false", **(attrs or {})}
        )

    def render(self, name, value, attrs=None, renderer=None):
        try:
            means = told(value or "")
        except dates.DateError:
            means = {"edtf": "", "reads": "", "sorts": ""}
        is_typed_so = means["edtf"] in ("", (value or "").strip())
        return format_html(
            '<span class="desk-dated" data-told-at="{}">{}<span class="desk-told" role="status">'
            '<span class="desk-reads">{}</span><span class="desk-stored"{}>{} <code>{}</code></span>'
            "</span></span>",
            reverse("admin:date"),
            super().render(name, value, attrs, renderer),
            f"{means['reads']} {means['sorts']}".strip(),
            flatatt({"hidden": is_typed_so}),
            _("Stored:"),
            means["edtf"],
        )


@require_GET
def tell(request):
    """The meaning of the date in ``text``, or the problem with it, for the script beside its input."""
    try:
        return JsonResponse(told(request.GET.get("text", "")))
    except dates.DateError as error:
        return JsonResponse({"problem": str(error)})
