"""The number of the last change, under which answers are tagged and cached.

One request sees one number. It is read once, before the data, so that an answer is never newer than its tag says.

``settings.FRESH_FOR`` applies in one place: a request that the response cache may answer takes the number that this
process read up to that many seconds ago (``recent``). However many processes and machines serve the site, such an
answer is never older than that: each process asks the database for itself, and it sees at once what it publishes
itself. A shared cache in front of the site (a CDN) may give the answer again for as many whole seconds more
(``s-maxage``) before it asks whether it is still good; a browser always asks. All other requests (pages, exports, and
those for what came after a change) read the number from the database.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest

from relations.history import changes


@dataclass
class _Reading:
    last: changes.Last = field(default_factory=changes.Last)
    good_until: float = 0.0


_reading = _Reading()


def last_change(request: HttpRequest) -> changes.Last:
    """The last change for this request: read from the database unless that was done before."""
    if not hasattr(request, "last_change"):
        request.last_change = changes.last()
    return request.last_change


def number(request: HttpRequest) -> int:
    """The number of the last change for this request."""
    return last_change(request).number


def recent(request: HttpRequest) -> int:
    """Let this request take the number that this process read last, if that is at most ``FRESH_FOR`` seconds old."""
    now = time.monotonic()
    if now >= _reading.good_until:
        # Counted from before it was read: it is never taken for younger than it is.
        _reading.last, _reading.good_until = last_change(request), now + settings.FRESH_FOR
    request.last_change = _reading.last
    return number(request)


def forget() -> None:
    """Read the number again the next time."""
    _reading.good_until = 0.0
