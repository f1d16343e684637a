"""The columns of a table of records: what a cell may hold, how it is read, and how it is written."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.db import models
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from relations import dates
from relations.exports.text import xml_text
from relations.filters.problems import nearest_of
from relations.importing.files import SEPARATOR
from relations.importing.keys import Indexes, Target
from relations.loading import batch
from relations.models import Participation, Person
from relations.provenance.comparers import plain_number

PART = ":"


def pieces(text: str) -> list[str]:
    """The entries of a cell that may hold several, each once."""
    found = [piece.strip() for piece in text.split(SEPARATOR.strip())]
    return list(dict.fromkeys(piece for piece in found if piece))


class Cell(Widget):
    """Text without characters that no document can hold."""

    def clean(self, value, row=None, **kwargs):
        return xml_text(str(value or "")).strip()

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


class DateCell(Cell):
    """EDTF, or a date in everyday words."""

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value)
        # ``DateError`` is a ``ValueError`` with a sentence of its own.
        return dates.to_edtf(text) if text else ""


class ChoiceCell(Cell):
    """One of the values of a field, or its label."""

    def __init__(self, field: models.Field) -> None:
        super().__init__()
        self.default = field.get_default()
        self.values = [value for value, _label in field.choices if value]
        self.by_label = {str(label).casefold(): value for value, label in field.choices if value}
        self.is_needed = not field.blank

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value)
        if not text:
            if self.is_needed and not self.default:
                raise ValueError(
                    _("It needs one of: %(values)s.") % {"values": ", ".join(self.values)}
                )
            return self.default
        folded = text.casefold()
        found = folded if folded in self.values else self.by_label.get(folded)
        if found is None:
            words = {"text": text[:80], "values": ", ".join(self.values)}
            words["near"] = nearest_of(text[:80], self.values)
            if words["near"]:
                raise ValueError(
                    _("“%(text)s” is not one of %(values)s; do you mean “%(near)s”?") % words
                )
            raise ValueError(_("“%(text)s” is not one of %(values)s.") % words)
        return found


class NumberCell(Cell):
    """A number in full: 331700000 or 8.5, never 331,7 million."""

    def __init__(self, field: models.Field) -> None:
        super().__init__()
        self.is_whole = isinstance(field, models.IntegerField)

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or "_" in text:
            raise ValueError(
                _(
                    "“%(text)s” is not a number: write 331700000 or 8.5, without separators or "
                    "units."
                )
                % {"text": text[:80]}
            )
        if not self.is_whole:
            return number
        if number != number.to_integral_value() or abs(number) >= 10**9:
            raise ValueError(
                _("“%(text)s” is not a whole number of at most nine digits.") % {"text": text[:80]}
            )
        return int(number)

    def render(self, value, obj=None, **kwargs):
        if isinstance(value, Decimal):
            return plain_number(value)
        return super().render(value)


def cell_of(field: models.Field) -> Cell:
    if dates.validate in field.validators:
        return DateCell()
    if field.choices:
        return ChoiceCell(field)
    if isinstance(field, models.DecimalField | models.IntegerField):
        return NumberCell(field)
    return Cell()


class Column(Field):
    """A column of the record itself. ``meaning`` says what it holds."""

    def __init__(self, name: str, widget: Widget, meaning: str) -> None:
        super().__init__(attribute=name, column_name=name, widget=widget)
        self.meaning = meaning


def own(field: models.Field) -> Column:
    """The column of a field of the model that is not a foreign key."""
    meaning = str(field.help_text or field.verbose_name)
    if field.choices:
        values = ", ".join(str(value) for value, _label in field.choices if value)
        meaning = f"{meaning}: {values}"
    return Column(field.name, cell_of(field), meaning)


class KeyCell(Cell):
    def __init__(self, indexes: Indexes, model: type[models.Model]) -> None:
        super().__init__()
        self.indexes, self.model = indexes, model

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value)
        return self.indexes[self.model].find(text) if text else None

    def render(self, value, obj=None, **kwargs):
        return value.key if value else ""


class KeysCell(KeyCell):
    def clean(self, value, row=None, **kwargs):
        index = self.indexes[self.model]
        return list(dict.fromkeys(index.find(text) for text in pieces(Cell.clean(self, value))))

    def render(self, value, obj=None, **kwargs):
        return SEPARATOR.join(target.key for target in value or ())


class Pointer(Column):
    """A column that points at one row of another model."""

    def __init__(self, field: models.ForeignKey, indexes: Indexes) -> None:
        model = field.related_model
        meaning = _("%(what)s: the slug, code or name of one %(model)s on record") % {
            "what": field.verbose_name,
            "model": model._meta.verbose_name,
        }
        super().__init__(field.name, KeyCell(indexes, model), meaning)
        self.field, self.column, self.index = field, field.attname, (indexes, model)

    def is_missing(self, instance) -> bool:
        """Whether it must point at a row and does not."""
        return not self.field.blank and getattr(instance, self.column) is None

    def get_value(self, instance) -> Target | None:
        indexes, model = self.index
        key = getattr(instance, self.column)
        return indexes[model].by_pk[key] if key else None

    def save(self, instance, row, is_m2m=False, **kwargs):
        found = self.clean(row)
        setattr(instance, self.column, found.pk if found else None)


class Several(Column):
    """A column whose values are rows of their own. ``instance.imported`` holds them until they are stored."""

    def stored(self, instance) -> list:
        """What the record has now, in the form that ``clean`` returns."""
        raise NotImplementedError

    def keys(self, instance) -> list[str]:
        """The values as citations name them."""
        raise NotImplementedError

    def put(self, draft, values: list) -> None:
        """Attach the values to a new record."""
        raise NotImplementedError

    def replace(self, record, values: list) -> None:
        """Replace the values of a stored record."""
        raise NotImplementedError

    def get_value(self, instance):
        imported = getattr(instance, "imported", {})
        if self.attribute in imported:
            return imported[self.attribute]
        return [] if instance.pk is None else self.stored(instance)

    def save(self, instance, row, is_m2m=False, **kwargs):
        instance.imported[self.attribute] = self.clean(row)


class Links(Several):
    """Many-to-many links."""

    def __init__(self, field: models.ManyToManyField, indexes: Indexes) -> None:
        model = field.related_model
        meaning = _("%(what)s: slugs, codes or names on record, joined by “;”") % {
            "what": field.verbose_name
        }
        super().__init__(field.name, KeysCell(indexes, model), meaning)
        self.field, self.index = field, (indexes, model)

    def stored(self, instance):
        indexes, model = self.index
        linked = (indexes[model].by_pk[row.pk] for row in getattr(instance, self.attribute).all())
        return sorted(linked, key=lambda target: target.key)

    def clean(self, row, **kwargs):
        return sorted(super().clean(row, **kwargs), key=lambda target: target.key)

    def keys(self, instance):
        return [target.key for target in self.get_value(instance)]

    def put(self, draft, values):
        keys = [target.pk for target in values]
        if self.attribute in batch.LINKS:
            setattr(draft, self.attribute, keys)
            return
        # A link of the kind's own is stored as the row that it is.
        through, field = self.field.remote_field.through, self.field
        ends = (field.m2m_field_name(), field.m2m_reverse_field_name())
        rows = [through(**{ends[0]: draft.record, f"{ends[1]}_id": key}) for key in keys]
        draft.related = [*draft.related, *rows]

    def replace(self, record, values):
        getattr(record, self.attribute).set([target.pk for target in values])


class PeopleCell(KeyCell):
    """``slug: role: office``, joined by “;”; role and office may be left out."""

    def clean(self, value, row=None, **kwargs):
        roles, found = ChoiceCell(Participation._meta.get_field("role")), []
        for text in pieces(Cell.clean(self, value)):
            who, role, office = (part.strip() for part in f"{text}::".split(PART, 2))
            person = self.indexes[self.model].find(who)
            role = roles.clean(role or Participation.Role.PARTICIPANT)
            part = (person, role, office.rstrip(PART).strip())
            if any(part[:2] == other[:2] for other in found):
                raise ValueError(
                    _("“%(who)s” is named twice as %(role)s.") % {"who": person.key, "role": role}
                )
            found.append(part)
        return sorted(found, key=_person_order)

    def render(self, value, obj=None, **kwargs):
        return SEPARATOR.join(
            f"{PART} ".join(filter(None, (person.key, role, office)))
            for person, role, office in value or ()
        )


def _person_order(part) -> tuple[str, str]:
    return part[0].key, part[1]


class People(Several):
    def __init__(self, indexes: Indexes) -> None:
        meaning = _("people who took part, joined by “;”: slug, or slug: role: office; roles: %s")
        roles = ", ".join(Participation.Role.values)
        super().__init__("people", PeopleCell(indexes, Person), meaning % roles)
        self.indexes = indexes

    def stored(self, instance):
        index = self.indexes[Person]
        parts = (
            (index.by_pk[part.person_id], part.role, part.office)
            for part in instance.participations.all()
        )
        return sorted(parts, key=_person_order)

    def keys(self, instance):
        return [person.key for person, _role, _office in self.get_value(instance)]

    def put(self, draft, values):
        draft.participations = [
            Participation(record=draft.record, person_id=person.pk, role=role, office=office)
            for person, role, office in values
        ]

    def replace(self, record, values):
        wanted = {(person.pk, role): office for person, role, office in values}
        for part in record.participations.all():
            office = wanted.pop((part.person_id, part.role), None)
            if office is None:
                part.delete()
            elif office != part.office:
                part.office = office
                part.save()
        for (person, role), office in wanted.items():
            Participation.objects.create(
                record_id=record.pk, person_id=person, role=role, office=office
            )
