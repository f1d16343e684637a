"""Keyset pages: exact with ties, in both directions, while rows come and go; cursors that cannot be made up."""

from datetime import UTC, date, datetime
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.lists.pagination import Cursor, CursorError, Order, Page
from relations.models import Record

NEWEST = Order("-date", ("sort_date", "sort_end", "pk"), "relations.record")
OLDEST = Order("date", ("sort_date", "sort_end", "pk"), "relations.record")
BY_TITLE = Order("title", ("title", "sort_date", "sort_end", "pk"), "relations.record")
BY_MODIFIED = Order("-modified", ("modified", "sort_date", "sort_end", "pk"), "relations.record")


def rows(dates, *, first=0, title="Record"):
    """Bare rows of the timeline, enough to page through."""
    made = [
        Record(
            kind="visit",
            slug=f"row-{first + number}",
            title=f"{title} {number % 3}",
            date=str(day),
            sort_date=day,
            sort_end=end,
            precision="day",
            stage="published",
            first_published=datetime(2026, 1, 1, tzinfo=UTC),
            modified=datetime(2026, 1, 1 + number % 2, tzinfo=UTC),
        )
        for number, (day, end) in enumerate(dates)
    ]
    return Record.objects.bulk_create(made)


def pages(order, size, *, backward=False, queryset=None, **options):
    """Every page from one end to the other, as lists of primary keys."""
    queryset = Record.objects.published() if queryset is None else queryset
    cursor, found = Cursor(is_backward=True) if backward else None, []
    while True:
        page = Page(queryset, order, size, cursor=cursor, **options)
        found.append([row.pk for row in page.items])
        text = page.previous if backward else page.next
        if text is None:
            return found
        cursor = Cursor.read(text, order)


def flat(lists):
    return list(chain.from_iterable(lists))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "order", [NEWEST, OLDEST, BY_TITLE, BY_MODIFIED], ids=lambda order: order.name
)
def test_1500_records_on_one_date_are_paged_exactly_both_ways(order):
    day = date(1996, 9, 16)
    rows([(day, day)] * 1500)
    wanted = list(order.applied(Record.objects.all()).values_list("pk", flat=True))
    forward = pages(order, 100)
    assert [len(page) for page in forward] == [100] * 15
    assert flat(forward) == wanted
    backward = pages(order, 100, backward=True)
    assert flat(reversed(backward)) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize(
    "order", [NEWEST, OLDEST, BY_TITLE, BY_MODIFIED], ids=lambda order: order.name
)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_dates_that_tie_in_part(order, size):
    days = [date(1996, 1, 1), date(1996, 1, 2), date(1997, 1, 1)]
    rows([(start, end) for start in days for end in days if end >= start] * 2)
    wanted = list(order.applied(Record.objects.all()).values_list("pk", flat=True))
    assert flat(pages(order, size)) == wanted
    assert flat(reversed(pages(order, size, backward=True))) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize(
    "order", [NEWEST, OLDEST, BY_TITLE, BY_MODIFIED], ids=lambda order: order.name
)
def test_pages_of_values_are_those_of_rows(order):
    day = date(1996, 9, 16)
    rows([(day, day)] * 9 + [(date(1996, 9, 1), date(1996, 9, 30))] * 4)

    for backward in (False, True):
        wanted = pages(order, 3, backward=backward)
        assert pages(order, 3, backward=backward, fetched=of_keys) == wanted
        assert len(wanted) == 5


def of_keys(queryset, keys=()):
    return queryset.values_list("pk", *keys, named=True)


@pytest.mark.django_db
def test_rows_added_while_paging_neither_repeat_nor_hide_any():
    old, new = date(1996, 1, 1), date(2020, 1, 1)
    before = {row.pk for row in rows([(old, old)] * 10)}
    first = Page(Record.objects.all(), NEWEST, 4)
    seen = [row.pk for row in first.items]
    cursor = first.next
    rows([(new, new)] * 5, first=100)
    while cursor:
        page = Page(Record.objects.all(), NEWEST, 4, cursor=Cursor.read(cursor, NEWEST))
        seen += [row.pk for row in page.items]
        cursor = page.next
    assert len(seen) == 10
    assert set(seen) == before


@pytest.mark.django_db
def test_the_row_at_the_cursor_may_go():
    day = date(1996, 1, 1)
    made = rows([(day, day)] * 6)
    first = Page(Record.objects.all(), OLDEST, 3)
    cursor = Cursor.read(first.next, OLDEST)
    Record.objects.filter(pk=made[2].pk).update(stage="withdrawn")
    page = Page(Record.objects.published(), OLDEST, 3, cursor=cursor)
    assert [row.pk for row in page.items] == [row.pk for row in made[3:]]
    back = Page(Record.objects.published(), OLDEST, 3, cursor=Cursor.read(page.previous, OLDEST))
    assert [row.pk for row in back.items] == [made[0].pk, made[1].pk]


