"""The sorts of query parameter: how each is read, refused, applied, shown and described."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations import dates
from relations.filters.links import Link, link_of
from relations.filters.problems import COMPARED, Refused, shown, unknown_value
from relations.search import query


def _identifiers(choices: Iterable[tuple[str, Any]]) -> list[str]:
    return [identifier for identifier, _label in choices if identifier]


class ChoiceField(forms.ChoiceField):
    """One of a closed set of identifiers; anything else is refused with the valid ones.

    ``any_label`` is the option of a form that leaves the choice open.
    """

    ANY = gettext_lazy("any")

    def __init__(self, *, choices, any_label=ANY, **kwargs):
        def with_any():
            given = choices() if callable(choices) else choices
            return [("", any_label), *given] if any_label else list(given)

        super().__init__(choices=with_any, **kwargs)

    def clean(self, value: str) -> str:
        identifiers = _identifiers(self.choices)
        if value and value not in identifiers:
            raise unknown_value(value, identifiers)
        return value


class ChoicesField(forms.MultipleChoiceField):
    def clean(self, value: list[str]) -> list[str]:
        identifiers = _identifiers(self.choices)
        refused = [unknown_value(one, identifiers) for one in value if one not in identifiers]
        if refused:
            raise forms.ValidationError(refused)
        return list(dict.fromkeys(value))


def _objects_named(queryset: QuerySet, key: str, named: Iterable[str]) -> list[Model]:
    """The objects with these slugs or codes, in that order. Refuses unknown ones."""
    named = list(dict.fromkeys(named))
    found = {getattr(row, key): row for row in queryset.filter(**{f"{key}__in": named})}
    unknown = [name for name in named if name not in found]
    if unknown:
        raise forms.ValidationError(
            [unknown_value(name, candidates(queryset, key, name)) for name in unknown]
        )
    return [found[name] for name in named]


def candidates(queryset: QuerySet, key: str, name: str) -> list[str]:
    """Candidates for a misspelt name: all where they are few, else those that begin alike."""
    keys = queryset.order_by(key).values_list(key, flat=True)
    found = list(keys[: COMPARED + 1])
    if len(found) <= COMPARED:
        return found
    alike = keys.filter(**{f"{key}__istartswith": name[:2]})[:COMPARED]
    return list(dict.fromkeys([*alike, *found]))[:COMPARED]


class ObjectField(forms.ModelChoiceField):
    """One object, by its slug or code (``to_field_name``)."""

    def clean(self, value: str) -> Model | None:
        return _objects_named(self.queryset, self.to_field_name, [value])[0] if value else None


class ObjectsField(forms.ModelMultipleChoiceField):
    """Any number of objects, by their slugs or codes."""

    def clean(self, value: list[str]) -> list[Model]:
        return _objects_named(self.queryset, self.to_field_name, value) if value else []


class EDTFField(forms.CharField):
    def __init__(self, *, closed: bool = False, **kwargs):
        self.closed = closed
        super().__init__(**kwargs)

    def clean(self, value: str) -> dates.EDTFDate | None:
        if not value:
            return None
        try:
            parsed = dates.parse(value)
        except dates.DateError as error:
            raise Refused(str(error)) from error
        if self.closed and (parsed.earliest is None or parsed.latest is None):
            raise Refused(_("Here a date with both ends is needed, for example 1996 or 1992/1999."))
        return parsed


class MomentField(forms.CharField):
    """A day, which means its first moment, or a moment, in UTC and ISO 8601."""

    FORM = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?Z)?"
    )

    def clean(self, value: str) -> datetime | None:
        if not value:
            return None
        try:
            if not self.FORM.fullmatch(value):
                raise ValueError(value)
            return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
        except ValueError:
            raise Refused(
                _(
                    "“%(value)s” is not a day or moment: give one in UTC, for example "
                    "2025-10-16 or 2025-10-16T08:30:00Z."
                )
                % {"value": shown(value)}
            ) from None


class WordsField(forms.CharField):
    """A search text: at least one word, at most 200 characters."""

    def clean(self, value: str) -> str:
        if value:
            try:
                query.words(value)
            except query.SearchError as error:
                raise Refused(str(error)) from error
        return value


class Parameter(django_filters.Filter):
    """A filter with a meaning and an example, both shown in the description of the API.

    ``repeatable`` says whether it may be given more than once. ``longest`` bounds one value. ``has_field``
    says whether pages offer a field for it; a filter in use is shown and kept in any case.
    ``can_be_walked`` says whether it can also be checked row by row (``StrictFilterSet.walked``).
    """

    repeatable = False
    longest = 200
    value_type = "string"
    has_field = True
    can_be_walked = False

    def __init__(self, *args, label, help_text, example, **kwargs):
        super().__init__(*args, label=label, help_text=help_text, **kwargs)
        self.example = example

    @property
    def meaning(self) -> str:
        return force_str(self.extra["help_text"])

    def shown(self, value: Any) -> list[tuple[str, str]]:
        """Each value as queried, and in words, from what ``clean`` returned."""
        return [(str(value), str(value))]

    def described(self) -> dict:
        """The JSON Schema of one value."""
        return {"type": "string", "maxLength": self.longest}


class Choice(Parameter):
    """One of the model's choices, compared with the column ``field_name``."""

    field_class = ChoiceField

    def __init__(self, *args, choices: Iterable | Callable[[], Iterable], **kwargs):
        super().__init__(*args, choices=choices, **kwargs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each valid value with its name."""
        return [(value, force_str(label)) for value, label in self.field.choices if value]

    def shown(self, value):
        return [(value, dict(self.pairs)[value])]

    def described(self):
        return {"type": "string", "enum": [value for value, _label in self.pairs]}


class Choices(Choice):
    """Any of several choices."""

    field_class = ChoicesField
    repeatable = True

    def shown(self, value):
        labels = dict(self.pairs)
        return [(one, labels[one]) for one in value]

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


def described_slug(longest: int) -> dict:
    return {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": longest}


class Named(Parameter):
    """One object by its slug or code, compared with the relation ``field_name``.

    ``links``: how the listed rows lead to such objects, where ``field_name`` does not say it (see
    ``relations.filters.links``).
    """

    field_class = ObjectField
    longest = 120

    def __init__(
        self, *args, queryset: QuerySet, key: str = "slug", links: tuple[Link, ...] = (), **kwargs
    ):
        super().__init__(*args, queryset=queryset, to_field_name=key, **kwargs)
        self.key, self.links = key, links

    def shown(self, value):
        return [(getattr(value, self.key), str(value))]

    def described(self):
        if self.key == "code":
            return {"type": "string", "pattern": "^[A-Z]{2}$"}
        return described_slug(self.longest)


class NamedAny(Named):
    """Any of several objects."""

    field_class = ObjectsField
    repeatable = True

    @property
    def link(self) -> Link | None:
        """The one link by which rows are found; None where they are compared by a column."""
        return self.links[0] if len(self.links) == 1 else link_of(self.model, self.field_name)

    @property
    def can_be_walked(self):
        return self.link is not None

    def shown(self, value):
        return [(getattr(one, self.key), str(one)) for one in value]

    def filter(self, qs, value):
        if not value:
            return qs
        link = self.link
        if link is None:
            return qs.filter(**{f"{self.field_name}__in": value})
        linked = link.to_any(value)
        if self.parent.is_walked:
            return qs.filter(Exists(linked.filter(**{link.of: OuterRef("pk")})))
        return qs.filter(pk__in=linked)


class NamedAll(NamedAny):
    """Every one of several objects."""

    can_be_walked = False

    def filter(self, qs, value):
        for one in value:
            qs = qs.filter(**{self.field_name: one})
        return qs


class EDTF(Parameter):
    """A date. ``applied(parsed)`` is the condition that it makes."""

    field_class = EDTFField
    longest = dates.MAX_LENGTH

    def __init__(self, *args, applied: Callable[..., Q], **kwargs):
        super().__init__(*args, **kwargs)
        self.applied = applied

    def shown(self, value):
        return [(value.edtf, value.display())]

    def filter(self, qs, value):
        return qs.filter(self.applied(value)) if value else qs


class Moment(Parameter):
    """A day or a moment in UTC: rows not before it, by the column ``field_name``."""

    field_class = MomentField
    longest = 40
    has_field = False

    def shown(self, value):
        text = value.isoformat().replace("+00:00", "Z")
        return [(text, text)]

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__gte": value}) if value else qs


class Words(Parameter):
    """Full text. ``applied(queryset, text)`` filters by it."""

    field_class = WordsField
    # The field's own message gives the number of characters, so it must come before the general limit.
    longest = query.MAX_LENGTH

    def __init__(self, *args, applied: Callable[[QuerySet, str], QuerySet] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.applied = applied

    def filter(self, qs, value):
        return self.applied(qs, value) if value and self.applied else qs


class IndexedWords(Words):
    """Full-text search of records. The index is read once for a filter set and for the copies made of it."""

    _found: tuple[str, query.Condition] | None = None

    def filter(self, qs, value):
        if not value:
            return qs
        if self._found is None or self._found[0] != value:
            self._found = value, query.condition(value)
        return qs.filter(self._found[1])


class Ordering(Choice):
    """The order of the list. The listing applies it, because pages depend on it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, any_label=None, **kwargs)

    def filter(self, qs, value):
        return qs
