"""The short way to the data: what is asked of an endpoint does not pass through what only pages need."""

from __future__ import annotations

from collections.abc import Callable

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

from relations.api.endpoint import Endpoint
from relations.http.response_cache import API


class StraightToEndpointsMiddleware:
    """Calls an endpoint itself: sessions, accounts, languages, forms and static files are nothing to it.

    What is a page below the API, the documentation to read and try, goes the way of pages. Stands inside of all
    that is for every answer, and outside of what is for pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        # As Django wraps each view: whatever goes wrong becomes an answer.
        self.answer = convert_exception_to_response(_answer)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API):
            return self.get_response(request)
        match = resolve(request.path_info)
        if not issubclass(getattr(match.func, "cls", object), Endpoint):
            return self.get_response(request)
        request.resolver_match = match
        return self.answer(request)


def _answer(request: HttpRequest) -> HttpResponseBase:
    view, args, kwargs = request.resolver_match
    response = view(request, *args, **kwargs)
    return response.render() if hasattr(response, "render") else response
