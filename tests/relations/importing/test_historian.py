"""The visits of the Office of the Historian: what can be mapped is mapped, the rest refused row by row."""

import json
from collections import Counter
from pathlib import Path

import pytest

from relations import kinds
from relations.importing import files
from relations.importing.check import NEW, Checker, kind_of
from relations.importing.resource import Known
from relations.importing.store import store
from relations.models import Record, Visit
from tests.factories import PersonFactory, PlaceFactory, SourceFactory, country

REAL = Path(__file__).parents[4] / "shared" / "data" / "visits_us_historian.jsonl"
ROW = {
    "id": "hsg-visit-1",
    "source": "HistoryAtState/visits",
    "source_file": "data/1990.xml",
    "visitor_name": "A. Person",
    "visitor_title": "President",
    "visitor_raw": "President A. Person",
    "several_visitors": False,
    "visitor_country": "Kazakhstan",
    "visitor_country_id": "kazakhstan",
    "host_country": "Turkey",
    "host_country_id": "turkey",
    "place": None,
    "start_date": "1994-02-14",
    "end_date": "1994-02-16",
    "description": "Offical visit. Met with somebody.",
}


@pytest.fixture(autouse=True)
def _countries(db):
    for code in ("AZ", "KZ", "TR"):
        country(code)


def checked(*rows: dict, source=None):
    data = "\n".join(json.dumps({**ROW, **row}) for row in rows).encode()
    table = files.read("t.jsonl", data)
    checker = Checker(kind_of(table), table.columns, Known(source=source or SourceFactory()))
    return checker, list(checker.check(table.rows))


def test_a_row_becomes_a_visit_cited_by_its_line():
    person, place = PersonFactory(name="A. Person"), PlaceFactory(name="Ankara")
    place.country_id = "TR"
    place.save()
    source = SourceFactory()
    checker, rows = checked({}, {"id": "hsg-trip-2", "place": "Ankara"}, source=source)
    store(checker.resource, rows)
    first, second = Visit.objects.order_by("slug").reverse()
    assert (first.slug, first.title) == (
        "hsg-visit-1",
        "Visit of President A. Person (Kazakhstan): Turkey",
    )
    assert (first.date, first.type, first.stage) == ("1994-02-14/1994-02-16", "official", "draft")
    assert (first.guest_id, first.host_id, first.place) == ("KZ", "TR", None)
    assert [(one.person_id, one.role, one.office) for one in first.participations.all()] == [
        (person.pk, "guest", "President")
    ]
    assert {
        (one.field, one.value, one.locator_kind, one.locator) for one in first.citations.all()
    } == {
        ("date", "1994-02-14/1994-02-16", "row", "1"),
        ("guest", "KZ", "row", "1"),
        ("host", "TR", "row", "1"),
    }
    assert (second.title, second.place) == (
        "Visit of President A. Person (Kazakhstan): Ankara (Turkey)",
        place,
    )


def test_what_is_not_certain_is_not_linked_and_stays_in_the_title():
    PersonFactory(name="A. Person")
    PlaceFactory(name="Ankara")
    _checker, rows = checked(
        {
            "several_visitors": True,
            "visitor_name": "President A. Person, Premier B",
            "visitor_title": None,
        },
        {"id": "b", "place": "Ankara, Istanbul"},
        {"id": "c", "place": "Ankara"},
    )
    assert [row.title for row in rows] == [
        "Visit of President A. Person, Premier B (Kazakhstan): Turkey",
        "Visit of President A. Person (Kazakhstan): Ankara, Istanbul (Turkey)",
        "Visit of President A. Person (Kazakhstan): Ankara (Turkey)",
    ]
    assert rows[0].record.imported["people"] == []
    assert [row.record.place_id for row in rows] == [None, None, None]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (
            {"visitor_country": "U.S.S.R.", "visitor_country_id": "russia"},
            (
                "visitor_country",
                "“U.S.S.R.” has no code in ISO 3166-1, and is not replaced by another state.",
            ),
        ),
        ({"host_country": None}, ("host_country", "It is empty.")),
        ({"visitor_name": ""}, ("visitor_name", "It is empty.")),
        ({"host_country": "Kazakhstan"}, ("", "Guest and host must be different countries.")),
    ],
)
def test_what_cannot_be_mapped_is_refused_by_its_column(columns, told):
    _checker, (row,) = checked(columns)
    assert (row.outcome, row.problems) == ("refused", [told])


def test_a_reversed_date_is_refused():
    _checker, (row,) = checked({"end_date": "1994-02-13"})
    ((column, _sentence),) = row.problems
    assert column == "start_date"


def test_the_layout_is_of_visits_and_needs_a_source():
    columns = list(ROW)
    with pytest.raises(files.FileRefused, match=r"records of another kind: visits\."):
        Checker(kinds.get("agreement"), columns, Known(source=SourceFactory()))
    with pytest.raises(files.FileRefused, match="Say which source its rows are cited from"):
        Checker(kinds.get("visit"), columns, Known())


# How many rows of each quarter of the real table are new and refused: 7,296 and 239 in all.
QUARTERS = ((1830, 54), (1816, 68), (1819, 65), (1831, 52))


def test_the_quarters_are_the_whole_table():
    assert [sum(counts) for counts in zip(*QUARTERS, strict=True)] == [7296, 239]


@pytest.mark.slow("Checks and stores the real table, a quarter of it at a time.")
@pytest.mark.skipif(not REAL.exists(), reason="the real table is not beside the project")
@pytest.mark.parametrize("quarter", range(len(QUARTERS)))
def test_the_real_table(dataset, quarter):
    new, refused = QUARTERS[quarter]
    table = files.read(REAL.name, REAL.read_bytes())
    part = [row for number, row in enumerate(table.rows) if number % len(QUARTERS) == quarter]
    checker = Checker(kind_of(table), table.columns, Known(source=SourceFactory()))
    rows = list(checker.check(part))
    assert Counter(row.outcome for row in rows) == {"new": new, "refused": refused}
    assert {column for row in rows for column, _why in row.problems} == {
        "visitor_country",
        "host_country",
    }
    before = Record.objects.count()
    stored = store(checker.resource, rows, reason="The real table")
    assert Record.objects.count() == before + len(stored.new) == before + new
    again = Checker(kind_of(table), table.columns, Known(source=checker.known.source))
    assert Counter(row.outcome for row in again.check(part)) == {
        "unchanged": new,
        "refused": refused,
    }
    assert all(row.record is not None for row in rows if row.outcome == NEW)
