"""JSON-LD in the words of schema.org: one record, or a data set with its records as a graph."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from relations import kinds
from relations.exports import linked
from relations.exports.days import iso_ends
from relations.exports.plain_json import json_with_list
from relations.exports.selection import LICENSE, SITE_NAME, Selection
from relations.models import Record

CONTEXT = "https://schema.org"


def record_document(record: Record) -> dict:
    """A record of its own kind, fetched with ``for_detail()`` and the kind's own links. Makes no query."""
    return {"@context": CONTEXT, **record_node(record)}


def record_node(record: Record) -> dict:
    """The record as a node of a graph: shared properties first, then those of its kind."""
    own = kinds.get(record.kind).describe(record)
    page = linked.address(record)
    shared = {
        "@type": own.pop("@type"),
        "@id": page,
        "url": page,
        "name": record.title,
        "description": description(record),
        "identifier": record.slug,
    }
    sources = {}
    for citation in record.citations.all():
        sources.setdefault(citation.source_id, linked.source(citation.source))
    # Not “citation”: that property names what the work itself cites.
    return linked.filled({**shared, **own, "subjectOf": list(sources.values())})


def description(record: Record) -> str:
    """The summary, with what schema.org has no property for: a date that is not a day, an outcome still
    open.
    """
    parts = [record.summary.strip()]
    when = record.edtf
    if not iso_ends(when)[0]:
        parts.append(_("Date: %(date)s.") % {"date": when.display()})
    if not linked.is_done(record):
        parts.append(_("Status: %(outcome)s.") % {"outcome": record.get_outcome_display()})
    if record.synthetic:
        parts.append(_("Synthetic, for tests."))
    return " ".join(filter(None, parts))


def write_jsonld(selection: Selection) -> Iterator[bytes]:
    head = {"@context": CONTEXT}
    return json_with_list(head, "@graph", _graph(selection))


def _graph(selection: Selection) -> Iterator[dict]:
    yield dataset(selection)
    yield from map(record_node, selection.records())


def dataset(selection: Selection) -> dict:
    """The set as a data set, with the formats in which it is available."""
    first, last = selection.years or ("", "")
    return linked.filled(
        {
            "@type": "Dataset",
            "@id": selection.page,
            "url": selection.page,
            "name": selection.full_title,
            "description": _("%(title)s: %(count)d dated records, each with its sources.")
            % {"title": selection.full_title, "count": selection.count},
            "license": LICENSE["url"],
            "isAccessibleForFree": True,
            "creator": {"@type": "Organization", "name": SITE_NAME, "url": settings.SITE_URL},
            "version": str(selection.change),
            "dateModified": selection.modified and selection.modified.date().isoformat(),
            "temporalCoverage": f"{first:04}/{last:04}" if first else "",
            "spatialCoverage": [{"@type": "Country", "name": name} for name in selection.countries],
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": one.label,
                    "encodingFormat": one.media_type,
                    "contentUrl": one.address,
                }
                for one in selection.downloads
            ],
        }
    )
