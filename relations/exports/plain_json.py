"""JSON: the objects of the API, the whole set in one file. Also writes JSON with a long list in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.core.serializers.json import DjangoJSONEncoder

from relations.exports.selection import LICENSE, Selection

_encode = DjangoJSONEncoder(ensure_ascii=False).encode


def json_with_list(head: dict, name: str, items: Iterable[dict]) -> Iterator[bytes]:
    """A JSON object: ``head``, then the items under ``name``, one per line."""
    yield f"{_encode(head)[:-1]}, {_encode(name)}: [".encode()
    separator = "\n"
    for item in items:
        yield f"{separator}{_encode(item)}".encode()
        separator = ",\n"
    yield b"\n]}\n"


def write_json(selection: Selection) -> Iterator[bytes]:
    head = {
        "title": selection.title,
        "filter": selection.words,
        "source": selection.page,
        "url": selection.own,
        "license": LICENSE["url"],
        "change": selection.change,
        "generated": selection.day,
        "count": selection.count,
    }
    return json_with_list(head, "results", selection.objects())
