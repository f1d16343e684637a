"""Pieces of a page that many of its rows show alike: each is worked out and rendered once a page."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

from django.template import Context, Template, TemplateDoesNotExist, engines
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

# Stands where a slug will: an address is reversed once a page for each kind of thing, not once a row.
_SLUG = "slug-stands-here"


class Fragments:
    """The memory of one page. Nothing outlives it: names, addresses and language may change between two."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}
        self._template = cache(_template)

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` answers, asked once for a key."""
        try:
            return self._known[key]
        except KeyError:
            self._known[key] = made = make()
            return made

    def address(self, name: str, slug: str) -> str:
        """The address of the one thing of that slug, by the name of its route."""
        pattern = self.once(("address", name), lambda: reverse(name, args=[_SLUG]))
        return pattern.replace(_SLUG, slug)

    def render(self, names: str | tuple[str, ...], /, **context: Any) -> SafeString:
        """The first of these templates that exists, rendered with nothing but this context."""
        # A file ends with a line break; a piece of a sentence does not.
        return mark_safe(self._template(names).render(Context(context)).strip())  # noqa: S308


def _template(names: str | tuple[str, ...]) -> Template:
    engine = engines["django"].engine
    names = (names,) if isinstance(names, str) else names
    for name in names:
        try:
            return engine.get_template(name)
        except TemplateDoesNotExist:
            continue
    raise TemplateDoesNotExist(", ".join(names))
