"""Sources: the documents that facts are taken from. Topics: what records are about."""

from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.models.base import Addressed, SlugManager, TrackedQuerySet, edtf_field

web_address = URLValidator(schemes=["http", "https"])


class SlugTrackedManager(SlugManager.from_queryset(TrackedQuerySet)):
    pass


class Topic(Addressed):
    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.TextField(_("description"), blank=True)

    objects = SlugTrackedManager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("topic-detail", args=[self.slug])


class Source(Addressed):
    """A document. ``document`` is the file name of the reference copy that locators count in."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("journal article")
        NEWS = "news", _("news report")
        COMMENTARY = "commentary", _("commentary")
        OFFICIAL = "official", _("official document")
        DATASET = "dataset", _("data set")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    author = models.CharField(_("author"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    published = edtf_field(_("published"), blank=True)
    published_basis = models.CharField(
        _("basis of that date"),
        max_length=300,
        blank=True,
        help_text=_("Where the date stands in the document, or how it was worked out."),
    )
    language = models.CharField(_("language"), max_length=40, blank=True, help_text=_("BCP 47."))
    doi = models.CharField(_("DOI"), max_length=120, blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True, validators=[web_address])
    document = models.CharField(
        _("reference copy"),
        max_length=200,
        blank=True,
        help_text=_("File name of the copy locators count in."),
    )
    note = models.TextField(_("note"), blank=True)

    objects = SlugTrackedManager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title", "slug"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("source-detail", args=[self.slug])
