"""The files of a release: their names, contents and media types."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

SUMS = "SHA256SUMS"
PACKAGE = "datapackage.json"
DATABASE = "entente.sqlite3"
CODEBOOK = "codebook.md"
DATASETTE = "metadata.json"
CITATION = "CITATION.cff"
LICENSE = "LICENSE.txt"
README = "README.md"

ABOUT = {
    README: "what this release is and how to use it",
    DATABASE: "everything as an SQLite database, ready for Datasette",
    DATASETTE: "descriptions of tables and columns for Datasette",
    CODEBOOK: "every table and column: meaning, type, values, counts",
    PACKAGE: "the same for programs: Frictionless Data Package with Table Schema",
    CITATION: "how to cite this release (Citation File Format)",
    LICENSE: "the terms of use",
    SUMS: "checksums of all other files",
}
MEDIA_TYPES = {
    ".jsonl": "application/jsonl",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".sqlite3": "application/vnd.sqlite3",
    ".md": "text/markdown; charset=utf-8",
    ".cff": "application/yaml",
    ".txt": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class File:
    """A file of a release: its name, its size in bytes and its SHA-256 in hexadecimal digits."""

    name: str
    size: int
    sha256: str

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(Path(self.name).suffix, "application/octet-stream")

    @property
    def about(self) -> str:
        return ABOUT.get(self.name, "")


def measured(path: Path) -> File:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return File(path.name, path.stat().st_size, digest.hexdigest())


def sums(files: list[File]) -> str:
    """The checksums in the format of ``sha256sum --check``."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)


def read_sums(text: str) -> dict[str, str]:
    """The checksums by file name."""
    return {
        name: digest for digest, _two, name in (line.partition("  ") for line in text.splitlines())
    }
