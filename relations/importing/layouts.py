"""The layouts of tables that can be read: our own, and those of others, which are converted to it row by
row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from relations.importing import historian
from relations.importing.keys import Indexes


@dataclass(frozen=True)
class Layout:
    """A table as others publish it. It is recognized by ``columns``, all of which it has.

    ``convert`` turns a row into one of the table of ``kind``, and raises ``ValidationError``, keyed by
    their columns, where it cannot. ``left`` says what is not imported, and why.
    """

    name: str
    label: str
    kind: str
    columns: frozenset[str]
    convert: Callable[[dict[str, str], Indexes], dict[str, str]]
    left: str


LAYOUTS = [
    Layout(
        name="historian",
        label=_("Visits as the Office of the Historian of the United States lists them"),
        kind="visit",
        columns=historian.COLUMNS,
        convert=historian.convert,
        left=_(
            "Left out: the description, which is the source’s own prose (the type of a visit is read from it), "
            "and people and places that are not on record: the title of each visit names them."
        ),
    )
]


def of(columns: list[str]) -> Layout | None:
    """The foreign layout with these columns; None if there is none and the table must be our own."""
    return next((layout for layout in LAYOUTS if layout.columns <= set(columns)), None)
