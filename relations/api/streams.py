"""Lists as one whole: all that is selected, read and sent chunk by chunk, however much it is.

Rows are read by keyset, a chunk at a time: between two of them nothing stays open on the database while a slow
client reads, and no more than a chunk is held. What fails after the first chunk cuts the connection, so that
nobody takes the beginning for the whole.

A file is of the change that its header ``X-Entente-Change`` names: each record that was not altered after it
stands there once. One that was altered while the file was sent may stand there as before or as after, or with an
altered place in the order not at all or twice; the changes since that number name it.
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
    """What is wrong with a selection as a whole file in the format of that name: also that it would be cut."""
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
    """The rows from a page on. What one chunk holds is sent as any other answer; of HEAD nothing is read."""
    content_type = renderer.content_type
    if is_head:
        return StreamingHttpResponse((), content_type=content_type)
    # Read before anything is sent: what fails here is still told as a problem.
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
