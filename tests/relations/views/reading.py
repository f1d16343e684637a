"""A page as a reader's tools see it: elements found by name, class or attribute, and their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list = field(default_factory=list)

    def every(self, name: str = "", /, **wanted: str) -> list[Element]:
        """Descendants of that name whose attributes hold these words (``class_`` for ``class``)."""
        found = []
        for child in self.children:
            if not isinstance(child, Element):
                continue
            if child.matches(name, wanted):
                found.append(child)
            found += child.every(name, **wanted)
        return found

    def one(self, name: str = "", /, **wanted: str) -> Element:
        found = self.every(name, **wanted)
        assert len(found) == 1, f"{len(found)} times {name} {wanted}"
        return found[0]

    def matches(self, name: str, wanted: dict[str, str]) -> bool:
        if name and self.name != name:
            return False
        return all(
            value == self.attributes.get(key.rstrip("_").replace("_", "-"))
            or value in self.attributes.get(key.rstrip("_").replace("_", "-"), "").split()
            for key, value in wanted.items()
        )

    @property
    def text(self) -> str:
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("document")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """The page's elements. Refuses tags that do not nest."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.root], f"<{builder.open[-1].name}> is never closed"
    return builder.root


def titles(page: Element) -> list[str]:
    """The titles of the records listed, in order."""
    return [title.text for title in page.every("h3", class_="row-title")]
