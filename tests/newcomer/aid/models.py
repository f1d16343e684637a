"""Aid: what one country gave another, in which form and through whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models import Country, Organization, Record
from relations.models.records import RecordManager


class Aid(Record):
    KIND = "aid"
    citable = Record.citable | {"form": "choice", "donor": "code", "channels": "many_slugs"}
    expected = ("form",)
    same_in = ("donor_id",)

    class Form(models.TextChoices):
        GRANT = "grant", _("grant")
        LOAN = "loan", _("loan")
        IN_KIND = "in-kind", _("aid in kind")
        UNKNOWN = "unknown", _("unknown")

    form = models.CharField(_("form"), max_length=10, choices=Form, default=Form.UNKNOWN)
    donor = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="aid_given", verbose_name=_("donor")
    )
    channels = models.ManyToManyField(
        Organization, blank=True, related_name="aid_channelled", verbose_name=_("channels")
    )

    objects = RecordManager()

    class Meta:
        verbose_name = _("aid")
        verbose_name_plural = _("aid")

    def named_countries(self):
        return {self.donor_id}
