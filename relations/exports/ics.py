"""iCalendar (RFC 5545, with the calendar properties of RFC 7986): all-day events, past ones included.

Only records whose date is known to the day are in the calendar. It says how many others are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vRecur, vText

from relations.exports.days import exact_days
from relations.exports.selection import LICENSE, SITE_NAME, Item, Selection

END = b"END:VCALENDAR\r\n"


def left_out_words(selection: Selection) -> str:
    """“37 of 54 records. 17 have no exact day and are left out.”"""
    if not selection.without_day:
        return f"{selection.count} of {selection.count} records."
    shown = selection.count - selection.without_day
    verb = "has no exact day and is" if selection.without_day == 1 else "have no exact day and are"
    return f"{shown} of {selection.count} records. {selection.without_day} {verb} left out."


def left_out_headers(selection: Selection) -> dict[str, str]:
    return {"X-Entente-Left-Out": f"{selection.without_day} of {selection.count}"}


def write_ics(selection: Selection) -> Iterator[bytes]:
    yearly = selection.options.get("anniversaries") == "1"
    # The events are appended one by one: the complete calendar is never in memory.
    yield _calendar(selection, yearly).to_ical().removesuffix(END)
    for item in selection.items():
        days = exact_days(item.when)
        if days is not None:
            yield _event(item, *days, yearly=yearly).to_ical()
    yield END


def _calendar(selection: Selection, yearly: bool) -> Calendar:
    about = f"{left_out_words(selection)} {selection.page} · {LICENSE['name']}"
    name = f"{selection.full_title}, yearly" if yearly else selection.full_title
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{SITE_NAME}//{urlsplit(settings.SITE_URL).hostname}//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", vText(name))
    calendar.add("description", about)
    calendar.add("x-wr-caldesc", vText(about))
    calendar.add("url", selection.page)
    calendar.add("source", selection.own, parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    if selection.modified:
        calendar.add("last-modified", selection.modified)
    return calendar


def _event(item: Item, first: date, last: date, *, yearly: bool) -> Event:
    """One event.

    ``DTSTAMP`` is when the record was last modified: a record is the same event in every export.
    """
    recurs = yearly and item.is_done and (last - first).days < 365
    host = urlsplit(settings.SITE_URL).hostname
    event = Event()
    # The same record has another event in the yearly calendar.
    event.add("uid", f"record-{item.pk}{'-yearly' if recurs else ''}@{host}")
    event.add("dtstamp", item.modified)
    event.add("last-modified", item.modified)
    event.add("created", item.published)
    event.add("dtstart", first)
    if last < date.max:
        event.add("dtend", last + timedelta(days=1))
    if recurs:
        # 29 February recurs in leap years only: RFC 5545 skips days that a year does not have.
        event.add("rrule", vRecur(FREQ="YEARLY"))
    event.add("summary", item.headline)
    event.add("description", _words(item))
    event.add("url", item.address)
    event.add("categories", [item.kind_label, *item.topics])
    if item.place:
        event.add("location", item.place)
    event.add("status", "CONFIRMED" if item.is_done else "TENTATIVE")
    event.add("class", "PUBLIC")
    event.add("transp", "TRANSPARENT")
    return event


def _words(item: Item) -> str:
    parts = [item.when.display(), item.figure, item.summary, item.says_who]
    return "\n".join([*filter(None, parts), item.address])
