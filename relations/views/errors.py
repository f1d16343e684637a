"""Error pages. Programs that request the API get problem details instead."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from relations.http.response_cache import API
from relations.models import Change, ChangedSubject, Record, Relation
from relations.views.nearest import near, words_of

LOOKED_BACK = 20


class Absent(Http404):
    """Nothing is at this address; ``sentence`` tells the reader what there is instead."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


def _answer(
    request: HttpRequest, template: str, status: int, context: dict | None = None
) -> HttpResponse:
    return render(request, template, {"words": "", **(context or {})}, status=status)


def gone(request: HttpRequest, record: Record) -> HttpResponse:
    """A withdrawn record: its title, the time and the reason, and nothing of its content."""
    countries = record.countries.all()
    relations = Relation.objects.filter(first__in=countries, second__in=countries)
    context = {
        "record_title": record.title,
        "withdrawal": withdrawal(record),
        "relations": relations.select_related("first", "second"),
    }
    return _answer(request, "410.html", 410, context)


def withdrawal(record: Record) -> Change | None:
    """The change that withdrew the record, if it is among its last ones."""
    last = ChangedSubject.objects.filter(model=Record._meta.label_lower, subject=str(record.pk))
    for subject in last.select_related("change").order_by("-change")[:LOOKED_BACK]:
        if subject.change.items[subject.position]["action"] == "withdrawn":
            return subject.change
    return None


def _problem(request: HttpRequest, status: int) -> HttpResponse | None:
    """Problem details for an address of the API; None for a page."""
    if not request.path.startswith(API):
        return None
    from relations.http.problem_details import instance_of, problem

    return problem(status, instance=instance_of(request))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 400) or _answer(request, "400.html", 400, {"problems": []})


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, 403) or _answer(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A 404 with a search for the words of the address, and the nearest addresses."""
    if answer := _problem(request, 404):
        return answer
    context = {"words": "", "near": [], "sentence": getattr(exception, "sentence", "")}
    if request.method == "GET" and not context["sentence"]:
        context |= {"words": words_of(request.path), "near": near(request.path)}
    return _answer(request, "404.html", 404, context)


def server_error(request: HttpRequest) -> HttpResponse:
    """Renders without context processors and database, because either may be what failed."""
    return _problem(request, 500) or HttpResponse(render_to_string("500.html"), status=500)
