"""Report: a problem that a reader reported. Only staff see it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.models.records import Record


class Report(models.Model):
    """A problem that a reader reported, and what became of it.

    Nothing is stored about the reader except what they wrote. A report is never deleted.
    """

    class Problem(models.TextChoices):
        DATE = "date", _("the date is wrong or too exact")
        FACT = "fact", _("another fact is wrong")
        MISSING = "missing", _("something is missing")
        SOURCE = "source", _("a source does not say that")
        DUPLICATE = "duplicate", _("it is on record twice")
        OTHER = "other", _("something else")

    class Status(models.TextChoices):
        NEW = "new", _("new")
        OPEN = "open", _("being looked into")
        CORRECTED = "corrected", _("corrected")
        DECLINED = "declined", _("nothing to correct")
        SPAM = "spam", _("spam")

    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="reports", verbose_name=_("record")
    )
    problem = models.CharField(_("what is wrong"), max_length=10, choices=Problem)
    text = models.TextField(
        _("what should it say"), max_length=2000, validators=[MinLengthValidator(5)]
    )
    evidence = models.CharField(
        _("where can we see that"),
        max_length=500,
        blank=True,
        help_text=_("A document, page or web address that says so."),
    )
    email = models.EmailField(
        _("your e-mail address"),
        blank=True,
        help_text=_("Only if you want to be asked; never published."),
    )
    change = models.PositiveBigIntegerField(
        _("version reported on"),
        default=0,
        editable=False,
        help_text=_("The last change of the record when the report was made."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    answer = models.TextField(_("what was found"), blank=True, help_text=_("For colleagues."))
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("handled by"),
    )
    created = models.DateTimeField(_("reported"), default=timezone.now, editable=False)
    handled = models.DateTimeField(_("handled"), null=True, editable=False)

    class Meta:
        verbose_name = _("reported problem")
        verbose_name_plural = _("reported problems")
        ordering = ["-created", "-pk"]
        indexes = [models.Index(fields=["status", "-created"], name="report_queue")]

    def __str__(self):
        return f"{self.get_problem_display()}: {self.record}"

    def clean(self):
        if self.status in (self.Status.CORRECTED, self.Status.DECLINED) and not self.answer.strip():
            raise ValidationError(
                {"answer": _("Say what was found, so that a colleague can follow it.")},
                code="answer",
            )
