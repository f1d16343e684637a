"""The form of a record: the stages that its user may choose, and what is missing before it can be published."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from relations.admin import stages
from relations.admin.forms import DeskForm
from relations.models import Record


class RecordForm(DeskForm):
    """Offers the stages that its user may choose, and refuses every other one with the reason.

    A refused stage is shown again as it was sent, so that no other stage is chosen unseen.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user = self.request.user
        self.stored_stage = self.instance.stage
        self.offered = stages.offered(user, self.instance)
        # What was missing, if the data layer has refused to publish.
        self.lacking = getattr(self.request, "desk_lacking", {}) if self.is_bound else {}
        if "stage" not in self.fields:
            return
        sent = self["stage"].data if self.is_bound else None
        shown = [stage for stage in Record.Stage if stage in self.offered or stage == sent]
        self.fields["stage"].widget.choices = [(stage.value, stage.label) for stage in shown]
        if sent == Record.Stage.WITHDRAWN and "reason" in self.fields:
            self.fields["reason"].error_messages["required"] = _(
                "Say why it is withdrawn: its address tells readers."
            )

    def clean_stage(self):
        becomes = self.cleaned_data["stage"]
        user, record = self.request.user, self.instance
        sentence = stages.refusal(
            user, self.stored_stage, becomes, lambda: stages.is_own(user, record)
        )
        if sentence:
            raise ValidationError(sentence)
        return becomes


class Lacking(NamedTuple):
    anchor: str
    sentence: str


def links_to(lacking: dict[str, str], form, inlines) -> list[Lacking]:
    """Each sentence with the id of the input to fill in: a field, or a field of a part's first row."""
    formsets = {inline.formset.prefix: inline.formset for inline in inlines}
    found = []
    for where, sentence in lacking.items():
        part, _dot, name = where.rpartition(".")
        if not part:
            anchor = form[name].id_for_label if name in form.fields else ""
        else:
            formset = formsets.get(part)
            rows = formset.forms if formset is not None else ()
            anchor = rows[0][name].id_for_label if rows else f"{part}-group"
        found.append(Lacking(anchor, sentence))
    return found
