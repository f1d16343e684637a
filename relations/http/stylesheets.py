"""Bundle style sheets: one request per page in production, small files in development.

A sheet in `static/css/sheets/` imports the parts of a page, and a browser in development follows the
imports. `collectstatic` inserts the parts, before names get their hashes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEETS = "css/sheets/"
# At the beginning of a line, in the one form that the sheets use.
_IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)


def put_together(name: str, read: Callable[[str], str]) -> str:
    """The text of a style sheet with its imports inserted; ``read`` gives a file's text by name."""

    def imported(found: re.Match) -> str:
        return put_together(
            posixpath.normpath(posixpath.join(posixpath.dirname(name), found[1])), read
        )

    return _IMPORT.sub(imported, read(name))


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage (hashed names, compressed copies), with bundled style sheets."""

    def post_process(self, paths: dict, dry_run: bool = False, **options) -> Iterator[tuple]:
        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode()

        whole = InMemoryStorage()
        sheets = {}
        for name in paths:
            if name.startswith(SHEETS):
                whole.save(name, ContentFile(put_together(name, read).encode()))
                sheets[name] = (whole, name)
        yield from super().post_process({**paths, **sheets}, dry_run, **options)
