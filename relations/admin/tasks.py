"""The tasks of an editor: short lists, each with its count and a link to the full list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from relations.admin.addresses import page
from relations.admin.authors import drafted_by
from relations.admin.contested import contested_address, undecided
from relations.admin.previews import preview_link
from relations.models import Change, Citation, Record, Report

# At most this many of each list are shown, the newest first.
SHOWN = 5
Stage = Record.Stage


@dataclass(frozen=True)
class Row:
    url: str
    text: str
    note: str
    preview: str = ""


@dataclass(frozen=True)
class Task:
    """``count`` rows in all, of which ``rows`` are the first; ``url`` leads to the full list."""

    name: str
    title: str
    help: str
    count: int
    rows: list[Row]
    url: str


def _records(records: QuerySet) -> list[Row]:
    return [
        Row(
            page(Record.child_model(record.kind), "change", record.pk),
            record.title,
            record.edtf.display(),
            preview_link(record),
        )
        for record in records.order_by("-modified", "-pk")[:SHOWN]
    ]


def _of_records(name: str, title: str, text: str, records: QuerySet, query: str) -> Task:
    url = f"{page(Record, 'changelist')}?{query}"
    return Task(name, title, text, records.count(), _records(records), url)


def _without_locator() -> Task:
    found = Citation.objects.filter(record__stage=Stage.PUBLISHED, locator="")
    rows = [
        Row(page(Citation, "change", one.pk), one.record.title, one.source.title)
        for one in found.select_related("record", "source").order_by("-pk")[:SHOWN]
    ]
    return Task(
        "locators",
        _("Citations without a locator"),
        _("Readers cannot look up the passage."),
        found.count(),
        rows,
        f"{page(Citation, 'changelist')}?record__stage__exact=published&locator__isempty=1",
    )


def _contested() -> Task:
    found = undecided()
    rows = [
        Row(contested_address(one), one.title, one.edtf.display(), preview_link(one))
        for one in found.order_by("-modified", "-pk")[:SHOWN]
    ]
    title = _("Sources disagree")
    text = _("Nobody has decided yet: accept a claim, keep it open, or set one aside.")
    return Task("contested", title, text, found.count(), rows, contested_address())


def _tasks_of_records(user: User) -> list[Task]:
    published = Record.objects.published()
    return [
        _of_records(
            "mine",
            _("My drafts"),
            _("Not published yet, made or changed by you."),
            drafted_by(user),
            "mine=yes",
        ),
        _of_records(
            "review",
            _("Waiting for review"),
            _("Somebody other than the author publishes them."),
            Record.objects.filter(stage=Stage.REVIEW),
            "stage__exact=review",
        ),
        _contested(),
        _of_records(
            "single",
            _("Without a second source"),
            _("Published, and only one source says when."),
            published.filter(evidence=Record.Evidence.SINGLE),
            "stage__exact=published&evidence__exact=single",
        ),
        _without_locator(),
    ]


def _reports() -> Task:
    found = Report.objects.filter(status=Report.Status.NEW)
    rows = [
        Row(page(Report, "change", one.pk), one.record.title, one.get_problem_display())
        for one in found.select_related("record").order_by("-created", "-pk")[:SHOWN]
    ]
    title, text = _("Reported problems"), _("What readers say is wrong, not looked into yet.")
    url = f"{page(Report, 'changelist')}?status__exact=new"
    return Task("reports", title, text, found.count(), rows, url)


def _recent() -> Task:
    # One change may have touched thousands of records, so its objects are not fetched.
    found = Change.objects.defer("items").select_related("user").order_by("-number")
    rows = [
        Row(
            page(Change, "change", one.pk),
            f"{one} {one.reason}".strip(),
            f"{one.user or ''} {one.time:%Y-%m-%d %H:%M} UTC".strip(),
        )
        for one in found[:SHOWN]
    ]
    title, text = _("Recent changes"), _("What readers saw change last.")
    return Task("changes", title, text, found.count(), rows, page(Change, "changelist"))


def waiting(request: HttpRequest) -> list[Task]:
    """The tasks that the user of the request may see, in the order of an editor's morning."""
    may = request.user.has_perm
    parts: list[tuple[str, Callable[[], list[Task]]]] = [
        ("relations.view_record", lambda: _tasks_of_records(request.user)),
        ("relations.view_report", lambda: [_reports()]),
        ("relations.view_change", lambda: [_recent()]),
    ]
    return [task for permission, found in parts if may(permission) for task in found()]
