"""The frame in which other sites show a timeline: its address, its markup, and its oEmbed address.

This module imports no view, so every page may offer the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from relations.models import Record, Relation

WIDTH, HEIGHT = 720, 600


@dataclass(frozen=True)
class Frame:
    """The timeline of the relation ``slug`` in a frame: ``query`` selects, ``record`` opens it at that record."""

    slug: str
    title: str
    query: str = ""
    record: str = ""

    @property
    def address(self) -> str:
        path = f"{settings.SITE_URL}{reverse('embed', args=[self.slug])}"
        query = f"?{self.query}" if self.query else ""
        return f"{path}{query}#{self.record}" if self.record else f"{path}{query}"

    def markup(self, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
        """The markup for other sites: without a border, and never wider than the page on a phone."""
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
            'style="border:0;max-width:100%"></iframe>',
            self.address,
            self.title,
            width,
            height,
        )


def oembed_address(page: str) -> str:
    """The oEmbed address for the page at this absolute address."""
    return f"{settings.SITE_URL}{reverse('oembed')}?{urlencode({'url': page, 'format': 'json'})}"


def frame_of_record(record: Record) -> Frame | None:
    """The timeline opened at a record that belongs to a relation, or will once published. Makes one query.

    The frame opens at the day on which the record begins and holds its row, on whichever page of the list
    that is.
    """
    countries = record.countries.all()
    relations = Relation.objects.filter(first__in=countries, second__in=countries)
    slug = relations.order_by("slug").values_list("slug", flat=True).first()
    if slug is None:
        return None
    return Frame(slug, record.title, query=f"at={record.sort_date}", record=record.slug)
