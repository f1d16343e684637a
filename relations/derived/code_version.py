"""One digest of the code that serves the site: of ETags, and of what is stored because code made it.

Another release may say the same facts in another form. What an older one made is then neither sent nor taken for
current. Counted is the code of ``relations`` and of every app that registers a kind, with its templates, static files
and translations, and those that all apps share.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

from relations import kinds

SUFFIXES = {".py", ".json", ".html", ".txt", ".css", ".js", ".svg", ".mo"}


def folders() -> list[Path]:
    """The folders of our own apps, then those that they share."""
    configs = [
        apps.get_app_config("relations"),
        *(one.model._meta.app_config for one in kinds.every()),
    ]
    shared = [folder for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    shared += [*settings.STATICFILES_DIRS, *settings.LOCALE_PATHS]
    return list(dict.fromkeys([*(Path(one.path) for one in configs), *map(Path, shared)]))


def files() -> list[Path]:
    return [
        file
        for folder in folders()
        for file in sorted(folder.rglob("*"))
        if file.suffix in SUFFIXES and file.is_file()
    ]


@lru_cache(maxsize=1)
def digest() -> str:
    found = hashlib.sha256()
    for file in files():
        content = file.read_bytes()
        found.update(f"{file.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


@lru_cache(maxsize=1)
def released() -> int:
    """When the newest file of the code was written, in seconds of Unix time."""
    return int(max(file.stat().st_mtime for file in files()))
