"""Whether a kind can be seen: its template, its icon and its colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core import checks
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from relations.kinds import Kind

ICONS, TOKENS, BASE = "icons.svg", "css/tokens.css", "css/base.css"


def template(kind: Kind) -> Iterator[checks.CheckMessage]:
    """Those beside it, ``<name>_row.html`` and ``<name>_more.html``, may be left out."""
    if not kind.template.endswith(".html"):
        yield checks.Error(
            f"The template of “{kind.name}” does not end in .html.",
            hint="Rename it: templates beside it are found by that ending.",
            obj=kind.model,
            id="relations.E020",
        )
        return
    try:
        get_template(kind.template)
    except TemplateDoesNotExist:
        yield checks.Error(
            f"There is no template {kind.template}, which shows the own fields of “{kind.name}”.",
            hint=f"Write it, for example in templates/ of {kind.app.name}. "
            f"{kind.template.replace('.html', '_row.html')} beside it may say what a row shows.",
            obj=kind.model,
            id="relations.E021",
        )


def icon(kind: Kind) -> Iterator[checks.CheckMessage]:
    symbols = _source(ICONS)
    if symbols and not re.search(rf'<symbol [^>]*\bid="{re.escape(kind.icon)}"', symbols):
        yield checks.Error(
            f"“{kind.icon}”, the icon of “{kind.name}”, is not in static/{ICONS}: "
            "nothing would be drawn.",
            hint=f'Add a `<symbol id="{kind.icon}">` there.',
            obj=kind.model,
            id="relations.E022",
        )


def colour(kind: Kind) -> Iterator[checks.CheckMessage]:
    tokens, base = _source(TOKENS), _source(BASE)
    if not tokens or not base:
        return
    named = re.search(
        rf'\[data-kind="{re.escape(kind.name)}"\][^}}]*--kind: var\((--[\w-]+)\)', base
    )
    if named and f"{named[1]}:" in tokens:
        return
    yield checks.Warning(
        f"“{kind.name}” has no colour of its own: it is drawn in grey.",
        hint=f"Give `--{kind.name}` a light and a dark value in static/{TOKENS}, and write "
        f'`[data-kind="{kind.name}"] {{ --kind: var(--{kind.name}); }}` in static/{BASE}.',
        obj=kind.model,
        id="relations.W023",
    )


def _source(name: str) -> str:
    """A file of the repository; empty where the site is installed without it."""
    path = finders.find(name)
    return Path(path).read_text("utf-8") if path else ""


EVERY = (template, icon, colour)
