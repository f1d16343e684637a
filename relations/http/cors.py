"""Pages of other sites may read the API: CORS, as the Fetch standard of WHATWG has it.

The answers are the same for everybody, so any origin may read them, and no credentials are taken.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from relations.http.response_cache import API

METHODS = "GET, HEAD, OPTIONS"
# What a page may send besides the headers that need no leave.
SENT = "Accept, If-Modified-Since, If-None-Match"
# What a page may read besides Cache-Control, Content-Type, Last-Modified and the like.
READ = (
    "Content-Disposition, Deprecation, ETag, Link, Location, Retry-After, Sunset, "
    "X-Entente-Change, X-Entente-Count"
)
MAX_AGE = 24 * 60 * 60  # seconds for which a browser need not ask for leave again


class OpenToScriptsMiddleware:
    """Stands outside of all that answers for itself: errors, redirects and cached answers are open too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            return self.get_response(request)
        response = leave() if is_preflight(request) else self.get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = READ
        return response


def is_preflight(request: HttpRequest) -> bool:
    """Whether a browser asks for leave to ask."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def leave() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": SENT,
            "Access-Control-Max-Age": str(MAX_AGE),
        },
    )
