"""Published records as the API shows them, kept as text: made when something changes, not when somebody asks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredObject(models.Model):
    """The JSON text of a published record.

    ``change`` is the number of the last change after which the text read otherwise, be it a change of what the
    record only names. ``made_by`` tells which code and site it was made by.
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
