"""Citations that assert: “source S, at paragraph N, says that *field* is *value*”."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.models.base import WithUid
from relations.models.entities import Entity, Membership, Tenure, UidTrackedManager
from relations.models.records import Record
from relations.models.sources import Source

LOCATOR_LENGTH = 60
LOCATOR = re.compile(
    r"\A[1-9][0-9]{0,5}(?:-[1-9][0-9]{0,5})?(?:,[1-9][0-9]{0,5}(?:-[1-9][0-9]{0,5})?)*\Z"
)


def locator_numbers(locator: str) -> list[int]:
    """The numbers a locator names: ``1,13-15`` is 1, 13, 14, 15. Raises ``ValueError`` on any other form."""
    if not LOCATOR.match(locator):
        raise ValueError(locator)
    numbers: list[int] = []
    for part in locator.split(","):
        first, _dash, last = part.partition("-")
        low, high = int(first), int(last or first)
        if high < low or high - low > 1000:
            raise ValueError(locator)
        numbers.extend(range(low, high + 1))
    return numbers


def validate_locator(locator: str) -> None:
    try:
        locator_numbers(locator)
    except ValueError:
        raise ValidationError(
            _(
                "“%(value)s” is not a locator: give numbers counted from 1, for example 55, 55-56 or 1,13."
            ),
            code="locator",
            params={"value": locator},
        ) from None


class Citation(WithUid):
    """What one passage of one source says. An empty ``field`` supports the subject as a whole.

    ``value`` is written as the field is stored (EDTF for dates, slugs, codes, plain numbers with their
    unit). ``as_written`` is the date, number or name as printed, never a sentence. ``verdict`` is derived.
    ``set_aside`` says why the editors regard the claim as an outlier: it stays, with its verdict, but does
    not count as evidence. It is emptied as soon as the record says the same as the claim.
    """

    class LocatorKind(models.TextChoices):
        PARAGRAPH = "paragraph", _("paragraph")
        PAGE = "page", _("page")
        ARTICLE = "article", _("article")
        ROW = "row", _("row")

    class Basis(models.TextChoices):
        STATED = "stated", _("stated")
        RESOLVED = "resolved", _("resolved")
        ATTRIBUTED = "attributed", _("attributed")

    class Rule(models.TextChoices):
        """How a relative date was resolved against the source's own date of publication."""

        PUBLICATION_DAY = "publication-day", _("“today” is the day of publication")
        PREVIOUS_YEAR = "previous-year", _("“last year” is the year before that of publication")
        SAME_YEAR = "same-year", _("a date without a year is in the year of publication")
        NO_LATER = "no-later-than-source", _("no later than the source was published")
        MONTHS_BEFORE = "months-before-source", _("that many months up to the day of publication")
        FROM_YEAR = "from-year-to-source", _("from that year up to the day of publication")
        INFERENCE = "inference", _("worked out by an editor; the note says how")

    class Verdict(models.TextChoices):
        SUPPORTS = "supports", _("supports")
        FINER = "finer", _("more exact")
        COARSER = "coarser", _("less exact")
        CONTRADICTS = "contradicts", _("contradicts")
        READING = "reading", _("another reading")
        INCOMPARABLE = "not-comparable", _("not comparable")

    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    entity = models.ForeignKey(
        Entity, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    tenure = models.ForeignKey(
        Tenure, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="citations", verbose_name=_("source")
    )
    locator_kind = models.CharField(
        _("counted in"), max_length=10, choices=LocatorKind, default=LocatorKind.PARAGRAPH
    )
    locator = models.CharField(
        _("locator"),
        max_length=LOCATOR_LENGTH,
        blank=True,
        validators=[validate_locator],
        help_text=_("Where in the source: 55, 55-56 or 1,13."),
    )
    field = models.CharField(
        _("field"),
        max_length=30,
        blank=True,
        help_text=_("What the passage states; empty when it supports the whole."),
    )
    value = models.CharField(
        _("value"),
        max_length=300,
        blank=True,
        help_text=_("As the field is stored: EDTF, slug, code or number."),
    )
    as_written = models.CharField(
        _("as written"),
        max_length=80,
        blank=True,
        help_text=_("The date, number or name exactly as printed; at most 80 characters."),
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.STATED)
    rule = models.CharField(_("rule"), max_length=24, choices=Rule, blank=True)
    attributed_to = models.CharField(_("attributed to"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    set_aside = models.CharField(
        _("set aside because"),
        max_length=300,
        blank=True,
        help_text=_("Why this claim does not count; readers see it beside the claim."),
    )
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True, editable=False)

    objects = UidTrackedManager()

    untracked = frozenset({"verdict"})
    told_by = ("source", "locator_kind", "locator", "field", "value")
    SUBJECTS = ("record", "entity", "membership", "tenure")

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["source", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    record__isnull=False,
                    entity__isnull=True,
                    membership__isnull=True,
                    tenure__isnull=True,
                )
                | models.Q(
                    record__isnull=True,
                    entity__isnull=False,
                    membership__isnull=True,
                    tenure__isnull=True,
                )
                | models.Q(
                    record__isnull=True,
                    entity__isnull=True,
                    membership__isnull=False,
                    tenure__isnull=True,
                )
                | models.Q(
                    record__isnull=True,
                    entity__isnull=True,
                    membership__isnull=True,
                    tenure__isnull=False,
                ),
                name="citation_one_subject",
                violation_error_message=_("A citation is about exactly one thing."),
            ),
            models.CheckConstraint(
                condition=~models.Q(field="") | models.Q(value=""),
                name="citation_value_of_field",
                violation_error_message=_("A value needs the field it is the value of."),
            ),
            models.CheckConstraint(
                condition=~models.Q(field="") | models.Q(set_aside=""),
                name="citation_set_aside_of_field",
                violation_error_message=_("Only what says something of a field can be set aside."),
            ),
            models.CheckConstraint(
                condition=models.Q(basis="resolved") & ~models.Q(rule="")
                | ~models.Q(basis="resolved") & models.Q(rule=""),
                name="citation_rule",
                violation_error_message=_("A resolved value names its rule; nothing else has one."),
            ),
            models.CheckConstraint(
                condition=~models.Q(basis="attributed") | ~models.Q(attributed_to=""),
                name="citation_attributed",
                violation_error_message=_("Say to whom the statement is attributed."),
            ),
        ]

    def __str__(self):
        what = f" {self.field}" if self.field else ""
        return f"{self.source}, {self.get_locator_kind_display()} {self.locator}{what}"

    @property
    def subject(self):
        """The one record, entity, membership or tenure the citation is about."""
        for name in self.SUBJECTS:
            if getattr(self, f"{name}_id"):
                return getattr(self, name)
        return None

    def subjects(self):
        if self.record_id:
            return [(Record, self.record_id)]
        if self.entity_id:
            return [(Entity, self.entity_id)]
        if self.membership_id:
            return [(Entity, self.membership.organization_id)]
        if self.tenure_id:
            return [(Entity, self.tenure.person_id)]
        return []

    def clean(self):
        super().clean()
        subject = self.subject
        if subject is None or not self.field:
            return
        citable = getattr(subject, "specific", subject).citable
        if self.field not in citable:
            raise ValidationError(
                {
                    "field": _("“%(field)s” cannot be cited here; choose one of %(fields)s.")
                    % {"field": self.field, "fields": ", ".join(sorted(citable))}
                }
            )
        if not self.value:
            raise ValidationError({"value": _("Say what the passage gives as the value.")})
