"""Slugs made of words: free ones, and those that are taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from relations.models import FormerAddress
from relations.models.base import SLUG_LENGTH, Addressed


def taken(model: type[Addressed], wanted: Iterable[str]) -> set[str]:
    """Those of these slugs that an object of the model's scope has or had."""
    wanted = list(wanted)
    holder = model._meta.get_field("slug").model
    found = set(holder._base_manager.filter(slug__in=wanted).values_list("slug", flat=True))
    if hasattr(model, "address_scope"):
        former = FormerAddress.objects.filter(scope=model.address_scope(), slug__in=wanted)
        found.update(former.values_list("slug", flat=True))
    return found


def free(model: type[Addressed], words: str, year: str = "", besides: Collection[str] = ()) -> str:
    """A free slug made of ASCII words and the year: no object of the model's scope has or had it, nor does
    ``besides``.
    """
    stem = slugify(words) or str(model._meta.model_name)
    says_year = re.search(rf"(?:^|-){year}(?:-|$)", stem)
    ending = f"-{year}" if year and not says_year else ""
    for number in range(1, 1000):
        tail = ending if number == 1 else f"{ending}-{number}"
        slug = _shortened(stem, SLUG_LENGTH - len(tail)) + tail
        if slug not in besides and not taken(model, [slug]):
            return slug
    raise ValidationError({"slug": _("Write an address: too many begin with these words.")})


def _shortened(stem: str, length: int) -> str:
    """As many complete words of a slug as fit."""
    if len(stem) <= length:
        return stem
    cut = stem[: length + 1]
    return (cut.rpartition("-")[0] or stem[:length]).strip("-")
