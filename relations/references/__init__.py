"""What can be cited here and how: a record or a set of records, as people and reference managers write it."""

from relations.references.formats import FORMATS, Format
from relations.references.reference import Reference, of_record, of_selection

__all__ = ["FORMATS", "Format", "Reference", "of_record", "of_selection"]
