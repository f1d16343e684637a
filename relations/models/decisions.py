"""What the editors decided where sources disagree, with the reason that readers see."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.base import WithUid
from relations.models.entities import UidTrackedManager
from relations.models.records import Record

REASON_LENGTH = 300


class Decision(WithUid):
    """A decision on one contested field of a record: which value it keeps, or why it is left open.

    The disagreement stays: a decision hides no reading. It lapses when the record gets another value than
    ``value``, or when the field is not contested any more (see ``relations.provenance.evidence``). A claim
    that does not count is marked by ``Citation.set_aside``.
    """

    told_by = ("field",)

    class Ruling(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        OPEN = "open", _("kept open")

    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("record")
    )
    field = models.CharField(_("field"), max_length=30)
    ruling = models.CharField(_("ruling"), max_length=10, choices=Ruling)
    value = models.CharField(
        _("value"),
        max_length=300,
        blank=True,
        help_text=_("The value that was accepted, as the field is stored."),
    )
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)

    objects = UidTrackedManager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["record", "field"]
        constraints = [
            models.UniqueConstraint(fields=["record", "field"], name="decision_once"),
            models.CheckConstraint(
                condition=models.Q(ruling="accepted") & ~models.Q(value="")
                | models.Q(ruling="open", value=""),
                name="decision_value",
                violation_error_message=_("What is accepted has a value, what is kept open none."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="decision_reason",
                violation_error_message=_("Say why: readers see it."),
            ),
        ]

    def __str__(self):
        return f"{self.field}: {self.get_ruling_display()}"

    def subjects(self):
        return [(Record, self.record_id)]

    def clean(self):
        super().clean()
        if self.record_id and self.field not in self.record.specific.citable:
            raise ValidationError(
                {"field": _("“%(field)s” cannot be cited here.") % {"field": self.field}}
            )
