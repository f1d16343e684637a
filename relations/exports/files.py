"""Names of exported files, and how they are sent while they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils import translation
from django.utils.text import slugify

from relations import kinds
from relations.lists.listing import Listing

PART = 32 * 1024
LONGEST_NAME = 100
_NOT_WORD = re.compile(r"\W+")


def stem_of(start: str, listing: Listing) -> str:
    """The name of a file: the list and its filters, in ASCII (``azerbaijan-kazakhstan-visits-1996``)."""
    parts, paths = [start], {kind.name: kind.path for kind in kinds.every()}
    for name, values in listing.filterset.data.lists():
        if name == "kind":
            values = [paths.get(value, value) for value in values]  # noqa: PLW2901
        if name != "ordering":
            parts += [slugify(_NOT_WORD.sub("-", value)) for value in values]
    return "-".join(filter(None, parts))[:LONGEST_NAME].strip("-")


def sent(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The written parts, joined to a size worth sending. They are in English for every reader, like the
    API.

    The language is set while a part is written: between two parts the thread serves others.
    """
    is_over = False
    while not is_over:
        buffer = bytearray()
        with translation.override("en"):
            while len(buffer) < PART and not is_over:
                part = next(parts, None)
                is_over = part is None
                buffer += part or b""
        yield bytes(buffer)
