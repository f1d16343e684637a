"""Count how often a column is filled, and with which of its values, for the codebook."""

from __future__ import annotations

from collections import Counter

from relations.releases.columns import Described


class Tally:
    """The counts of one table. Its size depends on the columns and choices, not on the number of rows."""

    def __init__(self, columns: list[Described]):
        self.columns = columns
        self.rows = 0
        self.filled: Counter[str] = Counter()
        self.values: dict[str, Counter[str]] = {
            one.name: Counter() for one in columns if one.choices
        }

    def add(self, row: list) -> None:
        """Count a row, given as the values of the columns."""
        self.rows += 1
        for one, value in zip(self.columns, row, strict=True):
            if value is not None and value != "":
                self.filled[one.name] += 1
                if one.choices:
                    self.values[one.name][value] += 1
