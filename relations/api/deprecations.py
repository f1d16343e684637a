"""Announced removals from the API, with the date of the announcement.

Each is announced at least a year ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

NOTICE = timedelta(days=365)
PAGE = "/about/api/#deprecations"


@dataclass(frozen=True)
class Deprecation:
    """An endpoint (``path``: ``visits``) or one parameter of it; without a path, a parameter of all
    endpoints.

    Raises ``ValueError`` when nothing is named or the notice is too short.
    """

    since: date
    sunset: date
    instead: str
    path: str = ""
    parameter: str = ""

    def __post_init__(self):
        if not (self.path or self.parameter):
            raise ValueError("name an endpoint, a parameter or both")
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"a deprecation is announced {NOTICE.days} days before at least")

    def is_used(self, path: str, given: set[str]) -> bool:
        """Whether a request to the endpoint with these parameters uses something that will be removed."""
        return self.path in ("", path) and (not self.parameter or self.parameter in given)


DEPRECATED: tuple[Deprecation, ...] = ()


def is_deprecated(path: str, parameter: str = "") -> bool:
    """Whether the endpoint, or that parameter of it, will be removed."""
    return any(one.path in ("", path) and one.parameter == parameter for one in DEPRECATED)


def announce(request: HttpRequest, response: HttpResponse, path: str) -> None:
    """Tell a program that it uses something deprecated, since when, and when it ends.

    The headers are ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594) and a link to more information.
    """
    given = set(request.GET)
    used = [one for one in DEPRECATED if one.is_used(path, given)]
    if not used:
        return
    response["Deprecation"] = f"@{_seconds(min(one.since for one in used))}"
    response["Sunset"] = http_date(_seconds(min(one.sunset for one in used)))
    more = f'<{settings.SITE_URL}{PAGE}>; rel="deprecation"; type="text/html"'
    response["Link"] = ", ".join(filter(None, (response.get("Link"), more)))


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
