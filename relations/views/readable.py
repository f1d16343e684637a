"""The wording of a model's fields and of the values cited for them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from relations import dates
from relations.models import Citation, Country, Entity
from relations.models.citations import locator_numbers
from relations.models.figures import Quantity
from relations.provenance.comparers import split_quantity

LABELS = {"members": _("members"), "offices": _("office as stated")}
PLACES = {
    "paragraph": ngettext_lazy("paragraph %(numbers)s", "paragraphs %(numbers)s", "count"),
    "page": ngettext_lazy("page %(numbers)s", "pages %(numbers)s", "count"),
    "article": ngettext_lazy("article %(numbers)s", "articles %(numbers)s", "count"),
    "row": ngettext_lazy("row %(numbers)s", "rows %(numbers)s", "count"),
}
CODES = ("code", "many_codes")
SLUGS = ("slug", "many_slugs", "many_people")


def field_label(model: type[Model], name: str) -> str:
    """The name of a citable field in words; without a field, the words for the whole subject."""
    if not name:
        return _("the record as a whole")
    if name in LABELS:
        return LABELS[name]
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name.replace("_", " ")
    if field.auto_created and not field.concrete:
        return field.related_model._meta.verbose_name_plural
    return field.verbose_name


def number(value: Decimal | int | str) -> str:
    """A number as the active language writes it, grouped, without trailing zeros."""
    value = Decimal(value)
    whole = value == value.to_integral_value()
    return formats.number_format(
        value.quantize(Decimal(1)) if whole else value.normalize(),
        use_l10n=True,
        force_grouping=True,
    )


def amount(value: Decimal) -> str:
    """A large number in words where nothing is lost: 331.7 million; else in full."""
    for size, words in (
        (10**12, _("%(number)s trillion")),
        (10**9, _("%(number)s billion")),
        (10**6, _("%(number)s million")),
    ):
        if abs(value) >= size:
            scaled = (value / size).normalize()
            if -scaled.as_tuple().exponent <= 3:
                return words % {"number": number(scaled)}
    return number(value)


def quantity(value: Decimal, unit: str) -> str:
    """A value with its unit: ``unit`` is a currency code, or a unit's name."""
    text = amount(value)
    count = int(value) if value == value.to_integral_value() and abs(value) < 10**9 else 2
    if unit == "percent":
        return gettext("%(number)s%%") % {"number": text}
    if unit == "people":
        return ngettext("%(number)s person", "%(number)s people", count) % {"number": text}
    if unit == "instruments":
        return ngettext("%(number)s instrument", "%(number)s instruments", count) % {"number": text}
    if unit == "items" or not unit:
        return text
    return gettext("%(number)s %(currency)s") % {"number": text, "currency": unit}


def qualified(qualifier: str, text: str) -> str:
    """“nearly”, “about” or “more than” before a number; an exact number stands alone."""
    if not qualifier or qualifier == Quantity.Qualifier.EXACT:
        return text
    return gettext("%(qualifier)s %(number)s") % {
        "qualifier": Quantity.Qualifier(qualifier).label,
        "number": text,
    }


def figure_value(figure: Quantity) -> str:
    """The value of a figure in words; empty when it states only a change."""
    if figure.value is None:
        return ""
    return qualified(figure.qualifier, quantity(figure.value, figure.unit_text))


def figure_change(figure: Quantity) -> str:
    """The change that a figure states beside or instead of its value; empty when it states none."""
    if figure.change_value is None:
        return ""
    size = abs(figure.change_value)
    base = dates.parse(figure.change_base).display() if figure.change_base else ""
    if figure.change_kind == Quantity.ChangeKind.FACTOR:
        text = gettext("%(number)s times") % {"number": number(size)}
        alone, compared = (
            gettext("%(change)s as much"),
            gettext("%(change)s as much as in %(base)s"),
        )
    elif figure.change_value < 0:
        text = gettext("%(number)s%%") % {"number": number(size)}
        alone, compared = gettext("%(change)s lower"), gettext("%(change)s lower than in %(base)s")
    else:
        text = gettext("%(number)s%%") % {"number": number(size)}
        alone, compared = (
            gettext("%(change)s higher"),
            gettext("%(change)s higher than in %(base)s"),
        )
    change = qualified(figure.change_qualifier, text)
    stated = compared % {"change": change, "base": base} if base else alone % {"change": change}
    if not figure.change_base_note:
        return stated
    return gettext("%(change)s (as worded: “%(words)s”)") % {
        "change": stated,
        "words": figure.change_base_note,
    }


def source_name(source) -> str:
    """A source in a few words: its author and its date as far as known."""
    who = source.author or source.publisher or capfirst(source.get_kind_display())
    if not source.published:
        return who
    return gettext("%(who)s, %(date)s") % {
        "who": who,
        "date": dates.parse(source.published).display(),
    }


def where(citation: Citation) -> str:
    """“paragraph 55”, “paragraphs 1 and 13–15”; empty without a locator."""
    return _places(citation.locator_kind, citation.locator) if citation.locator else ""


def where_all(citations: Iterable[Citation]) -> str:
    """The places of several passages of one source: “paragraphs 54 and 99”."""
    located: dict[str, dict[str, None]] = {}
    for citation in citations:
        if citation.locator:
            parts = located.setdefault(citation.locator_kind, {})
            parts.update(dict.fromkeys(citation.locator.split(",")))
    return ", ".join(
        _places(kind, ",".join(sorted(parts, key=lambda part: int(part.partition("-")[0]))))
        for kind, parts in located.items()
    )


def _places(kind: str, locator: str) -> str:
    count = len(locator_numbers(locator))
    *others, last = locator.replace("-", "–").split(",")
    numbers = (
        gettext("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last}
        if others
        else last
    )
    return PLACES[kind] % {"count": count, "numbers": numbers}


class Values:
    """Cited values as people read them; slugs and codes are looked up once for all citations."""

    def __init__(self, citations: Iterable[tuple[type[Model], Citation]]):
        codes, slugs = set(), set()
        for model, citation in citations:
            kind = model.citable.get(citation.field)
            if kind in CODES or kind == "many_texts":
                codes.add(citation.value)
            if kind in SLUGS or kind == "many_texts":
                slugs.add(citation.value)
        self.countries = (
            dict(Country.objects.filter(code__in=codes).values_list("code", "name"))
            if codes
            else {}
        )
        self.entities = (
            dict(Entity.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
        )

    def readable(self, model: type[Model], field: str, value: str) -> str:
        kind = model.citable.get(field, "text")
        if not value:
            return ""
        if kind == "date":
            try:
                return dates.parse(value).display()
            except dates.DateError:
                return value
        if kind == "choice":
            return str(dict(model._meta.get_field(field).flatchoices).get(value, value))
        if kind in ("quantity", "number"):
            try:
                stated, unit = split_quantity(value)
            except ValueError:
                return value
            return quantity(stated, unit)
        if kind in CODES:
            return self.countries.get(value, value)
        if kind in SLUGS:
            return self.entities.get(value, value)
        if kind == "many_texts":
            return self.countries.get(value) or self.entities.get(value) or value
        return value