@pytest.mark.django_db
def test_the_ends_have_no_neighbours_and_the_middle_has_both():
    day = date(1996, 1, 1)
    rows([(day, day)] * 5)
    first = Page(Record.objects.all(), OLDEST, 2)
    assert first.previous is None
    middle = Page(Record.objects.all(), OLDEST, 2, cursor=Cursor.read(first.next, OLDEST))
    assert middle.previous
    assert middle.next
    last = Page(Record.objects.all(), OLDEST, 2, cursor=Cursor.read(middle.next, OLDEST))
    assert last.next is None
    back = Page(Record.objects.all(), OLDEST, 2, cursor=Cursor.read(middle.previous, OLDEST))
    assert back.previous is None
    assert Cursor.read(back.next, OLDEST) == Cursor.read(first.next, OLDEST)
    exact = Page(Record.objects.all(), OLDEST, 5)
    assert (exact.next, exact.previous) == (None, None)


@pytest.mark.django_db
def test_a_page_past_the_end_leads_back_to_it():
    day = date(1996, 1, 1)
    made = rows([(day, day)] * 4)
    first = Page(Record.objects.all(), OLDEST, 3)
    Record.objects.filter(pk=made[3].pk).update(stage="withdrawn")
    empty = Page(Record.objects.published(), OLDEST, 3, cursor=Cursor.read(first.next, OLDEST))
    assert empty.items == []
    assert empty.next is None
    back = Page(Record.objects.published(), OLDEST, 3, cursor=Cursor.read(empty.previous, OLDEST))
    assert [row.pk for row in back.items] == [row.pk for row in made[:3]]


@pytest.mark.django_db
def test_a_page_may_begin_at_a_date():
    made = rows([(date(year, 1, 1), date(year, 12, 31)) for year in (1995, 1996, 1996, 1997)])
    newest = Page(Record.objects.all(), NEWEST, 2, start=date(1996, 12, 31))
    assert [row.pk for row in newest.items] == [made[2].pk, made[1].pk]
    oldest = Page(Record.objects.all(), OLDEST, 2, start=date(1996, 1, 1))
    assert [row.pk for row in oldest.items] == [made[1].pk, made[2].pk]
    before = Page(Record.objects.all(), OLDEST, 2, cursor=Cursor.read(oldest.previous, OLDEST))
    assert [row.pk for row in before.items] == [made[0].pk]
    assert Page(Record.objects.all(), OLDEST, 9, start=date(1990, 1, 1)).previous is None


@pytest.mark.django_db
def test_a_page_deep_inside_costs_as_many_queries_as_the_first():
    day = date(1996, 1, 1)
    rows([(day, day)] * 60)
    counts, cursor = [], None
    for _number in range(6):
        with CaptureQueriesContext(connection) as queries:
            page = Page(Record.objects.all(), NEWEST, 10, cursor=cursor)
            _read = page.items, page.next, page.previous
        counts.append(len(queries))
        cursor = Cursor.read(page.next, NEWEST) if page.next else None
    assert counts == [1] * 6


@pytest.mark.django_db
def test_the_leading_column_is_bounded_by_itself():
    """So that a database starts inside the index instead of at its beginning."""
    key = (date(1996, 1, 1), date(1996, 1, 1), 5)
    page = Page(Record.objects.all(), NEWEST, 10, cursor=Cursor(is_backward=False, key=key))
    with CaptureQueriesContext(connection) as queries:
        assert page.items == []
    assert '"sort_date" <= ' in queries[0]["sql"]


# Cursors ----------------------------------------------------------------------------------------------


KEY = (date(1996, 9, 16), date(1996, 9, 16), 7)


def test_a_cursor_reads_back():
    for order, key in [
        (NEWEST, KEY),
        (BY_TITLE, ("Дружба 友好 s", *KEY)),
        (BY_MODIFIED, (datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), *KEY)),
        (NEWEST, ()),
    ]:
        for is_backward in (True, False):
            cursor = Cursor(is_backward, key)
            text = cursor.text(order)
            assert Cursor.read(text, order) == cursor
            assert text.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_is_bound_to_its_order_and_list():
    text = Cursor(is_backward=False, key=KEY).text(NEWEST)
    for other in (OLDEST, Order("-date", NEWEST.columns, "relations.visit")):
        with pytest.raises(CursorError):
            Cursor.read(text, other)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "a" * 40,
        "a" * 16,
        "é" * 40,
        "a" * 5000,
        "\0" * 40,
        "\ud800" * 40,
        "=" * 40,
        "W10" + "a" * 16,
    ],
)
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(CursorError):
        Cursor.read(text, NEWEST)


def test_a_cursor_altered_anywhere_is_refused():
    text = Cursor(is_backward=False, key=KEY).text(NEWEST)
    for position, sign in enumerate(text):
        altered = text[:position] + ("A" if sign != "A" else "B") + text[position + 1 :]
        with pytest.raises(CursorError):
            Cursor.read(altered, NEWEST)


def test_a_cursor_outlives_a_change_of_the_secret_key(settings):
    text = Cursor(is_backward=False, key=KEY).text(NEWEST)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "9" * 50
    with pytest.raises(CursorError):
        Cursor.read(text, NEWEST)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Cursor.read(text, NEWEST).key == KEY
