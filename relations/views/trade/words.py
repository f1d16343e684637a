"""Trade figures in words: the direction of the goods, and whose statistics report them."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.models import Country, TradeFigure
from relations.views.readable import amount, figure_change, figure_value, qualified, quantity
from relations.views.timeline_rows.rows import Row

Flow = TradeFigure.Flow


def goods_words(figure: TradeFigure) -> str:
    """The direction of the goods, for every reporter: the heading of reports of one trade."""
    if figure.flow == Flow.TURNOVER:
        return _("Turnover, both directions together")
    if figure.origin and figure.destination:
        return _("From %(origin)s to %(destination)s") % {
            "origin": figure.origin,
            "destination": figure.destination,
        }
    return flow_words(figure)


def flow_words(figure: TradeFigure) -> str:
    """The flow as its source words it, with as much of its direction as is stated."""
    countries = {"origin": figure.origin, "destination": figure.destination}
    if figure.flow == Flow.TURNOVER:
        return _("Turnover")
    is_export = figure.flow == Flow.EXPORTS
    if figure.origin and figure.destination:
        if is_export:
            return _("Exports of %(origin)s to %(destination)s") % countries
        return _("Imports of %(destination)s from %(origin)s") % countries
    if figure.origin:
        return (_("Exports of %(origin)s") if is_export else _("Imports from %(origin)s")) % (
            countries
        )
    if figure.destination:
        if is_export:
            return _("Exports to %(destination)s") % countries
        return _("Imports of %(destination)s") % countries
    if is_export:
        return _("Exports, direction not stated")
    return _("Imports, direction not stated")


def reporter_words(reporter: Country | None) -> str:
    if reporter is None:
        return _("whose statistics is not stated")
    return _("statistics of %(country)s") % {"country": reporter}


def level_words(figure: TradeFigure) -> str:
    """The amount as the chart writes it beside a bar; the unit is in the panel's heading."""
    text = (
        amount(figure.value)
        if figure.unit == TradeFigure.Unit.CURRENCY
        else quantity(figure.value, figure.unit_text)
    )
    return qualified(figure.qualifier, text)


def whole_words(row: Row) -> str:
    """Everything that a bar stands for, on one line, for those who cannot see it."""
    figure = row.record
    parts = [
        _("%(flow)s, %(period)s: %(value)s")
        % {
            "flow": flow_words(figure),
            "period": figure.edtf.display(),
            "value": figure_value(figure) or figure_change(figure),
        },
        figure.get_nature_display(),
        *([figure.get_outcome_display()] if figure.outcome != figure.Outcome.HAPPENED else []),
        reporter_words(figure.reporter),
    ]
    if row.contested:
        parts.append(row.disagreement)
    return capfirst("; ".join(map(str, parts)))


def length_words(months: int) -> str:
    """The periods of a strip; 0 stands for periods without a usual length."""
    return {
        12: _("years"),
        6: _("half-years"),
        3: _("quarters"),
        1: _("months"),
    }.get(months, _("other periods"))


def unit_words(figure: TradeFigure) -> str:
    """The heading of a panel: the currency code, or what is counted."""
    return figure.currency or capfirst(figure.get_unit_display())
