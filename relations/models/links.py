"""Who took part in a record, and how records relate to each other."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.base import WithUid
from relations.models.entities import Person, UidTrackedManager
from relations.models.records import Record


class Participation(WithUid):
    """A person's part in a record, with the office that the source gives them there."""

    told_by = ("person", "role")

    class Role(models.TextChoices):
        SIGNATORY = "signatory", _("signatory")
        GUEST = "guest", _("guest")
        HOST = "host", _("host")
        PARTICIPANT = "participant", _("participant")
        SPEAKER = "speaker", _("speaker")
        MENTIONED = "mentioned", _("mentioned")

    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="participations", verbose_name=_("record")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="participations", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    office = models.CharField(_("office as stated"), max_length=160, blank=True)

    objects = UidTrackedManager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["record", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "person", "role"], name="participation_once")
        ]

    def __str__(self):
        return f"{self.person} ({self.get_role_display()})"

    def subjects(self):
        return [(Record, self.record_id)]


class RecordLink(WithUid):
    """How one record relates to another: ``source`` is *type* ``target``."""

    told_by = ("type", "target")

    class Type(models.TextChoices):
        PART_OF = "part-of", _("part of")
        SIGNED_DURING = "signed-during", _("signed during")
        FOLLOWS = "follows", _("follows")
        PROTOCOL_TO = "protocol-to", _("protocol to")
        AMENDS = "amends", _("amends")
        IMPLEMENTS = "implements", _("implements")
        REPLACES = "replaces", _("replaces")
        POSSIBLY_SAME = "possibly-same-as", _("possibly the same as")

    INVERSE = {
        "part-of": _("includes"),
        "signed-during": _("signed on this occasion"),
        "follows": _("followed by"),
        "protocol-to": _("has the protocol"),
        "amends": _("amended by"),
        "implements": _("implemented by"),
        "replaces": _("replaced by"),
        "possibly-same-as": _("possibly the same as"),
    }

    source = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="links", verbose_name=_("record")
    )
    type = models.CharField(_("type"), max_length=20, choices=Type)
    target = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="linked_from", verbose_name=_("other record")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = UidTrackedManager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["source", "type", "target"]
        constraints = [
            models.UniqueConstraint(fields=["source", "type", "target"], name="link_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="link_to_another",
                violation_error_message=_("A record cannot be linked to itself."),
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.get_type_display()} {self.target}"

    @property
    def inverse(self):
        return self.INVERSE[self.type]

    def subjects(self):
        return [(Record, self.source_id), (Record, self.target_id)]
