"""The manifest: a Frictionless Data Package, whose CSV files are described by Table Schema.

https://specs.frictionlessdata.io/data-package/ and https://specs.frictionlessdata.io/table-schema/
"""

from __future__ import annotations

from django.conf import settings

from relations.api.resources import Resource
from relations.exports.selection import LICENSE
from relations.releases.citation import ABSTRACT, AUTHOR, KEYWORDS, TITLE
from relations.releases.columns import Described
from relations.releases.files import DATABASE, File
from relations.releases.reading import Edition
from relations.releases.tables import name_of, resource_meaning
from relations.releases.tally import Tally

TYPES = {"text": "string", "address": "string"}


def content(
    edition: Edition,
    resources: dict[str, Resource],
    tallies: dict[str, Tally],
    files: dict[str, File],
) -> dict:
    """``files`` are those of the data, by name. ``change`` and ``counts`` are properties of our own."""
    described = []
    for path, resource in resources.items():
        described.append(
            {
                **_file(name_of(path), files[f"{path}.csv"]),
                "profile": "tabular-data-resource",
                "title": path,
                "description": resource_meaning(resource),
                "schema": schema(resource, tallies[path].columns, resources),
            }
        )
        described.append(_file(f"{name_of(path)}_jsonl", files[f"{path}.jsonl"]))
    described.append(_file("sqlite", files[DATABASE]))
    return {
        "profile": "data-package",
        "name": "entente",
        "title": TITLE,
        "description": ABSTRACT,
        "version": edition.name,
        "created": f"{edition.time:%Y-%m-%dT%H:%M:%SZ}",
        "change": edition.number,
        "counts": {path: tally.rows for path, tally in tallies.items()},
        "homepage": settings.SITE_URL,
        "licenses": [{"name": "CC-BY-4.0", "title": LICENSE["name"], "path": LICENSE["url"]}],
        "contributors": [{"title": AUTHOR, "role": "author"}],
        "keywords": KEYWORDS,
        "resources": described,
    }


def _file(name: str, file: File) -> dict:
    return {
        "name": name,
        "path": file.name,
        "format": file.name.rpartition(".")[2],
        "mediatype": file.media_type.partition(";")[0],
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }


def schema(resource: Resource, columns: list[Described], resources: dict[str, Resource]) -> dict:
    """The Table Schema of a CSV file."""
    keys = [
        {
            "fields": one.name,
            "reference": {
                "resource": name_of(one.names_one_of),
                "fields": resources[one.names_one_of].key,
            },
        }
        for one in columns
        if one.names_one_of
    ]
    found = {"fields": [_field(one) for one in columns], "primaryKey": resource.key}
    return {**found, "foreignKeys": keys} if keys else found


def _field(one: Described) -> dict:
    field: dict[str, object] = {
        "name": one.name,
        "type": TYPES.get(one.type, one.type),
        "description": one.meaning,
    }
    if one.type == "datetime":
        field["format"] = "any"
    if one.choices:
        field["constraints"] = {"enum": [value for value, _label in one.choices]}
    return field
