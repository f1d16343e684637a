"""Pages for what cannot be answered; programs that asked the API get problem details instead."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from relations.models import Record

API = "/api/"


def _answer(
    request: HttpRequest, template: str, status: int, context: dict | None = None
) -> HttpResponse:
    return render(request, template, context or {}, status=status)


def gone(request: HttpRequest, record: Record) -> HttpResponse:
    """A record that was withdrawn: its title and that it is gone, nothing more."""
    return _answer(request, "410.html", 410, {"record_title": record.title})


def _problem(request: HttpRequest, status: int) -> HttpResponse | None:
    """Problem details for an address of the API; None for a page."""
    if not request.path.startswith(API):
        return None
    from relations.api.errors import instance_of, problem

    return problem(status, instance=instance_of(request))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 400) or _answer(request, "400.html", 400, {"problems": []})


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 403) or _answer(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 404) or _answer(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Renders without the context processors or the database: either may be what failed."""
    return _problem(request, 500) or HttpResponse(render_to_string("500.html"), status=500)
