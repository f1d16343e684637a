"""Likely twins: stored records that may describe the same thing as one about to be stored.

Two records of one kind may be the same if they name one official address. They may also be the same if the
same countries take part, their dates may agree, their titles are similar (see
:mod:`relations.records.titles`), and no field that the kind names in ``same_in`` differs. A kind whose
titles tell nothing, such as a figure, sets ``same_by_title = False``; then only the fields of ``same_in``
count.

Dates may agree when the days they may mean overlap; a date open at an end may mean any day there. Two dates
that are known to a few days may lie a week apart, because sources err. A withdrawn record is never a twin:
it is not on record any more, and recording the thing again, rightly, is not a mistake.

These are questions to an editor, never answers. Stored records are read once, some at a time, whatever the
number of candidates: only the candidates are held in memory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nsmallest
from typing import Any, NamedTuple, cast

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from relations import dates, kinds
from relations.chunks import CHUNK, chunks
from relations.models import Country, Record
from relations.records import titles

MOST = 5
WEEK = timedelta(days=7)
Day = date  # a row has a text of that name
# A date that may mean this many years is compared with every other; the rest are found by their years.
WIDE = 10
SHOWN = ("pk", "kind", "title", "date", "slug", "stage", "first_published")
EMPTY = (None, "")
NO_TITLE = titles.read("")


@dataclass(frozen=True)
class Candidate:
    """A record that is to be stored. One that is stored already has its ``pk``: it is not its own twin.

    ``countries`` are codes, including those that the kind itself names. ``addresses`` are those of the
    official texts. ``particulars`` are the values of the fields of ``same_in``, in its order (see
    :func:`candidate`).
    """

    kind: str
    title: str
    date: str
    countries: frozenset[str]
    addresses: frozenset[str] = frozenset()
    pk: int | None = None
    particulars: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Twin:
    """A stored record, with what is needed to name it, and ``why`` it may be the same."""

    record: Record
    why: str


def candidate(record: Record, countries: Iterable[str]) -> Candidate:
    """The candidate for a row of its own kind, stored or not, and the codes of all countries taking part.

    The countries that the kind itself names (guest, host, party...) belong to them.
    """
    parsed = dates.parse(record.date)
    derived = {"earliest": parsed.earliest, "latest": parsed.latest}
    return Candidate(
        kind=record.KIND,
        title=record.title,
        date=record.date,
        countries=frozenset(countries),
        addresses=frozenset(record.official_addresses()),
        pk=record.pk,
        particulars=tuple(derived.get(name, getattr(record, name)) for name in record.same_in),
    )


def _model(kind: str) -> type[Record]:
    return cast("type[Record]", kinds.get(kind).model)


def likely(candidates: Sequence[Candidate]) -> list[list[Twin]]:
    """The likely twins per candidate, in the order of the candidates: the likeliest first, at most five."""
    found: list[dict[int, _Likeness]] = [{} for _one in candidates]
    book = _Book(candidates)
    for kind, wanted in _by_kind(candidates).items():
        model = _model(kind)
        for pk, position in _by_address(model, wanted):
            if pk != candidates[position].pk:
                found[position][pk] = SAME_ADDRESS
        for row in _stored(model, [one for _position, one in wanted]):
            for position, like in book.like(row):
                if row.pk is not None and row.pk != candidates[position].pk:
                    found[position].setdefault(row.pk, like)
    best = [nsmallest(MOST, ((like, pk) for pk, like in of_one.items())) for of_one in found]
    records: dict[int, Record] = {}
    for part in chunks(sorted({pk for of_one in best for _like, pk in of_one}), CHUNK):
        records |= Record.objects.only(*SHOWN).in_bulk(part)
    return [
        [Twin(records[pk], like.why) for like, pk in of_one if pk in records] for of_one in best
    ]


def among(candidates: Sequence[Candidate]) -> list[list[int]]:
    """Per candidate, the places of earlier candidates that are likely the same."""
    book = _Book(candidates)
    by_address: dict[tuple[str, str], list[int]] = defaultdict(list)
    found = []
    for position, row in enumerate(book.rows):
        one = candidates[position]
        same = {earlier for earlier, _like in book.like(row) if earlier < position}
        for key in {(one.kind, _bare(address)) for address in one.addresses}:
            same.update(by_address[key])
            by_address[key].append(position)
        found.append(sorted(same))
    return found


# How alike ---------------------------------------------------------------------------------------------------


class _Likeness(NamedTuple):
    """A likeness; a smaller one is likelier."""

    rank: int
    unlikeness: float
    days_apart: int = 0
    same_date: bool = False

    @property
    def why(self) -> str:
        if self.rank == 0:
            return _("the same official address")
        if self.rank == 2:
            return _("the same countries and date, and the same in what tells such figures apart")
        if self.same_date:
            return _("the same countries and date, and a title that is much alike")
        if self.days_apart:
            return _("the same countries, dates a few days apart, and a title that is much alike")
        return _("the same countries, dates that may be the same, and a title that is much alike")


SAME_ADDRESS = _Likeness(0, 0)


class _Row(NamedTuple):
    """A record in the form in which it is compared.

    ``first`` and ``last`` are the days it may mean; an open end is the farthest day.
    """

    kind: str
    countries: frozenset[str]
    title: str
    date: str
    first: Day
    last: Day
    particulars: tuple[Any, ...]
    pk: int | None

    @property
    def is_short(self) -> bool:
        return self.last - self.first <= WEEK


def _row_of(one: Candidate) -> _Row:
    parsed = dates.parse(one.date)
    first, last = parsed.earliest or date.min, parsed.latest or date.max
    return _Row(one.kind, one.countries, one.title, one.date, first, last, one.particulars, one.pk)


def _may_agree(ours: tuple, theirs: tuple) -> bool:
    return all(
        one == other or one in EMPTY or other in EMPTY
        for one, other in zip(ours, theirs, strict=False)
    )


class _Book:
    """The candidates, indexed by what their twins share with them."""

    def __init__(self, candidates: Sequence[Candidate]):
        self.rows = [_row_of(one) for one in candidates]
        codes = {code for row in self.rows for code in row.countries}
        self.names = _names(codes)
        self.groups: dict[tuple, _Years] = defaultdict(_Years)
        self.titles = [self._title(row) for row in self.rows]
        for position, row in enumerate(self.rows):
            self.groups[self._key(row, self.titles[position])].add(position, row)

    def _title(self, row: _Row) -> titles.Title:
        if not _model(row.kind).same_by_title:
            return NO_TITLE
        names = [self.names.get(code, frozenset()) for code in row.countries]
        return titles.read(row.title, frozenset().union(*names))

    @staticmethod
    def _key(row: _Row, title: titles.Title) -> tuple:
        return row.kind, row.countries, title.numbers

    def like(self, row: _Row) -> Iterator[tuple[int, _Likeness]]:
        """Places of the candidates that may be the same as a row, and how likely."""
        title = self._title(row)
        group = self.groups.get(self._key(row, title))
        if group is None:
            return
        by_title = _model(row.kind).same_by_title
        for position in group.near(row):
            other = self.rows[position]
            days = max((row.first - other.last).days, (other.first - row.last).days, 0)
            if days and not (days <= WEEK.days and row.is_short and other.is_short):
                continue
            if not _may_agree(row.particulars, other.particulars):
                continue
            same_date = row.date == other.date
            if not by_title:
                yield position, _Likeness(2, 0, days, same_date)
                continue
            alike = titles.likeness(title, self.titles[position])
            if alike >= titles.ALIKE and _same_years(row, title, other, self.titles[position]):
                yield position, _Likeness(1, 1 - alike, days, same_date)


def _same_years(one: _Row, title: titles.Title, other: _Row, its_title: titles.Title) -> bool:
    """Whether they name the same years. The year of its own date may stand in one title only."""
    more, less = title.years - its_title.years, its_title.years - title.years
    if more and less:
        return False
    row = one if more else other
    return all(row.first.year <= year <= row.last.year for year in more or less)


class _Years:
    """Places of rows by the years their dates may mean."""

    def __init__(self):
        self.by_year: dict[int, list[int]] = defaultdict(list)
        self.wide: list[int] = []
        self.every: list[int] = []

    @staticmethod
    def _years(row: _Row) -> range:
        first = row.first - WEEK if row.first > date.min + WEEK else date.min
        last = row.last + WEEK if row.last < date.max - WEEK else date.max
        return range(first.year, last.year + 1)

    def add(self, position: int, row: _Row) -> None:
        self.every.append(position)
        years = self._years(row)
        if len(years) > WIDE:
            self.wide.append(position)
            return
        for year in years:
            self.by_year[year].append(position)

    def near(self, row: _Row) -> Collection[int]:
        years = self._years(row)
        if len(years) > WIDE:
            return self.every
        found = dict.fromkeys(self.wide)
        for year in years:
            found |= dict.fromkeys(self.by_year.get(year, ()))
        return found


# What is stored ----------------------------------------------------------------------------------------------


def _by_kind(candidates: Sequence[Candidate]) -> dict[str, list[tuple[int, Candidate]]]:
    found = defaultdict(list)
    for position, one in enumerate(candidates):
        found[one.kind].append((position, one))
    return found


def _names(codes: set[str]) -> dict[str, frozenset[str]]:
    """The words of the names of countries, which add nothing to a title of a record of theirs."""
    return {
        country.code: frozenset(titles.pieces(f"{country.name} {country.official_name}"))
        for part in chunks(sorted(codes), CHUNK)
        for country in Country.objects.filter(pk__in=part)
    }


def _on_record(model: type[Record]) -> QuerySet:
    return model._base_manager.exclude(stage=Record.Stage.WITHDRAWN)


def _stored(model: type[Record], wanted: list[Candidate]) -> Iterator[_Row]:
    """The stored records of a kind whose dates may agree with that of any candidate."""
    rows = [_row_of(one) for one in wanted]
    first, last = min(row.first for row in rows), max(row.last for row in rows)
    found = _on_record(model)
    if last < date.max - WEEK:
        found = found.filter(Q(sort_date__lte=last + WEEK) | Q(earliest=None))
    if first > date.min + WEEK:
        found = found.filter(Q(sort_end__gte=first - WEEK) | Q(latest=None))
    if len({row.countries for row in rows}) == 1:
        for code in rows[0].countries:
            found = found.filter(countries=code)
    columns = ("pk", "title", "date", "earliest", "latest", *model.same_in)
    stream = found.order_by().values_list(*columns).iterator(chunk_size=CHUNK)
    through = Record.countries.through.objects
    for part in chunks(stream, CHUNK):
        countries = defaultdict(set)
        pairs = through.filter(record__in=[row[0] for row in part])
        for record, code in pairs.values_list("record_id", "country_id"):
            countries[record].add(code)
        for pk, title, text, earliest, latest, *particulars in part:
            yield _Row(
                model.KIND,
                frozenset(countries[pk]),
                title,
                text,
                earliest or date.min,
                latest or date.max,
                tuple(particulars),
                pk,
            )


def _bare(address: str) -> str:
    """An address without its scheme and last slash, which do not make it another page."""
    return re.sub(r"\Ahttps?://", "", address.strip(), flags=re.IGNORECASE).rstrip("/")


def _by_address(
    model: type[Record], wanted: list[tuple[int, Candidate]]
) -> Iterator[tuple[int, int]]:
    """Keys of stored records that name an official address of a candidate, each with the candidate's place."""
    positions = defaultdict(list)
    for position, one in wanted:
        for address in one.addresses:
            positions[_bare(address)].append(position)
    for name in model.official_address_fields:
        for part in chunks(positions, CHUNK // 4):
            spelt = [
                f"{scheme}://{bare}{slash}"
                for bare in part
                for scheme in ("http", "https")
                for slash in ("", "/")
            ]
            rows = _on_record(model).filter(**{f"{name}__in": spelt}).values_list("pk", name)
            for pk, address in rows:
                for position in positions[_bare(address)]:
                    yield pk, position
