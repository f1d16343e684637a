"""The records linked to a record, in both directions and through a third one, grouped by type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext_lazy

from relations import kinds
from relations.kinds import Kind
from relations.models import Record, RecordLink

# Links of a record to a whole: others of the same whole are worth naming beside it.
SHARED = {
    RecordLink.Type.SIGNED_DURING: gettext_lazy("also signed during “%(title)s”"),
    RecordLink.Type.PART_OF: gettext_lazy("also part of “%(title)s”"),
}


@dataclass
class Link:
    """Another record, and the note on the link."""

    record: Record
    note: str

    @property
    def kind(self) -> Kind:
        return kinds.get(self.record.kind)


@dataclass
class Links:
    """Records with the same type of link to the record of the page, by date."""

    label: str
    links: list[Link] = field(default_factory=list)


def links_of(record: Record) -> list[Links]:
    """The published records linked to one that comes from ``for_detail()``."""
    found = [(link.get_type_display(), link.target, link.note) for link in record.links.all()]
    found += [(link.inverse, link.source, link.note) for link in record.linked_from.all()]
    found = [link for link in found if link[1].is_published]
    return [*_grouped(found), *_grouped(_beside(record))]


def _beside(record: Record) -> Iterable[tuple[str, Record, str]]:
    """Records signed on the same occasion, or part of the same whole."""
    wholes = [
        link for link in record.links.all() if link.type in SHARED and link.target.is_published
    ]
    if not wholes:
        return
    same = Q()
    for whole in wholes:
        same |= Q(type=whole.type, target=whole.target_id)
    titles = {whole.target_id: whole.target.title for whole in wholes}
    others = RecordLink.objects.filter(same, source__stage=Record.Stage.PUBLISHED)
    for link in others.exclude(source=record.pk).select_related("source"):
        label = SHARED[link.type] % {"title": titles[link.target_id]}
        yield label, link.source, link.note


def _grouped(found: Iterable[tuple[str, Record, str]]) -> list[Links]:
    groups = defaultdict(list)
    for label, record, note in found:
        groups[str(label)].append(Link(record, note))
    key = lambda link: (link.record.sort_date, link.record.sort_end, link.record.pk)  # noqa: E731
    return [Links(label, sorted(links, key=key)) for label, links in groups.items()]
