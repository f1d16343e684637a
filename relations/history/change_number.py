"""The number of the last change as this process knows it: read from the database at most once a second or so.

Between two readings an answer may be older than what is published, by ``settings.FRESH_FOR`` seconds at most,
however many processes and machines serve the site: each asks the database for itself. What this process
itself publishes it knows at once. A shared cache in front of the site (a CDN) may give the answer again for as
many seconds more (``s-maxage``), in whole seconds, before it asks whether it is still good; a browser always asks.
So what is asked of the API is never older than ``FRESH_FOR`` seconds, and behind such a cache than twice that.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings

from relations.history import changes


@dataclass
class _Reading:
    number: int = 0
    good_until: float = 0.0


_reading = _Reading()


def current() -> int:
    """The number of the last change, at most ``settings.FRESH_FOR`` seconds old."""
    now = time.monotonic()
    if now >= _reading.good_until:
        number = changes.latest()
        # From before it was read: it is never taken for younger than it is.
        _reading.number, _reading.good_until = number, now + settings.FRESH_FOR
    return _reading.number


def forget() -> None:
    """Read the number anew when it is next asked for."""
    _reading.good_until = 0.0
