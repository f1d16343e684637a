"""The set of an export: the records that a query string selects, read in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import capfirst

from relations.api.objects import in_order
from relations.api.resources import Resource
from relations.chunks import chunks
from relations.exports.files import stem_of
from relations.exports.formats import FORMATS, MOST, Format
from relations.exports.selection import Download, Item, Selection
from relations.history import changes
from relations.lists.listing import Listing
from relations.models import Record
from relations.views.timeline_rows.rows import Row, rows

CHUNK = 200
Shape = TypeVar("Shape")


def select(
    listing: Listing,
    resource: Resource,
    export: Format,
    *,
    title: str,
    stem: str,
    path: str,
    options: dict[str, str],
) -> Selection | None:
    """The selection of a listing without problems, or None where it exceeds the limit of one file.

    ``path`` is the address of the list. The keys of all rows are read first. So the count is that of the
    file, and no database cursor stays open while a slow client reads.
    """
    change = changes.latest()
    columns = ("pk", "date", "modified", "sort_date", "sort_end")
    found = list(listing.queryset.values_list(*columns)[: MOST + 1])
    if len(found) > MOST:
        return None
    keys = [row[0] for row in found]
    with translation.override("en"):
        words = " · ".join(f"{capfirst(chip.label)}: {chip.display}" for chip in listing.active)
        title = capfirst(str(title))
    query = listing.query()
    return Selection(
        title=title,
        words=words,
        stem=stem_of(stem, listing),
        page=with_query(f"{settings.SITE_URL}{path}", query),
        own=settings.SITE_URL + address_of(path, export, listing.query(**options)),
        downloads=[
            Download(one.label, one.media_type, settings.SITE_URL + address_of(path, one, query))
            for one in FORMATS.values()
        ],
        edtf_dates=[row[1] for row in found],
        change=change,
        day=timezone.now().date(),
        modified=max((row[2] for row in found), default=None),
        years=(min(row[3] for row in found).year, max(row[4] for row in found).year)
        if found
        else None,
        countries=[country.name for country in countries(listing)],
        columns=resource.columns,
        objects=partial(chunked, keys, partial(objects, resource)),
        items=partial(chunked, keys, items),
        records=partial(chunked, keys, resource.whole),
        options=options,
    )


def with_query(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def address_of(path: str, export: Format, query: str) -> str:
    """The address of the same list's set in a format."""
    return with_query(f"{path}timeline.{export.name}", query)


def countries(listing: Listing) -> list:
    page = getattr(listing.filterset, "page_relation", None)
    return page.countries if page else listing.filterset.values.get("country", [])


# Rows, chunk by chunk ---------------------------------------------------------------------------------------


def chunked(keys: list[int], shaped: Callable[[list[int]], list[Shape]]) -> Iterator[Shape]:
    """The rows with these keys in their shape and order; one chunk is in memory at a time."""
    for part in chunks(keys, CHUNK):
        yield from shaped(part)


def objects(resource: Resource, keys: list[int]) -> list[dict]:
    wanted = resource.visible().filter(pk__in=keys).order_by()
    return resource.shown(in_order(resource.fetched(wanted), keys))


def items(keys: list[int]) -> list[Item]:
    found = Record.objects.published().for_timeline().filter(pk__in=keys).order_by()
    return [item_of(row) for row in rows(in_order(found, keys))]


def item_of(row: Row) -> Item:
    record = row.record
    return Item(
        pk=record.pk,
        slug=record.slug,
        address=f"{settings.SITE_URL}{record.get_absolute_url()}",
        kind=record.kind,
        kind_label=capfirst(str(row.kind.label)),
        title=record.title,
        marks=marks_of(row),
        summary=record.summary.strip(),
        figure="; ".join(filter(None, (row.value, row.change))),
        when=record.edtf,
        place=record.place.name if record.place else "",
        topics=[topic.name for topic in record.topics.all()],
        sources=[cited.name for cited in row.cited],
        contested=[str(label) for label in row.contested],
        is_done=record.outcome == Record.Outcome.HAPPENED,
        published=record.first_published,
        modified=record.modified,
    )


def marks_of(row: Row) -> list[str]:
    """The marks of a row beside its kind: not happened, not an actual figure, or attributed to somebody."""
    record, marks = row.record, []
    if record.outcome != Record.Outcome.HAPPENED:
        marks.append(str(record.get_outcome_display()))
    if row.nature not in ("", "actual"):
        marks.append(str(row.nature_label))
    marks += [f"according to {who}" for who in row.attributed_to]
    if record.synthetic:
        marks.append("synthetic, for tests")
    return marks
