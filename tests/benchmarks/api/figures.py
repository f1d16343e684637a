"""The arithmetic of the figures, also where somebody gave no answer in a second."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

NO_ANSWER = "no answer"


class Rate(NamedTuple):
    """Answers per second, and the milliseconds for which the server was at work on each.

    Where there was no answer the work on one is not a number.
    """

    a_second: float
    work: float


def rate_of(a_second: float, seconds: float, used: float) -> Rate:
    """The rate of a server that used the processors for so many seconds."""
    answers = a_second * seconds
    return Rate(a_second, 1000 * used / answers if answers else math.nan)


def _known(numbers: Iterable[float]) -> list[float]:
    return [number for number in numbers if not math.isnan(number)]


def mean(rates: Iterable[Rate]) -> Rate:
    a_second, work = zip(*rates, strict=True)
    return Rate(statistics.mean(a_second), statistics.mean(_known(work) or [math.nan]))


def median(rates: Iterable[Rate]) -> Rate:
    a_second, work = zip(*rates, strict=True)
    return Rate(statistics.median(a_second), statistics.median(_known(work) or [math.nan]))


def ratio(one: float, other: float) -> float:
    """Not a number where there is nothing to compare with."""
    return one / other if other else math.nan


class Summary(NamedTuple):
    """The rounds of one contestant beside the bare view. A round in which that gave no answer has no ratio."""

    one: Rate
    bare: Rate
    ratio: float
    least: float
    most: float
    silent: int
    """In how many rounds the contestant gave no answer."""


def summary(rounds: Sequence[tuple[Rate, Rate]]) -> Summary:
    ratios = _known(ratio(one.a_second, bare.a_second) for one, bare in rounds) or [math.nan]
    ours, bares = zip(*rounds, strict=True)
    return Summary(
        median(ours),
        median(bares),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        sum(not one.a_second for one in ours),
    )


def is_missed(reached: float, least: float) -> bool:
    """Whether a target was not reached. Nobody has to be faster than who gave no answer."""
    return not (math.isnan(least) or reached >= least)
