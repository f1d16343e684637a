"""The formats of the API: their names, and how they write objects.

JSON, JSON-LD and GeoJSON are sent page by page, and each page says where the next one is. A table or a file of
lines has no place to say so: CSV and JSON Lines hold the whole selection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from relations.api import csvw
from relations.api.objects import render
from relations.api.resources import Resource
from relations.api.sparse_fields import Trim
from relations.exports.tables import csv_lines


class JSONLDRenderer(JSONRenderer):
    """JSON-LD 1.1 in the words of schema.org: what the objects are, not how the API shows them."""

    media_type = "application/ld+json"
    format = "jsonld"


class GeoJSONRenderer(JSONRenderer):
    """GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"
    format = "geojson"


class TableRenderer(JSONRenderer):
    """The description of a CSV's columns. It takes the query of the CSV, and therefore its format name."""

    media_type = csvw.MEDIA_TYPE
    format = "csv"


class PlainTableRenderer(TableRenderer):
    """The same for clients that know only JSON."""

    media_type = "application/json"


class WholeRenderer(BaseRenderer):
    """A format whose list is one file, written while it is read.

    ``lines`` gives the text of some rows of ``Resource.fetched``; ``head`` is the text before all of them.
    """

    content_type: str

    def head(self, _resource: Resource, _trim: Trim) -> str:
        return ""

    def lines(self, rows: Iterable[Any], resource: Resource, trim: Trim) -> Iterator[str]:
        raise NotImplementedError


class CSVRenderer(WholeRenderer):
    """CSV (RFC 4180): flat, with the same columns for all rows."""

    media_type = "text/csv"
    format = "csv"
    content_type = "text/csv; charset=utf-8"

    def head(self, resource, trim):
        return next(csv_lines(trim.columns(resource.columns), ()))

    def lines(self, rows, resource, trim):
        lines = csv_lines(trim.columns(resource.columns), resource.shown(rows))
        next(lines)  # the names of the columns: they stand in the head
        return lines


class JSONLinesRenderer(WholeRenderer):
    """JSON Lines: one object per line, as in the API's JSON."""

    media_type = content_type = "application/jsonl"
    format = "jsonl"

    def lines(self, rows, resource, trim):
        texts = resource.texts(rows)
        if trim.chosen:
            texts = (render(trim.of(json.loads(text))) for text in texts)
        for text in texts:
            yield f"{text}\n"


class NDJSONRenderer(JSONLinesRenderer):
    """JSON Lines under its other name."""

    media_type = content_type = "application/x-ndjson"


EVERY: tuple[type[BaseRenderer], ...] = (
    JSONRenderer,
    CSVRenderer,
    JSONLinesRenderer,
    NDJSONRenderer,
    JSONLDRenderer,
    GeoJSONRenderer,
)
"""In the order in which we prefer them."""


def renderers_of(resource: Resource) -> list[type[BaseRenderer]]:
    """The formats of a resource."""
    return [renderer for renderer in EVERY if renderer.format in resource.formats]
