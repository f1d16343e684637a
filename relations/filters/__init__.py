"""Filters: one definition for pages, API, feeds and exports. An unknown parameter is refused."""

from relations.filters.kinds import IndicatorFilter, MilestoneFilter, TradeFigureFilter, VisitFilter
from relations.filters.problems import Problem
from relations.filters.records import RecordFilter
from relations.filters.strict import StrictFilterSet

__all__ = [
    "IndicatorFilter",
    "MilestoneFilter",
    "Problem",
    "RecordFilter",
    "StrictFilterSet",
    "TradeFigureFilter",
    "VisitFilter",
]
