"""Listing: from a query string to one page of a filtered, ordered list, or to what is wrong with it.

The one way in which pages, the API, feeds and exports select rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from relations import dates
from relations.filters.problems import Problem, shown, single
from relations.filters.strict import StrictFilterSet
from relations.lists.date_histogram import Spans
from relations.lists.memo import memoized
from relations.lists.pagination import Cursor, CursorError, Fetched, Order, Page, whole
from relations.models import Relation

# From this many selected rows on, a page is found sooner by walking along the order than by gathering all of them.
# To walk takes the rows of a page times the rows per selected one; to gather takes as many steps as are selected.
MANY = 2000


@dataclass(frozen=True)
class Active:
    """One filter in use: ``display`` is its value in words, ``without`` the query string that drops it."""

    parameter: str
    value: str
    label: str
    display: str
    without: str


class Listing:
    """What a query string selects from ``queryset`` (already limited to what the public may see).

    While there are ``problems`` nothing is listed. ``relation`` limits the list to a relation's records.
    ``extra_parameters`` are those besides the filters that the caller lets through; of them ``cursor``,
    ``at`` and ``page_size`` are read here. ``fetched`` says what of the rows of a page is read (see ``Page``).
    ``number`` is that of the last change, read before: counts are then cached under it. ``name`` always stands for
    the same ``queryset``: counts are then cached under the name and the filters, and no SQL is made for the key.
    ``built`` keeps what is built of that queryset while no filter narrows it (see ``Page``).
    """

    def __init__(
        self,
        filterset_class: type[StrictFilterSet],
        params: QueryDict,
        *,
        queryset: QuerySet,
        default_ordering: str | None = None,
        page_size: int = 100,
        max_page_size: int = 200,
        extra_parameters: Sequence[str] = ("cursor", "at", "page_size"),
        relation: Relation | None = None,
        fetched: Fetched = whole,
        number: int | None = None,
        name: str | None = None,
        built: dict[bool, dict] | None = None,
    ):
        options = {} if relation is None else {"relation": relation}
        self.filterset = filterset_class(params, queryset, also=extra_parameters, **options)
        self.params = params
        self.fetched = fetched
        self.number, self.name = number, name
        self._built = {} if built is None else built
        self.max_page_size = max_page_size
        self.extra_parameters = tuple(extra_parameters)
        self._problems: list[Problem] = []
        self._kept: dict[str, str] = {}
        self.default_ordering = default_ordering or filterset_class.default_ordering
        self.ordering: str = self.filterset.values.get("ordering") or self.default_ordering
        self.page_size = self._read_page_size(page_size)
        self.cursor = self._read_cursor()
        self.at = self._read_at()

    # Reading what is not a filter -------------------------------------------------------------------

    def _single(self, name: str) -> str:
        """The value of an extra parameter; empty when absent, not taken here or a problem."""
        if name not in self.extra_parameters:
            return ""
        value, problem = single(self.params, name)
        if problem:
            self._problems.append(problem)
        elif value:
            self._kept[name] = value
        return value

    def _read_page_size(self, default: int) -> int:
        text = self._single("page_size")
        if not text:
            return default
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= self.max_page_size:
            return int(text[:9])
        del self._kept["page_size"]
        self._problems.append(
            Problem(
                "page_size",
                _("“%(value)s” is not a page size: give a whole number from 1 to %(most)d.")
                % {"value": shown(text), "most": self.max_page_size},
                ["1", str(self.max_page_size)],
                self._nearest_page_size(text),
            )
        )
        return default

    def _nearest_page_size(self, text: str) -> str | None:
        """The end of the range that a number lies beyond; None for what is not a number."""
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            return None
        return str(self.max_page_size) if text == digits and int(digits[:9]) else "1"

    def _read_cursor(self) -> Cursor | None:
        text = self._single("cursor")
        is_order_known = (
            "ordering" in self.filterset.values or "ordering" not in self.filterset.data
        )
        if not text or not is_order_known:
            return None
        try:
            return Cursor.read(text, self.order)
        except CursorError:
            self._problems.append(
                Problem(
                    "cursor",
                    _(
                        "This cursor does not belong to this list in this order: "
                        "begin again without it."
                    ),
                )
            )
            return None

    def _read_at(self):
        """The first or last day of the date at which the page opens, by the direction of the order."""
        text = self._single("at")
        if not text:
            return None
        if self.ordering.removeprefix("-") != "date":
            problem = _("A list can be opened at a date only when it is ordered by date.")
        elif self._kept.get("cursor"):
            problem = _("Give either “at” or “cursor”.")
        else:
            try:
                first, last = dates.bounds(text)
            except dates.DateError as error:
                problem = str(error)
            else:
                return last if self.ordering.startswith("-") else first
        self._problems.append(Problem("at", problem))
        return None

    # What is listed -----------------------------------------------------------------------------------

    @property
    def problems(self) -> list[Problem]:
        return [*self.filterset.problems, *self._problems]

    @cached_property
    def order(self) -> Order:
        return Order(
            self.ordering,
            self.filterset.ordering_columns(self.ordering),
            self.filterset.queryset.model._meta.label_lower,
        )

    @property
    def relation(self) -> Relation | None:
        """The relation whose records these are, where the selection is one's."""
        return getattr(self.filterset, "relation", None)

    @cached_property
    def queryset(self) -> QuerySet:
        """All that is selected, in order; none while there is a problem."""
        if self.problems:
            return self.filterset.queryset.none()
        return self.order.applied(self.filterset.qs)

    @cached_property
    def count(self) -> int:
        if self.problems:
            return 0
        page = self.__dict__.get("page")
        if page is not None and page.is_read and page.is_all:
            return len(page.items)
        return self.memoized("count", self._counted)

    def _counted(self) -> int:
        """From the days on which the selection, without its date filters, begins and ends, if those can be cached."""
        if self.number is None or not (undated := self.filterset.undated()):
            return self.filterset.qs.order_by().count()
        rest, days = undated
        spans = self.memoized("spans", partial(Spans.of, rest.qs), rest)
        return spans.overlapping(*days)

    def memoized(
        self, what: str, compute: Callable[[], Any], selection: StrictFilterSet | None = None
    ) -> Any:
        """The result of ``compute`` for the whole selection, cached (see relations.lists.memo).

        ``selection`` is a filter set with only some of the filters in use, as its ``values`` say.
        """
        asking = selection or self.filterset
        given = sorted(item for item in asking.data.lists() if item[0] in asking.values)
        asked = (what, type(asking).__qualname__, [one for one in given if one[0] != "ordering"])
        return memoized(self.number, self.name or asking.qs, compute, *asked)

    @cached_property
    def page(self) -> Page | None:
        if self.problems:
            return None
        is_narrowed = bool(self.filterset.values.keys() - {"ordering"})
        is_walked = self.filterset.can_be_walked and self.count >= MANY
        return Page(
            self.filterset.walked if is_walked else self.filterset.qs,
            self.order,
            self.page_size,
            cursor=self.cursor,
            start=self.at,
            fetched=self.fetched,
            built=None if is_narrowed else self._built.setdefault(is_walked, {}),
        )

    @property
    def items(self) -> list:
        return self.page.items if self.page else []

    @property
    def next(self) -> str | None:
        return self.page.next if self.page else None

    @property
    def previous(self) -> str | None:
        return self.page.previous if self.page else None

    @cached_property
    def years(self) -> list[tuple[int, int]]:
        """Each year in which a selected record begins, oldest first, with how many do."""
        if self.problems:
            return []
        rows = self.filterset.qs.order_by().values("sort_date__year").annotate(n=Count("pk"))
        return sorted((row["sort_date__year"], row["n"]) for row in rows)

    # Around it ----------------------------------------------------------------------------------------

    @property
    def form(self):
        return self.filterset.form

    @cached_property
    def active(self) -> list[Active]:
        """The filters in use, for chips that can be removed one by one."""
        chips = []
        for name, value in self.filterset.values.items():
            if name == "ordering":
                continue
            parameter = self.filterset.filters[name]
            pairs = parameter.shown(value)
            for raw, display in pairs:
                rest = [other for other, _display in pairs if other != raw]
                without = self.query(**{name: rest or None})
                chips.append(Active(name, raw, str(parameter.label), display, without))
        return chips

    def query(self, **changes: str | Sequence[str] | None) -> str:
        """The query string with these changes: None removes a parameter, a list gives it several values.

        ``cursor`` and ``at`` are left out unless given: another selection begins at its first page.
        """
        query = QueryDict(mutable=True)
        for name, values in self.filterset.data.lists():
            query.setlist(name, values)
        for name, value in self._kept.items():
            if name not in ("cursor", "at"):
                query[name] = value
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query.setlist(name, [value] if isinstance(value, str) else list(map(str, value)))
        return query.urlencode()
