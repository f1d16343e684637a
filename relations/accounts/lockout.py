"""When signing in is refused unread, and for how long: django-axes counts, these are the limits.

Guessing has two sides. Counted by address alone, one account could be guessed from many addresses for ever; counted
by name alone, anybody could lock an editor out by mistyping their password. So a name is counted at each address,
each address for all names, and a name over all addresses; the last does not count where the user has signed in
lately, so that whoever attacks from elsewhere does not keep editors from their own desk. What is refused while
locked prolongs nothing. After a rest one more failure locks again, until a sign-in succeeds or an hour has passed.

Names are counted whether or not there is such a user. They are stored as keyed hashes: into that field people also
type their password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from relations.accounts.log import known_addresses


@dataclass(frozen=True)
class Limit:
    """``most`` failures of the same ``by``; then none is read until ``rest`` has passed since the last."""

    by: tuple[str, ...]
    most: int
    rest: timedelta
    but_where_known: bool = False


LIMITS = (
    Limit(("username", "ip_address"), 5, timedelta(minutes=15)),
    Limit(("ip_address",), 20, timedelta(minutes=15)),
    Limit(("username",), 30, timedelta(hours=1), but_where_known=True),
)


def counted_name(request: HttpRequest, credentials: dict | None) -> str:
    """What stands for a user name where failures are counted (``AXES_USERNAME_CALLABLE``)."""
    name = (credentials or {}).get(User.USERNAME_FIELD) or ""
    return salted_hmac("relations.accounts.lockout", name, algorithm="sha256").hexdigest()


def _is_spared(limit: Limit, request: HttpRequest, credentials: dict | None) -> bool:
    name = (credentials or {}).get(User.USERNAME_FIELD) or ""
    return limit.but_where_known and request.axes_ip_address in known_addresses(name)


def _attempts(limit: Limit, request: HttpRequest, credentials: dict | None) -> QuerySet:
    who = {
        "username": get_client_username(request, credentials),
        "ip_address": request.axes_ip_address,
    }
    return AccessAttempt.objects.filter(
        **{name: who[name] for name in limit.by}, attempt_time__gt=timezone.now() - limit.rest
    )


def _reached(request: HttpRequest, credentials: dict | None) -> list[Limit]:
    failures = (
        (
            limit,
            _attempts(limit, request, credentials).aggregate(n=Sum("failures_since_start"))["n"],
        )
        for limit in LIMITS
    )
    return [
        limit
        for limit, number in failures
        if (number or 0) >= limit.most and not _is_spared(limit, request, credentials)
    ]


class Handler(AxesDatabaseHandler):
    """Axes knows one limit for all ways of counting: here it counts the limits that are reached, and one is enough."""

    def get_failures(self, request, credentials=None) -> int:
        return len(_reached(request, credentials))


def is_locked(request: HttpRequest, username: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {User.USERNAME_FIELD: username})


def ends(request: HttpRequest, credentials: dict | None) -> datetime:
    """When so much of what was counted is past that the next attempt is read."""
    return max(
        (_end(limit, request, credentials) for limit in _reached(request, credentials)),
        default=timezone.now(),
    )


def _end(limit: Limit, request: HttpRequest, credentials: dict | None) -> datetime:
    attempts = _attempts(limit, request, credentials).order_by("attempt_time")
    rows = list(attempts.values_list("attempt_time", "failures_since_start"))
    left = sum(number for _time, number in rows)
    for time, number in rows:
        left -= number
        if left < limit.most:
            return time + limit.rest
    return timezone.now()
