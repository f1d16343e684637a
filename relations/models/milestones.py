"""Milestones: dated turning points that are not visits, instruments or figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.records import Record, RecordManager


class Milestone(Record):
    KIND = "milestone"
    citable = Record.citable | {"category": "choice"}

    class Category(models.TextChoices):
        DIPLOMATIC_RELATIONS = "diplomatic-relations", _("diplomatic relations")
        MISSION_OPENED = "mission-opened", _("mission opened")
        ORGANIZATION_FOUNDED = "organization-founded", _("organization founded")
        MEMBERSHIP = "membership", _("membership")
        INFRASTRUCTURE = "infrastructure", _("infrastructure")
        CONFERENCE = "conference", _("conference")
        GIFT = "gift", _("gift")
        CULTURE = "culture", _("education and culture")
        POLITICAL_EVENT = "political-event", _("political event")

    category = models.CharField(_("category"), max_length=24, choices=Category)

    objects = RecordManager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
