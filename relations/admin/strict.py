"""Refuse keys, look-ups and searches that would cause a database error.

Django's admin hands what it is sent to the database unchecked. A key of forty digits, a null character in a
list of keys, or a look-up that is not offered ends in an error of SQLite or PostgreSQL, and each has its
own.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

SEARCH_LENGTH = 200
LARGEST = 2**63 - 1


def could_be_key(model: type[models.Model], value) -> bool:
    """Whether the value has the form of a key of the model, on any database."""
    field = model._meta.pk
    while field.is_relation:
        field = field.target_field
    try:
        key = field.to_python(value)
    except (ValidationError, ValueError):
        return False
    if isinstance(key, int):
        return abs(key) <= LARGEST
    return isinstance(key, str) and "\0" not in key


class KeyChoice(forms.ModelChoiceField):
    def to_python(self, value):
        if value not in self.empty_values and not could_be_key(self.queryset.model, value):
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": value},
            )
        return super().to_python(value)


class KeyChoices(forms.ModelMultipleChoiceField):
    def clean(self, value):
        for key in value if isinstance(value, (list, tuple)) else ():
            if not could_be_key(self.queryset.model, key):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": key},
                )
        return super().clean(value)


class _OnlyKeys:
    """Draws the form again without a refused key, which Django would look up to name it."""

    def optgroups(self, name, value, attr=None):
        model = self.field.remote_field.model
        return super().optgroups(name, [key for key in value if could_be_key(model, key)], attr)


class OneByName(_OnlyKeys, AutocompleteSelect):
    pass


class SeveralByName(_OnlyKeys, AutocompleteSelectMultiple):
    pass


class StrictLinks:
    """For a form's links: checks keys, whether chosen from a list or by autocompletion."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", KeyChoice)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OneByName(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", KeyChoices)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SeveralByName(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class StrictLists(StrictLinks):
    """For a model's lists and addresses: only the offered filters, and searches of a limited length."""

    def get_object(self, request, object_id, from_field=None):
        if from_field is None and not could_be_key(self.model, object_id):
            return None
        return super().get_object(request, object_id, from_field)

    def history_view(self, request, object_id, extra_context=None):
        if not could_be_key(self.model, unquote(object_id)):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return super().history_view(request, object_id, extra_context)

    def lookup_allowed(self, lookup, value, request):
        for spec in self.get_list_filter(request):
            path = spec[0] if isinstance(spec, (list, tuple)) else spec
            if isinstance(path, type) and issubclass(path, admin.SimpleListFilter):
                if lookup == path.parameter_name:
                    return True
                continue
            field = get_fields_from_path(self.model, path)[-1]
            exact = [path, f"{path}__exact"]
            if field.is_relation:
                exact.append(f"{path}__{field.target_field.name}__exact")
            if lookup in exact:
                return not field.is_relation or could_be_key(field.related_model, value)
            if lookup in (f"{path}__isnull", f"{path}__isempty"):
                return True
        return False

    def get_search_results(self, request, queryset, search_term):
        if len(search_term) <= SEARCH_LENGTH and "\0" not in search_term:
            return super().get_search_results(request, queryset, search_term)
        if request.resolver_match.url_name != "autocomplete":
            text = _("Search for at most %d characters.") % SEARCH_LENGTH
            self.message_user(request, text, messages.ERROR)
        return queryset.none(), False
