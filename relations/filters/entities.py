"""Filters of the lists of entities, countries, relations, topics and sources."""

from __future__ import annotations

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.forms import CharField
from django.utils.translation import gettext_lazy as _

from relations.derived import stored_json
from relations.filters.changes import AfterChange
from relations.filters.days import Day, holding_on
from relations.filters.links import Link, one
from relations.filters.parameters import Choice, Named, NamedAll, Ordering, Parameter, Words
from relations.filters.problems import COMPARED, unknown_value
from relations.filters.same_row import SameRow
from relations.filters.strict import StrictFilterSet
from relations.models import (
    ChangedSubject,
    Country,
    Entity,
    Membership,
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
from relations.search import query


def _words(*columns: str, example: str, with_names: bool = False) -> Words:
    """Rows in which every word and phrase occurs in one of the columns, or in another name of the entity.

    A word may be part of a longer one, so the beginning of a word (``kazakh*``) needs no special case.
    """

    def applied(queryset: QuerySet, text: str) -> QuerySet:
        asked = query.terms(text)
        for word in (*asked.words, *asked.prefixes, *asked.phrases):
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
            "Words or parts of words that all occur in its name or another of its names; “in "
            "quotation marks” a literal phrase; at most 200 characters."
        )
        if with_names
        else _(
            "Words or parts of words that all occur in its name or title; “in quotation "
            "marks” a literal phrase; at most 200 characters."
        ),
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


class StatedRoleField(CharField):
    """The role of some membership, as its source words it."""

    def clean(self, value: str) -> str:
        roles = Membership.objects.exclude(role="").order_by("role").values_list("role", flat=True)
        if value and value not in (known := list(roles.distinct()[:COMPARED])):
            raise unknown_value(value, known)
        return value


class StatedRole(Parameter):
    field_class = StatedRoleField
    longest = 80


def _member_role(help_text) -> StatedRole:
    return StatedRole(label=_("Role of the member"), help_text=help_text, example="full member")


def _of_role(memberships: QuerySet, role: str) -> QuerySet:
    return memberships.filter(role=role)


def _of_office(tenures: QuerySet, text: str) -> QuerySet:
    for word in query.words(text):
        tenures = tenures.filter(office__icontains=word)
    return tenures


class _OfPair(NamedAll):
    """Relations by the countries they are between, each of which its ``links`` may lead to."""

    def filter(self, qs, value):
        for country in value:
            found = Q()
            for link in self.links:
                found |= Q(**{link.to: country})
            qs = qs.filter(found)
        return qs


class ChangedSince(AfterChange):
    """Objects that read differently since a change: it altered them, or something that they show."""

    def filter(self, qs, value):
        # Everything has changed since before the first change.
        if not value:
            return qs
        found = Q()
        for model in (Country, Entity, Relation, Source, Topic):
            itself = ["pk"] if issubclass(qs.model, model) else []
            for path in (*itself, *stored_json.leads(qs.model, model)):
                rows = qs.model._base_manager.filter(_altered_since(value, model, path))
                found |= Q(pk__in=rows.values("pk"))
        return qs.filter(found)


def _altered_since(number: int, model: type[Model], path: str) -> Exists:
    """Whether a later change altered the row of the model that ``path`` leads to."""
    subject = Cast(OuterRef(path), TextField())
    altered = ChangedSubject.objects.filter(model=model._meta.label_lower, subject=subject)
    return Exists(altered.filter(change__gt=number))


class FollowedFilterSet(StrictFilterSet):
    """The filters of lists that a mirror follows."""

    changed_since = ChangedSince(
        label=_("Changed after change"),
        help_text=_(
            "Number of a change: objects that read differently since, even if only something "
            "they name has changed. 0: all."
        ),
        example="0",
    )


class NamedFilterSet(FollowedFilterSet):
    """The filters of objects with a name and a slug."""

    orderings = {"name": ("name", "slug")}
    default_ordering = "name"

    ordering = _ordering("name", _("A to Z"), _("Z to A"))


