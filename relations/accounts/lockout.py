"""When the site refuses to read a sign-in. django-axes counts the failures; the limits are ours.

Limits serve two ends. If only addresses were counted, an attacker could guess at one account from many
addresses for ever. If only names were counted, anybody could lock an editor out by mistyping their
password. So failures are counted per name and address, per address for all names, and per name over all
addresses. The last count does not apply at an address where the user has signed in lately, so that an
attacker elsewhere does not keep editors from their own desk. An attempt that is refused while locked does
not prolong the lock. After a rest one more failure locks again, until a sign-in succeeds or an hour has
passed.

Names are counted whether or not there is such a user. They are stored as keyed hashes, because people also
type their password into that field.
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
    """After ``most`` failures with the same ``by``, no attempt is read until ``rest`` has passed since the
    last one.
    """

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
    """The hash that stands for a user name where failures are counted (``AXES_USERNAME_CALLABLE``)."""
    name = (credentials or {}).get(User.USERNAME_FIELD) or ""
    # Known names are stored under this: it keeps the name of the module that stored first.
    return salted_hmac("relations.lockout", name, algorithm="sha256").hexdigest()


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
    """Axes knows one limit for all ways of counting. This counts the limits that are reached; one is enough."""

    def get_failures(self, request, credentials=None) -> int:
        return len(_reached(request, credentials))


def is_locked(request: HttpRequest, username: str) -> bool:
    return not AxesProxyHandler.is_allowed(request, {User.USERNAME_FIELD: username})


def ends(request: HttpRequest, credentials: dict | None) -> datetime:
    """When enough failures are past for the next attempt to be read."""
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
