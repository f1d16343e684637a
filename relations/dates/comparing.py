"""One date beside another."""

from datetime import date

from relations.dates.reading import parse

Runs = tuple[tuple[int, int], ...]


def compare(ours: str, cited: str) -> str:
    """What a cited date says of ours: "supports", "finer", "coarser" or "contradicts".

    Dates compare by their members, the days they allow: the same days support, some of ours are
    finer, more than ours are coarser, anything else contradicts. Qualifiers change no member.

    A span is no choice among its days. Two spans compare by their ends: the same first and last
    day support; otherwise both ends must be the same or finer, or the same or coarser. Against
    anything else a span counts as the run of days it covers.
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
    """The closed interval a date filter overlaps with; an open end adds nothing to it."""
    value = parse(text)
    return value.sort_date, value.sort_end


def certain_bounds(text: str) -> tuple[date | None, date | None]:
    """The first and last day a date may mean, where it says so without reservation; else None.

    An end that is open is None, and both are where the date is empty, approximate or uncertain.
    """
    value = parse(text) if text else None
    if value is None or value.approximate or value.uncertain:
        return None, None
    return value.earliest, value.latest


def _within(inner: Runs, outer: Runs) -> bool:
    """Is every run of days in `inner` inside one run of `outer`? Runs are separate (`members`)."""
    return all(any(a <= start and end <= b for a, b in outer) for start, end in inner)
