"""Entities: organizations, people, places and projects, with their names and what sources say of them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from relations.admin.base import REASON_FIELDSET, DeskAdmin, DeskInline
from relations.admin.citations import CitationInline
from relations.admin.parents import ParentAdmin
from relations.models import (
    Entity,
    Membership,
    Name,
    Organization,
    Person,
    Place,
    Project,
    Tenure,
)


class NameInline(DeskInline, admin.TabularInline):
    model = Name
    fields = ["text", "kind", "language", "since", "until"]
    verbose_name_plural = gettext_lazy("other names: former, variant, abbreviated, translated")


class MembershipInline(DeskInline, admin.TabularInline):
    model = Membership
    fields = ["country", "role", "since", "until"]
    autocomplete_fields = ["country"]
    show_change_link = True
    verbose_name_plural = gettext_lazy(
        "members, as a source states them (citations on their own page)"
    )


class TenureInline(DeskInline, admin.TabularInline):
    model = Tenure
    fk_name = "person"
    fields = ["office", "country", "organization", "since", "until"]
    autocomplete_fields = ["country", "organization"]
    show_change_link = True
    verbose_name_plural = gettext_lazy(
        "offices held, as a source states them (citations on their own page)"
    )


class ListedEntity:
    search_fields = ["name", "slug", "names__text"]
    ordering = ["name", "slug"]


class EntityAdmin(ListedEntity, DeskAdmin):
    own_fields: list = []
    inlines = [NameInline, CitationInline]
    slug_from = "name"
    own_help = None

    def get_fieldsets(self, request, obj=None):
        fieldsets = [(None, {"fields": ["name", "description"], "description": self.own_help})]
        if self.own_fields:
            fieldsets.append((gettext_lazy("What it is"), {"fields": self.own_fields}))
        return [*fieldsets, (gettext_lazy("Address"), {"fields": ["slug"]}), REASON_FIELDSET]


class OrganizationAdmin(EntityAdmin):
    own_fields = ["type", "country", "founded", "seat"]
    own_help = gettext_lazy(
        "Two names may be one body: say so only as far as a source does. A former name is a name "
        "below, not another organization."
    )
    list_display = ["name", "type", "country", "founded", "slug"]
    list_filter = ["type", ("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country"]
    autocomplete_fields = ["country", "seat"]
    inlines = [NameInline, MembershipInline, CitationInline]


class PersonAdmin(EntityAdmin):
    own_help = gettext_lazy(
        "The name as readers know it. The office a source gives someone on an occasion belongs to "
        "that record; below stand only offices a source says they held."
    )
    list_display = ["name", "slug"]
    inlines = [NameInline, TenureInline, CitationInline]


class PlaceAdmin(EntityAdmin):
    own_fields = ["country", ("latitude", "longitude")]
    list_display = ["name", "country", "slug"]
    list_filter = [("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country"]
    autocomplete_fields = ["country"]


class ProjectAdmin(EntityAdmin):
    own_fields = ["type", "state", "part_of", "places"]
    own_help = gettext_lazy(
        "An undertaking without a date of its own, such as a corridor. What happened to it and when "
        "is a record that names it."
    )
    list_display = ["name", "type", "state", "part_of", "slug"]
    list_filter = ["type", "state"]
    list_select_related = ["part_of"]
    autocomplete_fields = ["part_of", "places"]


class AnyEntityAdmin(ListedEntity, ParentAdmin):
    """For autocompletion among entities of every kind; not on the index."""

    list_display = ["name", "kind", "slug"]

    def get_model_perms(self, request):
        return {}

    def has_delete_permission(self, request, obj=None):
        """Asked about the parent row when an entity is deleted in its own form."""
        return obj is not None


ADMINS = {
    Entity: AnyEntityAdmin,
    Organization: OrganizationAdmin,
    Person: PersonAdmin,
    Place: PlaceAdmin,
    Project: ProjectAdmin,
}
