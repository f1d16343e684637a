"""Change: what was altered in the published record, when and why; and what the data set last loaded."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ChangeCounter(models.Model):
    """The one row whose lock makes the order of change numbers the order of commits."""

    number = models.PositiveBigIntegerField(default=0)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change counter")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_change_counter")]

    def __str__(self):
        return str(self.number)


class ChangeQuerySet(models.QuerySet):
    def listed(self):
        """Changes of what is published; mere reprocessing is left out."""
        return self.filter(substantive=True)


class Change(models.Model):
    """One transaction that altered published data.

    ``items`` is a list of ``{"model", "key", "action", "fields": {name: [old, new]}}``; ``action`` is
    created, changed, renamed, published, withdrawn or deleted. That of an entity has its ``kind`` too.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    time = models.DateTimeField(_("time"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    substantive = models.BooleanField(_("substantive"), default=True)
    items = models.JSONField(_("what changed"), default=list)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-number"]

    def __str__(self):
        return f"#{self.number}"

    def get_absolute_url(self):
        return reverse("change", args=[self.number])


class ChangedSubject(models.Model):
    """Which item of a change speaks of an object: the way from an object to its history, by an index.

    ``subject`` is the object's primary key as text, which outlives its slug; ``position`` counts the items
    of the change from 0.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="subjects")
    model = models.CharField(max_length=100)
    subject = models.CharField(max_length=100)
    position = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("changed subject")
        verbose_name_plural = _("changed subjects")
        constraints = [
            models.UniqueConstraint(
                fields=["model", "subject", "change"], name="subject_changed_once"
            )
        ]

    def __str__(self):
        return f"{self.model} {self.subject} in #{self.change_id}"


class LoadedRow(models.Model):
    """What ``load_dataset`` was last given for a row, and what then stood there once all was derived.

    It tells an edit by staff (what stands there is no longer ``content``) from a correction of the data set
    (what is given is no longer ``given``).
    """

    model = models.CharField(max_length=100)
    key = models.CharField(max_length=250)
    given = models.JSONField(default=dict)
    content = models.JSONField()

    class Meta:
        verbose_name = _("loaded row")
        verbose_name_plural = _("loaded rows")
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="loaded_row_once")]

    def __str__(self):
        return f"{self.model} {self.key}"
