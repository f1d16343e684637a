"""The settings of the product with one kind more, and with the icon and colour that its author would add.

Used by the step ``newcomer`` of ``python -m tests.run``, and by hand: ``pytest --ds=tests.newcomer.settings``.
"""

import re
import tempfile
from pathlib import Path

from relations.settings import *  # noqa: F403
from relations.settings import INSTALLED_APPS, STATICFILES_DIRS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.newcomer.aid.apps.AidConfig"]

# The three files as they are once edited, found before those of the product.
_edited = tempfile.TemporaryDirectory(prefix="entente-newcomer-")


def _edit(name: str, pattern: str, added: str) -> None:
    """Add a line behind each that matches."""
    text = Path(STATICFILES_DIRS[0], name).read_text("utf-8")
    edited, number = re.subn(rf"(?m)^.*{pattern}.*$", rf"\g<0>\n{added}", text)
    assert number, f"nothing to edit in {name}"
    target = Path(_edited.name, name)
    target.parent.mkdir(exist_ok=True)
    target.write_text(edited, "utf-8")


_edit(
    "icons.svg",
    '<symbol id="indicator"',
    '<symbol id="aid" viewBox="0 0 24 24"><path d="M12 4v16M4 12h16"/></symbol>',
)
_edit("css/tokens.css", "--indicator:", "  --aid: #7a7a12;")
_edit("css/base.css", 'data-kind="indicator"', '[data-kind="aid"] { --kind: var(--aid); }')
STATICFILES_DIRS = [Path(_edited.name), *STATICFILES_DIRS]
