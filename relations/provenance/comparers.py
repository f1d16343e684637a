"""How a cited value is compared with the stored one. Each citable field of a model names its comparer.

A comparer answers with a verdict (``Citation.Verdict``) and says whether two cited values can both be true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import cast

from relations import dates
from relations.models import Citation
from relations.provenance.wording import norm

Verdict = Citation.Verdict


def _equality(ours: str, cited: str) -> str:
    return Verdict.SUPPORTS if ours == cited else Verdict.CONTRADICTS


def _text(ours: str, cited: str) -> str:
    return Verdict.SUPPORTS if norm(ours) == norm(cited) else Verdict.CONTRADICTS


def _wording(ours: str, cited: str) -> str:
    """Names and titles: another wording is another reading, not a contradiction."""
    return Verdict.SUPPORTS if norm(ours) == norm(cited) else Verdict.READING


def _date(ours: str, cited: str) -> str:
    return Verdict(dates.compare(ours, cited))


def split_quantity(text: str) -> tuple[Decimal, str]:
    """``331700000 USD`` as its number and unit (empty when not given). Raises ``ValueError``."""
    number, _space, unit = text.strip().partition(" ")
    try:
        value = Decimal(number)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite():
        raise ValueError(text)
    return value, unit.strip()


def _quantity(ours: str, cited: str) -> str:
    """Amounts: equal ones support; another unit has another scope and is not comparable."""
    try:
        (our_value, our_unit), (cited_value, cited_unit) = (
            split_quantity(ours),
            split_quantity(cited),
        )
    except ValueError:
        return Verdict.INCOMPARABLE
    if our_unit and cited_unit and our_unit != cited_unit:
        return Verdict.INCOMPARABLE
    return Verdict.SUPPORTS if our_value == cited_value else Verdict.CONTRADICTS


@dataclass(frozen=True)
class Comparer:
    """How values of a field compare: ``compare(ours, cited)`` for single values, ``many`` for fields with
    several.

    A cited member of a field with several values supports; anything else is another reading, never a
    contradiction. ``check`` raises ``ValueError`` for a cited value that the field cannot hold.
    """

    compare: Callable[[str, str], str]
    many: bool = False
    check: Callable[[str], object] | None = None

    def verdict(self, ours: str | list[str], cited: str) -> str:
        if self.many:
            return Verdict.SUPPORTS if norm(cited) in map(norm, ours) else Verdict.READING
        if not ours or ours == "unknown":
            return Verdict.READING
        return self.compare(cast("str", ours), cited)

    @property
    def can_contradict(self) -> bool:
        return not self.many and self.compare is not _wording

    def clash(self, one: str, other: str) -> bool:
        """Whether two cited values cannot both be true."""
        return not self.many and self.compare(one, other) == Verdict.CONTRADICTS


COMPARERS: dict[str, Comparer] = {
    "date": Comparer(_date, check=dates.parse),
    "choice": Comparer(_equality),
    "slug": Comparer(_equality),
    "code": Comparer(_equality),
    "text": Comparer(_text),
    "wording": Comparer(_wording),
    "number": Comparer(_quantity, check=split_quantity),
    "quantity": Comparer(_quantity, check=split_quantity),
    "many_codes": Comparer(_equality, many=True),
    "many_slugs": Comparer(_equality, many=True),
    "many_people": Comparer(_equality, many=True),
    "many_texts": Comparer(_text, many=True),
}


def stored_value(subject, field: str) -> str | list[str]:
    """What the subject holds for a citable field, in the form that citations use; empty where it holds
    nothing.
    """
    name = subject.citable[field]
    if COMPARERS[name].many:
        return subject.cited_texts(field)
    if name == "code":
        return getattr(subject, f"{field}_id") or ""
    value = getattr(subject, field)
    if value is None or value == "":
        return ""
    if name == "slug":
        return value.slug
    if name == "quantity":
        return f"{plain_number(value)} {subject.unit_text}".strip()
    if name == "number":
        return plain_number(value)
    return str(value)


def hold(subject, field: str, value: str) -> None:
    """Set a cited value on the subject without saving. Raises ``ValueError`` if the field cannot hold it.

    Only for fields with one value: a field with several keeps other readings beside its own.
    """
    name, column = subject.citable[field], subject._meta.get_field(field)
    if COMPARERS[name].many:
        raise ValueError(value)
    if name == "code":
        setattr(subject, column.attname, value)
    elif name == "slug":
        found = column.related_model._base_manager.filter(slug=value).first()
        if found is None:
            raise ValueError(value)
        setattr(subject, field, found)
    elif name in ("quantity", "number"):
        number, unit = split_quantity(value)
        if name == "quantity" and unit and unit != subject.unit_text:
            raise ValueError(value)
        setattr(subject, field, column.to_python(plain_number(number)))
    else:
        setattr(subject, field, value)


def plain_number(value: Decimal | int) -> str:
    """A number without exponent or trailing zeros: 331700000, 4.5."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
