"""The metadata that Datasette shows beside the tables (https://docs.datasette.io/en/stable/metadata.html)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from relations.exports.selection import LICENSE, SITE_NAME
from relations.releases.citation import ABSTRACT, TITLE
from relations.releases.files import DATABASE
from relations.releases.reading import Edition
from relations.releases.sqlite import VIEWS
from relations.releases.tables import Table

LABELS = ("title", "name", "as_written")


def content(edition: Edition, tables: list[Table]) -> dict:
    described = {table.name: _table(table) for table in tables}
    described |= {name: {"description": meaning} for name, (meaning, _query) in VIEWS.items()}
    return {
        "title": TITLE,
        "description": ABSTRACT,
        "license": LICENSE["name"],
        "license_url": LICENSE["url"],
        "source": f"{SITE_NAME}, release {edition.name}",
        "source_url": settings.SITE_URL,
        "databases": {Path(DATABASE).stem: {"tables": described}},
    }


def _table(table: Table) -> dict:
    names = [one.name for one in table.every]
    label = next((name for name in LABELS if name in names), "")
    found = {
        "description": table.meaning,
        "columns": {one.name: one.meaning for one in table.every if one.meaning},
    }
    if "date_earliest" in names:
        found["sort"] = "date_earliest"
    return {**found, "label_column": label} if label else found
