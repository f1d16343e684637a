"""CSV and XLSX: what a spreadsheet opens, and nothing that it would run."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from relations.exports.tables import workbook_number
from relations.exports.text import cell, xml_text
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    IndicatorFactory,
    TradeFigureFactory,
    VisitFactory,
)
from tests.relations.exports.readers import csv_rows, feed, fetch, workbook, xlsx_rows

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "＝1+1",
    '=HYPERLINK("http://evil.example";"click")',
]
HARMLESS = ["a=1", "2005-05-24", "1-2", "'quoted'", "O’Hara, “the first”", "#N/A", "TRUE"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_is_led_by_an_apostrophe(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert cell(text) == text


def test_a_minus_is_kept_where_a_column_holds_numbers():
    assert cell("-12.5", is_number=True) == "-12.5"
    assert cell("-12.5") == "'-12.5"
    assert (cell(-5), cell(None), cell(True)) == ("-5", "", "true")


@pytest.mark.django_db
def test_hostile_titles_in_csv(client):
    with unit_of_work():
        for number, text in enumerate(HOSTILE):
            VisitFactory(
                slug=f"hostile-{number:02}", title=f'{text},"x"', summary=text, date="2005"
            )
    _response, body = fetch(client, "/timeline/timeline.csv?ordering=date")
    rows = csv_rows(body)
    assert [row["slug"] for row in rows] == [f"hostile-{n:02}" for n in range(len(HOSTILE))]
    assert [row["title"] for row in rows] == [f'\'{text},"x"' for text in HOSTILE]
    assert all(row["summary"].startswith("'") for row in rows)


@pytest.mark.django_db
def test_csv_is_rfc_4180_with_a_byte_order_mark(client):
    VisitFactory(slug="one", title='Say "hi", then\ngo', summary="Ağdam, Қазақстан")
    response, body = fetch(client, "/visits/timeline.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert body.startswith(b"\xef\xbb\xbfurl,")
    assert body.endswith(b"\r\n")
    assert b'"Say ""hi"", then\ngo"' in body
    assert csv_rows(body)[0]["summary"] == "Ağdam, Қазақстан"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["timeline", "agreements", "visits", "trade-figures"])
def test_the_columns_are_those_of_the_api(client, path):
    _response, ours = fetch(client, f"/{path}/timeline.csv")
    apis = client.get(f"/api/v1/{path}/?format=csv", secure=True).content
    assert ours.decode("utf-8-sig") == apis.decode()


@pytest.mark.django_db
def test_negative_numbers_are_numbers(client):
    TradeFigureFactory(
        slug="falls", value=None, unit="", currency="", change_kind="percent", change_value="-12.5"
    )
    for address in ("/timeline/timeline.csv", "/api/v1/timeline/?format=csv"):
        _response, body = fetch(client, address)
        assert csv_rows(body)[0]["stated_change_value"] == "-12.5"
    _response, body = fetch(client, "/timeline/timeline.xlsx")
    assert xlsx_rows(body)[0]["stated_change_value"] == -12.5


@pytest.mark.django_db
def test_hostile_titles_in_a_workbook_are_text(client):
    with unit_of_work():
        for number, text in enumerate([*HOSTILE, *HARMLESS]):
            VisitFactory(slug=f"hostile-{number:02}", title=text, summary=text, date="2005")
    _response, body = fetch(client, "/timeline/timeline.xlsx?ordering=date")
    sheet = workbook(body)["Records"]
    title, slug = ([one.value for one in sheet[1]].index(name) for name in ("title", "slug"))
    rows = list(sheet.iter_rows(min_row=2))
    expected = [text.replace("\r", "\n") for text in [*HOSTILE, *HARMLESS]]
    assert [row[slug].value for row in rows] == [f"hostile-{n:02}" for n in range(len(expected))]
    assert [row[title].value for row in rows] == expected
    types = {one.data_type for row in sheet.iter_rows() for one in row if one.value is not None}
    assert types == {"s", "n", "d"}


@pytest.mark.django_db
def test_cells_have_the_type_of_what_they_hold(client):
    agreement = AgreementFactory(slug="old", date="1899-12-31", title="Old")
    IndicatorFactory(slug="count", value="155000", date="2024")
    AgreementFactory(slug="new", date="2005-05-24")
    AgreementFactory(slug="open", date="[..2006-01-01]")
    _response, body = fetch(client, "/timeline/timeline.xlsx")
    rows = {row["slug"]: row for row in xlsx_rows(body)}
    assert rows["new"]["date_edtf"] == "2005-05-24"
    assert rows["new"]["date_earliest"].isoformat() == "2005-05-24T00:00:00"
    assert rows["count"]["date_edtf"] == "2024"
    assert rows["count"]["date_latest"].isoformat() == "2024-12-31T00:00:00"
    assert rows["open"]["date_earliest"] is None
    # No workbook counts days before 1900 as the calendar does.
    assert rows["old"]["date_earliest"] == "1899-12-31"
    assert rows["count"]["value"] == 155000
    stated = agreement.modified.replace(tzinfo=None)
    assert abs(rows["old"]["modified"] - stated) < timedelta(seconds=1)


def test_a_number_that_a_workbook_would_alter_stays_text():
    assert workbook_number("331700000") == Decimal(331700000)
    assert workbook_number("123456789012345000") == Decimal("123456789012345000")
    assert workbook_number("123456789012345678.5") == "123456789012345678.5"


@pytest.mark.django_db
def test_the_workbook_says_what_it_is(client, relation):
    VisitFactory(countries=["AZ", "KZ"], date="1996")
    VisitFactory(countries=["AZ", "KZ"], date="1997")
    _response, body = fetch(client, "/azerbaijan-kazakhstan/timeline.xlsx?date=1996")
    book = workbook(body)
    assert book.sheetnames == ["Records", "About"]
    assert book["Records"].freeze_panes == "A2"
    about = dict(book["About"].iter_rows(values_only=True))
    site = about["Address"].partition("/azerbaijan")[0]
    assert about["Title"] == "Azerbaijan – Kazakhstan"
    assert about["Filter"] == "Date: 1996"
    assert about["Records"] == 1
    assert about["Address"] == f"{site}/azerbaijan-kazakhstan/?date=1996"
    assert about["This file"] == f"{site}/azerbaijan-kazakhstan/timeline.xlsx?date=1996"
    assert about["Licence"] == "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
    assert about["Version"].startswith("change ")
    assert about["Accessed"].date() >= date(2025, 1, 1)


def test_what_no_xml_can_hold_is_left_out():
    assert xml_text("a\x00b\x0bc\x1fd\ufffee\ud800f\tg\nh") == "abcdef\tg\nh"
    assert xml_text("Ağdam 𝔄") == "Ağdam 𝔄"


@pytest.mark.django_db
def test_control_characters_break_no_workbook_and_no_feed(client):
    VisitFactory(slug="odd", title="Odd \x07 bell\x0b", summary="x" * 40_000)
    _response, body = fetch(client, "/timeline/timeline.atom")
    assert [entry.title for entry in feed(body).entries] == ["Odd  bell"]
    _response, body = fetch(client, "/timeline/timeline.xlsx")
    row = xlsx_rows(body)[0]
    assert row["title"] == "Odd  bell"
    assert len(row["summary"]) == 32_767
