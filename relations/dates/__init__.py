"""Dates as far as they are known: EDTF, read, bounded, compared and shown.

EDTF is the date format of ISO 8601-2:2019, published with examples by the Library of Congress
(https://www.loc.gov/standards/datetime/). Entente reads level 0, level 1, and from level 2 the "one of
these" sets, the half-years (40 and 41) and the qualifiers of single components. Times, years outside
0001-9999, open intervals and the "all of these" sets are refused, because a record has one date. `[..x]` is
one unknown day no later than x, `[x..]` one no earlier; `a/b` lasted from a to b.

The reader is our own, strict and small. A list of records shows one date per row, and a grammar that costs
ten milliseconds per date is too slow for that. The tests compare it with the `edtf` package.

`parse` reads EDTF alone. `to_edtf` turns what people type into EDTF.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from relations.dates.comparing import bounds, certain_bounds, compare, compatible
from relations.dates.reading import MAX_LENGTH, DateError, parse
from relations.dates.typed import HELP_TYPED, to_edtf
from relations.dates.values import EDTFDate

__all__ = [
    "HELP",
    "HELP_TYPED",
    "MAX_LENGTH",
    "PRECISIONS",
    "DateError",
    "EDTFDate",
    "bounds",
    "certain_bounds",
    "compare",
    "compatible",
    "parse",
    "to_edtf",
    "validate",
]

PRECISIONS = (
    "day",
    "month",
    "season",
    "half",
    "year",
    "decade",
    "century",
    "span",
    "set",
    "open",
)

HELP = gettext_lazy(
    "A date as far as it is known, in EDTF (ISO 8601-2): 2005-05-24 (a day), 2008-09 (a month), "
    "1993 (a year), 199X (the 1990s), 2004-22 (summer), 2025-40 (first half of the year), "
    "1993~ (about), 1993? (uncertain), 2004-03-01/2004-03-03 (from, to), "
    "[1993-02-24,1993-12-24] (one of these), [..2025-10-16] (by then), [2025-10-16..] (then or "
    "later)."
)


# Defined here because migrations refer to it by its address.
def validate(text: str) -> None:
    """Validator of a form or model field: a ValidationError with the code "edtf"."""
    try:
        parse(text)
    except DateError as error:
        raise ValidationError(str(error), code="edtf") from error
