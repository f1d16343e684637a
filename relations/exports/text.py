"""Text in the form that formats can hold."""

from __future__ import annotations

import re

# Characters that XML 1.0 cannot hold, not even escaped; workbooks and feeds are XML.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Characters that begin a formula in a spreadsheet (OWASP: CSV injection), full-width signs included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLANK = " \u00a0\ufeff\u200b"


def xml_text(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet that reads this text as a cell may run it."""
    return text.lstrip(_BLANK).startswith(FORMULA)


def cell(value, *, is_number: bool = False) -> str:
    """A value as the text of a CSV cell; an apostrophe precedes text that a spreadsheet would run.

    ``is_number`` says that the column holds only numbers, so that a minus is a minus.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    is_dangerous = isinstance(value, str) and not is_number and is_formula(text)
    return f"'{text}" if is_dangerous else text
