"""Conditional requests: ETag, Last-Modified and 304 from the last change; and the cache of whole pages.

The number of the change is read before the data. An answer is therefore never newer than its tag says, at most older
by a moment: asked for again, it is then sent again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language

from relations.derived import code_version
from relations.history.change_number import last_change, number

CACHE_CONTROL = "public, max-age=0, must-revalidate"
# The largest answer that a cache in memory takes, in bytes.
MAX_CACHED_SIZE = 500_000


class Validators(NamedTuple):
    """By what a representation is known: its strong tag, and since when it may be as it is.

    ``modified`` is in seconds of Unix time; None while that second is to come, as it is when changes follow
    each other faster than one a second.
    """

    tag: str
    modified: int | None = None


def validators(request: HttpRequest, *variant: str) -> Validators:
    """Those of this address and ``variant`` (format, language...)."""
    last = last_change(request)
    changed = int(last.changed.timestamp()) if last.changed else 0
    modified = max(changed, code_version.released())
    return Validators(etag(request, *variant), modified if modified <= time.time() else None)


def validators_of(response: HttpResponse) -> Validators:
    """Those of an answer, also of one that was compressed since."""
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    return Validators(response["ETag"].removeprefix("W/"), modified)


def etag(request: HttpRequest, *variant: str) -> str:
    """The strong tag of one representation: of this address and ``variant`` (format, language...)."""
    parts = (
        str(number(request)),
        code_version.digest(),
        settings.SITE_URL,
        request.path,
        request.META.get("QUERY_STRING", ""),
        *variant,
    )
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return f'"{hashlib.sha256(text).hexdigest()[:32]}"'


def is_known(request: HttpRequest, tag: str, modified: int | None = None) -> bool:
    """Whether the client holds that representation. ``*`` names none and is not taken for one.

    The time is looked at only where no tag is given (RFC 9110, section 13.2.2).
    """
    if (given := request.META.get("HTTP_IF_NONE_MATCH")) is not None:
        return tag in (one.removeprefix("W/") for one in parse_etags(given))
    if modified is None or (text := request.META.get("HTTP_IF_MODIFIED_SINCE")) is None:
        return False
    since = parse_http_date_safe(text)
    return since is not None and modified <= since


def unless_known(
    request: HttpRequest, answer: Callable[[], HttpResponse | None], *variant: str
) -> HttpResponse | None:
    """304 for a client that holds this representation; else what ``answer`` makes, stamped; None if it makes none."""
    known_by = validators(request, *variant)
    if is_known(request, *known_by):
        return not_modified(*known_by)
    response = answer()
    return None if response is None else stamped(response, *known_by)


def not_modified(tag: str, modified: int | None = None) -> HttpResponse:
    return stamped(HttpResponseNotModified(), tag, modified)


def stamped(response: HttpResponse, tag: str, modified: int | None = None) -> HttpResponse:
    """Add the validators and how caches may use the answer: they may store it and must revalidate it."""
    response["ETag"] = tag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = CACHE_CONTROL
    # Also for short answers and 304, which are never compressed themselves.
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def is_cacheable(response: HttpResponse) -> bool:
    """Whether an answer is the same for everybody and small enough; streams and large files are made each time."""
    return not (response.streaming or response.cookies or len(response.content) > MAX_CACHED_SIZE)


def conditional_page(view: Callable) -> Callable:
    """Answer 304 for a page of the published record while nothing has changed; cache the page under its tag.

    Such a page must not depend on who asks. It may depend on the day (“on this day”) and, for the parts
    that htmx requests, on its header.
    """

    @wraps(view)
    def conditional(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        part = request.headers.get("HX-Request", "")
        tag = etag(request, "page", get_language() or "", part, timezone.now().date().isoformat())
        if is_known(request, tag):
            response = not_modified(tag)
        elif cached := caches["pages"].get(tag):
            content, headers = cached
            response = HttpResponse(content, headers=headers)
        else:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and not response.has_header("Cache-Control"):
                stamped(response, tag)
                # The answer to HEAD may lack what the tag stands for.
                if request.method == "GET" and is_cacheable(response):
                    caches["pages"].set(tag, (response.content, dict(response.items())))
        patch_vary_headers(response, ["HX-Request"])
        return response

    return conditional
