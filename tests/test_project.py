"""What nobody remembers to check: migrations, and what must not stand in the repository."""

import re
import subprocess
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = settings.BASE_DIR


def tracked_files() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.django_db
def test_no_migration_is_pending():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_the_repository_holds_nothing_generated_and_no_path_of_a_machine():
    files = tracked_files()
    assert "manage.py" in files
    assert [
        f for f in files if re.search(r"\.(sqlite3|pyc|log)$|__pycache__|staticfiles/", f)
    ] == []
    # Spelt in parts, so that this file does not hold what it looks for.
    forbidden = re.compile(
        "|".join(["/wo" + "rk/", "/ho" + "me/\\w", "/ro" + "ot/", "/opt" + "/pypi"])
    )
    for name in files:
        path = ROOT / name
        if path.suffix in (".png", ".ico") or not path.is_file():
            continue
        match = forbidden.search(path.read_text("utf-8"))
        assert match is None, f"{name}: {match}"
