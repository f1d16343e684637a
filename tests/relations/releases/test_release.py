"""A release holds all that is published, nothing else, and the same bytes whenever it is written."""

import csv
import hashlib
import io
import json
import threading

import pytest
import yaml
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone, translation

from relations.history import changes
from relations.models import Topic
from relations.releases import reading
from relations.releases.columns import columns_of
from tests.factories import TopicFactory
from tests.relations.releases.conftest import HIDDEN, PATHS, contents, export

# Of all that run, some test must ask for the database that the release is made from.
pytestmark = pytest.mark.django_db

BESIDE = {
    "CITATION.cff", "LICENSE.txt", "README.md", "SHA256SUMS", "codebook.md", "datapackage.json",
    "entente.sqlite3", "metadata.json",
}  # fmt: skip


def lines(text: bytes) -> list[dict]:
    return [json.loads(line) for line in text.decode().split("\n")[:-1]]


def sheet(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline="")))


# Writing one -----------------------------------------------------------------------------------------------


def test_the_same_state_gives_the_same_bytes_wherever_and_whenever(record, tmp_path, monkeypatch):
    said = export(tmp_path / "one")
    (one,) = (tmp_path / "one").iterdir()
    held = contents(one)
    assert said.splitlines()[0].startswith(f"{one}: {len(held)} files, ")
    assert "  agreements: 1" in said.splitlines()
    assert one.stat().st_mode & 0o777 == 0o755

    later = timezone.now().replace(year=2040)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with translation.override("tr"):
        export(tmp_path / "further" / "away")
    other = tmp_path / "further" / "away" / one.name
    assert contents(other) == held

    assert export(tmp_path / "one") == f"{one} exists already, with the same content.\n"
    assert list((tmp_path / "one").iterdir()) == [one]


def test_what_changes_is_in_the_next_release_and_the_last_one_stays(record, tmp_path):
    export(tmp_path)
    (first,) = tmp_path.iterdir()
    before = contents(first)
    TopicFactory(slug="brand-new", name="Brand new")
    export(tmp_path)
    (second,) = set(tmp_path.iterdir()) - {first}
    assert second.name.endswith(f"-{changes.latest()}")
    assert contents(first) == before
    after = contents(second)
    assert next(topic["slug"] for topic in lines(after["topics.jsonl"])) == "brand-new"
    assert len(lines(after["topics.jsonl"])) == len(lines(before["topics.jsonl"])) + 1
    # What did not change reads as before.
    assert before["timeline.jsonl"] == after["timeline.jsonl"]


def test_another_release_of_that_name_is_never_overwritten(record, tmp_path):
    export(tmp_path)
    (there,) = tmp_path.iterdir()
    for alter in (lambda file: file.write_text("mine"), lambda file: file.unlink()):
        alter(there / "topics.csv")
        before = contents(there)
        with pytest.raises(CommandError, match="holds another release of that name"):
            export(tmp_path)
        assert contents(there) == before
        assert list(tmp_path.iterdir()) == [there]


