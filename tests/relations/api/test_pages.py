"""Pages of the API: exact in both directions where 1,500 records share a date, while others are added."""

import json
from datetime import UTC, date, datetime
from itertools import chain

import pytest

from relations.derived import stored_json
from relations.history import change_number
from relations.models import ChangeCounter, Record, StoredObject

pytestmark = pytest.mark.django_db
DAY = date(1996, 9, 16)


def published(first, number):
    """Bare published records of one date with what is stored of them; returns their slugs."""
    made = Record.objects.bulk_create(
        Record(
            kind="visit",
            slug=f"row-{one}",
            title="A visit",
            date=str(DAY),
            sort_date=DAY,
            sort_end=DAY,
            precision="day",
            stage="published",
            first_published=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for one in range(first, first + number)
    )
    StoredObject.objects.bulk_create(
        StoredObject(
            record=row, body=json.dumps({"slug": row.slug}), change=1, made_by=stored_json.maker()
        )
        for row in made
    )
    ChangeCounter.objects.update_or_create(pk=1, defaults={"number": first + number})
    change_number.forget()
    return [row.slug for row in made]


def flat(pages):
    return list(chain.from_iterable(pages))


def walked(client, address, direction, at_page=None):
    """The pages from an address on, as lists of slugs, and the address of the last of them."""
    pages = []
    while True:
        page = client.get(address, secure=True).json()
        pages.append([one["slug"] for one in page["results"]])
        assert len(pages) < 50, "it goes round in a circle"
        if at_page:
            at_page(len(pages), page["count"])
        if page[direction] is None:
            return pages, address
        address = page[direction]


def test_1500_records_on_one_date_are_walked_exactly_both_ways_while_rows_are_added(client):
    old = published(0, 1500)
    added, counts = [], []

    def add(number, count):
        counts.append(count)
        if number in (1, 7):
            added.extend(published(1500 + len(added), 30))

    # Newest first: what is added to the date stands before what has been walked already.
    start = "/api/v1/timeline/?page_size=100"
    forward, last = walked(client, start, "next", add)
    assert [len(page) for page in forward] == [100] * 15
    assert flat(forward) == old[::-1]
    assert counts == [1500] + [1530] * 6 + [1560] * 8
    backward, _first = walked(client, last, "previous")
    assert flat(reversed(backward)) == [*old, *added][::-1]
    assert [len(page) for page in backward] == [100] * 15 + [60]

    # Oldest first: it stands at the end, and each row is met there once.
    everything = [*old, *added]
    oldest = "/api/v1/timeline/?page_size=100&ordering=date"
    forward, last = walked(client, oldest, "next", add)
    assert flat(forward) == [*everything, *added[60:]]
    backward, _first = walked(client, last, "previous")
    assert flat(reversed(backward)) == [*old, *added]
