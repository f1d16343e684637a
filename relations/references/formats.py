"""The formats of references, by the ending of the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from relations.references import bibtex, csl, plain, ris
from relations.references.reference import Reference


@dataclass(frozen=True)
class Format:
    """``name`` is the ending of address and file. ``is_file``: saved as a file, not shown in the browser."""

    name: str
    label: str
    content_type: str
    write: Callable[[Reference], str]
    is_file: bool = True

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0]


FORMATS = {
    one.name: one
    for one in (
        Format("txt", "Text", "text/plain; charset=utf-8", plain.write, is_file=False),
        Format("bib", "BibTeX", "application/x-bibtex; charset=utf-8", bibtex.write),
        Format("ris", "RIS", "application/x-research-info-systems; charset=utf-8", ris.write),
        Format("json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl.write),
    )
}