class OrganizationFilter(NamedFilterSet):
    same_row = (
        SameRow(
            Membership,
            "organization",
            {
                "member": one("country"),
                "member_role": _of_role,
                "member_on": holding_on,
            },
            each="member",
        ),
    )

    q = _words("name", with_names=True, example="council")
    country = _country(_("Code of the country it belongs to."))
    type = Choice(
        choices=Organization.Type.choices,
        label=_("Type"),
        help_text=_("The type of organization."),
        example="intergovernmental",
    )
    member = NamedAll(
        queryset=Country.objects.all(),
        key="code",
        label=_("Member"),
        help_text=_(
            "Code of a country that is or was a member, as far as a source says; with "
            "`member_on` or `member_role`, on that day or in that role. Given twice, both are "
            "members."
        ),
        example="KZ",
    )
    member_role = _member_role(
        _("The role of `member`, or else of any member, as its source words it.")
    )
    member_on = Day(
        label=_("Members on"),
        help_text=_(
            "A day: organizations of which `member`, or else any country, was certainly a "
            "member on it, and is not known to have left before. Undated memberships do not "
            "count."
        ),
        example="2025-01-01",
    )

    class Meta:
        model = Organization
        fields = []


class PersonFilter(NamedFilterSet):
    uncounted = frozenset({"organization"})
    same_row = (
        SameRow(
            Tenure,
            "person",
            {
                "country": one("country"),
                "organization": one("organization"),
                "office": _of_office,
                "held_on": holding_on,
            },
        ),
    )

    q = _words("name", with_names=True, example="aliyev")
    country = _country(_("Code of a country in which the person held an office."))
    organization = Named(
        queryset=Organization.objects.all(),
        label=_("Organization"),
        help_text=_(
            "Slug of an organization in which the person held an office. Together with "
            "`country` and the like, one office must match all of them."
        ),
        example="organization-of-turkic-states",
    )
    office = Words(
        label=_("Office"),
        help_text=_("Words that all occur in the name of an office the person held."),
        example="foreign minister",
    )
    held_on = Day(
        label=_("In office on"),
        help_text=_(
            "A day: persons who certainly held an office on it (with `country`, "
            "`organization` or `office`, that one), and are not known to have left it before. "
            "Undated offices do not count."
        ),
        example="2025-01-01",
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
    uncounted = frozenset({"organization"})
    orderings = {"name": ("name", "code")}
    same_row = (
        SameRow(
            Membership,
            "country",
            {
                "organization": one("organization"),
                "member_role": _of_role,
                "member_on": holding_on,
            },
            each="organization",
        ),
    )

    q = _words("name", "official_name", example="kazakhstan")
    organization = NamedAll(
        queryset=Organization.objects.all(),
        label=_("Organization"),
        help_text=_(
            "Slug of an organization of which it is or was a member, as far as a source says; "
            "with `member_on` or `member_role`, on that day or in that role. Given twice, it "
            "is a member of both."
        ),
        example="organization-of-turkic-states",
    )
    member_role = _member_role(
        _("The role of a member, as its source words it: in `organization`, or else in any.")
    )
    member_on = Day(
        label=_("Member on"),
        help_text=_(
            "A day: countries that were certainly a member of `organization`, or else of any, "
            "on it, and are not known to have left before. Undated memberships do not count."
        ),
        example="2025-01-01",
    )

    class Meta:
        model = Country
        fields = []


class SourceFilter(FollowedFilterSet):
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


class RelationFilter(FollowedFilterSet):
    orderings = {"slug": ("slug",)}
    default_ordering = "slug"

    country = _OfPair(
        queryset=Country.objects.all(),
        key="code",
        links=(Link(Relation, "pk", "first"), Link(Relation, "pk", "second")),
        label=_("Country"),
        help_text=_("Code of a country it is between. Given twice, it is between those two."),
        example="KZ",
    )
    ordering = _ordering("slug", _("A to Z"), _("Z to A"))

    class Meta:
        model = Relation
        fields = []
