"""A few rows at a time: what is held in memory, and what one query names, has a bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# Also below every limit on query parameters.
CHUNK = 1000


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in their order, in lists of that size, the last one shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
