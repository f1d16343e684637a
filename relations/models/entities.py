"""Entities: who took part, where, and the undated projects that records are about."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.models.base import (
    Addressed,
    SlugManager,
    TrackedQuerySet,
    UidManager,
    WithUid,
    edtf_field,
)
from relations.models.countries import Country


class EntityManager(SlugManager.from_queryset(TrackedQuerySet)):
    pass


class UidTrackedManager(UidManager.from_queryset(TrackedQuerySet)):
    pass


class Entity(Addressed):
    """The parent row of organizations, persons, places and projects, which share slugs and names.

    Only the children are saved; ``kind`` is set by the child class.
    """

    KIND = ""
    PATH = ""
    # Which fields a citation may assert, and how its value is compared (see relations.provenance.comparers).
    citable = {"name": "wording", "names": "many_texts", "description": "wording"}
    parts = ("names", "citations")

    kind = models.CharField(_("kind"), max_length=20, editable=False)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, help_text=_("In our own words."))

    objects = EntityManager()

    class Meta:
        verbose_name = _("entity")
        verbose_name_plural = _("entities")
        ordering = ["name", "slug"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if not self.KIND:
            raise TypeError("Save the organization, person, place or project, not the bare entity.")
        self.kind = self.KIND
        super().save(*args, **kwargs)

    def subjects(self):
        return [(Entity, self.pk)]

    def get_absolute_url(self):
        return reverse(f"{self.kind}-detail", args=[self.slug])

    @classmethod
    def child_model(cls, kind: str) -> type[models.Model]:
        """The model of the child rows of this kind of entity."""
        return Entity._meta.get_field(kind).related_model

    @property
    def specific(self):
        """The child row: organization, person, place or project."""
        return getattr(self, self.kind)

    def cited_texts(self, field: str) -> list[str]:
        """Every value of a multi-valued citable field, as text."""
        if field == "names":
            return [self.name, *(name.text for name in self.names.all())]
        return [str(key) for key in getattr(self, field).values_list("slug", flat=True)]


class Name(WithUid):
    """Another name of an entity: former, variant, abbreviation, translation or transliteration."""

    class Kind(models.TextChoices):
        FORMER = "former", _("former name")
        VARIANT = "variant", _("variant")
        ABBREVIATION = "abbreviation", _("abbreviation")
        TRANSLATION = "translation", _("translation")
        TRANSLITERATION = "transliteration", _("transliteration")

    entity = models.ForeignKey(
        Entity, on_delete=models.CASCADE, related_name="names", verbose_name=_("entity")
    )
    text = models.CharField(_("name"), max_length=200)
    language = models.CharField(
        _("language"),
        max_length=12,
        default="en",
        help_text=_("BCP 47, for example en, ru, kk, az."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    since = edtf_field(_("in use from"), blank=True)
    until = edtf_field(_("in use to"), blank=True)

    objects = UidTrackedManager()

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        ordering = ["entity", "kind", "text"]

    def __str__(self):
        return self.text

    def subjects(self):
        return [(Entity, self.entity_id)]


class Organization(Entity):
    KIND = "organization"
    PATH = "organizations"
    citable = Entity.citable | {
        "type": "choice",
        "country": "code",
        "founded": "date",
        "seat": "slug",
        "members": "many_codes",
    }
    parts = (*Entity.parts, "memberships")

    class Type(models.TextChoices):
        INTERGOVERNMENTAL = "intergovernmental", _("intergovernmental organization")
        COUNCIL = "council", _("bilateral council or commission")
        MINISTRY = "ministry", _("ministry or state body")
        MISSION = "mission", _("diplomatic or consular mission")
        COMPANY = "company", _("company")
        FUND = "fund", _("fund or holding")
        UNIVERSITY = "university", _("university or institute")
        MEDIA = "media", _("publisher or news outlet")
        CULTURAL = "cultural", _("cultural institution")
        OTHER = "other", _("other")

    type = models.CharField(_("type"), max_length=20, choices=Type)
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organizations",
        verbose_name=_("country"),
        help_text=_("Empty for international bodies."),
    )
    founded = edtf_field(_("founded"), blank=True)
    seat = models.ForeignKey(
        "relations.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="seat_of",
        verbose_name=_("seat"),
    )

    objects = EntityManager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def cited_texts(self, field):
        if field == "members":
            return list(self.memberships.values_list("country_id", flat=True))
        return super().cited_texts(field)


class Person(Entity):
    KIND = "person"
    PATH = "people"

    objects = EntityManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")


class Place(Entity):
    KIND = "place"
    PATH = "places"
    citable = Entity.citable | {"country": "code"}

    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        verbose_name=_("country"),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Degrees north, WGS 84."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees east, WGS 84."),
    )

    objects = EntityManager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    # Stated explicitly, because NULL BETWEEN is neither true nor false, and a check lets it pass.
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="place_coordinates",
                violation_error_message=_(
                    "Give both coordinates, latitude -90 to 90 and longitude -180 to 180, or neither."
                ),
            )
        ]


class Project(Entity):
    KIND = "project"
    PATH = "projects"
    citable = Entity.citable | {
        "type": "choice",
        "state": "choice",
        "part_of": "slug",
        "places": "many_slugs",
    }

    class Type(models.TextChoices):
        CORRIDOR = "corridor", _("transport corridor")
        PIPELINE = "pipeline", _("pipeline")
        CABLE = "cable", _("cable")
        BUILDING = "building", _("building")
        FUND = "fund", _("fund")
        PROGRAMME = "programme", _("programme")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        BUILT = "built", _("built")

    type = models.CharField(_("type"), max_length=20, choices=Type)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State,
        blank=True,
        help_text=_("Empty when no source says whether it is planned or stands."),
    )
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="has_parts",
        verbose_name=_("part of"),
    )
    places = models.ManyToManyField(
        Place, blank=True, related_name="projects", verbose_name=_("places")
    )

    objects = EntityManager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def clean(self):
        super().clean()
        seen, above = {self.pk}, self.part_of
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"part_of": _("A project cannot be part of itself.")})
            seen.add(above.pk)
            above = above.part_of


class Membership(WithUid):
    """A country's seat in an organization. It holds only what a source states."""

    citable = {"role": "wording", "since": "date", "until": "date"}
    parts = ("citations",)

    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("organization"),
    )
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("country")
    )
    role = models.CharField(
        _("role"),
        max_length=80,
        blank=True,
        help_text=_("As stated: full member, observer, founder."),
    )
    since = edtf_field(_("since"), blank=True)
    until = edtf_field(_("until"), blank=True)

    objects = UidTrackedManager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organization", "country"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "country", "role", "since"], name="membership_once"
            )
        ]

    def __str__(self):
        return f"{self.country} – {self.organization}"

    def subjects(self):
        return [(Entity, self.organization_id)]


class Tenure(WithUid):
    """An office that a person held in a country or an organization. It holds only what a source states."""

    citable = {"office": "wording", "since": "date", "until": "date"}
    parts = ("citations",)

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="tenures", verbose_name=_("person")
    )
    office = models.CharField(_("office"), max_length=160)
    country = models.ForeignKey(
        Country,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tenures",
        verbose_name=_("country"),
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tenures",
        verbose_name=_("organization"),
    )
    since = edtf_field(_("from"), blank=True)
    until = edtf_field(_("to"), blank=True)

    objects = UidTrackedManager()

    class Meta:
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        ordering = ["person", "since"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(country__isnull=False) | models.Q(organization__isnull=False),
                name="tenure_somewhere",
                violation_error_message=_(
                    "Say in which country or organization the office was held."
                ),
            )
        ]

    def __str__(self):
        return f"{self.person}: {self.office}"

    def subjects(self):
        return [(Entity, self.person_id)]


Person.parts = (*Entity.parts, "tenures")
