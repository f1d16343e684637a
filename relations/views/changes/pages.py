"""Changes of the published record, with time and reason: a page, a feed, and a page per change.

Reprocessing is not a change: values that were only recomputed are left out.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views import View

from relations.filters.changes import ChangeFilter
from relations.http.middleware import refuse
from relations.lists.listing import Listing
from relations.models import Change
from relations.views.changes.wording import Logged, logged
from relations.views.context import NAME, site

PAGE_SIZE = 20
FEED_SIZE = 50
WHOLE = 500


def listing_of(request, *, page_size: int, also: tuple[str, ...] = ()) -> Listing:
    return Listing(
        ChangeFilter,
        request.GET,
        queryset=Change.objects.listed(),
        page_size=page_size,
        extra_parameters=also,
    )


class ChangesView(View):
    def get(self, request):
        listing = listing_of(request, page_size=PAGE_SIZE, also=("cursor",))
        is_refused = bool(listing.problems)
        record = listing.filterset.values.get("record")
        context = {
            "listing": listing,
            "problems": listing.problems,
            "is_refused": is_refused,
            "record": record,
            "logged": logged(listing.items, record=record),
            "next_query": listing.query(cursor=listing.next) if listing.next else "",
            "previous_query": listing.query(cursor=listing.previous) if listing.previous else "",
            "feed": feed_address(record),
        }
        status = 400 if is_refused else 200
        return render(request, "relations/changes.html", context, status=status)


class ChangeView(View):
    """One change, with the objects that it touched (the first five hundred)."""

    def get(self, request, number):
        change = Change.objects.listed().filter(pk=number).first()
        if change is None:
            raise Http404
        (one,) = logged([change], most=WHOLE)
        return render(request, "relations/change.html", {"one": one})


def feed_address(record) -> str:
    address = reverse("changes-feed")
    return f"{address}?record={record.slug}" if record else address


class ChangesFeed(View):
    """Atom (RFC 4287): the last fifty changes, of one record with ``record``."""

    def get(self, request):
        listing = listing_of(request, page_size=FEED_SIZE)
        if listing.problems:
            return refuse(request, listing.problems)
        root = site(request)["site"]["url"]
        record = listing.filterset.values.get("record")
        title = (
            _("Changes of “%(title)s”") % {"title": record.title}
            if record
            else _("What changed on the record")
        )
        page = reverse("changes") + (f"?record={record.slug}" if record else "")
        feed = Atom1Feed(
            title=f"{title} · {NAME}",
            link=f"{root}{page}",
            description="",
            feed_url=f"{root}{feed_address(record)}",
            language="en",
        )
        for one in logged(listing.items, record=record):
            address = f"{root}{reverse('change', args=[one.change.pk])}"
            feed.add_item(
                title=headline(one),
                link=address,
                unique_id=address,
                description=as_html(one),
                pubdate=one.change.time,
                updateddate=one.change.time,
            )
        return HttpResponse(feed.writeString("utf-8"), content_type=f"{Atom1Feed.content_type}")


def headline(one: Logged) -> str:
    """“Pact of 2005: changed, and 3 more”."""
    if not one.items:
        return _("Change %(number)d") % {"number": one.change.pk}
    first = _("%(name)s: %(action)s") % {"name": one.items[0].name, "action": one.items[0].action}
    others = len(one.items) - 1 + one.more
    return (
        _("%(first)s, and %(count)d more") % {"first": first, "count": others} if others else first
    )


def as_html(one: Logged) -> str:
    """The change for a feed reader: every text in it escaped."""
    reason = format_html("<p>{}</p>", one.change.reason) if one.change.reason else ""
    lines = (
        (
            item.sort,
            item.name,
            item.action,
            format_html_join(
                "",
                "<br>{}: {} → {}",
                ((d.label, d.old or "–", d.new or "–") for d in item.differences),
            ),
        )
        for item in one.items
    )
    listed = format_html_join("", "<li>{} “{}”: {}{}</li>", lines)
    return format_html("{}<ul>{}</ul>", reason, listed)
