"""Show beside each field of a record's form what its citations say of it, judged while the user types.

The server judges, with the comparers that judge what is stored: it makes an unsaved record of what is
typed. Without the script the verdicts of what is stored are shown.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.forms import BaseModelForm
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import re_path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relations.admin.addresses import page
from relations.admin.contested import contested_address
from relations.admin.forms import DeskForm
from relations.models import Citation, Country, Record
from relations.provenance.comparers import COMPARERS
from relations.provenance.evidence import field_evidence, judge
from relations.views.readable import Values, source_name
from relations.views.records.passages import FieldPassages, Passage, by_field, places_by_source

# Verdicts do not depend on these, and checking them costs more than judging.
NOT_JUDGED = ("stage", "slug", "reason")
# Django refuses to read the links of a row without a key, even those that were set on it.
NO_KEY = 0


# What is typed ---------------------------------------------------------------------------------------------


def _read(form: BaseModelForm) -> None:
    """Have the form read what was sent. An unsaved record need not be unique; each check would be a query."""
    form.instance.validate_unique = form.instance.validate_constraints = lambda **_options: None
    form.is_valid()


def _rows(formset: BaseInlineFormSet) -> list[BaseModelForm]:
    """The rows that saving the form would leave: those that are filled in and not to be deleted."""
    return [
        row
        for row in formset.forms
        if (row.has_changed() or row.instance.pk)
        and not (getattr(row, "cleaned_data", None) or {}).get("DELETE")
    ]


def typed_record(form: BaseModelForm, formsets: Iterable[BaseInlineFormSet]) -> Record:
    """The record as typed, as far as it can be read, with its links and parts. It is never saved."""
    record = copy.copy(form.instance)
    if record.pk is None:
        record.pk = record.id = NO_KEY
    known = record._prefetched_objects_cache = {}
    rows = {}
    for formset in formsets:
        rows[formset.model] = [row.instance for row in _rows(formset) if not row.errors]
        known[formset.fk.remote_field.get_accessor_name()] = rows[formset.model]
    for field in record._meta.many_to_many:
        through = field.remote_field.through
        if field.name in form.cleaned_data:
            known[field.name] = list(form.cleaned_data[field.name])
        elif through in rows:
            target = field.m2m_reverse_field_name()
            known[field.name] = [getattr(row, target) for row in rows[through]]
    if "countries" in known:
        there = {country.pk for country in known["countries"]}
        missing = record.named_countries() - there
        known["countries"] += [Country(code=code) for code in sorted(missing)]
    return record


@dataclass
class Judged:
    """``fields`` maps a field to what citations say of it; ``rows`` maps a prefix to a citation's verdict.

    Both are HTML.
    """

    fields: dict[str, SafeString]
    rows: dict[str, SafeString]


def judged(
    form: BaseModelForm, formsets: Iterable[BaseInlineFormSet], stored: Record | None
) -> Judged:
    """The verdicts of the citations typed in a form, on what is typed there."""
    record, formsets = form.instance, list(formsets)
    record = typed_record(form, formsets)
    citations, rows = [], {}
    for formset in formsets:
        for row in _rows(formset) if formset.model is Citation else ():
            citation = row.instance
            if problem := _problem(row, form):
                rows[row.prefix] = format_html('<span class="desk-next">{}</span>', problem)
                continue
            if "locator" in row.errors:
                citation.locator = ""
            citations.append(citation)
            rows[row.prefix] = citation
    judge(record, citations)
    rows = {
        prefix: verdict_mark(one) if isinstance(one, Citation) else one
        for prefix, one in rows.items()
    }
    return Judged(_of_fields(record, citations, form, stored), rows)


def _problem(row: BaseModelForm, form: BaseModelForm) -> str:
    """Why a citation cannot be judged yet, in a sentence."""
    for name in ("field", "value"):
        if name in row.errors:
            return " ".join(row.errors[name])
    if row.instance.field in form.errors:
        return _("Judged when the field of the record can be read.")
    return ""


# What is shown ---------------------------------------------------------------------------------------------


def verdict_mark(citation: Citation) -> SafeString:
    """The verdict as a mark that does not rely on colour alone."""
    return format_html(
        '<span class="desk-verdict desk-{}">{}</span>{}',
        citation.verdict,
        citation.get_verdict_display(),
        f" ({_('set aside')})" if citation.set_aside else "",
    )


@dataclass
class Line:
    """All passages that say one thing of a field. ``value`` is empty where it is the record's own value."""

    verdict: str
    label: str
    value: str
    places: str
    set_aside: str


