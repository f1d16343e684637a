"""The SQLite file: whole, typed, joined by its keys, and searched."""

import json

import pytest

# Of all that run, some test must ask for the database that the release is made from.
pytestmark = pytest.mark.django_db

COLUMNS = "SELECT name FROM pragma_table_info('{}')"


def test_it_is_whole_and_every_key_leads_somewhere(ask):
    assert ask("PRAGMA integrity_check") == [("ok",)]
    assert ask("PRAGMA foreign_key_check") == []
    keys = ask("SELECT m.name, f.* FROM sqlite_master m, pragma_foreign_key_list(m.name) f")
    joined = {(name, fields[3]) for name, *fields in keys}
    assert {
        ("agreements", "slug"),
        ("agreements_parties", "agreement"),
        ("timeline", "place_slug"),
        ("timeline_citations", "uid"),
        ("timeline_people", "slug"),
        ("visits", "guest_code"),
        ("citations", "source_slug"),
    } <= joined


def test_rows_say_what_the_objects_say(ask, made):
    (pact,) = map(json.loads, (made.directory / "agreements.jsonl").read_text().splitlines())
    assert ask(
        "SELECT title, date_earliest, change, place_slug, status, official_url FROM agreements"
    ) == [(pact["title"], "2005-05-24", pact["change"], pact["place"]["slug"], "ratified", None)]
    assert ask("SELECT agreement, position, type, key FROM agreements_parties") == [
        ("a-pact", 1, "country", "AZ")
    ]
    assert ask("SELECT code FROM timeline_countries WHERE record = 'a-pact' ORDER BY position") == [
        ("AZ",), ("KZ",),
    ]  # fmt: skip
    assert ask("SELECT uid FROM timeline_citations WHERE record = 'a-pact' ORDER BY position") == [
        (cited["uid"],) for cited in pact["citations"]
    ]
    assert (
        dict(ask("SELECT field, value FROM timeline_evidence WHERE record = 'a-pact'"))
        == pact["evidence"]
    )


def test_lists_inside_lists_keep_their_place(ask):
    assert ask(
        "SELECT m.organization, m.position, m.country_code, m.since_edtf, c.as_written "
        "FROM organizations_members m JOIN organizations_members_citations l "
        "ON l.organization = m.organization AND l.members_position = m.position "
        "JOIN citations c ON c.uid = l.uid"
    ) == [("body", 1, "AZ", "1993", "since 1993")]


def test_figures_are_numbers_and_what_is_not_stated_is_null(ask):
    assert ask("SELECT value, typeof(value) FROM trade_figures") == [(-331.5, "real")]
    assert ask("SELECT typeof(value) FROM indicators") == [("integer",)]
    assert ask("SELECT latitude, longitude FROM places") == [(40.5, -0.25)]
    assert ask("SELECT guest_code, host_code FROM visits ORDER BY slug") == [
        ("AZ", "KZ"), (None, None),
    ]  # fmt: skip


def test_it_is_searched_without_accents(ask):
    found = (
        "SELECT slug FROM {0} WHERE rowid IN (SELECT rowid FROM {0}_fts WHERE {0}_fts MATCH '{1}')"
    )
    assert ask(found.format("organizations", "turk kenesi")) == [("body",)]
    assert ask(found.format("timeline", "pact")) == [("a-pact",)]
    assert ask(found.format("timeline", "unspoken")) == []


def test_the_views(ask):
    assert ask(
        "SELECT record, as_written, verdict FROM passages WHERE record = 'a-pact' ORDER BY uid"
    )
    assert ask("SELECT record, value FROM disagreements") == [("a-pact", "2006")]
    assert ask("SELECT * FROM records_by_year WHERE kind = 'visit' ORDER BY 1") == [
        (2005, "visit", 1), (2025, "visit", 1),
    ]  # fmt: skip
    assert ask("SELECT code, kind, records FROM records_by_country WHERE code = 'AZ' ORDER BY 2") == [
        ("AZ", "agreement", 1), ("AZ", "trade-figure", 1), ("AZ", "visit", 1),
    ]  # fmt: skip


def test_datasette_is_told_of_every_table(ask, made):
    metadata = json.loads((made.directory / "metadata.json").read_text())
    described = metadata["databases"]["entente"]["tables"]
    there = {
        name for (name,) in ask("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    }
    visible = {name for name in there if "_fts" not in name and not name.startswith("sqlite_")}
    assert set(described) == visible
    for name in visible:
        columns = {column for (column,) in ask(COLUMNS.format(name))}
        assert set(described[name].get("columns", ())) <= columns, name
        assert all(described[name].get("columns", {"": "x"}).values())
    assert metadata["license"] == "CC BY 4.0"
    assert metadata["source_url"] == "https://entente.example"
