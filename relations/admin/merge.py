"""Merge one record into another at the desk: choose the one that stays, review what moves, say why."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import re_path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations.admin import duplicates, stale
from relations.admin.forms import REASON_LENGTH
from relations.admin.permissions import REVISE, WITHDRAW
from relations.admin.strict import KeyChoice, OneByName
from relations.history import changes
from relations.history.comparing import compared
from relations.models import Citation, Record, Tracked
from relations.records import merging, twins

KEPT_MARK = "_kept_made_of"
# Stage and address of the two do not count as a difference.
NOT_COMPARED = {"stage", "slug", "kind", "merged_into", "synthetic"}


class Choice(forms.Form):
    """The choice of the record that stays."""

    into = KeyChoice(
        queryset=Record.objects.all(),
        label=gettext_lazy("Record that stays"),
        error_messages={
            "required": gettext_lazy("Choose the record that stays."),
            "invalid_choice": gettext_lazy("There is no such record: choose one from the list."),
        },
    )

    def __init__(self, *args, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        widget = OneByName(Record._meta.get_field("merged_into"), admin_site)
        widget.choices = self.fields["into"].choices
        self.fields["into"].widget = widget


def differing(merged: Record, kept: Record) -> list[tuple[str, str, str]]:
    """Fields of their own in which the two differ: (field, value that stays, value that is given up)."""
    states = [changes.state(Record, one.pk) for one in (merged, kept)]
    of_merged, of_kept = (
        {
            name: value
            for name, value in state.items()
            if name not in NOT_COMPARED and not isinstance(value, (dict, list))
        }
        for state in states
    )
    return [(what, stays, goes) for what, goes, stays in compared(type(kept), of_merged, of_kept)]


class Move(NamedTuple):
    """Rows of one sort: those that move, and those that need not."""

    label: str
    moved: list[str]
    left: list[str]


def moves(plan: merging.Plan) -> list[Move]:
    """The plan in words."""
    links = [Move(label, list(map(str, rows)), []) for label, rows in plan.link_labels]
    parts = [
        Move(part.label, list(map(_said, part.moved)), list(map(_said, part.left)))
        for part in plan.parts
    ]
    return links + parts


def _said(row: Tracked) -> str:
    """The row, and its value if it is a citation of a field."""
    return f"{row}: {row.value}" if isinstance(row, Citation) and row.value else str(row)


class Mergeable:
    """Adds to a kind's admin the page on which a record is merged into another."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.merge_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [re_path(r"^([^/]+)/merge/$", view, name=name), *super().get_urls()]

    def may_merge(self, request: HttpRequest, record: Record) -> bool:
        """Whether the user may merge the record into a published one, which removes it."""
        rid = (
            self.has_delete_permission(request, record)
            if record.first_published is None
            else request.user.has_perm(WITHDRAW)
        )
        return (
            rid
            and record.stage != Record.Stage.WITHDRAWN
            and request.user.has_perm(REVISE)
            and self.has_change_permission(request, record)
        )

    def merge_view(self, request, object_id):
        merged = self.get_object(request, unquote(object_id))
        if merged is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if merged.stage == Record.Stage.WITHDRAWN and self.has_view_permission(request, merged):
            text = _("“%(title)s” is withdrawn already: there is nothing left to merge.")
            self.message_user(request, text % {"title": merged.title}, messages.ERROR)
            return HttpResponseRedirect(self.page("change", quote(merged.pk)))
        if not self.may_merge(request, merged):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        choice = Choice(sent if "into" in sent else None, admin_site=self.admin_site)
        kept = self._kept(request, merged, choice)
        reason = request.POST.get("reason", "").replace("\0", "").strip()
        errors, marks = [], {}
        if kept is not None and request.method == "POST":
            with transaction.atomic():
                errors, marks = self._stale(request, merged, kept)
                errors = errors or self._merge(request, merged, kept, reason)
            if not errors:
                return HttpResponseRedirect(self.page("change", quote(kept.pk)))
            merged = self.get_object(request, unquote(object_id))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": merged,
            "object_id": object_id,
            "title": _("Merge into another record"),
            "subtitle": str(merged),
            "choice": choice,
            "media": self.media + choice.media,
            "errors": errors,
            "reason": reason,
            "reason_length": REASON_LENGTH,
            "kept": kept,
            "is_draft": merged.first_published is None,
        }
        if kept is None:
            context["twins"] = self._offered(request, merged)
        else:
            context |= {
                "marks": marks or {stale.MARK: stale.mark(merged), KEPT_MARK: stale.mark(kept)},
                "moves": moves(merging.plan(merged, kept)),
                "differing": differing(merged, kept),
            }
        return TemplateResponse(request, "admin/entente/merge.html", context)

    def _kept(self, request, merged: Record, choice: Choice) -> Record | None:
        """The record that was chosen to stay; None, with an error beside it, where it cannot stay."""
        if not choice.is_bound or not choice.is_valid():
            return None
        kept = choice.cleaned_data["into"]
        sentence = merging.refusal(merged, kept)
        if not sentence and not self.has_change_permission(request, kept):
            raise PermissionDenied
        if sentence:
            choice.add_error("into", sentence)
            return None
        return kept.specific

    def _offered(self, request, merged: Record) -> list[twins.Twin]:
        """Likely twins of the record into which it could be merged."""
        (likely,) = twins.likely([duplicates.as_stored(merged)])
        return [
            twin
            for twin in likely
            if twin.record.stage == Record.Stage.PUBLISHED
            and self.has_change_permission(request, twin.record)
        ]

    def _stale(self, request, merged: Record, kept: Record) -> tuple[list[str], dict[str, str]]:
        """What has changed since the page was made, and the marks of what is stored now."""
        errors, marks = [], {}
        # In the order of their keys, so that two users who merge the same two records cannot block each other.
        pages = sorted([(merged.pk, merged, stale.MARK), (kept.pk, kept, KEPT_MARK)])
        for _pk, row, name in pages:
            found = stale.moved(request, row, name=name)
            marks[name] = found.mark if found else request.POST.get(name, "")
            if found:
                errors.append(f"{row.title}: {found.sentence}")
        return errors, marks

    def _merge(self, request, merged: Record, kept: Record, reason: str) -> list[str]:
        """Merge the one into the other. Returns the sentences that say why it was not merged."""
        if not reason:
            return [_("Say why they are the same: readers see the change.")]
        if len(reason) > REASON_LENGTH:
            return [_("Give the reason in at most %d characters.") % REASON_LENGTH]
        values = {"merged": merged.title, "kept": kept.title}
        text = _("Merged “%(merged)s” into “%(kept)s”.") % values
        is_draft = merged.first_published is None
        try:
            with transaction.atomic():
                if is_draft:
                    self.log_deletions(request, [merged])
                else:
                    self.log_change(request, merged, text)
                with self.work(request, reason=reason) as unit:
                    merging.merge(merging.plan(merged, kept), user=request.user, reason=reason)
                    unit.comment = f"{reason}\n{text}"
                self.log_change(request, kept, text)
        except ValidationError as error:
            return [capfirst(sentence) for sentence in error.messages]
        except IntegrityError:
            return [
                _(
                    "This conflicts with what is stored: somebody saved just before you. Please "
                    "repeat it."
                )
            ]
        self.message_user(request, text, messages.SUCCESS)
        return []
