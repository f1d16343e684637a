"""A reference as people write it, after the Chicago Manual of Style: title, sort, date, site, version,
access.
"""

from __future__ import annotations

from datetime import date

from django.utils.dateformat import format as format_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relations.references.reference import Reference

CLOSED = (".", "?", "!", "…")


def write(reference: Reference) -> str:
    """The reference on one line. Its date is worded as on the page, never more precise than known."""
    title = reference.title if reference.title.endswith(CLOSED) else f"{reference.title}."
    shown = reference.date.display() if reference.date else ""
    about = capfirst(_(", ").join(filter(None, (reference.genre, shown))))
    parts = [
        _("“%(title)s”") % {"title": title},
        f"{about}." if about else "",
        f"{reference.site}, {reference.version_words}.",
        _("Accessed %(date)s.") % {"date": day(reference.accessed)},
        reference.url,
    ]
    return " ".join(filter(None, parts))


def day(value: date) -> str:
    return format_date(value, pgettext("pattern of a day", "j F Y"))
