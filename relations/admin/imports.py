"""Import of tables at the desk: upload, check in the browser, review, then store completely or not at all."""

from __future__ import annotations

import csv
import io
from collections import Counter

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relations import kinds
from relations.admin.addresses import page
from relations.admin.base import ReadOnly
from relations.admin.forms import REASON_LENGTH
from relations.admin.strict import KeyChoice, OneByName, StrictLists
from relations.exports.text import cell
from relations.importing import files, layouts, tables
from relations.importing.jobs import Job, NotStored, begin, give_up
from relations.importing.resource import Known
from relations.models import Import, ImportRow, Source

State = Import.State
PER_PAGE = 100
TWINS = "twins"


def kinds_open_to(request, site) -> list[kinds.Kind]:
    """The kinds whose records the user may both add and change."""
    found = []
    for kind in kinds.every():
        desk = site.get_model_admin(kind.model)
        if desk.has_add_permission(request) and desk.has_change_permission(request):
            found.append(kind)
    return found


class ImportForm(forms.Form):
    """The table, and what the table itself does not say."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy(
            "CSV (UTF-8), XLSX, JSON or JSON Lines; at most %(rows)d rows and %(size)d MB."
        )
        % {"rows": files.MOST_ROWS, "size": files.MOST_BYTES // files.MEGABYTE},
        widget=forms.FileInput(attrs={"accept": ",".join(f".{name}" for name in files.READERS)}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What its rows are"), required=False)
    source = KeyChoice(
        queryset=Source.objects.all(),
        required=False,
        label=gettext_lazy("Source of all rows"),
        help_text=gettext_lazy(
            "Each row that names no source is cited from this one, by its own number."
        ),
    )

    def __init__(self, *args, request, site, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        choices = [(kind.name, kind.label_plural) for kind in kinds_open_to(request, site)]
        self.fields["kind"].choices = [("", _("as the table tells")), *choices]
        self.fields["source"].widget = OneByName(Import._meta.get_field("source"), site)
        self.fields["source"].widget.choices = self.fields["source"].choices

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        sent = cleaned["file"]
        try:
            if sent.size > files.MOST_BYTES:
                raise files.FileRefused(files.too_large(sent.size))
            data = sent.read()
            self.job = begin(self.request.user, sent.name, data, cleaned["kind"], cleaned["source"])
        except files.FileRefused as error:
            self.add_error("file", str(error))
        return cleaned


class StoreForm(forms.Form):
    """What to do with rows that need a decision."""

    skip_refused = forms.BooleanField(
        required=False, label=gettext_lazy("Leave out the rows that are refused")
    )
    twins = forms.ChoiceField(
        label=gettext_lazy("Rows that are probably on record already, or twice in the table"),
        choices=[
            ("skip", gettext_lazy("leave them out")),
            ("store", gettext_lazy("store them anyway")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what to do with them.")},
    )
    reason = forms.CharField(
        required=False,
        max_length=REASON_LENGTH,
        label=gettext_lazy("Reason for the change"),
        help_text=gettext_lazy("Readers see it beside each change of what is published."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args, counts: Counter, **kwargs):
        super().__init__(*args, **kwargs)
        if not counts[ImportRow.Outcome.REFUSED]:
            del self.fields["skip_refused"]
        if not counts[TWINS]:
            del self.fields["twins"]
        if not counts[ImportRow.Outcome.CHANGED]:
            del self.fields["reason"]


class ImportAdmin(ReadOnly, StrictLists, admin.ModelAdmin):
    list_display = ["name", "kind_reads", "state", "rows", "user", "created"]
    list_filter = ["state"]
    list_select_related = ["user"]
    search_fields = ["name"]
    list_per_page = 50
    show_full_result_count = False
    actions_on_top = True

    @admin.display(description=gettext_lazy("what"))
    def kind_reads(self, job):
        return kinds.get(job.kind).label_plural

    # Who may -------------------------------------------------------------------------------------------------

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return bool(kinds_open_to(request, self.admin_site))

    def has_add_permission(self, request):
        return self.has_view_permission(request)

    def get_queryset(self, request):
        """The user's own imports; a table may hold what others may not see yet."""
        found = super().get_queryset(request).defer("table")
        return found if request.user.is_superuser else found.filter(user=request.user)

    def _job(self, request, key: str) -> Import:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(key))
        if found is None:
            raise Http404
        if found.kind not in [kind.name for kind in kinds_open_to(request, self.admin_site)]:
            raise PermissionDenied
        return found

    # Addresses -----------------------------------------------------------------------------------------------

    def get_urls(self):
        own = [
            ("<path:key>/check/", self.check_view, "check"),
            ("<path:key>/store/", self.store_view, "store"),
            ("<path:key>/give-up/", self.give_up_view, "giveup"),
            ("<path:key>/refused.csv", self.refused_view, "refused"),
            ("template/<slug:kind>.xlsx", self.template_view, "template"),
        ]
        return [
            *(
                path(route, self.admin_site.admin_view(view), name=f"relations_import_{name}")
                for route, view, name in own
            ),
            *super().get_urls(),
        ]

    # Sending -------------------------------------------------------------------------------------------------

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ImportForm(*sent, request=request, site=self.admin_site)
        if request.method == "POST" and form.is_valid():
            return HttpResponseRedirect(page(Import, "change", form.job.pk))
        return self._page(
            request,
            "admin/entente/import_add.html",
            _("Import a table"),
            form=form,
            media=self.media + form.media,
            kinds=kinds_open_to(request, self.admin_site),
            layouts=layouts.LAYOUTS,
        )

    def template_view(self, request, kind: str):
        found = {one.name: one for one in kinds_open_to(request, self.admin_site)}
        if kind not in found:
            raise Http404
        resource = found[kind].resource_class(found[kind].model, Known())
        data = tables.template(resource)
        return download(data, f"{found[kind].path}.xlsx", tables.FORMATS["xlsx"].content_type)

    # Looking -------------------------------------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        job = self._job(request, object_id)
        return self._shown(request, job)

    def _shown(self, request, job: Import, form: StoreForm | None = None, status: int = 200):
        counts = _counts(job)
        chosen = request.GET.get("outcome", "")
        rows = job.results.order_by("number").defer("told_by")
        if chosen == TWINS:
            rows = rows.exclude(twins=[])
        elif chosen in ImportRow.Outcome.values:
            rows = rows.filter(outcome=chosen)
        else:
            chosen = ""
        if form is None and job.state == State.CHECKED:
            form = StoreForm(counts=counts)
        kind = kinds.get(job.kind)
        layout = layouts.of(job.unpacked()[0]) if job.table else None
        return self._page(
            request,
            "admin/entente/import.html",
            job.name,
            status=status,
            job=job,
            kind=kind,
            layout=layout,
            counts=[
                *((value, label, counts[value]) for value, label in ImportRow.Outcome.choices),
                (TWINS, _("probably on record, or twice in the table"), counts[TWINS]),
            ],
            to_store=counts[ImportRow.Outcome.NEW] + counts[ImportRow.Outcome.CHANGED],
            chosen=chosen,
            rows=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            form=form,
        )

    def _page(self, request, template: str, title: str, status: int = 200, **context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            **context,
        }
        return TemplateResponse(request, template, context, status=status)

    def refused_view(self, request, key: str):
        """The refused rows and the reasons, for the person who corrects the table."""
        job = self._job(request, key)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(["row", "column", "problem"])
        for row in job.results.filter(outcome=ImportRow.Outcome.REFUSED).defer("told_by"):
            for column, sentence in row.problems:
                writer.writerow([row.number, cell(column), cell(sentence)])
        return download(
            (tables.BOM + text.getvalue()).encode(), "refused.csv", "text/csv; charset=utf-8"
        )

    # Going on ------------------------------------------------------------------------------------------------

    def check_view(self, request, key: str):
        """Check the next rows. A script gets the progress; a browser gets the page again, which goes on."""
        require_post(request)
        job = self._job(request, key)
        if job.state == State.CHECKING:
            Job(job).advance(request.user)
        if request.accepts("text/html"):
            return HttpResponseRedirect(page(Import, "change", job.pk))
        return JsonResponse(
            {"checked": job.checked, "rows": job.rows, "done": job.state != State.CHECKING}
        )

    def store_view(self, request, key: str):
        require_post(request)
        job = self._job(request, key)
        form = StoreForm(request.POST, counts=_counts(job))
        if job.state != State.CHECKED:
            messages.error(request, _("It cannot be stored now: look at its state."))
            return HttpResponseRedirect(page(Import, "change", job.pk))
        if not form.is_valid():
            return self._shown(request, job, form, status=400)
        cleaned = form.cleaned_data
        reason = cleaned.get("reason", "")
        comment = "\n".join(filter(None, [reason, _("Import of %(name)s.") % {"name": job.name}]))
        try:
            stored = Job(job).store(
                request.user,
                reason=reason,
                skip_refused=cleaned.get("skip_refused", False),
                skip_twins=cleaned.get("twins") == "skip",
                comment=comment,
            )
        except NotStored as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(page(Import, "change", job.pk))
        new = ngettext(
            "%(number)d record was added as a draft", "%(number)d records were added as drafts",
            len(stored.new),
        ) % {"number": len(stored.new)}  # fmt: skip
        changed = _("%(number)d changed") % {"number": len(stored.changed)}
        messages.success(request, f"{new}, {changed}.")
        return HttpResponseRedirect(page(Import, "change", job.pk))

    def give_up_view(self, request, key: str):
        require_post(request)
        job = self._job(request, key)
        give_up(Import.objects.filter(pk=job.pk))
        messages.info(request, _("The table was given up; nothing was stored."))
        return HttpResponseRedirect(page(Import, "changelist"))


def require_post(request) -> None:
    """Raise ``PermissionDenied`` for a GET request to an address that changes something."""
    if request.method != "POST":
        raise PermissionDenied


def download(data: bytes, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _counts(job: Import) -> Counter:
    """The number of rows per outcome, and of rows with twins."""
    outcomes = job.results.order_by().values_list("outcome")
    found = Counter(dict(outcomes.annotate(rows=Count("pk"))))
    found[TWINS] = job.results.exclude(twins=[]).count()
    return found


ADMINS = {Import: ImportAdmin}
