"""On this day, and the round anniversaries of the next ninety."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from relations.filters import RecordFilter
from relations.filters.parameters import Parameter
from relations.filters.problems import Refused, shown
from relations.filters.strict import StrictFilterSet
from relations.models import Country, Record, Relation
from relations.views.days.anniversaries import AHEAD, Anniversary, Calendar, DayOfYear
from relations.views.timeline_rows.rows import Row, rows

MOST = 40  # rows of a list on the page


class DayField(forms.CharField):
    """A month and a day: 11-22. 29 February is valid; 30 February is refused."""

    FORM = re.compile(r"(\d\d)-(\d\d)", re.ASCII)

    def clean(self, value: str) -> DayOfYear | None:
        if not value:
            return None
        if match := self.FORM.fullmatch(value):
            month, day = int(match[1]), int(match[2])
            try:
                # A leap year has all possible days.
                return DayOfYear.of(dt.date(2000, month, day))
            except ValueError:
                pass
        raise Refused(
            _(
                "“%(value)s” is not a day of the year: give month and day, from 01-01 to 12-31, "
                "for example 11-22."
            )
            % {"value": shown(value)}
        )


class DayParameter(Parameter):
    """Read here and applied by the page, because it depends on today's date."""

    field_class = DayField
    longest = 20

    def filter(self, qs, value):
        return qs


class DayFilter(StrictFilterSet):
    """The parameters of ``/on-this-day/``: a day other than today, and countries that all take part."""

    country = RecordFilter.declared_filters["country"]
    day = DayParameter(
        label=gettext_lazy("Day"),
        help_text=gettext_lazy("Month and day, for example 11-22. Default: today."),
        example="11-22",
    )

    class Meta:
        model = Record
        fields = []

    def query(self, **changes: list[str]) -> str:
        """The query string with these values instead of its own; an empty list removes a parameter."""
        query = self.data.copy()
        for name, values in changes.items():
            query.pop(name, None)
            if values:
                query.setlist(name, values)
        return query.urlencode()


@dataclass(frozen=True)
class Toggle:
    """A country that is chosen or can be; ``query`` leads to the other state."""

    country: Country
    is_chosen: bool
    query: str


@dataclass
class Coming:
    """The round anniversaries of one day with the same number of years."""

    day: DayOfYear
    year: int
    years: int
    rows: list[Row]

    @property
    def date(self) -> dt.date | None:
        """The date; None when its year has no 29 February."""
        return self.day.in_year(self.year)

    @property
    def ago(self) -> str:
        return years_ago(self.years)


def years_ago(years: int) -> str:
    return ngettext("%(count)d year ago", "%(count)d years ago", years) % {"count": years}


def age(date: dt.date, today: dt.date) -> str:
    """The number of full years since then."""
    years = today.year - date.year - (DayOfYear.of(date) > DayOfYear.of(today))
    if years:
        return years_ago(years)
    return _("today") if date == today else _("less than a year ago")


@dataclass
class Shown:
    """The rows of a day and the coming anniversaries, as many as the page shows, with their counts."""

    fell: list[Row]
    fell_count: int
    coming: list[Coming]
    coming_count: int

    @property
    def coming_shown(self) -> int:
        return sum(len(group.rows) for group in self.coming)

    @property
    def is_fell_cut(self) -> bool:
        return len(self.fell) < self.fell_count

    @property
    def is_coming_cut(self) -> bool:
        return self.coming_shown < self.coming_count


def rows_by_key(keys: Iterable[int]) -> dict[int, Row]:
    """The rows of these published records, in a constant number of queries."""
    return {
        row.record.pk: row
        for row in rows(Record.objects.published().for_timeline().filter(pk__in=set(keys)))
    }


def keys_of(fell: list[int], coming: list[Anniversary], *, most: int) -> list[int]:
    """The keys of the records that ``shown_of`` needs as rows."""
    return [*fell[:most], *(one.pk for one in coming[:most])]


def shown_of(
    fell: list[int], coming: list[Anniversary], by_key: dict[int, Row], *, most: int
) -> Shown:
    """At most ``most`` of each list, with their rows."""
    groups = groupby(coming[:most], key=lambda one: (one.day, one.year, one.years))
    return Shown(
        fell=[by_key[pk] for pk in fell[:most]],
        fell_count=len(fell),
        coming=[Coming(*key, [by_key[one.pk] for one in found]) for key, found in groups],
        coming_count=len(coming),
    )


class OnThisDayView(View):
    """``/on-this-day/``: today and the next ninety days; ``?day=11-22`` that day alone."""

    def get(self, request):
        today = timezone.localdate()
        filterset = DayFilter(request.GET, Record.objects.published())
        problems = filterset.problems
        day = filterset.values.get("day")
        context = {
            "problems": problems,
            "is_refused": bool(problems),
            "is_today": day is None,
            "ahead": AHEAD,
        }
        if not problems:
            calendar = Calendar(filterset.qs, today)
            of_day = day or DayOfYear.of(today)
            fell, coming = calendar.on(of_day), calendar.coming() if day is None else []
            by_key = rows_by_key(keys_of(fell, coming, most=MOST))
            shown_rows = shown_of(fell, coming, by_key, most=MOST)
            context |= {
                "day": of_day,
                "date": of_day.in_leap_year,
                "shown": shown_rows,
                "fell": by_age(shown_rows.fell, today),
                "previous": neighbour(filterset, of_day.stepped(-1)),
                "next": neighbour(filterset, of_day.stepped(1)),
                "toggles": toggles(filterset),
                "today_query": filterset.query(day=[]),
            }
        return render(
            request, "relations/on_this_day.html", context, status=400 if problems else 200
        )


def by_age(found: list[Row], today: dt.date) -> list[tuple[str, list[Row]]]:
    """The rows, grouped by how long ago they happened."""
    groups = groupby(found, key=lambda row: row.record.sort_date)
    return [(age(date, today), list(same)) for date, same in groups]


def neighbour(filterset: DayFilter, day: DayOfYear) -> dict:
    return {"date": day.in_leap_year, "query": filterset.query(day=[day.key])}


def toggles(filterset: DayFilter) -> list[Toggle]:
    """The countries that have a relation on record, and the chosen ones, by name."""
    chosen = {country.code: country for country in filterset.values.get("country", [])}
    offered = dict(chosen)
    for relation in Relation.objects.select_related("first", "second"):
        offered |= {country.code: country for country in relation.countries}
    found = []
    for code, country in sorted(offered.items(), key=lambda pair: pair[1].name):
        codes = [one for one in chosen if one != code] + ([] if code in chosen else [code])
        found.append(Toggle(country, code in chosen, filterset.query(country=codes)))
    return found
