"""Lists as one file: the complete selection, read and sent chunk by chunk.

Rows are read by keyset, one chunk at a time. Between two chunks nothing stays open on the database while a
slow client reads, and memory holds one chunk. A failure after the first chunk cuts the connection, so that
nobody takes the beginning for the whole file.

A file belongs to the change that its header ``X-Entente-Change`` names: each record that was not changed
later is in it once. A record that was changed while the file was sent may be in it in its old or new form.
If its place in the order changed, it may be missing or occur two times. The changes since that number name
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from relations.api.renderers import WholeRenderer
from relations.api.resources import Resource
from relations.api.sparse_fields import Trim
from relations.exports.files import sent
from relations.filters.problems import Problem
from relations.lists.listing import Listing
from relations.lists.pagination import Page

PAGE_SIZE = "page_size"


def problems_of(listing: Listing, name: str) -> list[Problem]:
    """The problems of a selection as one file in the format of that name, including parameters that would
    cut it.
    """
    problems = [one for one in listing.problems if one.parameter != PAGE_SIZE]
    if listing.params.get(PAGE_SIZE, "").strip():
        reason = f"A list as {name} has no pages, it holds the complete selection: leave “{PAGE_SIZE}” out."
        problems.append(Problem(PAGE_SIZE, reason))
    if listing.cursor is not None and listing.cursor.is_backward:
        reason = (
            f"A list as {name} only runs forwards: give a cursor from “next”, not from “previous”."
        )
        problems.append(Problem("cursor", reason))
    return problems


def answer(
    page: Page, renderer: WholeRenderer, resource: Resource, trim: Trim, *, is_head: bool = False
) -> HttpResponseBase:
    """The rows from a page on.

    What fits one chunk is sent like any other response; for HEAD nothing is read.
    """
    content_type = renderer.content_type
    if is_head:
        return StreamingHttpResponse((), content_type=content_type)
    # Read before anything is sent, so that a failure here still becomes problem details.
    first = "".join([renderer.head(resource, trim), *renderer.lines(page.items, resource, trim)])
    if page.is_last:
        return HttpResponse(first, content_type=content_type)
    rest = _encoded(page.following(), renderer, resource, trim)
    return StreamingHttpResponse(sent(chain([first.encode()], rest)), content_type=content_type)


def of_rows(
    rows: list, renderer: WholeRenderer, resource: Resource, trim: Trim
) -> HttpResponse | None:
    """A file of these rows; None where there is none."""
    lines = list(renderer.lines(rows, resource, trim))
    text = "".join([renderer.head(resource, trim), *lines])
    return HttpResponse(text, content_type=renderer.content_type) if lines else None


def _encoded(
    pages: Iterator[Page], renderer: WholeRenderer, resource: Resource, trim: Trim
) -> Iterator[bytes]:
    for page in pages:
        for line in renderer.lines(page.items, resource, trim):
            yield line.encode()
