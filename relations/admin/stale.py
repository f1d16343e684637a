"""Two editors at once: a save, restore or delete applies only to what its editor has seen.

Every page of the desk that changes something stored carries a signed mark of the state it was made from. A
POST is compared with the stored state under a lock, in the transaction that would store it. If the state is
another by then, nothing is stored. The page comes back with all that was typed, with what was changed
meanwhile, and with the mark of the present state, so that an editor who has read both can go on.

The state is that of :mod:`relations.history.changes`: the object with its links and parts. Derived values
(verdicts, evidence, bounds, change numbers) are not part of it, and make no page stale.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.history import changes
from relations.history.comparing import compared
from relations.models import ChangedSubject, Revision
from relations.models.base import Tracked

MARK = "_made_of"
# How many of those who saved meanwhile are named.
MOST_NAMED = 5


# Marks -----------------------------------------------------------------------------------------------------


def _stored(row: Tracked, *, lock: bool = False) -> dict | None:
    """The row's state with its links and parts. ``lock`` locks its owner until the transaction ends."""
    model, pk = row.subjects()[0]
    if isinstance(row, model):
        return changes.state(model, pk, lock=lock)
    if lock:
        model._base_manager.select_for_update(no_key=True).filter(pk=pk).first()
    return changes.state(type(row), row.pk)


def _salt(model: type[Tracked], pk) -> str:
    return f"desk-mark:{model._meta.label_lower}:{pk}"


def _known(row: Tracked) -> dict[str, int]:
    """How far its revisions and the numbers of changes have come."""
    revision = Revision.objects.of(row).values_list("pk", flat=True).first()
    return {"revision": revision or 0, "change": changes.latest()}


def _signed(row: Tracked, state: dict | None, known: dict[str, int]) -> str:
    return signing.dumps({"state": state, **known}, salt=_salt(type(row), row.pk), compress=True)


def mark(row: Tracked) -> str:
    """The mark of a page about the row. Make it *before* the page's own data are read."""
    known = _known(row)
    return _signed(row, _stored(row), known)


def _read(request: HttpRequest, model: type[Tracked], pk, name: str = MARK) -> dict | None:
    """The content of a row's posted mark; None if the mark is not valid."""
    try:
        return signing.loads(request.POST.get(name, ""), salt=_salt(model, pk))
    except signing.BadSignature:
        return None


# What happened meanwhile -----------------------------------------------------------------------------------


@dataclass
class Moved:
    """What is stored is not what a page was made from, or the page does not say."""

    row: Tracked
    now: dict
    mark: str
    opened: dict | None = None
    typed: dict | None = None
    saves: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """Why nothing was stored."""
        if self.opened is None:
            return _(
                "Nothing was stored, because this page did not say which state it was made "
                "from. Look at what is stored now, then repeat it."
            )
        who = " ".join(self.saves) or _("It was not changed at the desk.")
        return _(
            "Nothing was stored, because this has been changed since you opened the page. "
            "%(who)s Look at what is stored now, then repeat it."
        ) % {"who": who}

    @property
    def headings(self) -> list[str]:
        names = [
            (self.opened, _("When you opened it")),
            (self.now, _("Stored now")),
            (self.typed, _("Typed here")),
        ]
        return [name for state, name in names if state is not None]

    @property
    def differences(self) -> list[dict]:
        """The differences, one value under each heading, and whether this form would replace another
        editor's change.
        """
        states = [state for state in (self.opened, self.now, self.typed) if state is not None]
        if len(states) < 2:
            return []
        return [
            {
                "what": what,
                "values": values,
                "replaced": len(values) == 3 and values[0] != values[1] != values[2],
            }
            for what, *values in compared(type(self.row), *states)
        ]


class Refused(Exception):
    """Ends the save of a stale form once it is known what it would have stored."""

    def __init__(self, typed: dict | None):
        super().__init__()
        self.typed = typed


def _said(user, when: datetime, why: str) -> str:
    values = {
        "who": user.get_username() if user else _("A command"),
        "when": f"{when:%Y-%m-%d %H:%M}",
        "why": ". ".join(line.rstrip(".") for line in why.split("\n") if line),
    }
    if why:
        return _("%(who)s saved it at %(when)s UTC: %(why)s.") % values
    return _("%(who)s saved it at %(when)s UTC.") % values


