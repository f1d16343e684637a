"""Pages for what cannot be answered; programs that asked the API get problem details instead."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from relations.models import Record

API = "/api/"


def _answer(request: HttpRequest, template: str, status: int, context: dict | None = None) -> HttpResponse:
    return render(request, template, context or {}, status=status)


def gone(request: HttpRequest, record: Record) -> HttpResponse:
    """A record that was withdrawn: its title and that it is gone, nothing more."""
    return _answer(request, "410.html", 410, {"title": record.title, "kind": record.kind})


def _problem(request: HttpRequest, status: int, title: str) -> HttpResponse | None:
    if not request.path.startswith(API):
        return None
    try:
        from relations.api.errors import problem
    except ImportError:
        return None
    return problem(status, title)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 400, _("Bad request")) or _answer(request, "400.html", 400, {"problems": []})


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 403, _("Not allowed")) or _answer(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 404, _("Not found")) or _answer(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Renders without the context processors or the database: either may be what failed."""
    return _problem(request, 500, _("Server error")) or TemplateResponse(
        None, "500.html", {}, status=500
    ).render()
