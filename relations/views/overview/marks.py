"""Marks of single records: a point for a day, a span for a less exact date or a duration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from relations import dates
from relations.models import Record
from relations.views.overview.scale import Scale, percent

# Pixels from one row of marks to the next, and how high a mark is: closer together where there are many rows.
WIDE, TIGHT = (8, 7), (6, 5)
MOST_WIDE_ROWS, MOST_ROWS = 6, 9
PADDING = 12
# A point on a phone, with air around it, in hundredths of the width: closer ones go above one another.
NEAR = 2.4
# Below this width a date that is not known to the day is a dash, as long as its width on a desk.
SHORT = 1.2
TAIL = 2.2


@dataclass
class Mark:
    """A record's own mark. ``shape``: day, lasted, unsure (one day of those), before or after (of a limit)."""

    shape: str
    start: float
    end: float
    is_found: bool
    is_tentative: bool
    y: float = 0
    thickness: int = WIDE[1]

    @property
    def middle(self) -> str:
        return percent((self.start + self.end) / 2)

    @property
    def x(self) -> str:
        return percent(self.start)

    @property
    def x2(self) -> str:
        return percent(self.end)

    @property
    def width(self) -> str:
        return percent(self.end - self.start)

    @property
    def is_short(self) -> bool:
        return self.end - self.start < SHORT

    @property
    def middle_y(self) -> str:
        return f"{self.y:g}"

    @property
    def top(self) -> str:
        return f"{self.y - self.thickness / 2:g}"

    @property
    def bottom(self) -> str:
        return f"{self.y + self.thickness / 2:g}"

    @property
    def radius(self) -> str:
        return f"{self.thickness / 2:g}"

    @property
    def limit(self) -> str:
        """The known limit of a mark that has only one."""
        return self.x2 if self.shape == "before" else self.x

    @property
    def classes(self) -> str:
        names = [self.shape]
        if not self.is_found:
            names.append("is-rest")
        if self.is_tentative:
            names.append("is-tentative")
        return " ".join(names)


@dataclass
class Singles:
    """The marks of a lane, in rows so that none covers another."""

    marks: list[Mark] = field(default_factory=list)
    height: int = 0


def shape_of(record: dict) -> str:
    """The shape in which the date of a record is drawn."""
    if record["earliest"] is None:
        return "before"
    if record["latest"] is None:
        return "after"
    if record["precision"] == "span":
        return "lasted"
    if record["precision"] != "day":
        return "unsure"
    written = dates.parse(record["date"])
    return "unsure" if written.approximate or written.uncertain else "day"


def _mark(record: dict, scale: Scale) -> Mark:
    shape = shape_of(record)
    start, end = scale.begin(record["sort_date"]), scale.finish(record["sort_end"])
    if shape == "before":
        start = end - TAIL
    elif shape == "after":
        end = start + TAIL
    elif shape == "lasted" and end - start < SHORT:
        shape = "day"
    is_tentative = record["outcome"] != Record.Outcome.HAPPENED
    return Mark(shape, start, end, record["is_found"], is_tentative)


def laid_out(records: Iterable[dict], scale: Scale) -> Singles | None:
    """The marks in as few rows as possible; None where they need more rows than a lane has."""
    free: list[float] = []
    laid = Singles()
    for mark in sorted((_mark(one, scale) for one in records), key=lambda mark: mark.start):
        middle = (mark.start + mark.end) / 2
        start, end = min(mark.start, middle - NEAR / 2), max(mark.end, middle + NEAR / 2)
        row = next((row for row, taken in enumerate(free) if taken <= start), len(free))
        if row == MOST_ROWS:
            return None
        if row == len(free):
            free.append(end)
        free[row] = end
        mark.y = row  # for now the row's number
        laid.marks.append(mark)
    pitch, thickness = WIDE if len(free) <= MOST_WIDE_ROWS else TIGHT
    laid.height = max(2, len(free)) * pitch + PADDING
    for mark in laid.marks:
        mark.y = laid.height - PADDING / 2 - pitch / 2 - mark.y * pitch
        mark.thickness = thickness
    return laid
