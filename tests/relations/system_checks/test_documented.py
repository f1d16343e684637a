"""Each identifier that a check of kinds can give stands in the guide, and no other."""

import re

from django.conf import settings

GUIDE = settings.BASE_DIR / "docs" / "adding-a-kind.md"


def identifiers(text: str) -> set[str]:
    """The identifiers that a text names, those between the ends of a range included."""
    found = set()
    for sort, first, last in re.findall(r"\b([EW])(0\d\d)`(?: to `E(0\d\d)`)?", text):
        found |= {f"{sort}{number:03}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_every_identifier_is_explained():
    files = sorted((settings.BASE_DIR / "relations" / "system_checks").glob("*.py"))
    given = {one for file in files for one in re.findall(r'"relations\.(\w+)"', file.read_text())}
    assert len(given) > 10
    assert identifiers(GUIDE.read_text("utf-8").partition("## What `manage.py check`")[2]) == given
