"""Answers that are cheap to ask for again: ETag, Last-Modified and 304 from the last change.

The number is read before the data, so an answer is never newer than its tag says, only older by a moment:
asked again, it is then sent again. For whoever asks first after somebody else, a page is kept under its tag.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language

from relations.history import changes

CACHE_CONTROL = "public, max-age=0, must-revalidate"
KEPT_SIZE = 500_000  # bytes
CODE = {
    "relations": ("*.py", "*.json"),
    "agreements": ("*.py",),
    "templates": ("*.html", "*.txt"),
    "static": ("*.css", "*.js", "*.svg"),
    "locale": ("*.mo",),
}


def _code() -> Iterator[Path]:
    for folder, patterns in CODE.items():
        for pattern in patterns:
            yield from sorted((settings.BASE_DIR / folder).rglob(pattern))


@lru_cache(maxsize=1)
def revision() -> str:
    """What the code is: another release may say the same facts in another form."""
    digest = hashlib.sha256()
    for file in _code():
        digest.update(file.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def released() -> int:
    """When the code came here, in seconds of Unix time."""
    return int(max(file.stat().st_mtime for file in _code()))


class Validators(NamedTuple):
    """By what a representation is known: its strong tag, and since when it may be as it is.

    ``modified`` is in seconds of Unix time; None while that second is to come, as it is when changes follow
    each other faster than one a second.
    """

    tag: str
    modified: int | None = None


def last_change(request: HttpRequest) -> changes.Last:
    """The last change: read once a request, and before the data."""
    if not hasattr(request, "last_change"):
        request.last_change = changes.last()
    return request.last_change


def number(request: HttpRequest) -> int:
    """The number of the last change, as it was when the request began."""
    return last_change(request).number


def validators(request: HttpRequest, *variant: str) -> Validators:
    """Those of this address and ``variant`` (format, language...)."""
    last = last_change(request)
    changed = int(last.changed.timestamp()) if last.changed else 0
    modified = max(changed, released())
    return Validators(etag(request, *variant), modified if modified <= time.time() else None)


def validators_of(response: HttpResponse) -> Validators:
    """Those that an answer bears, also one that was compressed since."""
    modified = parse_http_date_safe(response.get("Last-Modified", ""))
    return Validators(response["ETag"].removeprefix("W/"), modified)


def etag(request: HttpRequest, *variant: str) -> str:
    """The strong tag of one representation: of this address and ``variant`` (format, language...)."""
    parts = (
        str(number(request)),
        revision(),
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
    """Say how the answer may be kept; shared caches may, and must ask whether it is still good."""
    response["ETag"] = tag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = CACHE_CONTROL
    # Said of short answers and of 304 too, which are never compressed themselves.
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def keep(response: HttpResponse, tag: str) -> None:
    """Remember a page that is the same for everybody; large files and streams are made anew."""
    if not response.streaming and not response.cookies and len(response.content) <= KEPT_SIZE:
        caches["pages"].set(tag, (response.content, dict(response.items())))


def conditional_page(view: Callable) -> Callable:
    """Answer 304 for a page of the published record while nothing has changed.

    Such a page must not depend on who asks. It may depend on the day (“on this day”) and, for the parts
    that htmx asks for, on its header.
    """

    @wraps(view)
    def conditional(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        part = request.headers.get("HX-Request", "")
        tag = etag(request, "page", get_language() or "", part, timezone.now().date().isoformat())
        if is_known(request, tag):
            response = not_modified(tag)
        elif kept := caches["pages"].get(tag):
            content, headers = kept
            response = HttpResponse(content, headers=headers)
        else:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and not response.has_header("Cache-Control"):
                stamped(response, tag)
                # The answer to HEAD may lack what the tag stands for.
                if request.method == "GET":
                    keep(response, tag)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return conditional
