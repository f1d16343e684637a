"""Write a release, completely or not at all, and never over another one."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from relations.exports.selection import LICENSE as TERMS
from relations.exports.selection import SITE_NAME
from relations.releases import citation, codebook, data, datasette, files, package, reading
from relations.releases.files import File
from relations.releases.reading import Edition
from relations.releases.sqlite import every_table
from relations.releases.tables import tables_of
from relations.releases.tally import Tally


class ReleaseError(Exception):
    """No release was written; the message says why."""


@dataclass(frozen=True)
class Written:
    """A release on disk. ``is_new`` says that it was not there before."""

    path: Path
    files: list[File]
    counts: dict[str, int]
    is_new: bool


def write(directory: Path) -> Written:
    """Write what is published now as a subdirectory of ``directory``, which is made if it is missing.

    An identical release of the same name is left alone; a different one is never overwritten. Raises
    ReleaseError.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".release-", dir=directory))
    except (FileExistsError, NotADirectoryError):
        raise ReleaseError(f"{directory} is not a directory.") from None
    except OSError as error:
        raise ReleaseError(f"{directory} cannot be written to: {error.strerror}.") from None
    try:
        return _put(scratch, directory)
    except OSError as error:
        raise ReleaseError(f"The release could not be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _put(scratch: Path, directory: Path) -> Written:
    # In English for every caller, like the API.
    with translation.override("en"):
        with reading.snapshot():
            edition = reading.edition()
            if edition is None:
                raise ReleaseError("Nothing has been published yet: there is nothing to release.")
            tallies = data.write(scratch)
        written = describe(scratch, edition, tallies)
    counts = {path: tally.rows for path, tally in tallies.items()}
    target = directory / edition.name
    if target.exists():
        if is_same(scratch, target):
            return Written(target, written, counts, is_new=False)
        raise ReleaseError(
            f"{target} holds another release of that name, made by other code, for another SITE_URL or of "
            "another database, or altered since. It was left as it is: move it away, or give another directory."
        )
    scratch.chmod(0o755)
    scratch.rename(target)
    return Written(target, written, counts, is_new=True)


def is_same(one: Path, other: Path) -> bool:
    """Whether the other release holds the same files, byte for byte."""
    sums = one / files.SUMS
    try:
        if (other / files.SUMS).read_bytes() != sums.read_bytes():
            return False
        expected = files.read_sums(sums.read_text())
        return all(
            files.measured(other / name).sha256 == digest for name, digest in expected.items()
        )
    except FileNotFoundError:
        return False


def describe(directory: Path, edition: Edition, tallies: dict[str, Tally]) -> list[File]:
    """Write the files that describe the data. Returns all files, in the order of their names."""
    every = reading.released()
    tables = every_table([tables_of(resource) for resource in every.values()])
    lists = [table for table in tables if table.source]
    about = {
        "name": SITE_NAME,
        "site_url": settings.SITE_URL,
        "edition": edition,
        "terms": TERMS,
        "author": citation.AUTHOR,
        "counts": {path: tally.rows for path, tally in tallies.items()},
        "about": files.ABOUT,
    }
    title = f"{SITE_NAME}, release {edition.name}"
    held = {path.name: files.measured(path) for path in sorted(directory.iterdir())}
    for name, text in (
        (files.CODEBOOK, codebook.text(title, every, tallies, lists)),
        (files.CITATION, citation.text(edition)),
        (files.LICENSE, render_to_string("releases/LICENSE.txt", about)),
        (files.README, render_to_string("releases/README.txt", about)),
        (files.DATASETTE, _json(datasette.content(edition, tables))),
        (files.PACKAGE, _json(package.content(edition, every, tallies, held))),
    ):
        (directory / name).write_text(text, encoding="utf-8", newline="")
        held[name] = files.measured(directory / name)
    found = [held[name] for name in sorted(held)]
    (directory / files.SUMS).write_text(files.sums(found), encoding="utf-8", newline="")
    return [*found, files.measured(directory / files.SUMS)]


def _json(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
