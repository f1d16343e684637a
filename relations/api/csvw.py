"""A description of CSV columns for programs:

CSV on the Web (W3C, Metadata Vocabulary for Tabular Data, 2015).
"""

from __future__ import annotations

from django.conf import settings

from relations.api.resources import Resource
from relations.api.sparse_fields import Trim
from relations.api.tabular import SEPARATOR, Column

MEDIA_TYPE = "application/csvm+json"
DATATYPES = {
    "text": "string",
    "number": "decimal",
    "integer": "integer",
    "date": "date",
    "datetime": "dateTime",
    "address": "anyURI",
}
# Stated explicitly where the vocabulary has other defaults: lines that begin with “#” as comments,
# and blanks at the ends of a cell as nothing.
DIALECT = {
    "encoding": "utf-8",
    "lineTerminators": ["\r\n"],
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "headerRowCount": 1,
    "commentPrefix": None,
    "skipBlankRows": False,
    "trim": False,
}
NOTE = (
    "One row for each of the {things}. An empty cell is a value that is not known, not stated or does not apply. "
    "Text that a spreadsheet would run as a formula is led by an apostrophe. Columns are added, never renamed."
)


def table(resource: Resource, trim: Trim, address: str) -> dict:
    """The description of a resource's CSV at that address, trimmed like the CSV."""
    columns = trim.columns(resource.columns)
    schema = {"columns": [column_of(column, resource.key) for column in columns]}
    if resource.key in (column.name for column in columns):
        schema["primaryKey"] = resource.key
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": address,
        "dc:title": resource.label_plural[:1].upper() + resource.label_plural[1:],
        "dc:description": NOTE.format(things=resource.label_plural),
        "dc:license": {"@id": settings.SPECTACULAR_SETTINGS["LICENSE"]["url"]},
        "dialect": DIALECT,
        "tableSchema": schema,
    }


def column_of(column: Column, key: str) -> dict:
    described = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.meaning,
        "datatype": datatype_of(column),
    }
    if column.is_list:
        described["separator"] = SEPARATOR
    if column.name == key:
        described["required"] = True
    return described


def datatype_of(column: Column) -> str | dict:
    """The type of the cells, or of the items in each. Text with few values also gets them as a pattern."""
    if column.choices:
        return {"base": "string", "format": f"^({'|'.join(column.choices)})$"}
    return DATATYPES[column.type]
