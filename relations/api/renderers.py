"""CSV: flat, with the same columns whatever the rows hold."""

import csv
import io

from rest_framework.renderers import BaseRenderer

from relations.api.tabular import Column

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value) -> str:
    """A value as text; text that a spreadsheet would run is led by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    is_dangerous = isinstance(value, str) and text.lstrip(" ").startswith(FORMULA)
    return f"'{text}" if is_dangerous else text


def table(columns: list[Column], rows: list[dict]) -> str:
    """RFC 4180, with a header line."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([cell(column.of(row)) for column in columns] for row in rows)
    return stream.getvalue()


class CSVRenderer(BaseRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        rows = data.get("results", [data])
        return table(renderer_context["view"].resource.columns, rows).encode()
