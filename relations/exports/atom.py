"""Atom (RFC 4287): the set as a complete feed (RFC 5005, section 2), so that readers drop what leaves the
set.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import XMLGenerator

from django.conf import settings

from relations.exports.selection import LICENSE, SITE_NAME, Item, Selection
from relations.exports.text import xml_text

NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:fh": "http://purl.org/syndication/history/1.0",
    "xml:lang": "en",
}
EMPTY = datetime(1970, 1, 1, tzinfo=UTC)


class _Writer:
    """Writes XML in pieces: what was written since it was last taken."""

    def __init__(self):
        self.stream = io.StringIO()
        self.xml = XMLGenerator(self.stream, "utf-8", short_empty_elements=True)
        self.xml.startDocument()

    def open(self, name: str, **attributes: str) -> None:
        self.xml.startElement(
            name, {key.rstrip("_"): xml_text(value) for key, value in attributes.items()}
        )

    def close(self, name: str) -> None:
        self.xml.endElement(name)

    def element(self, name: str, text: str = "", **attributes: str) -> None:
        self.open(name, **attributes)
        if text:
            self.xml.characters(xml_text(text))
        self.close(name)

    def take(self) -> bytes:
        self.xml.characters("\n")
        text = self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        return text.encode()


def tag_of(item: Item) -> str:
    """The entry's permanent id (RFC 4151): its address may change with its slug, the id does not."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{item.published.date().isoformat()}:record/{item.pk}"


def write_atom(selection: Selection) -> Iterator[bytes]:
    writer = _Writer()
    writer.xml.startElement("feed", NAMESPACES)
    writer.element("id", selection.own)
    writer.element("title", f"{selection.full_title} · {SITE_NAME}")
    writer.element("subtitle", summary_of(selection))
    writer.element("updated", _time(selection.modified or EMPTY))
    writer.element("link", rel="self", type="application/atom+xml", href=selection.own)
    writer.element("link", rel="alternate", type="text/html", href=selection.page)
    writer.element("link", rel="license", href=LICENSE["url"])
    writer.element("rights", LICENSE["name"])
    writer.element("generator", SITE_NAME, uri=settings.SITE_URL)
    writer.open("author")
    writer.element("name", SITE_NAME)
    writer.element("uri", settings.SITE_URL)
    writer.close("author")
    writer.element("fh:complete")
    yield writer.take()
    for item in selection.items():
        _entry(writer, item)
        yield writer.take()
    writer.close("feed")
    yield writer.take()


def summary_of(selection: Selection) -> str:
    noun = "record" if selection.count == 1 else "records"
    return f"{selection.count} {noun}. Change {selection.change}. {LICENSE['name']}."


def _entry(writer: _Writer, item: Item) -> None:
    writer.open("entry")
    writer.element("id", tag_of(item))
    writer.element("title", item.headline)
    writer.element("link", rel="alternate", type="text/html", href=item.address)
    writer.element("published", _time(item.published))
    writer.element("updated", _time(item.modified))
    writer.element("category", term=item.kind, label=item.kind_label)
    for topic in item.topics:
        writer.element("category", term=topic)
    writer.element("summary", _words(item), type="text")
    writer.close("entry")


def _words(item: Item) -> str:
    """Text that begins with the record's own date, because a feed reader shows when the entry was written."""
    where = f", {item.place}" if item.place else ""
    parts = [f"{item.when.display()}{where}."]
    parts += [f"{part.rstrip('.')}." for part in (item.figure, item.summary, item.says_who) if part]
    return " ".join(parts)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