def test_where_it_cannot_be_written_it_says_so(db, tmp_path):
    file = tmp_path / "file"
    file.touch()
    for directory in (file, file / "below"):
        with pytest.raises(CommandError, match=f"{directory} is not a directory"):
            export(directory)
    with pytest.raises(CommandError, match="cannot be written to: File name too long"):
        export(tmp_path / ("x" * 300))
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_published_is_no_release(db, tmp_path):
    with pytest.raises(CommandError, match="there is nothing to release"):
        export(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_all_is_read_of_one_moment():
    Topic.objects.create(slug="before", name="Before")
    resource = reading.released()["topics"]

    def publish():
        try:
            Topic.objects.create(slug="meanwhile", name="Meanwhile")
        finally:
            connection.close()

    def slugs() -> list[str]:
        return [one["slug"] for _text, one in reading.objects_of(resource)]

    with reading.snapshot():
        edition = reading.edition()
        other = threading.Thread(target=publish)
        other.start()
        other.join()
        assert slugs() == ["before"]
        assert reading.edition() == edition
    assert slugs() == ["before", "meanwhile"]
    assert reading.edition().number == edition.number + 1


# What it holds ---------------------------------------------------------------------------------------------


def test_the_files_and_what_they_are_called(made):
    assert made.directory.name == f"{made.changed:%Y-%m-%d}-{made.number}"
    of_resources = {f"{path}.{ending}" for path in PATHS for ending in ("jsonl", "csv")}
    assert set(made.held) == BESIDE | of_resources
    assert list(reading.released()) == PATHS


def test_the_objects_are_those_of_the_api(made):
    for path, resource in reading.released().items():
        answer, found = made.json[path], lines(made.held[f"{path}.jsonl"])
        assert answer["count"] == len(found), path
        by_key = {one[resource.key]: one for one in answer["results"]}
        assert {one[resource.key]: one for one in found} == by_key, path
        keys = [one[resource.key] for one in found]
        assert keys == sorted(keys)
    slugs = [one["slug"] for one in lines(made.held["timeline.jsonl"])]
    assert slugs == ["a-pact", "a-visit", "ab-visit", "figure", "indicator"]
    # Byte for byte.
    assert made.held["agreements.jsonl"] == made.pact + b"\n"


def test_the_tables_are_those_of_the_api(made):
    for path in PATHS:
        head, *body = sheet(made.held[f"{path}.csv"])
        api_head, *api_body = sheet(made.csv[path])
        assert (head, sorted(body)) == (api_head, sorted(api_body)), path
        assert len(body) == made.json[path]["count"]
        assert made.held[f"{path}.csv"].count(b"\r\n") == len(body) + 1
    assert b"'=1+1 | a report" in made.held["sources.csv"]


def test_what_is_not_published_is_in_no_file(made):
    assert [name for name, text in made.held.items() if HIDDEN.encode() in text] == []
    # What is published is found in the same way.
    assert "Pact – “Bakı”".encode() in made.held["entente.sqlite3"]
    assert lines(made.held["milestones.jsonl"]) == []
    (pact,) = lines(made.held["agreements.jsonl"])
    assert [link["slug"] for link in pact["links"]] == ["ab-visit"]
    assert pact["linked_from"] == []


def test_the_checksums_are_right_and_complete(made):
    held = dict(made.held)
    sums = held.pop("SHA256SUMS").decode()
    expected = [f"{hashlib.sha256(held[name]).hexdigest()}  {name}\n" for name in sorted(held)]
    assert sums == "".join(expected)


def test_the_citation_file_has_what_its_format_requires(made):
    cff = yaml.safe_load(made.held["CITATION.cff"])
    assert {"cff-version", "message", "title", "authors"} <= set(cff)
    assert cff["cff-version"] == "1.2.0"
    assert cff["type"] == "dataset"
    assert cff["license"] == "CC-BY-4.0"
    assert cff["version"] == made.directory.name
    assert cff["date-released"].isoformat() == made.directory.name[:10]
    assert cff["url"] == "https://entente.example"
    assert cff["authors"] == [{"name": "Entente contributors"}]


def test_the_manifest_describes_the_files(made):
    package = json.loads(made.held["datapackage.json"])
    assert package["version"] == made.directory.name
    assert package["change"] == made.number
    assert package["created"] == f"{made.changed:%Y-%m-%dT%H:%M:%SZ}"
    assert package["homepage"] == "https://entente.example"
    assert list(package["counts"].items()) == [(path, made.json[path]["count"]) for path in PATHS]
    by_name = {resource["name"]: resource for resource in package["resources"]}
    for resource in by_name.values():
        content = made.held[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    for path in PATHS:
        schema = by_name[path.replace("-", "_")]["schema"]
        head, *body = sheet(made.held[f"{path}.csv"])
        assert [field["name"] for field in schema["fields"]] == head
        assert schema["primaryKey"] in head
        allowed = [field.get("constraints", {}).get("enum") for field in schema["fields"]]
        for row in body:
            for name, value, among in zip(head, row, allowed, strict=True):
                assert among is None or value == "" or value in among, (path, name, value)
    guest = {"fields": "guest_code", "reference": {"resource": "countries", "fields": "code"}}
    assert guest in by_name["visits"]["schema"]["foreignKeys"]
    types = {field["name"]: field["type"] for field in by_name["trade_figures"]["schema"]["fields"]}
    assert [types[name] for name in ("title", "value", "change", "date_earliest", "modified")] == [
        "string", "number", "integer", "date", "datetime",
    ]  # fmt: skip


def test_columns_are_described_as_the_api_has_them():
    for resource in reading.released().values():
        assert [one.column for one in columns_of(resource)] == resource.columns, resource.path


def test_the_codebook_says_what_a_column_means_and_counts_it(made):
    parts = made.held["codebook.md"].decode().split("\n## ")[1:]
    of_table = {name: text.splitlines() for name, text in (part.split("\n", 1) for part in parts)}
    for table, line in (
        (
            "agreements",
            "An instrument between states or their bodies. Its date is that of signature. 1 rows; key: `slug`.",
        ),
        ("agreements", "| `official_url` | text | 0 | Where the official text is. |"),
        ("agreements", "| `treaty` | treaty | 1 |"),
        ("agreements", "| `protocol` | protocol | 0 |"),
        (
            "visits",
            (
                "| `guest_code` | text, key of countries | 1 | Who visited; null where not stated. "
                "The code of one of the countries. |"
            ),
        ),
        ("timeline", "| `visit` | visit | 2 |"),
        ("organizations_names", "| `text` | text | Name. |"),
    ):
        assert line in of_table[table]
    lists = {name for name in of_table if "_" in name}
    assert {"timeline_countries", "agreements_parties", "people_tenures_citations"} <= lists
