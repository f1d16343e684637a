"""The releases on disk, which the site lists and serves."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from relations.api.addresses import TIMELINE
from relations.releases.files import PACKAGE, SUMS, File, measured, read_sums

NAME = re.compile(r"\d{4}-\d\d-\d\d-(\d{1,18})")
KEPT = 200


@dataclass(frozen=True)
class Release:
    """A release on disk: its manifest, and its files by name."""

    path: Path
    time: datetime
    change: int
    counts: dict[str, int]
    files: dict[str, File]

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())

    @property
    def records(self) -> int:
        return self.counts.get(TIMELINE, 0)

    @property
    def sums(self) -> File:
        return self.files[SUMS]


def every() -> list[Release]:
    """All releases in ``settings.RELEASES_DIR``, the newest first. Other directories are ignored."""
    try:
        names = [path.name for path in settings.RELEASES_DIR.iterdir()]
    except OSError:
        return []
    found = [release for name in names if (release := find(name))]
    return sorted(found, key=lambda release: (release.change, release.name), reverse=True)


def find(name: str) -> Release | None:
    """The release of that name."""
    if not NAME.fullmatch(name):
        return None
    path = settings.RELEASES_DIR / name
    try:
        return _read(path, (path / SUMS).stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=KEPT)
def _read(path: Path, _written: int) -> Release:
    """Read a release once: it does not change, and a replaced one has another modification time."""
    package = json.loads((path / PACKAGE).read_text("utf-8"))
    sums = read_sums((path / SUMS).read_text("utf-8"))
    files = {
        name: File(name, (path / name).stat().st_size, digest)
        for name, digest in sums.items()
        if Path(name).name == name
    }
    files[SUMS] = measured(path / SUMS)
    return Release(
        path=path,
        time=datetime.fromisoformat(package["created"]),
        change=int(package["change"]),
        counts={str(name): int(count) for name, count in package["counts"].items()},
        files=files,
    )
