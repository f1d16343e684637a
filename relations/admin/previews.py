"""Links to the preview of a draft: made at the desk by those who may see the draft, and valid for a limited
time.
"""

from __future__ import annotations

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import re_path
from django.views.decorators.cache import never_cache

from relations.admin.addresses import page
from relations.models import Record
from relations.views.records.preview import preview_address


class Previewed:
    """For the form of a kind of record: ``…/preview/`` makes a link and redirects to it.

    The link is made on request, so it is valid for its full time however long the form has been open. A
    public record leads to its public page.
    """

    def get_urls(self):
        view = self.admin_site.admin_view(never_cache(self.preview_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        return [re_path(r"^([^/]+)/preview/$", view, name=name), *super().get_urls()]

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        is_draft = record.first_published is None
        return HttpResponseRedirect(
            preview_address(record) if is_draft else record.get_absolute_url()
        )


def preview_link(record: Record) -> str:
    """The address at the desk that makes a link to the record's preview; empty for records that are or were
    public.
    """
    if record.pk is None or record.first_published is not None:
        return ""
    return page(Record.child_model(record.kind), "preview", record.pk)
