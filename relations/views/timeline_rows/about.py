"""What a row says below its title: where it happened, who took part, and what it is about."""

from __future__ import annotations

from typing import NamedTuple

from relations.models import Record
from relations.views.timeline_rows.facts import Named, PageFacts, named_by_kind

MOST_NAMED = 4
"""Of many people, organizations or countries a row names the first; its record names them all."""


class Item(NamedTuple):
    """A link with an icon, names with an icon, or a text alone; ``more`` counts those left out.

    ``others`` are names beside the one shown in which a word looked for occurs.
    """

    text: str = ""
    icon: str = ""
    url: str = ""
    others: tuple[str, ...] = ()
    more: int = 0


def about(record: Record, page: PageFacts) -> list[Item]:
    items, said = [], named_by_kind(record)
    if record.place:
        items.append(_link(Named.of(record.place), page))
    for every in (page.people, page.organizations):
        named = [
            one for one in every.get(record.pk, ()) if one.pk not in said or page.is_found(one)
        ]
        shown = [*named[:MOST_NAMED], *filter(page.is_found, named[MOST_NAMED:])]
        items += [_link(one, page) for one in shown]
        if len(named) > len(shown):
            items.append(Item(more=len(named) - len(shown)))
    items += _countries(record, page)
    for every in page.beside:
        items += [_link(one, page) for one in every.get(record.pk, ()) if page.is_found(one)]
    items += [
        Item(topic.name, url=page.words.address("topic-detail", topic.slug))
        for topic in page.topics.get(record.pk, ())
    ]
    if page.highlighter.hits(record.date_note):
        items.append(Item(record.date_note))
    return items


def _link(one: Named, page: PageFacts) -> Item:
    hits = page.highlighter.hits
    others = () if hits(one.name) else page.names.get(one.pk, ())
    url = page.words.address(f"{one.kind}-detail", one.slug)
    return Item(one.name, one.kind, url, tuple(filter(hits, others)))


def _countries(record: Record, page: PageFacts) -> list[Item]:
    """The countries that neither the kind names nor the page, and those that were looked for."""
    unsaid = page.unsaid | record.named_countries()
    names = [
        country.name
        for country in page.countries.get(record.pk, ())
        if country.pk not in unsaid or page.highlighter.hits(country.name)
    ]
    most = 2 * MOST_NAMED
    return [Item(", ".join(names[:most]), "country", more=len(names[most:]))] if names else []
