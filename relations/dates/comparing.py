"""How one date compares with another."""

from datetime import date

from relations.dates.reading import parse

Runs = tuple[tuple[int, int], ...]


def compare(ours: str, cited: str) -> str:
    """What a cited date says of ours: "supports", "finer", "coarser" or "contradicts".

    Dates compare by their members, the days that they allow. The same days support, some of our days are
    finer, more than our days are coarser, and anything else contradicts. Qualifiers do not change members.
    A span is not a choice among its days. Two spans compare by their ends: the same first and last day
    support; otherwise both ends must be the same or finer, or the same or coarser. Compared with anything
    else, a span counts as the run of days that it covers.
    """
    a, b = parse(ours), parse(cited)
    pairs: list[tuple[Runs, Runs]]
    if a.members == b.members:
        return "supports"
    if a.precision == b.precision == "span":
        (ours_span,), (cited_span,) = a.ranges, b.ranges
        pairs = [
            ((mine.days,), (theirs.days,))
            for mine, theirs in zip(ours_span.ends, cited_span.ends, strict=True)
        ]
    else:
        pairs = [(a.members, b.members)]
    if all(_within(theirs, mine) for mine, theirs in pairs):
        return "finer"
    if all(_within(mine, theirs) for mine, theirs in pairs):
        return "coarser"
    return "contradicts"


def compatible(a: str, b: str) -> bool:
    """Can both dates be true of one event?"""
    return compare(a, b) != "contradicts"


def bounds(text: str) -> tuple[date, date]:
    """The closed interval that a date filter overlaps with; an open end adds nothing to it."""
    value = parse(text)
    return value.sort_date, value.sort_end


def certain_bounds(text: str) -> tuple[date | None, date | None]:
    """The first and last day that a date may mean, each None where the date is not certain of it.

    An open end is None. Both are None where the date is empty, approximate or uncertain.
    """
    value = parse(text) if text else None
    if value is None or value.approximate or value.uncertain:
        return None, None
    return value.earliest, value.latest


def _within(inner: Runs, outer: Runs) -> bool:
    """Is every run of days in `inner` inside one run of `outer`? Runs are separate (`members`)."""
    return all(any(a <= start and end <= b for a, b in outer) for start, end in inner)
