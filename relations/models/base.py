"""What all tracked models share: validation of slugs and uids, the unit of work, former addresses."""

import re
import uuid

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from relations import dates
from relations.work import touch, unit_of_work

validate_slug = RegexValidator(
    re.compile(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z"),
    _(
        "“%(value)s” is not a slug: use lower-case ASCII letters, digits and single hyphens, "
        "for example “strategic-partnership-2005”."
    ),
    code="slug",
)

SLUG_LENGTH = 120
RESERVED = frozenset({"facets"})
"""Segments with a meaning of their own where the API has keys: the facets of a list stand there."""


def refuse_reserved(field: str, key: str) -> None:
    """Raise ``ValidationError`` for a slug that is reserved."""
    if key in RESERVED:
        raise ValidationError(
            {field: _("“%(key)s” is the address of something else; choose another.") % {"key": key}}
        )


def new_uid() -> str:
    return uuid.uuid4().hex


def slug_field(**options) -> models.CharField:
    return models.CharField(
        _("slug"),
        max_length=SLUG_LENGTH,
        unique=True,
        validators=[validate_slug],
        help_text=_("Its permanent address: ASCII title words and the year, joined by hyphens."),
        **options,
    )


def edtf_field(label, **options) -> models.CharField:
    return models.CharField(
        label, max_length=dates.MAX_LENGTH, validators=[dates.validate], **options
    )


class SlugManager(models.Manager):
    def get_by_natural_key(self, slug):
        """Find an object by its slug or a former one: fixtures still find what staff have renamed."""
        row = self.filter(slug=slug).first()
        if row is not None:
            return row
        former = FormerAddress.objects.filter(scope=self.model.address_scope(), slug=slug).first()
        return self.get(pk=former.target) if former else self.get(slug=slug)


class UidManager(models.Manager):
    def get_by_natural_key(self, uid):
        return self.get(uid=uid)


class TrackedQuerySet(models.QuerySet):
    def delete(self):
        with unit_of_work():
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


class Tracked(models.Model):
    """A model whose published state is public: every change to it belongs to a unit of work.

    ``subject_path`` names the attributes that lead to the top-level object whose state is compared before
    and after (a citation belongs to its record); empty means the object itself.
    ``untracked`` names derived or bookkeeping columns; a change to them is not a change to what is published.
    ``parts`` names the reverse accessors whose rows belong to the object's state.
    ``SUBJECTS`` names the foreign keys to possible owners, of which a row has exactly one.
    ``told_by`` names the columns that identify a row among the parts of its owner; empty means all of them.
    """

    untracked: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    SUBJECTS: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def subjects(self):
        """The top-level ``(model, pk)`` this row belongs to, as stored."""
        return [(self._meta.concrete_model, self.pk)]

    def derive(self) -> None:
        """Set every column that follows from the row's own.

        Called before every save, in whatever way it is saved.
        """

    def save(self, *args, **kwargs):
        with unit_of_work():
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with unit_of_work():
            return super().delete(*args, **kwargs)

    delete.alters_data = True

    def touch(self, *, new: bool = False) -> None:
        for model, pk in self.subjects():
            touch(model, pk, new=new)


class Addressed(Tracked):
    """A tracked model with a permanent address. A changed slug leaves a ``FormerAddress`` behind."""

    slug = slug_field()

    class Meta:
        abstract = True

    def natural_key(self):
        return (self.slug,)

    def __str__(self):
        return self.slug

    @classmethod
    def address_scope(cls) -> str:
        """The model within which slugs are unique and never reused: the one that holds the slug."""
        return cls._meta.get_field("slug").model._meta.model_name

    def clean(self):
        super().clean()
        refuse_reserved("slug", self.slug)
        former = (
            FormerAddress.objects.filter(scope=self.address_scope(), slug=self.slug)
            .exclude(target=self.pk)
            .first()
        )
        if former:
            raise ValidationError(
                {
                    "slug": _(
                        "“%(slug)s” was the address of another %(scope)s and is never reused; choose another."
                    )
                    % {"slug": self.slug, "scope": self.address_scope()}
                }
            )


class FormerAddress(models.Model):
    """A slug that was once published. Requests for it are redirected to the object's present address."""

    scope = models.CharField(_("scope"), max_length=20)
    slug = models.CharField(_("former slug"), max_length=SLUG_LENGTH, validators=[validate_slug])
    target = models.BigIntegerField(
        _("target"), help_text=_("Primary key of the object it led to.")
    )
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class FormerAddressManager(models.Manager):
        def get_by_natural_key(self, scope, slug):
            return self.get(scope=scope, slug=slug)

    objects = FormerAddressManager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ["scope", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "slug"], name="former_address_once"),
        ]

    def __str__(self):
        return f"{self.scope}: {self.slug}"

    def natural_key(self):
        return (self.scope, self.slug)


class WithUid(Tracked):
    """A row without a page of its own, identified by a permanent uid."""

    uid = models.CharField(
        _("uid"),
        max_length=80,
        unique=True,
        default=new_uid,
        validators=[validate_slug],
        help_text=_("Permanent; made for you."),
    )

    class Meta:
        abstract = True

    def natural_key(self):
        return (self.uid,)

    def clean(self):
        super().clean()
        refuse_reserved("uid", self.uid)
