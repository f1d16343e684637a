"""The preview of a record that is not published yet, for anybody with a link that is valid for a limited
time.

The desk makes the link, for those who may see the draft there, and anybody can open it: its signature is
the permission. It holds the record's key and the end of its validity. No other address leads here. The page
is not cached, is in no list or index, and tells no other site where its reader came from.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from relations import kinds
from relations.filters.problems import unknown_parameter
from relations.http.middleware import refuse
from relations.models import Record
from relations.views.errors import Absent, gone
from relations.views.lists.context import PAGE_SIZE
from relations.views.records.neighbours import Trail
from relations.views.records.pages import record_context, whole

LASTS = timedelta(hours=24)
# A salt is part of what was signed: it keeps the name of the module that signed first.
_signer = signing.Signer(salt="relations.views.preview")


def preview_address(record: Record) -> str:
    """The address of a draft's preview, valid from now on until it ends."""
    until = int((timezone.now() + LASTS).timestamp())
    return reverse("preview", args=[_signer.sign_object({"record": record.pk, "until": until})])


def _read(token: str) -> tuple[Record, datetime]:
    """The record that a link names, and the end of its validity. Raises ``Absent`` for an invalid link."""
    try:
        held = _signer.unsign_object(token)
    except signing.BadSignature:
        record = None
    else:
        record = Record.objects.filter(pk=held["record"]).first()
    if record is None:
        raise Absent(_("There is no preview at this address: part of the link may be missing."))
    return record, datetime.fromtimestamp(held["until"], UTC)


class PreviewView(View):
    """``/preview/…/``. If the record has been published since, it redirects to the page itself."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        record, until = _read(token)
        if until <= timezone.now():
            return render(request, "relations/preview_ended.html", status=410)
        if record.stage == Record.Stage.WITHDRAWN:
            return gone(request, record)
        if record.is_published:
            return HttpResponseRedirect(record.get_absolute_url())
        if problems := [unknown_parameter(name, ()) for name in request.GET]:
            return refuse(request, problems)
        kind = kinds.get(record.kind)
        record = whole(kind.model).get(pk=record.pk)
        context = record_context(kind, record) | {
            "trail": Trail(kind, record, QueryDict(), page_size=PAGE_SIZE),
            "canonical": f"{settings.SITE_URL}{record.get_absolute_url()}",
            "stage_label": record.get_stage_display(),
            "until": until,
        }
        return render(request, "relations/preview.html", context)
