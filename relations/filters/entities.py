"""What the lists of entities, countries, relations, topics and sources can be filtered by."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from relations import search
from relations.filters.parameters import Choice, Named, NamedAll, Ordering, Words
from relations.filters.strict import StrictFilterSet
from relations.models import (
    Country,
    Name,
    Organization,
    Person,
    Place,
    Project,
    Relation,
    Source,
    Tenure,
    Topic,
)


def _words(*columns: str, example: str, with_names: bool = False) -> Words:
    """Every word stands in one of the columns, or in another name of the entity."""

    def applied(queryset: QuerySet, text: str) -> QuerySet:
        for word in search.words(text):
            found = Q()
            for column in columns:
                found |= Q(**{f"{column}__icontains": word})
            if with_names:
                named = Name.objects.filter(text__icontains=word)
                found |= Q(pk__in=named.values("entity"))
            queryset = queryset.filter(found)
        return queryset

    return Words(
        applied=applied,
        label=_("Search"),
        help_text=_(
            "Words that all occur in its name or another of its names; at most 200 characters."
        )
        if with_names
        else _("Words that all occur in its name or title; at most 200 characters."),
        example=example,
    )


def _ordering(column: str, label: str, reversed_label: str) -> Ordering:
    return Ordering(
        choices=[(column, label), (f"-{column}", reversed_label)],
        label=_("Order"),
        help_text=_("The order of the list."),
        example=f"-{column}",
    )


def _country(help_text, **options) -> Named:
    return Named(
        queryset=Country.objects.all(),
        key="code",
        label=_("Country"),
        help_text=help_text,
        example="KZ",
        **options,
    )


class _HeldIn(Named):
    """Persons by the country they held an office in."""

    def filter(self, qs, value):
        if value is None:
            return qs
        return qs.filter(pk__in=Tenure.objects.filter(country=value).values("person"))


class _OfPair(NamedAll):
    """Relations by the countries they are between."""

    def filter(self, qs, value):
        for country in value:
            qs = qs.filter(Q(first=country) | Q(second=country))
        return qs


class NamedFilterSet(StrictFilterSet):
    """Whatever has a name and a slug."""

    orderings = {"name": ("name", "slug")}
    default_ordering = "name"

    ordering = _ordering("name", _("A to Z"), _("Z to A"))


class OrganizationFilter(NamedFilterSet):
    q = _words("name", with_names=True, example="council")
    country = _country(_("Code of the country it belongs to."))
    type = Choice(
        choices=Organization.Type.choices,
        label=_("Type"),
        help_text=_("The type of organization."),
        example="intergovernmental",
    )
    member = Named(
        "memberships__country",
        queryset=Country.objects.all(),
        key="code",
        label=_("Member"),
        help_text=_("Code of a country that is or was a member, as far as a source says."),
        example="KZ",
        distinct=True,
    )

    class Meta:
        model = Organization
        fields = []


class PersonFilter(NamedFilterSet):
    q = _words("name", with_names=True, example="aliyev")
    country = _HeldIn(
        queryset=Country.objects.all(),
        key="code",
        label=_("Country"),
        help_text=_("Code of a country in which the person held an office."),
        example="KZ",
    )

    class Meta:
        model = Person
        fields = []


class PlaceFilter(NamedFilterSet):
    q = _words("name", with_names=True, example="caspian")
    country = _country(_("Code of the country it is in."))

    class Meta:
        model = Place
        fields = []


class ProjectFilter(NamedFilterSet):
    q = _words("name", with_names=True, example="caspian")
    type = Choice(
        choices=Project.Type.choices,
        label=_("Type"),
        help_text=_("The type of project."),
        example="corridor",
    )
    state = Choice(
        choices=Project.State.choices,
        label=_("State"),
        help_text=_("Whether it is planned or stands, where a source says so."),
        example="planned",
    )
    place = Named(
        "places",
        queryset=Place.objects.all(),
        label=_("Place"),
        help_text=_("Slug of a place it touches."),
        example="aktau",
    )

    class Meta:
        model = Project
        fields = []


class TopicFilter(NamedFilterSet):
    q = _words("name", example="energy")

    class Meta:
        model = Topic
        fields = []


class CountryFilter(NamedFilterSet):
    orderings = {"name": ("name", "code")}

    q = _words("name", "official_name", example="kazakhstan")

    class Meta:
        model = Country
        fields = []


class SourceFilter(StrictFilterSet):
    orderings = {"title": ("title", "slug")}
    default_ordering = "title"

    q = _words("title", "author", "publisher", example="azerbaijan")
    kind = Choice(
        choices=Source.Kind.choices,
        label=_("Kind"),
        help_text=_("The kind of document."),
        example="article",
    )
    ordering = _ordering("title", _("A to Z"), _("Z to A"))

    class Meta:
        model = Source
        fields = []


class RelationFilter(StrictFilterSet):
    orderings = {"slug": ("slug",)}
    default_ordering = "slug"

    country = _OfPair(
        queryset=Country.objects.all(),
        key="code",
        label=_("Country"),
        help_text=_("Code of a country it is between. Given twice, it is between those two."),
        example="KZ",
    )
    ordering = _ordering("slug", _("A to Z"), _("Z to A"))

    class Meta:
        model = Relation
        fields = []
