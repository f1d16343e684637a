"""The layouts of tables that can be read: our own, and those of others that are turned into it row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from relations.importing import historian
from relations.importing.keys import Indexes


@dataclass(frozen=True)
class Layout:
    """A table as others publish it.

    It is known by ``columns``, all of which it has. ``convert`` turns a row into one of the table of ``kind``, and
    raises ``ValidationError`` (by their column) where it cannot. ``left`` says what of it is not taken over, and why.
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
    """The layout of others that has these columns; None where there is none, and the table must be our own."""
    return next((layout for layout in LAYOUTS if layout.columns <= set(columns)), None)
