"""The JSON text of published records, made when something changes and not when it is requested."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredObject(models.Model):
    """The JSON text of a published record, as the API shows it.

    ``change`` is the number of the last change that altered the text, including changes of what the record
    only names. ``made_by`` identifies the code and site that made the text.
    """

    record = models.OneToOneField(
        "relations.Record", on_delete=models.CASCADE, primary_key=True, related_name="stored"
    )
    body = models.TextField(_("JSON text"))
    change = models.PositiveBigIntegerField(_("change"), db_index=True)
    made_by = models.CharField(_("made by"), max_length=32)

    class Meta:
        verbose_name = _("stored object")
        verbose_name_plural = _("stored objects")

    def __str__(self):
        return str(self.record_id)
