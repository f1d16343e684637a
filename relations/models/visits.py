"""Visits: every visit, meeting, summit and council session."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.countries import Country
from relations.models.entities import Organization
from relations.models.records import Record, RecordManager


class Visit(Record):
    KIND = "visit"
    expected = ("place", "type", "guest", "host")
    same_in = ("guest_id", "host_id", "body_id", "ordinal")
    citable = Record.citable | {
        "type": "choice",
        "guest": "code",
        "host": "code",
        "body": "slug",
        "ordinal": "number",
        "occasion": "wording",
    }

    class Type(models.TextChoices):
        STATE = "state", _("state visit")
        OFFICIAL = "official", _("official visit")
        OFFICIAL_STATE = "official-state", _("official state visit")
        WORKING = "working", _("working visit")
        MINISTERIAL = "ministerial", _("ministerial meeting")
        SUMMIT = "summit-attendance", _("attendance at a summit")
        COUNCIL = "council-session", _("council session")
        UNKNOWN = "unknown", _("visit or meeting")

    type = models.CharField(_("type"), max_length=20, choices=Type, default=Type.UNKNOWN)
    guest = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="visits_made",
        verbose_name=_("guest"),
        help_text=_("Empty when no source says who visited whom."),
    )
    host = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="visits_received",
        verbose_name=_("host"),
    )
    body = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("body that met"),
    )
    ordinal = models.PositiveSmallIntegerField(
        _("ordinal"), null=True, blank=True, help_text=_("2 for the second session of that body.")
    )
    occasion = models.CharField(_("occasion"), max_length=200, blank=True)

    objects = RecordManager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(guest__isnull=True)
                | models.Q(host__isnull=True)
                | ~models.Q(guest=models.F("host")),
                name="visit_abroad",
                violation_error_message=_("Guest and host must be different countries."),
            ),
            models.CheckConstraint(
                condition=models.Q(ordinal__isnull=True) | models.Q(ordinal__gte=1),
                name="visit_ordinal",
                violation_error_message=_("Sessions are counted from 1."),
            ),
        ]

    def as_reference(self):
        about = super().as_reference()
        return (
            about if self.type == self.Type.UNKNOWN else about | {"genre": self.get_type_display()}
        )

    def named_countries(self):
        return {code for code in (self.guest_id, self.host_id) if code}

    def clean(self):
        super().clean()
        if self.ordinal is not None and self.body_id is None:
            raise ValidationError(
                {"body": _("Say which body’s session this was, or leave the ordinal empty.")}
            )
