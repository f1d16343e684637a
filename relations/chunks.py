"""Split work into chunks: memory and the size of a query are bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# Also below every limit on query parameters.
CHUNK = 1000


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in order, in lists of that size; the last list may be shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
