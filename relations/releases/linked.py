"""A release in the words of schema.org, for search engines of data sets."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from relations.exports import jsonld, linked
from relations.exports.selection import LICENSE, SITE_NAME
from relations.releases.citation import ABSTRACT, KEYWORDS, TITLE
from relations.releases.shelf import Release


def dataset(release: Release) -> dict:
    """https://schema.org/Dataset, with every file as a download."""
    page = settings.SITE_URL + reverse("data-release", args=[release.name])
    return {
        "@context": jsonld.CONTEXT,
        **linked.filled(
            {
                "@type": "Dataset",
                "@id": page,
                "url": page,
                "name": TITLE,
                "description": ABSTRACT,
                "keywords": KEYWORDS,
                "license": LICENSE["url"],
                "isAccessibleForFree": True,
                "creator": {
                    "@type": "Organization",
                    "name": SITE_NAME,
                    "url": settings.SITE_URL,
                },
                "version": release.name,
                "dateModified": release.time.date().isoformat(),
                "distribution": [
                    {
                        "@type": "DataDownload",
                        "name": file.name,
                        "encodingFormat": file.media_type.partition(";")[0],
                        "contentSize": f"{file.size} B",
                        "sha256": file.sha256,
                        "contentUrl": settings.SITE_URL
                        + reverse("data-file", args=[release.name, file.name]),
                    }
                    for file in release.files.values()
                ],
            }
        ),
    }
