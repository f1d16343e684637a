"""The set that is exported: its description in words, and its rows in the shapes that formats need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Protocol, cast

from django.conf import settings

from relations import dates
from relations.dates import EDTFDate
from relations.exports.days import exact_days
from relations.models import Record

SITE_NAME = "Entente"
LICENSE = cast("dict[str, str]", settings.SPECTACULAR_SETTINGS["LICENSE"])


class Column(Protocol):
    """A column of a table: its name, what it holds (see ``type`` there), and its value in a row."""

    name: str
    type: str

    @property
    def is_number(self) -> bool: ...

    def of(self, row: dict): ...


@dataclass(frozen=True)
class Item:
    """A record in words, for formats that people read: feeds, calendars, slides."""

    pk: int
    slug: str
    address: str
    kind: str
    kind_label: str
    title: str
    # Marks that keep a plan from looking done and a target from looking reached.
    marks: list[str]
    summary: str
    figure: str
    when: EDTFDate
    place: str
    topics: list[str]
    sources: list[str]
    # What the sources disagree on, in words.
    contested: list[str]
    is_done: bool
    published: datetime
    modified: datetime

    @property
    def says_who(self) -> str:
        parts = [f"Sources: {'; '.join(self.sources)}"] if self.sources else []
        if self.contested:
            parts.append(f"they disagree on: {', '.join(self.contested)}")
        return "; ".join(parts)

    @property
    def headline(self) -> str:
        """The title, preceded by a mark where the record did not happen: “Planned: ...”."""
        marks = ", ".join(self.marks)
        return f"{marks[0].upper()}{marks[1:]}: {self.title}" if marks else self.title


@dataclass(frozen=True)
class Download:
    """The same set in one of the formats, at its absolute address."""

    label: str
    media_type: str
    address: str


@dataclass(frozen=True)
class Selection:
    """A set of records with its description. Its rows are made chunk by chunk, on demand.

    ``title`` and ``words`` (the filter) are English; ``stem`` begins the name of a file. ``page`` is the
    address of the list, ``own`` that of this export. ``edtf_dates`` are those of the records, in order.
    ``change`` was read before the records; ``day`` is the day of the export.
    """

    title: str
    words: str
    stem: str
    page: str
    own: str
    downloads: list[Download]
    edtf_dates: list[str]
    change: int
    day: date
    modified: datetime | None
    years: tuple[int, int] | None
    countries: list[str]
    columns: list[Column]
    objects: Callable[[], Iterable[dict]]
    items: Callable[[], Iterable[Item]]
    records: Callable[[], Iterable[Record]]
    options: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.edtf_dates)

    @cached_property
    def without_day(self) -> int:
        """How many records have no exact day, and therefore no place in a calendar."""
        return sum(exact_days(dates.parse(text)) is None for text in self.edtf_dates)

    @property
    def full_title(self) -> str:
        return f"{self.title} ({self.words})" if self.words else self.title
