"""The filters of every list of records: page, API, feed and export."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Self

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations import dates, kinds
from relations.filters.changes import AfterChange
from relations.filters.conflicts import conflict_in
from relations.filters.links import any_of
from relations.filters.parameters import (
    EDTF,
    Choice,
    Choices,
    IndexedWords,
    Moment,
    NamedAll,
    NamedAny,
    Ordering,
)
from relations.filters.passages import Passage, of_passages
from relations.filters.same_row import SameRow
from relations.filters.strict import StrictFilterSet
from relations.models import (
    Citation,
    Country,
    Organization,
    Participation,
    Person,
    Place,
    Project,
    Record,
    Relation,
    Source,
    StoredObject,
    Topic,
)

# A date filter overlaps by the sort columns, in which an open end has collapsed onto the known one:
# “by 16 October 2025” is found in October 2025 and not in 1996.


# ``of`` leads to the row that bears the columns: the record itself, or its entry in a relation.


def overlapping(asked: dates.EDTFDate, of: str = "") -> Q:
    return not_after(asked, of) & not_before(asked, of)


def not_before(asked: dates.EDTFDate, of: str = "") -> Q:
    return Q(**{f"{of}sort_end__gte": asked.sort_date})


def not_after(asked: dates.EDTFDate, of: str = "") -> Q:
    return Q(**{f"{of}sort_date__lte": asked.sort_end})


def days_between(values: dict[str, Any]) -> tuple[date, date]:
    """The days to which these filters limit dates."""
    low, high = date.min, date.max
    for name in ("date", "date_after"):
        if name in values:
            low = max(low, values[name].sort_date)
    for name in ("date", "date_before"):
        if name in values:
            high = min(high, values[name].sort_end)
    return low, high


def certainly_within(asked: dates.EDTFDate) -> Q:
    """Records that certainly happened within these days. An open end is null and matches nothing."""
    return Q(earliest__gte=asked.earliest, latest__lte=asked.latest)


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.name, kind.label) for kind in kinds.every()]


class Organizations(NamedAny):
    """Organizations that take part, also where the kind itself names one: a party, a body that met.

    Each kind's filter set names these paths in ``organization_paths``, so that the timeline and the kind's
    own list agree.
    """

    can_be_walked = False

    def filter(self, qs, value):
        if not value:
            return qs
        found = Q(pk__in=self.link.to_any(value))
        for kind in kinds.every():
            for path in kind.filterset_class.organization_paths:
                rows = kind.model._base_manager.filter(**{f"{path}__in": value})
                found |= Q(pk__in=rows.values("pk"))
        return qs.filter(found)


class ChangedSince(AfterChange):
    """Records that read differently since a change: they carry the number of a later one."""

    def filter(self, qs, value):
        # Every record has changed since before the first change.
        if not value:
            return qs
        return qs.filter(pk__in=StoredObject.objects.filter(change__gt=value).values("record"))


# By what dates overlap. Entries bear these columns too, in the order of their index.
OVERLAPPING = {"date", "date_after", "date_before"}


class RecordFilter(StrictFilterSet):
    """The filters common to all kinds.

    Two countries that form a relation, or the ``relation`` of the page, are looked up through its timeline
    entries: the same records, found and ordered by one index.
    """

    organization_paths: tuple[str, ...] = ()
    same_row = (
        SameRow(
            Participation,
            "record",
            {
                "person": any_of("person"),
                "role": lambda rows, roles: rows.filter(role__in=roles),
            },
        ),
        SameRow(
            Citation,
            "record",
            {
                "source": any_of("source"),
                "locator": of_passages,
            },
        ),
    )
    orderings = {
        "date": ("sort_date", "sort_end", "pk"),
        "title": ("title", "sort_date", "sort_end", "pk"),
        "modified": ("modified", "sort_date", "sort_end", "pk"),
    }
    default_ordering = "-date"

    country = NamedAll(
        "countries",
        queryset=Country.objects.all(),
        key="code",
        label=_("Country"),
        help_text=_(
            "ISO 3166-1 alpha-2 code of a country that takes part. Given twice, both take part."
        ),
        example="AZ",
    )
    country_any = NamedAny(
        "countries",
        queryset=Country.objects.all(),
        key="code",
        label=_("Any of the countries"),
        help_text=_(
            "ISO 3166-1 alpha-2 code of a country. Repeat it for several: any of them takes part. "
            "Beside `country`, all of those take part and any of these."
        ),
        example="TR",
    )
    kind = Choices(
        choices=kind_choices,
        label=_("Kind"),
        help_text=_("The kind of record. Repeat it for several: any of them."),
        example="visit",
    )
    topic = NamedAny(
        "topics",
        queryset=Topic.objects.all(),
        label=_("Topic"),
        help_text=_("Slug of a topic. Repeat it for several: any of them."),
        example="energy",
    )
    place = NamedAny(
        queryset=Place.objects.all(),
        label=_("Place"),
        help_text=_("Slug of the place where it happened. Repeat it for several: any of them."),
        example="baku",
    )
    person = NamedAny(
        queryset=Person.objects.all(),
        label=_("Person"),
        help_text=_(
            "Slug of a person who took part. Repeat it for several: any of them. With `role`, in that role."
        ),
        example="nursultan-nazarbayev",
    )
    role = Choices(
        choices=Participation.Role.choices,
        label=_("Role"),
        help_text=_(
            "The role in which a person took part: of `person`, or else of anyone. Repeat it for several: "
            "any of them."
        ),
        example="signatory",
    )
    organization = Organizations(
        "organizations",
        queryset=Organization.objects.all(),
        label=_("Organization"),
        help_text=_(
            "Slug of an organization that took part, also as a party or as the body that met. "
            "Repeat it for several: any of them."
        ),
        example="organization-of-turkic-states",
    )
    project = NamedAny(
        "projects",
        queryset=Project.objects.all(),
        label=_("Project"),
        help_text=_("Slug of a project it concerns. Repeat it for several: any of them."),
        example="trans-caspian-international-transport-route",
    )
    source = NamedAny(
        queryset=Source.objects.all(),
        label=_("Source"),
        help_text=_(
            "Slug of a source cited for it. Repeat it for several: any of them. With `locator`, of that "
            "passage."
        ),
        example="jabbarova-2025",
    )
    locator = Passage(
        label=_("Passage"),
        help_text=_(
            "Numbers of paragraphs (pages, articles, rows), such as 55, 55-60 or 1,13: records for which one "
            "of these passages is cited, of `source`, or else of any source."
        ),
        example="55",
    )
    date = EDTF(
        applied=overlapping,
        label=_("Date"),
        help_text=_(
            "EDTF date (1996, 1996-09, 1996-09-16, 199X, 1992/1999): records whose date overlaps it."
        ),
        example="1996-09",
    )
    date_after = EDTF(
        applied=not_before,
        label=_("From"),
        help_text=_("EDTF date: records whose date reaches that day or a later one."),
        example="2000-01-01",
    )
    date_before = EDTF(
        applied=not_after,
        label=_("Until"),
        help_text=_("EDTF date: records whose date begins on that day or an earlier one."),
        example="2010",
    )
    date_within = EDTF(
        closed=True,
        applied=certainly_within,
        label=_("Certainly within"),
        help_text=_(
            "EDTF date with both ends: records that certainly happened inside it, however little is known."
        ),
        example="1992/1999",
    )
    outcome = Choice(
        choices=Record.Outcome.choices,
        label=_("Outcome"),
        help_text=_("Whether it happened, or is or was only planned or proposed."),
        example="happened",
    )
    evidence = Choice(
        choices=Record.Evidence.choices,
        label=_("Evidence"),
        help_text=_(
            "What the sources make of it: confirmed by two, stated by a single one, in conflict, "
            "or its date not sourced."
        ),
        example="conflict",
    )
    conflict = conflict_in()
    changed_since = ChangedSince(
        label=_("Changed after change"),
        help_text=_(
            "Number of a change: records that read differently since, even if only something "
            "they name has changed. 0: all."
        ),
        example="0",
    )
    modified_since = Moment(
        "modified",
        label=_("Modified since"),
        help_text=_(
            "Day or moment in UTC (ISO 8601): records that were themselves modified then or later."
        ),
        example="2025-10-16",
    )
    q = IndexedWords(
        label=_("Search"),
        help_text=_(
            "Words that all occur in its title, summary or names; “in quotation marks” a "
            "phrase, word for word; with a star (`kazakh*`) the beginning of a word. "
            "Everything else is plain text. At most 200 characters."
        ),
        example='"caspian sea" oil',
    )
    ordering = Ordering(
        choices=[
            ("-date", _("newest first")),
            ("date", _("oldest first")),
            ("title", _("title, A to Z")),
            ("-title", _("title, Z to A")),
            ("-modified", _("last modified first")),
            ("modified", _("last modified last")),
        ],
        label=_("Order"),
        help_text=_("The order of the list; ties are ordered by date. Default: -date."),
        example="date",
    )

    class Meta:
        model = Record
        fields = []

    def __init__(self, *args, relation: Relation | None = None, **kwargs):
        self.page_relation = relation
        super().__init__(*args, **kwargs)

    @cached_property
    def relation(self) -> Relation | None:
        """The relation through whose entries the records are found, if there is one."""
        if self.page_relation is not None:
            return self.page_relation
        codes = sorted(country.code for country in self.values.get("country", []))
        if len(codes) != 2:
            return None
        return Relation.objects.filter(first_id=codes[0], second_id=codes[1]).first()

    def having(self, values):
        other = super().having(values)
        if other.values.get("country") == self.values.get("country"):
            # The same relation, which need not be looked up again.
            other.relation = self.relation
        return other

    def undated(self) -> tuple[Self, tuple[date, date]] | None:
        """The selection without its dates, and the days that a record must overlap.

        None where the filter has no dates, or where a record has to reach from a later day to an earlier
        one.
        """
        first, last = days_between(self.values)
        if not OVERLAPPING & self.values.keys() or first > last:
            return None
        rest = {name: value for name, value in self.values.items() if name not in OVERLAPPING}
        return self.having(rest), (first, last)

    def filter_queryset(self, queryset):
        values = dict(self.values)
        if self.relation is not None:
            entries = Q(entries__relation=self.relation)
            for name in OVERLAPPING & values.keys():
                entries &= self.filters[name].applied(values.pop(name), "entries__")
            queryset = queryset.filter(entries)
            pair = {self.relation.first_id, self.relation.second_id}
            countries = values.pop("country", [])
            values["country"] = [country for country in countries if country.code not in pair]
        return self.narrowed(queryset, values)

    def ordering_columns(self, name):
        if self.relation is not None and name.removeprefix("-") == "date":
            return ("entries__sort_date", "entries__sort_end", "entries__record_id")
        return super().ordering_columns(name)
