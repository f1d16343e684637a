"""In-process cache of API responses.

A response is cached under everything that it depends on: the address, what the client accepts, and the number of the
last change. It is found again until something published changes, without a query.

A request for what came after a change is never answered from the cache. Its client notes how far it has come, and
would miss for good what another process has published a moment ago.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_cache_control

from relations.history import change_number
from relations.http.conditional import is_cacheable, is_known, validators_of

API = "/api/"
NAMES_A_CHANGE = re.compile(r"(?:^|&)(?:changed_)?since=")
# The headers that a 304 repeats (RFC 9110, section 15.4.5).
REPEATED = ("ETag", "Cache-Control", "Vary", "Last-Modified", "Content-Location")


class ResponseCacheMiddleware:
    """Stands outside of the middleware that alters a response, and inside of what must see every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_of_api = request.method == "GET" and request.path_info.startswith(API)
        if not is_of_api or NAMES_A_CHANGE.search(request.META.get("QUERY_STRING", "")):
            return self.get_response(request)
        # Before the data is read that the response is made of.
        key = self._key(request, change_number.recent(request))
        if cached := caches["api"].get(key):
            content, headers, known_by = cached
            if is_known(request, *known_by):
                repeated = {name: headers[name] for name in REPEATED if name in headers}
                return HttpResponseNotModified(headers=repeated)
            if content is not None:
                return HttpResponse(content, headers=headers)
        response = self.get_response(request)
        if self._can_be_cached(response):
            self._let_shared_caches_store(response)
            # Of a 304 only the validators are cached: there is no body.
            content = None if response.status_code == 304 else response.content
            known_by = validators_of(response)
            caches["api"].set(key, (content, dict(response.items()), known_by))
        return response

    def _let_shared_caches_store(self, response: HttpResponse) -> None:
        """For as long as this process may (``relations.history.change_number`` says how old a response can then be)."""
        if seconds := int(settings.FRESH_FOR):
            patch_cache_control(response, s_maxage=seconds)

    def _key(self, request: HttpRequest, number: int) -> str:
        meta = request.META
        parts = (
            number,
            request.scheme,
            meta.get("HTTP_HOST", ""),
            request.path_info,
            meta.get("QUERY_STRING", ""),
            meta.get("HTTP_ACCEPT", ""),
            bool(re_accepts_gzip.search(meta.get("HTTP_ACCEPT_ENCODING", ""))),
        )
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def _can_be_cached(self, response: HttpResponse) -> bool:
        return (
            response.status_code in (200, 304)
            and response.has_header("ETag")
            and is_cacheable(response)
        )
