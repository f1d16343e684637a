"""The desk's list of records on which sources disagree: all claims on each field, and the editors'
decisions.

There are three decisions, each with a reason that readers see. The record takes the value of a claim
(accept), the field stays as it is (keep open), or a claim does not count (set aside). The first two are a
``Decision`` on the field, the third is stored on the citation. Each can be taken back.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, ForeignKey, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relations import kinds
from relations.admin.addresses import page
from relations.admin.previews import preview_link
from relations.admin.strict import LARGEST
from relations.filters.conflicts import of_every_kind
from relations.models import Citation, Decision, Record
from relations.models.decisions import REASON_LENGTH
from relations.provenance.comparers import hold, stored_value
from relations.views.readable import Values
from relations.views.records.passages import FieldPassages, by_field

PAGE_SIZE = 20
Ruling = Decision.Ruling
Verdict = Citation.Verdict


# Which records ---------------------------------------------------------------------------------------------


def contested() -> QuerySet[Record]:
    """Records on which sources disagree, without withdrawn ones, which need no decision any more."""
    records = Record.objects.exclude(stage=Record.Stage.WITHDRAWN)
    return records.filter(evidence=Record.Evidence.CONFLICT)


def undecided() -> QuerySet[Record]:
    """Records with a contested field on which nothing was decided."""
    found = Q()
    for name, _label in of_every_kind():
        decided = Decision.objects.filter(record=OuterRef("pk"), field=name)
        found |= Q(**{f"field_evidence__{name}": Record.Evidence.CONFLICT}) & ~Exists(decided)
    return contested().filter(found)


def contested_address(record: Record | None = None) -> str:
    """The address of the list, or of one record's contested and decided fields."""
    address = reverse("admin:contested")
    return f"{address}?record={record.pk}" if record else address


# What is shown ---------------------------------------------------------------------------------------------


@dataclass
class Answered:
    """What was sent in one field's form, and why it was refused: shown again beside it."""

    record: int
    field: str
    choice: str
    reason: str
    problem: str


@dataclass
class Field:
    """A field with all claims on it. ``seen`` is the mark of what the page shows."""

    passages: FieldPassages
    holds: str
    seen: str
    answered: Answered | None = None

    @property
    def name(self) -> str:
        return self.passages.name


@dataclass
class Row:
    record: Record
    url: str
    preview: str
    may_decide: bool
    fields: list[Field] = field(default_factory=list)


def _whole(records: Iterable[Record]) -> dict[int, Record]:
    """The rows of their own kinds, with what their fields name; one query per kind."""
    by_kind = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record.pk)
    found = {}
    for name, keys in by_kind.items():
        model = kinds.get(name).model
        links = [
            one.name
            for one in model._meta.fields
            if isinstance(one, ForeignKey) and not one.remote_field.parent_link
        ]
        found |= model.objects.select_related(*links).in_bulk(keys)
    return found


def _seen(record: Record, name: str, citations: list[Citation], decision: Decision | None) -> str:
    """A mark of what the page shows of a field: another state has another mark."""
    claims = [
        [one.uid, one.source_id, one.locator, one.value, one.set_aside]
        for one in citations
        if one.field == name
    ]
    decided = [decision.ruling, decision.value, decision.reason] if decision else []
    state = [record.pk, name, stored_value(record, name), sorted(claims), decided]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]


def rows(request: HttpRequest, records: list[Record], answered: Answered | None) -> list[Row]:
    """The records with their contested, decided and set-aside claims. The number of queries is constant."""
    whole, cited, decided = _whole(records), defaultdict(list), defaultdict(list)
    keys = list(whole)
    for citation in Citation.objects.filter(record__in=keys).select_related("source"):
        cited[citation.record_id].append(citation)
    for decision in Decision.objects.filter(record__in=keys):
        decided[decision.record_id].append(decision)
    values = Values((type(whole[pk]), one) for pk in keys for one in cited[pk])
    found = []
    for record in (whole[one.pk] for one in records):
        allowed = admin.site.get_model_admin(type(record)).has_change_permission(request, record)
        url = page(type(record), "change", record.pk)
        row = Row(record, url, preview_link(record), allowed)
        told = by_field(
            type(record),
            cited[record.pk],
            record.field_evidence,
            values,
            decisions=decided[record.pk],
        )
        for one in told:
            aside = any(passage.citation.set_aside for passage in one.passages)
            if not (one.is_contested or one.decision or aside):
                continue
            holds = stored_value(record, one.name)
            sent = answered if answered and is_about(answered, record, one.name) else None
            row.fields.append(
                Field(
                    one,
                    "" if isinstance(holds, list) else _reads(values, record, one.name, holds),
                    _seen(record, one.name, cited[record.pk], one.decision),
                    sent,
                )
            )
        found.append(row)
    return found


def is_about(answered: Answered, record: Record, name: str) -> bool:
    return (answered.record, answered.field) == (record.pk, name)


def _reads(values: Values, record: Record, name: str, value: str) -> str:
    """The record's own value in words. Its links were fetched with it."""
    linked = getattr(record, name)
    return str(linked) if hasattr(linked, "pk") else values.readable(type(record), name, value)


# What is decided -------------------------------------------------------------------------------------------


def _claim(record: Record, name: str, uid: str) -> Citation:
    citation = record.citations.filter(uid=uid, field=name).first()
    if citation is None:
        raise ValidationError(_("That claim does not exist any more."))
    return citation


