"""Readers report a problem with a record, and staff find it in the admin. Reports are never published."""

from __future__ import annotations

from django import forms
from django.http import HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from relations.http.throttles import ReaderThrottle
from relations.kinds import Kind
from relations.models import Report
from relations.views.addresses import Gone, Moved, find_record
from relations.views.errors import gone

# A field that people do not see and leave empty; programs that fill in every field reveal themselves.
TRAP = "website"


class ReportThrottle(ReaderThrottle):
    """How many problems may be reported from one address (``REPORT_RATE``)."""

    scope = "report"


class ReportForm(forms.ModelForm):
    # Out of the way of the Tab key as well: it stands where nobody sees the focus.
    website = forms.CharField(
        required=False,
        max_length=200,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = Report
        fields = ["problem", "text", "evidence", "email"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 6, "maxlength": 2000}),
            "evidence": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["problem"].choices = [("", _("Choose one")), *Report.Problem.choices]
        for name, field in self.fields.items():
            field.widget.attrs["id"] = f"report-{name}"
            described = [f"report-{name}-help"] if field.help_text else []
            if self.errors.get(name):
                field.widget.attrs["aria-invalid"] = "true"
                described.append(f"report-{name}-error")
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)


@method_decorator([never_cache, csrf_protect], name="dispatch")
class ReportView(View):
    """``/visits/<slug>/report/``: a short form. If it is refused, the page shows again what was typed."""

    kind: Kind | None = None

    def dispatch(self, request, *args, **kwargs):
        try:
            self.record = find_record(self.kind.model.objects.all(), kwargs["slug"])
        except Moved as moved:
            return HttpResponsePermanentRedirect(f"{moved.address}report/")
        except Gone as left:
            return gone(request, left.record)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, slug):
        return self.page(request, ReportForm())

    def post(self, request, slug):
        form = ReportForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=400)
        throttle = ReportThrottle()
        if not throttle.allow_request(request, self):
            response = self.page(request, form, status=429, wait=True)
            response["Retry-After"] = str(max(1, round(throttle.wait() or 1)))
            return response
        report = form.save(commit=False)
        report.record = self.record.record_ptr
        report.change = self.record.change
        if form.cleaned_data[TRAP]:
            # The report is stored anyway: a browser may have filled in the field for a person.
            report.status = Report.Status.SPAM
        report.save()
        return HttpResponseRedirect(reverse(f"{self.kind.name}-reported", args=[slug]))

    def page(self, request, form, *, status: int = 200, wait: bool = False):
        context = {"record": self.record, "kind": self.kind, "form": form, "wait": wait}
        return render(request, "relations/report.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class ReportedView(View):
    """Thanks, and what happens next."""

    kind: Kind | None = None

    def get(self, request, slug):
        try:
            record = find_record(self.kind.model.objects.all(), slug)
        except Moved as moved:
            return moved.redirect(request)
        except Gone as left:
            return gone(request, left.record)
        return render(request, "relations/reported.html", {"record": record, "kind": self.kind})
