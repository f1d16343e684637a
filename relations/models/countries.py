"""Countries and the relations between two of them."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from relations.models.base import Addressed, SlugManager, Tracked, TrackedQuerySet, validate_slug


class Country(Tracked):
    """A state as ISO 3166-1 and UN M49 list it. ``code`` (alpha-2) is the primary key."""

    code = models.CharField(
        _("code"),
        max_length=2,
        primary_key=True,
        validators=[
            RegexValidator(r"\A[A-Z]{2}\Z", _("Use the two capital letters of ISO 3166-1."))
        ],
        help_text=_("ISO 3166-1 alpha-2, for example AZ."),
    )
    alpha3 = models.CharField(
        _("alpha-3 code"),
        max_length=3,
        unique=True,
        validators=[
            RegexValidator(r"\A[A-Z]{3}\Z", _("Use the three capital letters of ISO 3166-1."))
        ],
    )
    numeric = models.CharField(
        _("numeric code"),
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"\A[0-9]{3}\Z", _("Use the three digits of UN M49."))],
        help_text=_("UN M49, for example 031."),
    )
    slug = models.CharField(_("slug"), max_length=120, unique=True, validators=[validate_slug])
    name = models.CharField(_("short name"), max_length=120)
    official_name = models.CharField(_("official name"), max_length=200, blank=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name"]

    def __str__(self):
        return self.name


class RelationManager(SlugManager.from_queryset(TrackedQuerySet)):
    pass


class Relation(Addressed):
    """An unordered pair of countries with a page of its own. Its records are derived, not assigned."""

    first = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="+", verbose_name=_("first country")
    )
    second = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="+", verbose_name=_("second country")
    )
    introduction = models.TextField(_("introduction"), blank=True)

    objects = RelationManager()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="relation_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")),
                name="relation_in_code_order",
                violation_error_message=_(
                    "Put the country whose code comes first in the alphabet first."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.first} – {self.second}"

    def get_absolute_url(self):
        return reverse("relation", args=[self.slug])

    @property
    def countries(self):
        return [self.first, self.second]

    def clean(self):
        super().clean()
        if self.first_id and self.first_id == self.second_id:
            raise ValidationError({"second": _("A relation is between two different countries.")})
        if self.slug and is_taken(self.slug):
            message = _("“%(slug)s” is the address of another page of this site; choose another.")
            raise ValidationError({"slug": message % {"slug": self.slug}})


def is_taken(slug: str) -> bool:
    """Whether another page of the site has the address that this slug would give a relation."""
    try:
        return resolve(f"/{slug}/").url_name != "relation"
    except Resolver404:
        return False


class Entry(models.Model):
    """A record's place in a relation, derived from the record's countries, date and stage.

    ``relations.derived.timeline_entries`` keeps it in step; commands rebuild and check it. With an index of
    its own a pair's page stays under 2 ms at a million records, where joining two countries takes 100-300
    ms.
    """

    relation = models.ForeignKey(Relation, on_delete=models.CASCADE, related_name="entries")
    record = models.ForeignKey("relations.Record", on_delete=models.CASCADE, related_name="entries")
    sort_date = models.DateField()
    sort_end = models.DateField()
    year = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        constraints = [models.UniqueConstraint(fields=["relation", "record"], name="entry_once")]
        indexes = [
            models.Index(
                fields=["relation", "-sort_date", "-sort_end", "-record"], name="entry_timeline"
            ),
            models.Index(fields=["relation", "year"], name="entry_year"),
        ]

    def __str__(self):
        return f"{self.relation_id}: {self.record_id}"
