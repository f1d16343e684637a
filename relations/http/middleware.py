"""Middleware before any view: find the client's address, and refuse requests that cannot be read."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote_plus, unquote_to_bytes

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext as _

from relations.filters.problems import Problem, is_odd
from relations.http.response_cache import API

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
TRACKING = {
    "fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "yclid", "_ga", "igshid", "ref_src",
}  # fmt: skip
TRACKING_PREFIX = "utm_"
# The largest table that is read, with room for the form around it.
MOST_SENT = settings.IMPORT_MAX_BYTES + settings.MEGABYTE
_BROKEN = re.compile("%[89A-F][0-9A-F]")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address) -> bool:
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


class TrustedProxyMiddleware:
    """Take the client's address and scheme from ``X-Forwarded-For`` and ``-Proto``, but only from our
    proxies.

    Every proxy adds the address of its client on the right. So the rightmost address that is not one of our
    proxies is the client's; anybody can write what stands to the left of it. From other clients the headers
    are dropped unread.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = {name: request.META.pop(name, "") for name in FORWARDED}
        is_said = any(forwarded.values())
        if is_said and _is_trusted(_address(request.META.get("REMOTE_ADDR", ""))):
            self._believe(request, forwarded)
        return self.get_response(request)

    def _believe(self, request: HttpRequest, forwarded: dict[str, str]) -> None:
        for text in reversed(forwarded["HTTP_X_FORWARDED_FOR"].split(",")):
            address = _address(text)
            if address is None:
                break
            request.META["REMOTE_ADDR"] = str(address)
            if not _is_trusted(address):
                break
        scheme = forwarded["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip().lower()
        if scheme in ("http", "https"):
            request.META["wsgi.url_scheme"] = scheme


def refuse_size(request: HttpRequest) -> HttpResponse:
    """413, before any of the body has been read."""
    if request.path.startswith(API):
        from relations.http.problem_details import instance_of, problem

        return problem(413, instance=instance_of(request))
    return render(request, "413.html", {"most": MOST_SENT // settings.MEGABYTE}, status=413)


def refuse(request: HttpRequest, problems: Iterable[Problem]) -> HttpResponse:
    """400 with the reason: a page, or under the API problem details."""
    if request.path.startswith(API):
        from relations.http.problem_details import refusal

        return refusal(request, problems)
    return render(request, "400.html", {"problems": list(problems), "words": ""}, status=400)


class CleanRequestMiddleware:
    """Refuse what no address or query of ours can hold; on pages, remove tracking parameters."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _size(request) > MOST_SENT:
            return refuse_size(request)
        if problem := self._problem(request):
            return refuse(request, [problem])
        is_api = request.path.startswith(API)
        if not is_api and request.method in ("GET", "HEAD"):
            query = request.META.get("QUERY_STRING", "")
            kept = "&".join(part for part in query.split("&") if not _is_tracking(part))
            if kept != query:
                path = escape_leading_slashes(request.get_full_path().partition("?")[0])
                return HttpResponseRedirect(f"{path}?{kept}" if kept else path)
        response = self.get_response(request)
        if is_api:
            _make_same_for_everybody(response)
        return response

    def _problem(self, request: HttpRequest) -> Problem | None:
        # Django leaves what is not UTF-8 in a path percent-encoded.
        if is_odd(request.path_info) or _BROKEN.search(request.path_info):
            return Problem("path", _("The address holds control characters or broken text."))
        query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
        if not _is_clean(unquote_to_bytes(query)):
            return Problem(
                "query", _("The query holds control characters or text that is not UTF-8.")
            )
        try:
            _read = request.GET
            request.get_host()
        except TooManyFieldsSent:
            return Problem("query", _("The query has too many parameters."))
        except DisallowedHost:
            return Problem("host", _("This site does not answer to that host name."))
        return None


def _size(request: HttpRequest) -> int:
    """The number of bytes that the request announces. A body without an announced size is never read."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _is_clean(raw: bytes) -> bool:
    try:
        return not is_odd(raw.decode())
    except UnicodeDecodeError:
        return False


def _is_tracking(part: str) -> bool:
    name = unquote_plus(part.partition("=")[0]).lower()
    return name.startswith(TRACKING_PREFIX) or name in TRACKING


def _make_same_for_everybody(response: HttpResponse) -> None:
    """The API responds in English and knows no accounts: a cache stores one response, whatever language or cookie is
    sent.

    Inner middleware (languages, sessions, forms) may have varied the response by them, or replaced a broken cookie.
    """
    response.cookies.clear()
    vary = [name.strip() for name in response.get("Vary", "").split(",")]
    kept = [name for name in vary if name and name.lower() not in ("accept-language", "cookie")]
    if kept:
        response["Vary"] = ", ".join(kept)
    elif response.has_header("Vary"):
        del response["Vary"]


class ContentPolicyMiddleware(CSPMiddleware):
    """The site's policy, for every response without one of its own.

    The package makes it per response and drops it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return response if HEADER in response else super().process_response(request, response)