def _lines(model: type[Record], field: FieldPassages) -> list[Line]:
    is_many = COMPARERS[model.citable[field.name]].many
    alike: dict[tuple, list[Passage]] = defaultdict(list)
    for passage in field.passages:
        one = passage.citation
        value = passage.value if is_many or one.verdict != Citation.Verdict.SUPPORTS else ""
        alike[one.verdict, value, one.set_aside].append(passage)
    order = list(Citation.Verdict)
    return [
        Line(verdict, passages[0].citation.get_verdict_display(), value, _places(passages), aside)
        for (verdict, value, aside), passages in sorted(
            alike.items(), key=lambda item: order.index(item[0][0] or order[-1])
        )
    ]


def _places(passages: list[Passage]) -> str:
    cited = [passage.citation for passage in passages if passage.citation.source_id]
    if not cited:
        return _("no source yet")
    places = (
        f"{source_name(source)}, {where}" if where else source_name(source)
        for source, where in places_by_source(cited)
    )
    return "; ".join(places)


def _of_fields(
    record: Record, citations: list[Citation], form: BaseModelForm, stored: Record | None
) -> dict[str, SafeString]:
    """One entry per field of the form that can be cited; empty where nothing is said of it."""
    model = type(record)
    evidence = field_evidence(record, citations)
    decisions = stored.decisions.all() if stored else ()
    told = by_field(
        model,
        [one for one in citations if one.field not in form.errors],
        evidence,
        Values((model, one) for one in citations),
        decisions=decisions,
    )
    said = {one.name: one for one in told}
    address = contested_address(stored) if stored else ""
    return {
        name: render_to_string(
            "admin/entente/said.html",
            {"field": said[name], "lines": _lines(model, said[name]), "contested": address},
        )
        if name in said
        else SafeString("")
        for name in model.citable
        if name in form.fields
    }


def show(form: BaseModelForm, formsets: Iterable[BaseInlineFormSet]) -> None:
    """Put the verdicts beside each field: of what was sent, or else of what is stored."""
    stored = form.instance if form.instance.pk else None
    if form.is_bound:
        said = judged(form, formsets, stored).fields
    else:
        citations = [
            row.instance
            for formset in formsets
            if formset.model is Citation
            for row in formset.initial_forms
        ]
        said = _of_fields(form.instance, citations, form, stored)
    for name, html in said.items():
        bound = form[name]
        bound.help_text = format_html(
            '{}<span class="desk-said" data-said="{}" aria-live="polite">{}</span>',
            SafeString(bound.help_text),  # Django takes it for HTML too
            name,
            html,
        )


class Judging:
    """For the form of a kind of record: ``…/verdicts/`` judges what is typed, and stores nothing."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.verdicts_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_verdicts"
        return [
            re_path(r"^verdicts/$", view, name=f"{name}_of_new"),
            re_path(r"^([^/]+)/verdicts/$", view, name=name),
            *super().get_urls(),
        ]

    def verdicts_view(self, request: HttpRequest, object_id: str | None = None) -> JsonResponse:
        stored = None if object_id is None else self.get_object(request, unquote(object_id))
        if object_id is not None and stored is None:
            raise Http404
        allowed = (
            self.has_add_permission(request)
            if stored is None
            else self.has_change_permission(request, stored)
        )
        if not allowed:
            raise PermissionDenied
        names = flatten_fieldsets(self.get_fieldsets(request, stored))
        form_class = self.get_form(
            request,
            stored,
            change=stored is not None,
            form=DeskForm,
            fields=[name for name in names if name not in NOT_JUDGED],
        )
        typed = copy.copy(stored) if stored is not None else self.model()
        form = form_class(request.POST, instance=typed)
        form.fields.pop("reason", None)
        _read(form)
        formsets, _inlines = self._create_formsets(request, form.instance, stored is not None)
        for formset in formsets:
            for row in formset.forms:
                _read(row)
        found = judged(form, formsets, stored)
        return JsonResponse({"fields": found.fields, "rows": found.rows})


def verdicts_address(record: Record) -> str:
    """The address that judges what is typed in the form of a record, stored or not."""
    if record.pk is None:
        return page(type(record), "verdicts_of_new")
    return page(type(record), "verdicts", record.pk)
