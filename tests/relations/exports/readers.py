"""Each format read by a reader that is not ours."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlsplit

import feedparser
import openpyxl
from icalendar import Calendar


def fetch(client, address: str, status: int = 200, **headers):
    """The response and its whole body."""
    response = client.get(address, secure=True, headers=headers)
    assert response.status_code == status, (address, response.status_code)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body


def _slug(address: str) -> str:
    return urlsplit(address).path.rstrip("/").rpartition("/")[2]


def csv_rows(body: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))


def workbook(body: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(body))


def xlsx_rows(body: bytes) -> list[dict]:
    header, *rows = workbook(body)["Records"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def feed(body: bytes) -> feedparser.FeedParserDict:
    found = feedparser.parse(body)
    assert found.bozo == 0, found.bozo_exception
    return found


def events(body: bytes) -> list:
    return list(Calendar.from_ical(body).walk("VEVENT"))


READ = {
    "json": lambda body: [row["slug"] for row in json.loads(body)["results"]],
    "csv": lambda body: [row["slug"] for row in csv_rows(body)],
    "xlsx": lambda body: [row["slug"] for row in xlsx_rows(body)],
    "atom": lambda body: [_slug(entry.link) for entry in feed(body).entries],
    "ics": lambda body: [_slug(str(event["url"])) for event in events(body)],
    "jsonld": lambda body: [node["identifier"] for node in json.loads(body)["@graph"][1:]],
    "timelinejs": lambda body: [event["unique_id"] for event in json.loads(body)["events"]],
}
"""The slugs of the records that a file of each format holds, in its order."""
