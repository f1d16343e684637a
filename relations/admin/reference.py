"""Countries, the relations between two of them, topics and sources."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from relations import dates
from relations.admin.base import REASON_FIELDSET, DeskAdmin
from relations.admin.forms import DeskForm
from relations.models import Country, Relation, Source, Topic


class CountryAdmin(DeskAdmin):
    list_display = ["name", "code", "alpha3", "numeric", "slug"]
    search_fields = ["name", "official_name", "=code", "=alpha3"]
    ordering = ["name"]
    slug_from = "name"
    fieldsets = [
        (None, {"fields": ["name", "official_name"]}),
        (gettext_lazy("Codes"), {"fields": ["code", "alpha3", "numeric", "slug"]}),
        REASON_FIELDSET,
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []  # the key by which everything else refers to it


class RelationForm(DeskForm):
    """Takes the two countries in either order, because a relation has no order."""

    def clean(self):
        cleaned = super().clean()
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and second and first.code > second.code:
            cleaned["first"], cleaned["second"] = second, first
        return cleaned


class RelationAdmin(DeskAdmin):
    form = RelationForm
    list_display = ["__str__", "slug"]
    search_fields = ["slug", "first__name", "second__name"]
    list_select_related = ["first", "second"]
    ordering = ["slug"]
    autocomplete_fields = ["first", "second"]
    fieldsets = [
        (
            None,
            {
                "fields": ["first", "second", "introduction"],
                "description": gettext_lazy(
                    "Its records are not chosen: they are the published ones in which both take part."
                ),
            },
        ),
        (gettext_lazy("Address"), {"fields": ["slug"]}),
        REASON_FIELDSET,
    ]

    def slug_words(self, cleaned):
        pair = [cleaned.get("first"), cleaned.get("second")]
        if None in pair:
            return "", ""
        return "-".join(country.slug for country in sorted(pair, key=lambda one: one.code)), ""


class TopicAdmin(DeskAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug", "description"]
    ordering = ["name"]
    slug_from = "name"
    fieldsets = [
        (None, {"fields": ["name", "description"]}),
        (gettext_lazy("Address"), {"fields": ["slug"]}),
        REASON_FIELDSET,
    ]


class SourceAdmin(DeskAdmin):
    list_display = ["title", "kind", "published_reads", "publisher", "language"]
    list_filter = ["kind"]
    search_fields = ["title", "slug", "author", "publisher", "doi", "url"]
    ordering = ["title", "slug"]
    slug_from = "title"
    fieldsets = [
        (None, {"fields": ["title", "kind", "author", "publisher", "language"]}),
        (
            gettext_lazy("When it was published"),
            {
                "fields": ["published", "published_basis"],
                "description": gettext_lazy(
                    "“Today” and “last year” in it are worked out from this date; it is not the date "
                    "of what it reports."
                ),
            },
        ),
        (gettext_lazy("Where it is found"), {"fields": ["url", "doi", "document"]}),
        (None, {"fields": ["note"]}),
        (gettext_lazy("Address"), {"fields": ["slug"]}),
        REASON_FIELDSET,
    ]

    def slug_words(self, cleaned):
        try:
            year = f"{dates.parse(cleaned.get('published') or '').sort_date.year:04}"
        except dates.DateError:
            year = ""
        return cleaned.get("title") or "", year

    @admin.display(description=gettext_lazy("published"))
    def published_reads(self, obj):
        try:
            return dates.parse(obj.published).display()
        except dates.DateError:
            return "–"


ADMINS = {Country: CountryAdmin, Relation: RelationAdmin, Topic: TopicAdmin, Source: SourceAdmin}
