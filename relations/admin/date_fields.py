"""A date as far as it is known, typed as it is said: its field, its input, and what it will mean while it is typed."""

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
    """What a typed date becomes: ``edtf``, and how it ``reads`` and ``sorts`` in a sentence each.

    Raises ``dates.DateError`` if it is no date.
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
    """Takes a date as it is said or in EDTF, and gives its EDTF."""

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return text
        try:
            return dates.to_edtf(text)
        except dates.DateError as error:
            raise ValidationError(str(error), code="edtf") from error


class DateInput(AdminTextInputWidget):
    """A text input that says below how the date it holds reads and sorts, and what is stored of it.

    Its script asks for the same while one types.
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
    """What the date in ``text`` will mean, for the script beside its input, or the problem with it."""
    try:
        return JsonResponse(told(request.GET.get("text", "")))
    except dates.DateError as error:
        return JsonResponse({"problem": str(error)})
