"""The frame of every page. It makes no query, because error pages and the admin use it too."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from relations import kinds

NAME = _("Entente")
# Parameters that say which part of a list is shown, and how, but not which list it is.
PRESENTATION = frozenset({"cursor", "at", "view", "page_size", "ordering"})


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _links(*pairs) -> list[tuple]:
    return [(label, address) for label, name in pairs if (address := _address(name))]


def chosen(request: HttpRequest) -> str:
    """The filters in a page's address, always in the same order.

    A record's page has none: it is the same from whichever list the reader came.
    """
    match = request.resolver_match
    if match is None or any(match.url_name == f"{kind.name}-detail" for kind in kinds.every()):
        return ""
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value.strip() and name not in PRESENTATION
    ]
    return urlencode(sorted(pairs))


def site(request: HttpRequest) -> dict:
    """``site``: name, address, menu and footer; ``canonical``: the page's one address; ``is_selection``.

    For search engines a list's pages, orders and views are the list. A filtered list is a page of its own
    that they shall not index (``is_selection``): filters combine without end, and every topic, place and
    person has a page. Such a page is its own canonical address, because naming another one would contradict
    the exclusion.
    """
    query = chosen(request)
    page = f"{settings.SITE_URL}{request.path}"
    return {
        "site": {
            "name": NAME,
            "url": settings.SITE_URL,
            "menu": [(kind.label_plural, _address(f"{kind.name}-list")) for kind in kinds.every()],
            "entities": _links(
                (_("Organizations"), "organization-list"),
                (_("People"), "person-list"),
                (_("Places"), "place-list"),
                (_("Projects"), "project-list"),
                (_("Topics"), "topic-list"),
                (_("Sources"), "source-list"),
            ),
            "about": _links(
                (_("How the record is kept"), "method"),
                (_("Disagreements"), "disagreements"),
                (_("Coverage"), "coverage"),
                (_("Changes"), "changes"),
                (_("On this day"), "on-this-day"),
            ),
        },
        "canonical": f"{page}?{query}" if query else page,
        "is_selection": bool(query),
    }
