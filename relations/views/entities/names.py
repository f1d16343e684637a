"""The names of an entity: those on record and those the sources use, with the sources of each."""

from __future__ import annotations

from dataclasses import dataclass

from relations.models import Citation, Entity, Name, Source
from relations.provenance.wording import norm
from relations.views.records.passages import FieldPassages, places_by_source

FIELDS = ("name", "names")


@dataclass
class Named:
    """One name. ``name`` is its row on record.

    ``name`` is None for the entity's own name, and for a name that only passages give.
    """

    text: str
    is_own: bool
    name: Name | None
    said: list[tuple[Source, str]]
    notes: list[str]


def names_of(entity: Entity, fields: list[FieldPassages]) -> list[Named]:
    """The entity's own name, its other names, then the further names that sources use.

    ``fields`` are the entity's cited fields; names are prefetched. Empty where there is only the name in
    the page's heading.
    """
    cited: dict[str, list[Citation]] = {}
    worded: dict[str, str] = {}
    for field in fields:
        if field.name in FIELDS:
            for passage in field.passages:
                key = norm(passage.citation.value)
                worded.setdefault(key, passage.citation.value)
                cited.setdefault(key, []).append(passage.citation)
    on_record: list[tuple[str, Name | None]] = [(entity.name, None)]
    on_record += [(name.text, name) for name in entity.names.all()]
    found = [
        _named(text, cited.get(norm(text), []), name=name, is_own=name is None)
        for text, name in on_record
    ]
    known = {norm(text) for text, _name in on_record}
    found += [_named(worded[key], said) for key, said in cited.items() if key not in known]
    return found if cited or len(found) > 1 else []


def _named(
    text: str, citations: list[Citation], *, name: Name | None = None, is_own: bool = False
) -> Named:
    notes = [_told(citation) for citation in citations]
    return Named(
        text, is_own, name, places_by_source(citations), list(dict.fromkeys(filter(None, notes)))
    )


def _told(citation: Citation) -> str:
    return " ".join(filter(None, (citation.attributed_to, citation.note)))
