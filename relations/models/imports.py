"""Tables that staff import: the table as it was read, and what would become of each of its rows."""

import json
import zlib

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.models.sources import Source


class Import(models.Model):
    """One table on its way in: checked some rows at a time, then stored completely, or given up.

    ``table`` holds its columns and rows as packed text until then.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        STORED = "stored", _("stored")
        GIVEN_UP = "given-up", _("given up")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, verbose_name=_("user")
    )
    created = models.DateTimeField(_("begun"), default=timezone.now)
    name = models.CharField(_("file"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20)
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of all rows"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    rows = models.PositiveIntegerField(_("rows"))
    checked = models.PositiveIntegerField(_("rows checked"), default=0)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    table = models.BinaryField()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created", "-pk"]

    def __str__(self):
        return self.name

    @staticmethod
    def packed(columns: list[str], rows: list) -> bytes:
        """A table as it is stored: ``rows`` are any plain lists."""
        return zlib.compress(json.dumps([columns, rows], ensure_ascii=False).encode())

    def unpacked(self) -> tuple[list[str], list]:
        return tuple(json.loads(zlib.decompress(self.table)))


class ImportRow(models.Model):
    """What would become of a row, or has become of it: see ``relations.importing.check.Checked``.

    ``told_by`` holds countries, addresses and particulars, by which a new row is compared with the others.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        REFUSED = "refused", _("refused")

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="results")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    slug = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300, blank=True)
    date = models.CharField(max_length=100, blank=True)
    problems = models.JSONField(default=list)
    differences = models.JSONField(default=dict)
    twins = models.JSONField(default=list)
    told_by = models.JSONField(default=list)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["of", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["of", "outcome", "number"], name="import_row_outcome")]

    def __str__(self):
        return f"{self.of_id}: {self.number}"