def _saves(row: Tracked, held: dict) -> list[str]:
    """Who saved the row since, when and why, the newest first: at the desk, or else by a public change."""
    since = Revision.objects.of(row).filter(pk__gt=held["revision"], user__isnull=False)
    revisions = since.defer("state").select_related("user")[:MOST_NAMED]
    if revisions:
        return [_said(one.user, one.time, one.comment) for one in revisions]
    model, pk = row.subjects()[0]
    subjects = ChangedSubject.objects.filter(
        model=model._meta.label_lower, subject=str(pk), change__number__gt=held["change"]
    )
    ordered = subjects.select_related("change__user").order_by("-change__number")[:MOST_NAMED]
    return [_said(one.change.user, one.change.time, one.change.reason) for one in ordered]


def moved(request: HttpRequest, row: Tracked, *, name: str = MARK) -> Moved | None:
    """What happened to the row since the posted page was made; None when nothing did.

    ``name`` is the field with the row's mark, where a page is about two rows. Call it in the transaction
    that is to store what was posted. The row is locked until that ends, so of two users who post at once
    the second finds what the first has stored.
    """
    now = _stored(row, lock=True)
    held = _read(request, type(row), row.pk, name)
    if now is None or (held is not None and held["state"] == now):
        return None
    found = Moved(row, now, _signed(row, now, _known(row)))
    if held is not None:
        found.opened, found.saves = held["state"], _saves(row, held)
    return found


def refuse_if_moved(request: HttpRequest, row: Tracked) -> None:
    """Call it within the unit of work, when all is saved: only then is it known what a stale form would
    store.
    """
    if getattr(request, "desk_moved", None) is not None:
        raise Refused(_stored(row))


# Rows that came and went -----------------------------------------------------------------------------------


def _as_sent(form) -> dict[str, list[str]]:
    """The data that a browser would send for an unchanged row."""
    values = {name: form[name].value() for name in form.fields if name != DELETION_FIELD_NAME}
    return {name: ["" if value is None else str(value)] for name, value in values.items()}


def _taken(data: QueryDict, prefix: str) -> dict[int, dict[str, list[str]]]:
    """The rows that were sent, by number; they are removed from the data."""
    pattern = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,4}})-(.+)", re.DOTALL)
    rows = defaultdict(dict)
    for name in list(data):
        if found := pattern.fullmatch(name):
            rows[int(found[1])][found[2]] = data.pop(name)
    return rows


def _lay_out(data: QueryDict, formset: BaseInlineFormSet) -> list[str]:
    """Fit the rows that were sent to those stored now; ``formset`` holds the stored ones. Returns messages.

    A row that another editor has added is there as it is stored. A row that another editor has removed
    becomes a new one.
    """
    prefix, key = formset.prefix, formset.model._meta.pk.name
    counts = [f"{prefix}-{name}" for name in (TOTAL_FORM_COUNT, INITIAL_FORM_COUNT)]
    if not all(re.fullmatch("[0-9]{1,4}", data.get(name, "")) for name in counts):
        return []  # the formset itself says what is wrong with them
    total, initial = (int(data[name]) for name in counts)
    taken = _taken(data, prefix)
    sent = [taken.get(number, {}) for number in range(min(total, formset.absolute_max))]
    stored = {str(form.instance.pk): form for form in formset.initial_forms}
    there, gone = {}, []
    for row in sent[:initial]:
        pk = row.get(key, [""])[-1]
        if pk in stored and pk not in there:
            there[pk] = row
        elif not any(row.get(DELETION_FIELD_NAME, [])):
            gone.append({name: values for name, values in row.items() if name != key})
    added = len(stored) - len(there)
    rows = [there.get(pk) or _as_sent(form) for pk, form in stored.items()]
    first_gone = len(rows) + 1
    rows += [*gone, *sent[initial:]]
    for number, row in enumerate(rows):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[counts[0]], data[counts[1]] = str(len(rows)), str(len(stored))
    what = capfirst(formset.model._meta.verbose_name_plural)
    said = []
    if added:
        text = ngettext(
            "%(what)s: a row was added meanwhile; it stands below.",
            "%(what)s: %(count)d rows were added meanwhile; they stand below.",
            added,
        )
        said.append(text % {"what": what, "count": added})
    for number, _row in enumerate(gone, first_gone):
        text = _(
            "%(what)s: a row of this form was removed meanwhile. It stands below as a new one, number %(number)d, "
            "and is added again when you save; empty it if it is to stay removed."
        )
        said.append(text % {"what": what, "number": number})
    return said


