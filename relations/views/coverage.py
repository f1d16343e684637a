"""What the record covers and what it lacks, counted from the data, with the filters of every list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, Model, Q, QuerySet
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from relations import kinds
from relations.filters import RecordFilter
from relations.kinds import Kind
from relations.lists.listing import Listing
from relations.models import Citation, Record, Source
from relations.views.lists.context import set_query
from relations.views.readable import field_label, source_name

UNKNOWN = "unknown"
# A span of more years than this is counted by decade: the table stays readable.
MOST_YEARS = 80
PRECISIONS = {
    "day": _("to the day"),
    "month": _("to the month"),
    "season": _("to the season"),
    "half": _("to the half-year"),
    "year": _("to the year"),
    "decade": _("to the decade"),
    "century": _("to the century"),
    "span": _("from one date to another"),
    "set": _("one of several dates"),
    "open": _("only a limit is known"),
}


@dataclass
class Line:
    """A row of a table: its subject, the count per kind, the total, and the list of the same records."""

    label: str
    counts: list[int]
    total: int
    query: str = ""


@dataclass
class Gap:
    """Records of a kind that leave one of its fields open."""

    kind: Kind
    label: str
    count: int
    total: int


class CoverageView(View):
    def get(self, request):
        listing = Listing(
            RecordFilter,
            request.GET,
            queryset=Record.objects.published(),
            extra_parameters=(),
        )
        is_refused = bool(listing.problems)
        context = {
            "listing": listing,
            "problems": listing.problems,
            "is_refused": is_refused,
            "query": set_query(request.GET),
        }
        if not is_refused:
            context |= coverage(listing)
        return render(
            request, "relations/coverage.html", context, status=400 if is_refused else 200
        )


def coverage(listing: Listing) -> dict:
    """The tables of the page. The number of queries depends on the number of kinds, not of records."""
    records = listing.filterset.qs.order_by()
    by_year = _by(records, "sort_date__year")
    present = [kind for kind in kinds.every() if any(kind.name in row for row in by_year.values())]
    totals = {kind.name: sum(row.get(kind.name, 0) for row in by_year.values()) for kind in present}
    years = sorted(by_year)
    step = 1 if not years or years[-1] - years[0] < MOST_YEARS else 10
    return {
        "present": present,
        "totals": [totals[kind.name] for kind in present],
        "by_year": _year_lines(by_year, present, step),
        "step": step,
        "empty_years": _runs(years),
        "by_evidence": _lines(records, "evidence", dict(Record.Evidence.choices), present, listing),
        "by_precision": _lines(records, "precision", PRECISIONS, present),
        "by_source": _by_source(records, present, listing),
        "gaps": [gap for kind in present for gap in _gaps(kind, records, totals[kind.name])],
    }


def _by(records: QuerySet[Record], column: str) -> dict:
    """How many records of each kind have each value of a column."""
    found: dict = defaultdict(dict)
    for value, kind, count in records.values_list(column, "kind").annotate(n=Count("pk")):
        found[value][kind] = count
    return found


def _line(label, row: dict[str, int], present: list[Kind], query: str = "") -> Line:
    counts = [row.get(kind.name, 0) for kind in present]
    return Line(str(label), counts, sum(counts), query)


def _lines(records, column: str, labels: dict, present, listing: Listing | None = None):
    found = _by(records, column)
    return [
        _line(
            label, found[value], present, listing.query(**{column: str(value)}) if listing else ""
        )
        for value, label in labels.items()
        if value in found
    ]


def _year_lines(by_year: dict, present: list[Kind], step: int) -> list[Line]:
    """Years in which records begin, newest first. Runs of years without records stand between them."""
    binned: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for year, row in by_year.items():
        for kind, count in row.items():
            binned[year // step * step][kind] += count
    lines, after = [], None
    for first in sorted(binned, reverse=True):
        if after is not None and after - first > step:
            lines.append(_line(_span(first + step, after - 1), {}, present))
        lines.append(_line(_span(first, first + step - 1), binned[first], present))
        after = first
    return lines


def _span(first: int, last: int) -> str:
    return f"{first:04}" if first == last else f"{first:04}–{last:04}"


def _runs(years: list[int]) -> list[str]:
    """Runs of years, between the first and the last, in which no record begins: “1994–1995”."""
    return [_span(before + 1, after - 1) for before, after in pairwise(years) if after - before > 1]


def _by_source(records, present: list[Kind], listing: Listing) -> list[Line]:
    """Records per source; a record of two sources counts under both."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = (
        Citation.objects.order_by()
        .filter(record__in=records.values("pk"))
        .values_list("source", "record__kind")
        .annotate(n=Count("record", distinct=True))
    )
    for source, kind, count in rows:
        found[source][kind] = count
    sources = Source.objects.in_bulk(found)
    lines = [
        _line(source_name(source), found[pk], present, listing.query(source=source.slug))
        for pk, source in sources.items()
    ]
    return sorted(lines, key=lambda line: (-line.total, line.label))


def _not_stated(model: type[Model], name: str) -> Q:
    """The condition that a field is left open: it has no object, or the choice that says so."""
    column = model._meta.get_field(name)
    return Q(**{f"{name}__isnull": True}) if column.null else Q(**{name: UNKNOWN})


def _gaps(kind: Kind, records: QuerySet[Record], total: int) -> list[Gap]:
    """The fields that every record of a kind has in reality and that some records leave open."""
    if not kind.model.expected:
        return []
    of_kind = kind.model.objects.order_by().filter(pk__in=records.values("pk"))
    counted = of_kind.aggregate(
        **{
            f"open_{name}": Count("pk", filter=_not_stated(kind.model, name))
            for name in kind.model.expected
        }
    )
    return [
        Gap(kind, str(field_label(kind.model, name)), counted[f"open_{name}"], total)
        for name in kind.model.expected
        if counted[f"open_{name}"]
    ]
