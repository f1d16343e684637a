"""What every admin class of the desk shares: one unit of work per save, reasons, versions, safe searches."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.forms import Script
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, re_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations import dates
from relations.admin import stale
from relations.admin.addresses import page
from relations.admin.date_fields import DateField, DateInput
from relations.admin.forms import REASON_LENGTH, DeskForm
from relations.admin.permissions import WithOwner
from relations.admin.strict import StrictLinks, StrictLists
from relations.derived.signals import linked_by
from relations.history import restoring
from relations.models import Revision
from relations.work import UnitOfWork, unit_of_work

# The limit of rows of one sort in a form: more than any known record or body has.
MOST_ROWS = 250
REASON_FIELDSET = (gettext_lazy("Why"), {"fields": ["reason"]})


class Fields(StrictLinks):
    """Give dates their own field and input, with examples of both ways to type one.

    A link offers to add another object of its kind; the linked object is changed or deleted on its own
    page.
    """

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if dates.validate not in db_field.validators:
            field = super().formfield_for_dbfield(db_field, request, **kwargs)
            if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget.can_change_related = False
                field.widget.can_delete_related = False
            return field
        kwargs.update(form_class=DateField, widget=DateInput)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        in_edtf = field.help_text or _("As far as it is known: 2005-05-24, 2008-09, 1996 or 1993~.")
        field.help_text = f"{in_edtf} {dates.HELP_TYPED}"
        return field


class DeskAdmin(stale.Guarded, Fields, StrictLists, admin.ModelAdmin):
    """A model whose changes are public. ``slug_from`` names the field from which an empty address is made."""

    class Media:
        js = [Script("admin-entente/errors.js", type="module")]

    form = DeskForm
    slug_from = ""
    list_per_page = 50
    show_full_result_count = False
    actions_on_top = True  # without a bar, Django writes a style element that the policy refuses
    save_on_top = True

    # Saving ------------------------------------------------------------------------------------------------

    def work(self, request, *, reason: str = "") -> AbstractContextManager[UnitOfWork]:
        """One unit of work by the request's user."""
        return unit_of_work(user=request.user, reason=reason)

    def needs_reason(self, obj) -> bool:
        """Whether a change of the object as stored needs a reason."""
        return False

    def slug_words(self, cleaned: dict) -> tuple[str, str]:
        """The words and the year for an address, from what was typed."""
        return cleaned.get(self.slug_from) or "", ""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request, form.desk = request, self
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """As Django's; refusals of the data layer become errors of the form, which keeps all that was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as error:
            request.desk_refusal = self.explained(error)
        except IntegrityError:
            request.desk_refusal = ValidationError(
                _(
                    "This conflicts with what is stored: it is there already, or somebody "
                    "saved just before you."
                )
            )
        return super().changeform_view(request, object_id, form_url, extra_context)

    def explained(self, error: ValidationError) -> ValidationError:
        """A refusal of the data layer, beside the field where it can be corrected."""
        return error

    def save_model(self, request, obj, form, change):
        """Does nothing yet: ``save_related`` stores the object and its links in one unit of work."""

    def save_related(self, request, form, formsets, change):
        reason = form.cleaned_data.get("reason", "")
        with self.work(request, reason=reason) as unit:
            super().save_model(request, form.instance, form, change)
            super().save_related(request, form, formsets, change)
            stale.refuse_if_moved(request, form.instance)
            message = self.construct_change_message(request, form, formsets, not change)
            text = LogEntry(change_message=json.dumps(message)).get_change_message()
            unit.comment = "\n".join(filter(None, [reason, text]))

    def construct_change_message(self, request, form, formsets, add=False):
        form.changed_data = [name for name in form.changed_data if name != "reason"]
        return super().construct_change_message(request, form, formsets, add)

    def get_view_on_site_url(self, obj=None):
        try:
            return super().get_view_on_site_url(obj)
        except NoReverseMatch:
            return None  # the form is shown again with an address that was refused

    # Deleting ----------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs, request):
        """As Django's; objects that something else still links to are protected, too."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        protected = [*protected, *(str(user) for obj in objs for user in linked_by(obj))]
        return deleted, counts, perms_needed, protected

    def delete_model(self, request, obj):
        with self.work(request):
            super().delete_model(request, obj)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ValidationError, models.ProtectedError) as error:
            texts = error.messages if isinstance(error, ValidationError) else [error.args[0]]
            self.message_user(request, " ".join(map(str, texts)), messages.ERROR)
            return HttpResponseRedirect(self.page("change", object_id))

    # History -----------------------------------------------------------------------------------------------

    def page(self, name: str, *args) -> str:
        return page(self.model, name, *args)

    def get_urls(self):
        view = self.admin_site.admin_view(self.revision_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_revision"
        return [re_path(r"^([^/]+)/history/([0-9]{1,18})/$", view, name=name), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        obj, rows = self.get_object(request, unquote(object_id)), []
        if obj is not None:
            rows = [
                {"revision": one, "url": self.page("revision", quote(obj.pk), one.pk)}
                for one in Revision.objects.of(obj).defer("state").select_related("user")[:200]
            ]
        return super().history_view(request, object_id, {"versions": rows, **(extra_context or {})})

    def revision_view(self, request, object_id, revision_id):
        """What one revision holds beside what is stored now; on POST it is restored."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        allowed = (
            self.has_change_permission if request.method == "POST" else self.has_view_permission
        )
        if not allowed(request, obj):
            raise PermissionDenied
        found = Revision.objects.of(obj).select_related("user")
        revision = get_object_or_404(found, pk=revision_id)
        reason = request.POST.get("reason", "").replace("\0", "").strip()
        errors = []
        mark = "" if request.method == "POST" else stale.mark(obj)
        if request.method == "POST":
            with transaction.atomic():
                mark, found = request.POST.get(stale.MARK, ""), stale.moved(request, obj)
                if found is not None:
                    mark, errors = found.mark, [found.sentence]
                else:
                    errors = self._restore(request, obj, revision, reason)
            if not errors:
                return HttpResponseRedirect(self.page("change", quote(obj.pk)))
        try:
            differences = restoring.would_change(revision, obj)
        except ValidationError as error:
            differences, refusals = [], error.messages
        else:
            refusals = []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "object_id": object_id,
            "title": _("An earlier version"),
            "subtitle": str(obj),
            "revision": revision,
            "differences": differences,
            "refusals": refusals,
            "errors": errors,
            "desk_mark": mark,
            "reason": reason,
            "reason_length": REASON_LENGTH,
            "needs_reason": self.needs_reason(obj),
            "has_change_permission": self.has_change_permission(request, obj),
        }
        return TemplateResponse(request, "admin/entente/revision.html", context)

    def _restore(self, request, obj, revision, reason: str) -> list[str]:
        """Restore the revision; returns the sentences that say why it was not."""
        if not reason and self.needs_reason(obj):
            return [_("Say why: this has been published, and readers see the change.")]
        if len(reason) > REASON_LENGTH:
            return [_("Give the reason in at most %d characters.") % REASON_LENGTH]
        when = f"{revision.time:%Y-%m-%d %H:%M} UTC"
        text = _("Restored the version of %(when)s.") % {"when": when}
        try:
            with self.work(request, reason=reason) as unit:
                restoring.restore(revision, obj)
                unit.comment = "\n".join(filter(None, [reason, text]))
        except ValidationError as error:
            return error.messages
        self.log_change(request, obj, text)
        self.message_user(request, text, messages.SUCCESS)
        return []


class DeskInline(WithOwner, Fields):
    """Rows edited with their owner."""

    extra = 0
    max_num = MOST_ROWS

    def get_extra(self, request, obj=None, **kwargs):
        return self.extra

    def get_formset(self, request, obj=None, **kwargs):
        # Django draws up to two thousand rows if the form says there are as many, and takes minutes.
        return super().get_formset(request, obj, absolute_max=MOST_ROWS, **kwargs)


class ReadOnly:
    """Can be viewed here, never edited."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
