"""What is said of the columns of a CSV is true of what the CSV holds (CSV on the Web)."""

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from relations.api import resources
from tests.factories import MembershipFactory, OrganizationFactory, VisitFactory
from tests.relations.api.asserts import assert_problem
from tests.relations.api.test_lists import everything

pytestmark = pytest.mark.django_db
SITE = "https://entente.example"


def is_address(text):
    return urlsplit(text).scheme == "https" and bool(urlsplit(text).netloc)


READ = {
    "string": str,
    "decimal": Decimal,
    "integer": int,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}


def described_by(response) -> str:
    address, relation, media_type = response["Link"].split("; ")
    assert (relation, media_type) == ('rel="describedby"', 'type="application/csvm+json"')
    return address.strip("<>").removeprefix(f"{SITE}/api/v1/")


def read_as(table: dict, content: bytes) -> list[dict]:
    """The rows of a CSV as its description says that they are to be read; fails where one is otherwise."""
    assert table["dialect"]["encoding"] == "utf-8"
    text = content.decode()
    given = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=table["dialect"]["delimiter"],
        quotechar=table["dialect"]["quoteChar"],
        doublequote=table["dialect"]["doubleQuote"],
        strict=True,
    )
    header, columns = next(given), table["tableSchema"]["columns"]
    assert header == [column["titles"] for column in columns]
    rows = []
    for line in given:
        row = {}
        for column, value in zip(columns, line, strict=True):
            assert value or not column.get("required"), column
            values = value.split(column["separator"]) if "separator" in column else [value]
            row[column["name"]] = [cell(column["datatype"], one) for one in values if one]
        rows.append(row)
    if key := table["tableSchema"].get("primaryKey"):
        assert len({row[key][0] for row in rows}) == len(rows)
    return rows


def cell(datatype, text):
    if isinstance(datatype, dict):
        assert (datatype["base"], bool(re.search(datatype["format"], text))) == ("string", True)
        return text
    if datatype == "anyURI":
        assert is_address(text)
        return text
    return READ[datatype](text)


@pytest.mark.parametrize("path", list(resources.every()))
def test_every_value_reads_as_it_is_described(api, path):
    everything()
    response = api(f"{path}/?format=csv")
    table = api(described_by(response))
    assert table["Content-Type"] == "application/csvm+json"
    table = table.json()
    assert table["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert table["url"] == f"{SITE}/api/v1/{path}/?format=csv"
    assert table["tableSchema"]["primaryKey"] == resources.every()[path].key
    rows = read_as(table, response.content)
    assert len(rows) == int(response["X-Entente-Count"]) > 0
    for column in table["tableSchema"]["columns"]:
        assert re.fullmatch("[a-z][a-z0-9_]*", column["name"])
        assert column["dc:description"].endswith((".", ")"))
    # What a list holds is named, never an object written out.
    assert b"{" not in response.content


def column(table: dict, name: str) -> dict:
    (found,) = [one for one in table["tableSchema"]["columns"] if one["name"] == name]
    return found


def test_columns_say_what_they_hold(api):
    table = api("schema/tables/visits.json").json()
    assert column(table, "slug") == {
        "name": "slug",
        "titles": "slug",
        "dc:description": "Permanent identifier, unique over all kinds.",
        "datatype": "string",
        "required": True,
    }
    assert column(table, "outcome")["datatype"] == {
        "base": "string",
        "format": "^(happened|planned|proposed)$",
    }
    assert column(table, "countries")["separator"] == "; "
    assert column(table, "guest_code")["dc:description"] == (
        "Who visited; null where not stated. ISO 3166-1 alpha-2."
    )
    kinds_of = {
        name: column(api(f"schema/tables/{name}.json").json(), "date_earliest")["datatype"]
        for name in ("timeline", "agreements")
    }
    assert kinds_of == {"timeline": "date", "agreements": "date"}
    figures = api("schema/tables/trade-figures.json").json()
    assert column(figures, "value")["datatype"] == "decimal"
    assert column(figures, "change")["datatype"] == "integer"
    assert column(figures, "modified")["datatype"] == "dateTime"
    assert column(figures, "url")["datatype"] == "anyURI"
    # A line that begins with “#” is no comment, and blanks at the end of a cell are part of it.
    assert (table["dialect"]["commentPrefix"], table["dialect"]["trim"]) == (None, False)


def test_the_timeline_has_the_choices_of_every_kind(api):
    timeline = column(api("schema/tables/timeline.json").json(), "type")["datatype"]["format"]
    visits = column(api("schema/tables/visits.json").json(), "type")["datatype"]["format"]
    assert set(visits.strip("^$()").split("|")) <= set(timeline.strip("^$()").split("|"))


def test_it_is_of_the_very_table_that_was_asked_for(api):
    VisitFactory(slug="one", date="1996")
    VisitFactory(slug="two", date="1997")
    query = "date=1996&q=&fields=title,countries&format=csv"
    response = api(f"visits/?{query}")
    assert described_by(response) == f"schema/tables/visits.json?{query}"
    table = api(described_by(response)).json()
    assert table["url"] == f"{SITE}/api/v1/visits/?{query}"
    assert [one["name"] for one in table["tableSchema"]["columns"]] == ["title", "countries"]
    assert "primaryKey" not in table["tableSchema"]
    assert len(read_as(table, response.content)) == 1
    by_accept = api("visits/?q=%22x>%22", headers={"accept": "text/csv"})
    assert described_by(by_accept) == "schema/tables/visits.json?q=%22x%3E%22"
    table = api("schema/tables/visits.json?q=%22x%3E%22").json()
    assert table["url"] == f"{SITE}/api/v1/visits/?q=%22x%3E%22&format=csv"


def test_what_the_table_refuses_its_description_refuses(api):
    for query, parameter in (
        ("dat=1996", "dat"),
        ("page_size=10", "page_size"),
        ("fields=titel", "fields"),
        ("format=jsonl", "format"),
    ):
        assert_problem(api(f"schema/tables/visits.json?{query}"), 400, parameters=[parameter])
    assert_problem(api("schema/tables/nothing.json"), 404)
    as_json = api("schema/tables/visits.json", headers={"accept": "application/json"})
    assert as_json["Content-Type"] == "application/json"
    assert_problem(api("schema/tables/visits.json", headers={"accept": "text/csv"}), 406)
    again = api(
        "schema/tables/visits.json",
        headers={"if-none-match": api("schema/tables/visits.json")["ETag"]},
    )
    assert again.status_code == 304


def test_members_are_named_by_their_country(api):
    council = OrganizationFactory(slug="council")
    MembershipFactory(organization=council, country="KZ")
    MembershipFactory(organization=council, country="AZ")
    (row,) = csv.DictReader(io.StringIO(api("organizations/?format=csv").content.decode()))
    assert sorted(row["members"].split("; ")) == ["AZ", "KZ"]
