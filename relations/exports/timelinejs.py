"""The JSON of TimelineJS (https://timeline.knightlab.com/docs/json-format.html). Its texts are HTML."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.html import format_html, format_html_join

from relations.dates import EDTFDate
from relations.exports.days import calendar_parts
from relations.exports.plain_json import json_with_list
from relations.exports.selection import LICENSE, Item, Selection


def write_timelinejs(selection: Selection) -> Iterator[bytes]:
    title = {
        "text": {
            "headline": format_html("{}", selection.title),
            "text": format_html(
                '<p>{}</p><p><a href="{}">{}</a> · {}</p>',
                selection.words,
                selection.page,
                f"{selection.count} records, change {selection.change}",
                LICENSE["name"],
            ),
        }
    }
    return json_with_list(
        {"scale": "human", "title": title}, "events", map(event, selection.items())
    )


def event(item: Item) -> dict:
    return {
        "unique_id": item.slug,
        "group": item.kind_label,
        "display_date": format_html("{}", item.when.display()),
        **dates_of(item.when),
        "text": {
            "headline": format_html('<a href="{}">{}</a>', item.address, item.headline),
            "text": format_html_join(
                "", "<p>{}</p>", ((part,) for part in paragraphs(item) if part)
            ),
        },
    }


def paragraphs(item: Item) -> list[str]:
    return [item.figure, item.summary, item.place, item.says_who]


def dates_of(when: EDTFDate) -> dict[str, dict]:
    """The position of the slide, as exact as the date and never more; ``display_date`` holds the wording.

    A date that is not a year, month or day (a season, one of several dates, an open end) stands at its
    years.
    """
    only = when.ranges[0]
    if when.precision == "span":
        start, end = calendar_parts(only.low), calendar_parts(only.high)
    elif when.precision in ("year", "month", "day"):
        start = end = calendar_parts(only.low)
    else:
        start, end = {"year": when.sort_date.year}, {"year": when.sort_end.year}
    return {"start_date": start} if start == end else {"start_date": start, "end_date": end}