def _accept(record: Record, name: str, uid: str, reason: str) -> str:
    citation = _claim(record, name, uid)
    try:
        hold(record, name, citation.value)
    except ValueError:
        raise ValidationError(
            _("The record cannot hold “%(value)s” as it is: change the record in its form.")
            % {"value": citation.value}
        ) from None
    record.full_clean()
    record.save()
    _ruled(record, name, Ruling.ACCEPTED, stored_value(record, name), reason)
    return _("The record keeps “%(value)s”.") % {"value": citation.value}


def _keep_open(record: Record, name: str, uid: str, reason: str) -> str:
    _ruled(record, name, Ruling.OPEN, "", reason)
    return _("It stays open, and readers see why.")


def _ruled(record: Record, name: str, ruling: str, value: str, reason: str) -> None:
    decision = Decision.objects.filter(record=record.pk, field=name).first()
    decision = decision or Decision(record_id=record.pk, field=name)
    decision.ruling, decision.value, decision.reason = ruling, value, reason
    decision.full_clean()
    decision.save()


def _set_aside(record: Record, name: str, uid: str, reason: str) -> str:
    citation = _claim(record, name, uid)
    if citation.verdict == Verdict.SUPPORTS:
        raise ValidationError(
            _("The record says what this passage says: accept another reading first.")
        )
    citation.set_aside = reason
    citation.save()
    return _("The claim is set aside: readers see it, and why it does not count.")


def _count_again(record: Record, name: str, uid: str, reason: str) -> str:
    citation = _claim(record, name, uid)
    citation.set_aside = ""
    citation.save()
    return _("The claim counts again.")


def _take_back(record: Record, name: str, uid: str, reason: str) -> str:
    for decision in Decision.objects.filter(record=record.pk, field=name):
        decision.delete()
    return _("The decision is taken back.")


# The posted word, with a colon and the uid of the claim if it is about one.
CHOICES = {
    "accept": _accept,
    "open": _keep_open,
    "aside": _set_aside,
    "count": _count_again,
    "back": _take_back,
}


def _refusal(choice: str, name: str, record: Record, reason: str) -> str:
    """What is missing in the form, in a sentence."""
    if name not in record.citable:
        return _("That field is not on this list.")
    if choice not in CHOICES:
        return _("Choose what becomes of it.")
    if not reason:
        return _("Say why: readers see the reason beside it.")
    if len(reason) > REASON_LENGTH:
        return _("Give the reason in at most %d characters.") % REASON_LENGTH
    return ""


def decide(request: HttpRequest, record: Record) -> Answered | None:
    """Carry out the decision on one field of a record.

    Returns what was refused, with the sentence that says why.
    """
    sent = {name: request.POST.get(name, "").replace("\0", "").strip() for name in
            ("field", "choice", "reason", "seen")}  # fmt: skip
    name, reason = sent["field"], sent["reason"]
    choice, _colon, uid = sent["choice"].partition(":")
    answered = Answered(record.pk, name, sent["choice"], reason, "")
    answered.problem = _refusal(choice, name, record, reason)
    if answered.problem:
        return answered
    desk = admin.site.get_model_admin(type(record))
    try:
        with transaction.atomic():
            # Locked to the end: of two users who decide at once the second finds what the first has decided.
            Record.objects.select_for_update(no_key=True).get(pk=record.pk)
            record.refresh_from_db()
            decision = Decision.objects.filter(record=record.pk, field=name).first()
            if sent["seen"] != _seen(record, name, list(record.citations.all()), decision):
                raise ValidationError(
                    _("This has been changed since you opened the page: look at it again.")
                )
            with desk.work(request, reason=reason) as unit:
                done = CHOICES[choice](record, name, uid, reason)
                unit.comment = f"{reason}\n{done}"
    except ValidationError as error:
        answered.problem = " ".join(error.messages)
        return answered
    desk.log_change(request, record, f"{done} {reason}")
    desk.message_user(request, f"{record}: {done}", messages.SUCCESS)
    return None


# The page --------------------------------------------------------------------------------------------------


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and int(text or 0) <= LARGEST else 0


@require_http_methods(["GET", "HEAD", "POST"])
def contested_view(request: HttpRequest) -> HttpResponse:
    """Undecided records; with ``show=all`` all contested ones, with ``record`` the one with that key."""
    if not request.user.has_perm("relations.view_record"):
        raise PermissionDenied
    answered = None
    if request.method == "POST":
        key = _number(request.POST.get("record", ""))
        record = get_object_or_404(Record.objects.exclude(stage=Record.Stage.WITHDRAWN), pk=key)
        record = record.specific
        desk = admin.site.get_model_admin(type(record))
        if not desk.has_change_permission(request, record):
            raise PermissionDenied
        answered = decide(request, record)
        if answered is None:
            return HttpResponseRedirect(request.get_full_path())
    one, shows_all = request.GET.get("record", ""), request.GET.get("show") == "all"
    listed = contested() if shows_all else undecided()
    if one or (answered and not listed.filter(pk=answered.record).exists()):
        # A refusal is shown beside its record, even if the record is not on the list any more.
        listed = Record.objects.filter(pk=answered.record if answered else _number(one))
    paginator = Paginator(listed.order_by("-sort_date", "-sort_end", "-pk"), PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("p"))
    context = {
        **admin.site.each_context(request),
        "title": _("Sources disagree"),
        "rows": rows(request, list(shown), answered),
        "page": shown,
        "shows_all": shows_all,
        "is_of_one": bool(one),
        "reason_length": REASON_LENGTH,
        "answered": answered,
    }
    return TemplateResponse(request, "admin/entente/contested.html", context)