# The pages -------------------------------------------------------------------------------------------------


class Guarded:
    """For a model admin: compares a POST with the state that its page was made from.

    Its templates write ``desk_mark`` into the form, and show ``desk_moved`` if there is one.
    """

    change_form_template = "admin/entente/change_form.html"
    delete_confirmation_template = "admin/entente/delete_confirmation.html"

    def _asked_for(self, request, object_id) -> Tracked | None:
        if object_id is None or not issubclass(self.model, Tracked):
            return None
        to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
        if to_field and not self.to_field_allowed(request, to_field):
            return None
        return self.get_object(request, unquote(object_id), to_field)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view, context = super().changeform_view, dict(extra_context or {})
        if request.method != "POST":
            if row := self._asked_for(request, object_id):
                context["desk_mark"] = mark(row)
            return view(request, object_id, form_url, context)
        with transaction.atomic():
            row = self._asked_for(request, object_id)
            if row is None and self._was_there(request, object_id):
                return self._add_anew(request, object_id, context)
            found = moved(request, row) if row else None
            if found is None:
                context["desk_mark"] = request.POST.get(MARK, "")
                return view(request, object_id, form_url, context)
            self._fit_rows(request, row, found)
            request.desk_moved = found
            try:
                view(request, object_id, form_url, context)
            except Refused as refused:
                found.typed = refused.typed
            except (ValidationError, IntegrityError):
                pass  # said when the form is saved again
            request.desk_refusal = ValidationError(found.sentence)
            # Where nothing can be compared yet, the next save is refused as well.
            new = found.mark if len(found.headings) > 1 else ""
            context |= {"desk_mark": new, "desk_moved": found}
            return view(request, object_id, form_url, context)

    def _fit_rows(self, request, row, found: Moved) -> None:
        data = request.POST.copy()
        for formset, inline in self.get_formsets_with_inlines(request, row):
            prefix = formset.get_default_prefix()
            stored = formset(instance=row, prefix=prefix, queryset=inline.get_queryset(request))
            found.rows += _lay_out(data, stored)
        request.POST = data

    def _was_there(self, request, object_id) -> bool:
        """Whether the form was about an object that has been deleted since, and that may be added again."""
        if object_id is None or not issubclass(self.model, Tracked):
            return False
        known = _read(request, self.model, unquote(object_id)) is not None
        return known and self.has_add_permission(request)

    def _add_anew(self, request, object_id, context):
        """The form of a deleted object, as one that adds it."""
        data = request.POST.copy()
        for formset, _inline in self.get_formsets_with_inlines(request):
            prefix, keys = (
                formset.get_default_prefix(),
                {formset.model._meta.pk.name, formset.fk.name},
            )
            for number, row in _taken(data, prefix).items():
                for name in row.keys() - keys:
                    data.setlist(f"{prefix}-{number}-{name}", row[name])
            data[f"{prefix}-{INITIAL_FORM_COUNT}"] = "0"
        request.POST = data
        entry = (
            LogEntry.objects.filter(
                content_type=ContentType.objects.get_for_model(self.model),
                object_id=unquote(object_id),
                action_flag=DELETION,
            )
            .select_related("user")
            .first()
        )
        who = (
            _("%(who)s deleted this at %(when)s UTC, after you opened it.")
            % {"who": entry.user.get_username(), "when": f"{entry.action_time:%Y-%m-%d %H:%M}"}
            if entry
            else _("This has been deleted since you opened it.")
        )
        again = _("What you typed is below: if you save it, it is added again.")
        request.desk_refusal = ValidationError(f"{who} {again}")
        return super().changeform_view(request, None, self.page("add"), context)

    def delete_view(self, request, object_id, extra_context=None):
        view, context = super().delete_view, dict(extra_context or {})
        if request.method != "POST":
            if row := self._asked_for(request, object_id):
                context["desk_mark"] = mark(row)
            return view(request, object_id, context)
        with transaction.atomic():
            row = self._asked_for(request, object_id)
            if row is not None and (found := moved(request, row)) is not None:
                context |= {"desk_mark": found.mark, "desk_moved": found}
                request.POST = QueryDict()  # asked once more
            return view(request, object_id, context)
