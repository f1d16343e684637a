"""Revision: how one subject stood after a unit of work, kept to be compared and restored."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.models.base import Tracked
from relations.models.changes import Change


class RevisionQuerySet(models.QuerySet):
    def stored(self):
        """Those that once were what the database holds."""
        return self.filter(status__in=[Revision.Status.FOUND, Revision.Status.STORED])

    def of(self, row: Tracked):
        """Those of the subject that a row belongs to, newest first."""
        model, pk = row.subjects()[0]
        return self.stored().filter(model=model._meta.label_lower, subject=str(pk))


class Revision(models.Model):
    """The whole state of one subject: a record, an entity, a source, a topic, a country or a relation.

    ``model`` and ``subject`` name it as ``ChangedSubject`` does. ``state`` is what
    ``relations.history.changes.states`` gives: links by slug, code or uid, parts by uid. ``order`` lists the uids of
    a part's rows as they were added, where there are several: JSON keeps no order of keys. ``change`` is empty where
    nothing public changed, and where the revision is older than this table.

    A change that somebody proposes is to be a row of this model with a status of its own: ``state`` as it would
    be, ``change`` empty. Nothing that reads ``stored()`` takes it for something that was stored. Accepting it
    stores it by a unit of work, which writes its own row.
    """

    class Status(models.TextChoices):
        FOUND = "found", _("found before the change that follows")
        STORED = "stored", _("stored")

    model = models.CharField(_("model"), max_length=100)
    subject = models.CharField(_("subject"), max_length=100)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.STORED)
    time = models.DateTimeField(_("time"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    comment = models.TextField(_("why and what"), blank=True)
    change = models.ForeignKey(
        Change,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("change"),
    )
    state = models.JSONField(_("state"))
    order = models.JSONField(_("order of parts"), default=dict)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["model", "subject", "id"], name="revision_of_subject")]

    def __str__(self):
        return f"{self.model} {self.subject}, {self.time:%Y-%m-%d %H:%M}"
