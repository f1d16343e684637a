"""Answers of the API that were given before are given again, without asking the database or the views.

An answer is kept in the memory of the process, for as long as nothing published changes, under everything
that it depends on: the address, what the client accepts, the number of the last change.

Whoever asks for what came after a change is never answered from memory. They note how far they have come, and
what another process has published a moment ago would be missed for good.
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
from relations.http.conditional import KEPT_SIZE, is_known, validators_of

API = "/api/"
NAMES_A_CHANGE = re.compile(r"(?:^|&)(?:changed_)?since=")
# What of a kept answer a 304 repeats (RFC 9110, section 15.4.5).
REPEATED = ("ETag", "Cache-Control", "Vary", "Last-Modified", "Content-Location")


class KeptAnswersMiddleware:
    """Stands outside of whatever works on an answer and inside of what must see every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_of_api = request.method == "GET" and request.path_info.startswith(API)
        if not is_of_api or NAMES_A_CHANGE.search(request.META.get("QUERY_STRING", "")):
            return self.get_response(request)
        # Read before the data that the answer is made of.
        key = self._key(request, change_number.current())
        if kept := caches["pages"].get(key):
            content, headers, known_by = kept
            if is_known(request, *known_by):
                repeated = {name: headers[name] for name in REPEATED if name in headers}
                return HttpResponseNotModified(headers=repeated)
            if content is not None:
                return HttpResponse(content, headers=headers)
        response = self.get_response(request)
        if self._can_be_kept(response):
            self._let_shared_caches_keep(response)
            # Of what a client held already only by what it is known.
            content = None if response.status_code == 304 else response.content
            known_by = validators_of(response)
            caches["pages"].set(key, (content, dict(response.items()), known_by))
        return response

    def _let_shared_caches_keep(self, response: HttpResponse) -> None:
        """For as long as this process may (``relations.history.change_number`` says how old an answer can then be)."""
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

    def _can_be_kept(self, response: HttpResponse) -> bool:
        return (
            response.status_code in (200, 304)
            and not response.streaming
            and not response.cookies
            and response.has_header("ETag")
            and len(response.content) <= KEPT_SIZE
        )
