"""What nobody remembers to check: documentation, migrations, and what must not stand in the repository."""

import re
import subprocess
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands

from relations import kinds
from relations.filters import RecordFilter

ROOT = settings.BASE_DIR
README = (ROOT / "README.md").read_text("utf-8")


def section(title: str) -> str:
    """One section of the README, from its heading to the next."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def listed(title: str) -> set[str]:
    """What the first column of the section's tables names in backquotes."""
    rows = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("| ")]
    return {word.split()[0] for cell in rows for word in re.findall(r"`([^`]+)`", cell)}


def tracked_files() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_every_setting_is_documented_and_no_other():
    text = (ROOT / "relations" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"""(?:env(?:\.\w+)?|required)\(\s*["']([A-Z_]+)["']""", text))
    assert "DATABASE_URL" in read
    assert listed("Settings") == read


def test_every_command_of_ours_is_documented():
    kind_apps = {config.name for config in kinds.app_configs()}
    ours = {name for name, app in get_commands().items() if app in kind_apps}
    assert "load_dataset" in ours
    assert ours <= listed("Commands")
    assert listed("Commands") <= set(get_commands())


def test_every_filter_is_documented():
    filters = set(RecordFilter.base_filters)
    for kind in kinds.every():
        filters |= set(kind.filterset_class.base_filters)
    documented = set(re.findall(r"`(\w+)`", section("The API in seven examples")))
    assert filters - documented == set()


def test_every_part_of_the_tree_on_the_map_is_there():
    names = re.findall(r"^\s*((?:[\w./-]+ )+?) {2,}", section("Map of the tree"), re.MULTILINE)
    found = [name for group in names for name in group.split()]
    assert "relations/" in found
    for name in found:
        assert (ROOT / name).exists() or (ROOT / "relations" / name).exists(), name


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
