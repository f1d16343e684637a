"""One trade as both states report it: their values side by side, and the distance between them.

The gap is the one number on the site that no source states. It is computed for this page from the two
values shown beside it; the page says so, and it is not stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from relations import dates
from relations.models import Country, Relation, TradeFigure
from relations.records.comparable_figures import LIMITS, Mirror, trade_of
from relations.views.readable import quantity
from relations.views.timeline_rows.rows import Row
from relations.views.trade.scales import percent
from relations.views.trade.words import flow_words, goods_words

MOST_PARTNERS = 200


@dataclass(frozen=True)
class Stated:
    """One state's figure, with its length compared with the others of the same unit."""

    row: Row
    width: str


@dataclass(frozen=True)
class Report:
    """A trade with the figures of each state, in the order of the relation's countries."""

    period: dates.EDTFDate
    sides: list[list[Stated]]
    gap: str
    why_none: str


@dataclass(frozen=True)
class Reports:
    """Goods in one direction, as both states report them, newest first. ``sides``: each state, and its flow."""

    goods: str
    nature: str
    nature_label: str
    sides: list[tuple[Country, str]]
    rows: list[Report]


def reports_of(
    reported: Iterable[Mirror], rows: Iterable[Row], relation: Relation
) -> list[Reports]:
    """The trades that both states report: turnover first, then goods in each direction."""
    by_pk = {row.record.pk: row for row in rows}
    most: dict[str, Decimal] = {}
    groups: dict[tuple, list[Mirror]] = {}
    for mirror in reported:
        unit = mirror.trade.unit
        most[unit] = max(most.get(unit, Decimal(0)), *(figure.value for figure in mirror.figures))
        groups.setdefault((mirror.trade.goods or (), mirror.trade.nature), []).append(mirror)
    return [_reports(groups[key], by_pk, most, relation) for key in sorted(groups)]


def _reports(
    reported: list[Mirror], rows: dict[int, Row], most: dict[str, Decimal], relation: Relation
) -> Reports:
    one = reported[0]
    return Reports(
        goods=goods_words(one.figures[0]),
        nature=one.trade.nature,
        nature_label=one.figures[0].get_nature_display(),
        sides=[(country, flow_words(one.sides[country.code][0])) for country in relation.countries],
        rows=[
            Report(
                period=mirror.figures[0].edtf,
                sides=[
                    [
                        Stated(rows[figure.pk], _share(figure.value, most[mirror.trade.unit]))
                        for figure in mirror.sides[country.code]
                    ]
                    for country in relation.countries
                ],
                gap=_gap(mirror, relation),
                why_none=_why_none(mirror),
            )
            for mirror in reversed(reported)
        ],
    )


def _share(value: Decimal, most: Decimal) -> str:
    return percent(float(100 * value / (most or 1)))


def _gap(mirror: Mirror, relation: Relation) -> str:
    if mirror.gap is None:
        return ""
    if not mirror.gap:
        return _("about the same amount") if mirror.is_rough else _("the same amount")
    words = {
        "country": next(one for one in relation.countries if one.code == mirror.larger),
        "amount": quantity(mirror.gap, mirror.trade.unit),
    }
    if mirror.is_rough:
        return _("%(country)s gives about %(amount)s more") % words
    return _("%(country)s gives %(amount)s more") % words


def _why_none(mirror: Mirror) -> str:
    if mirror.gap is not None:
        return ""
    if any(figure.qualifier in LIMITS for figure in mirror.figures):
        return _("not worked out, because one value is only a limit")
    return _("not worked out, because one of them gives several values")


def partners(figures: list[TradeFigure], selected: QuerySet[TradeFigure]) -> list[TradeFigure]:
    """The selection's other figures of the trades that these figures report.

    A page ends after a number of figures; that must not cut off the counterpart of a state's report.
    """
    trades = {trade for figure in figures if (trade := trade_of(figure))}
    if not trades:
        return []
    candidates = selected.filter(
        sort_date__in={trade.period.first for trade in trades},
        sort_end__in={trade.period.last for trade in trades},
    ).exclude(pk__in=[figure.pk for figure in figures])
    return [figure for figure in candidates[:MOST_PARTNERS] if trade_of(figure) in trades]
