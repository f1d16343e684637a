"""Pages for programmers: what the API promises, and how to use it."""

from __future__ import annotations

from django.conf import settings
from django.shortcuts import render
from django.views import View

from relations.api.deprecations import DEPRECATED
from relations.views.api_help.tutorial import CUT, STEPS


class ApiPromiseView(View):
    """Which parts of the API are stable, and how the end of others is announced."""

    def get(self, request):
        context = {
            "deprecated": DEPRECATED,
            "rate": settings.API_RATE,
            "fresh_for": settings.FRESH_FOR,
        }
        return render(request, "relations/api_promise.html", context)


class ApiTutorialView(View):
    """Five minutes with the API."""

    def get(self, request):
        steps = [step.at(settings.SITE_URL) for step in STEPS]
        return render(request, "relations/api_tutorial.html", {"steps": steps, "cut": CUT})
