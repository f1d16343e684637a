"""The list from which a reader came, carried in a record's address, and the records before and after it
there.
"""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from relations.filters import RecordFilter
from relations.filters.parameters import NamedAll
from relations.filters.problems import Problem
from relations.kinds import Kind
from relations.lists.listing import Listing
from relations.lists.pagination import Cursor, Page
from relations.models import Record, Relation

# What a link to a neighbour shows, and what its place in the order follows from.
COLUMNS = ("kind", "slug", "title", "date", "outcome", "sort_date", "sort_end", "modified")


def trail_of(
    listing: Listing, *, kind: Kind | None = None, pairs: tuple[tuple[str, str], ...] = ()
) -> str:
    """The query string of a row's link to its record: ``?`` and the filters of the list, or empty.

    ``pairs`` are the filters that the list itself implies: the two countries, a topic. A kind's own list
    names its kind. Where a filter repeats an implied one, the list holds only what matches both, but a
    record's address would mean either. Such a list is not carried on.
    """
    name = kind.name if kind else listing.filterset.queryset.model.KIND
    filters, given = listing.filterset.filters, listing.filterset.data
    fixed = [*pairs, *([("kind", name)] if name else [])]
    for parameter, value in fixed:
        is_any = not isinstance(filters[parameter], NamedAll)
        if is_any and given.getlist(parameter, [value]) != [value]:
            return ""
    asked = [(parameter, value) for parameter, values in given.lists() for value in values]
    found = dict.fromkeys([*fixed, *asked])
    return f"?{urlencode(list(found))}" if found else ""


class Trail:
    """The record's place in the list that its address names: ``parts/neighbours.html``.

    The address takes the parameters of every list of records, and those of the list of its own kind.
    Without parameters the list is that of the one relation that holds the record, or else the timeline.
    While there are ``problems`` nothing else may be read from it.
    """

    def __init__(self, kind: Kind, record: Record, params: QueryDict, *, page_size: int):
        self.kind, self.record, self.page_size = kind, record, page_size
        given = {name for name, values in params.lists() if any(map(str.strip, values))}
        self.is_of_kind = not given <= set(RecordFilter.base_filters)
        self.is_followed = bool(given)
        model = kind.model if self.is_of_kind else Record
        options = {} if self.is_followed else {"relation": only_relation(record)}
        self.listing = Listing(
            kind.filterset_class if self.is_of_kind else RecordFilter,
            params,
            queryset=model.objects.published(),
            default_ordering="-date",
            extra_parameters=(),
            **{name: value for name, value in options.items() if value is not None},
        )

    @property
    def problems(self) -> list[Problem]:
        return self.listing.problems

    @property
    def query(self) -> str:
        """The query string of the links to the neighbours."""
        query = self.listing.query()
        return f"?{query}" if query else ""

    @cached_property
    def is_in_list(self) -> bool:
        """Whether the list still holds the record. The list that follows from the record itself always does."""
        if not self.is_followed:
            return True
        return self._rows.order_by().filter(pk=self.record.pk).exists()

    @property
    def is_by_date(self) -> bool:
        return self.listing.ordering.removeprefix("-") == "date"

    @property
    def _rows(self) -> QuerySet[Record]:
        return self.listing.filterset.qs

    def _neighbour(self, *, backward: bool) -> Record | None:
        if not self.is_in_list:
            return None
        # An entry of a relation repeats the record's own columns, so the key is read from the record.
        columns = self.listing.filterset.orderings[self.listing.ordering.removeprefix("-")]
        key = tuple(getattr(self.record, column) for column in columns)
        page = Page(self._rows.only(*COLUMNS), self.listing.order, 1, cursor=Cursor(backward, key))
        return page.items[0] if page.items else None

    @cached_property
    def first(self) -> Record | None:
        """The earlier one where the list is by date, in either direction; else the previous one."""
        return self._neighbour(backward=not (self.is_by_date and self.listing.order.is_descending))

    @cached_property
    def second(self) -> Record | None:
        """The later one where the list is by date; else the next one."""
        return self._neighbour(backward=self.is_by_date and self.listing.order.is_descending)

    @cached_property
    def _relation(self) -> Relation | None:
        """The relation whose timeline the list is."""
        relation = None if self.is_of_kind else self.listing.relation
        for country in self.listing.filterset.values.get("country", []) if relation else ():
            # Its countries were looked up to read the address.
            setattr(relation, "first" if country.code == relation.first_id else "second", country)
        return relation

    @cached_property
    def words(self) -> str:
        """What the list holds, in words."""
        active, relation = self.listing.active, self._relation
        if relation is not None:
            # Only two countries make a relation, so all named countries belong to it.
            active = [chip for chip in active if chip.parameter != "country"]
        found = [str(relation)] if relation else []
        found += [
            _("%(label)s: %(value)s") % {"label": chip.label, "value": chip.display}
            for chip in active
        ]
        return " · ".join(found) or _("All records")

    @cached_property
    def list_address(self) -> str:
        """The list, opened at this record."""
        relation, left = self._relation, dict(self.listing.filterset.data.lists())
        if relation is not None:
            address = reverse("relation", args=[relation.slug])
            left.pop("country", None)
        elif left.get("kind") == [self.kind.name]:
            address = reverse(f"{self.kind.name}-list")
            del left["kind"]
        elif self.is_of_kind:
            address = reverse(f"{self.kind.name}-list")
        else:
            address = reverse("timeline")
        if not self.is_in_list:
            return _with_query(address, left)
        # Only where the list has a second page need it be opened at a date.
        if self.is_by_date and self._rows.order_by()[self.page_size : self.page_size + 1].exists():
            left["at"] = [self.record.sort_date.isoformat()]
        return f"{_with_query(address, left)}#{self.record.slug}"


def _with_query(address: str, values: dict[str, list[str]]) -> str:
    query = urlencode(values, doseq=True)
    return f"{address}?{query}" if query else address


def only_relation(record: Record) -> Relation | None:
    """The relation that holds the record, or will once it is published, if there is exactly one."""
    countries = record.countries.all()
    relations = Relation.objects.filter(first__in=countries, second__in=countries)
    found = list(relations.select_related("first", "second")[:2])
    return found[0] if len(found) == 1 else None
