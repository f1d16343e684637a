"""How often one reader may ask. Of the API: off unless ``API_RATE`` says otherwise."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from rest_framework.throttling import SimpleRateThrottle

from relations.http.clients import reader
from relations.http.problem_details import instance_of, problem
from relations.http.response_cache import API


class ReaderThrottle(SimpleRateThrottle):
    """Requests by reader, for a view that asks it."""

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": reader(request)}


def read_rate(text: str) -> tuple[int, int]:
    """``600/min``: how many requests in how many seconds."""
    try:
        number, seconds = SimpleRateThrottle.parse_rate(None, text)
    except (ValueError, KeyError):
        number = 0
    if number < 1:
        raise ImproperlyConfigured(
            f"API_RATE is {text!r}: give a number of requests per second, minute, hour or day, "
            "for example 600/min."
        )
    return number, seconds


class ThrottleMiddleware:
    """Count every request to the API, and refuse those beyond ``API_RATE`` before anything is done for them.

    Counted are the requests of one reader from one full minute (or hour...) to the next, in the cache that all
    workers share. It stands outside of the response cache: answers from there are counted too. Left out where there is
    no rate, so that nothing is paid for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if not settings.API_RATE:
            raise MiddlewareNotUsed
        self.most, self.seconds = read_rate(settings.API_RATE)
        self.get_response = get_response
        # Who has spent all until when: for the rest of the time refused from memory.
        self.spent: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            return self.get_response(request)
        now = time.time()
        window = int(now // self.seconds)
        key = f"api-rate:{window}:{reader(request)}"
        if key not in self.spent and count(key, self.seconds) <= self.most:
            return self.get_response(request)
        end = (window + 1) * self.seconds
        self._note(key, end, now)
        return refused(request, max(1, math.ceil(end - now)))

    def _note(self, key: str, end: float, now: float) -> None:
        if key not in self.spent:
            self.spent = {one: until for one, until in self.spent.items() if until > now}
            self.spent[key] = end


def count(key: str, seconds: int) -> int:
    """The number of this request under ``key``."""
    while True:
        try:
            return cache.incr(key)
        except ValueError:
            # Nobody has counted yet; if another worker begins at the same moment, one of the two does.
            if cache.add(key, 1, seconds):
                return 1


def refused(request: HttpRequest, wait: int) -> HttpResponse:
    """429, to be asked again in ``wait`` seconds."""
    return problem(
        429,
        f"Too many requests: ask again in {wait} seconds.",
        instance=instance_of(request),
        headers={"Retry-After": str(wait)},
    )
