"""How to cite a release: the Citation File Format, version 1.2.0 (https://citation-file-format.github.io)."""

from __future__ import annotations

import yaml
from django.conf import settings

from relations.exports.selection import SITE_NAME
from relations.releases.reading import Edition

TITLE = f"{SITE_NAME}: the relations between states, on the record"
ABSTRACT = settings.SPECTACULAR_SETTINGS["DESCRIPTION"]
AUTHOR = f"{SITE_NAME} contributors"
KEYWORDS = ["international relations", "bilateral relations", "treaties", "trade", "chronology"]


def text(edition: Edition) -> str:
    content = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": TITLE,
        "abstract": ABSTRACT,
        "authors": [{"name": AUTHOR}],
        "version": edition.name,
        "date-released": edition.time.date(),
        "license": "CC-BY-4.0",
        "url": settings.SITE_URL,
        "keywords": KEYWORDS,
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
