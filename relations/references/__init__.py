"""References to a record or to a set of records, as people and reference managers write them."""

from relations.references.formats import FORMATS, Format
from relations.references.reference import Reference, of_record, of_selection

__all__ = ["FORMATS", "Format", "Reference", "of_record", "of_selection"]
