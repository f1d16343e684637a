"""README, CONTRIBUTING and docs/ hold to the code: every name, path and link in them leads somewhere."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import get_commands
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.text import slugify

from relations import kinds
from relations.derived import pipeline
from relations.filters import RecordFilter
from tests.factories import PlaceFactory, RelationFactory
from tests.run.__main__ import STEPS

ROOT = settings.BASE_DIR
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
OPERATING = ROOT / "docs" / "operating.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
# The rooms of relations that walks name without saying relations.
ROOMS = {path.stem for path in (ROOT / "relations").iterdir()}
# Where a path that stands in a text may begin; the last is Django's own.
BASES = (ROOT, ROOT / "relations", ROOT / "templates", Path(admin.__file__).parent / "templates")
# Modules that the picture of the import order leaves out.
NOT_DRAWN = {"asgi", "prepared", "wsgi"}
# Files of the example kind, which its reader makes.
EXAMPLE = re.compile(r"\baid")
FOLDERS = "agreements|docs|fixtures|relations|static|templates|tests"
SUFFIXES = "css|html|js|lock|md|py|sql|svg|toml|yaml|yml"

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text_of(page: Path) -> str:
    """Without blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def section(page: Path, title: str) -> str:
    """One section of a page, from its heading to the next."""
    return page.read_text("utf-8").split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def listed(page: Path, title: str) -> set[str]:
    """What the first column of the section's tables names in backquotes."""
    lines = section(page, title).splitlines()
    rows = [line.split("|")[1] for line in lines if line.startswith("| ")]
    return {word.split()[0] for cell in rows for word in re.findall(r"`([^`]+)`", cell)}


def quoted(page: Path) -> list[str]:
    """Everything in backquotes."""
    return re.findall(r"`([^`\n]+)`", text_of(page))


# What the tables say --------------------------------------------------------------------------------------------


def test_every_setting_is_documented_and_no_other():
    text = (ROOT / "relations" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"""(?:env(?:\.\w+)?|required)\(\s*["']([A-Z_]+)["']""", text))
    assert "DATABASE_URL" in read
    assert listed(OPERATING, "Settings") == read


def test_every_command_of_ours_is_documented():
    ours_by_app = {config.name for config in apps.get_app_configs() if is_ours(config.path)}
    ours = {name for name, app in get_commands().items() if app in ours_by_app}
    assert "load_dataset" in ours
    assert ours <= listed(OPERATING, "Commands")
    assert listed(OPERATING, "Commands") <= set(get_commands())


def is_ours(path: str) -> bool:
    return Path(path).is_relative_to(ROOT) and ".venv" not in Path(path).parts


def test_every_filter_is_documented():
    filters = set(RecordFilter.base_filters)
    for kind in kinds.every():
        filters |= set(kind.filterset_class.base_filters)
    text = section(ROOT / "README.md", "The API in seven examples")
    assert filters - set(re.findall(r"`(\w+)`", text)) == set()


def test_every_part_of_the_tree_on_the_map_is_there():
    text = section(ROOT / "README.md", "Map of the tree")
    names = re.findall(r"^\s*((?:[\w./-]+ )+?) {2,}", text, re.MULTILINE)
    found = [name for group in names for name in group.split()]
    assert "relations/" in found
    for name in found:
        assert (ROOT / name).exists() or (ROOT / "relations" / name).exists(), name


def test_every_room_is_on_the_map():
    text = section(ROOT / "README.md", "Map of the tree")
    rooms = {path.parent.name for path in (ROOT / "relations").glob("*/__init__.py")}
    assert {room for room in rooms if f" {room}/" not in text} == set()


# What stands anywhere -------------------------------------------------------------------------------------------


@each_page
def test_every_link_resolves(page):
    targets = re.findall(r"\]\(([^)\s]+)\)", text_of(page))
    relative = [target for target in targets if not re.match(r"https?:", target)]
    for target in relative:
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(file), re.MULTILINE)
            assert anchor in map(slugify, headings), target


@each_page
def test_every_path_is_there(page):
    paths = re.compile(rf"(?:(?:{FOLDERS})/[\w./*-]*|[\w./*-]*[\w*]\.(?:{SUFFIXES}))")
    for name in (word.split()[0] for word in quoted(page) if word.strip()):
        if paths.fullmatch(name) and not EXAMPLE.search(name):
            assert any(list(base.glob(name.rstrip("/"))) for base in BASES), name


@each_page
def test_every_command_of_make_and_of_the_runner_is_there(page):
    text = page.read_text("utf-8")
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {name for name in re.findall(r"`make ([a-z-]+)`", text) if name not in targets} == set()
    steps = re.findall(r"tests\.run ([a-z]+)", text)
    assert [name for name in steps if name not in STEPS] == []


def test_hooks_before_a_commit_are_steps_of_the_runner():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    entries = [hook["entry"] for repository in hooks for hook in repository["hooks"]]
    assert entries == [
        f".venv/bin/python -m tests.run {step}" for step in ("style", "imports", "migrations")
    ]
    assert {entry.split()[-1] for entry in entries} <= set(STEPS)


@each_page
def test_every_command_of_manage_py_is_there(page):
    named = re.findall(r"manage\.py ([a-z_]+)", page.read_text("utf-8"))
    assert [name for name in named if name not in get_commands()] == []


def test_the_picture_shows_the_import_order():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = [one["layers"] for one in contracts["contracts"] if one["type"] == "layers"]
    ordered = [set(re.findall(r"\w+", layer)) - NOT_DRAWN for layer in layers]
    picture = (ROOT / "docs" / "rooms.svg").read_text("utf-8")
    drawn: dict[int, set[str]] = {}
    for height, name in re.findall(r'<text class="name" [^>]*y="(\d+)">(\w+)<', picture):
        drawn.setdefault(int(height), set()).add(name)
    assert [drawn[height] for height in sorted(drawn)] == [
        {"agreements"},
        *(rooms for rooms in ordered if rooms),
    ]


def test_the_steps_of_the_third_walk_are_those_of_the_pipeline():
    rows = re.findall(r"^   \| ([\w ]+) \| .* \| `[\w.]+` \|$", text_of(ARCHITECTURE), re.MULTILINE)
    steps = [f"_{name.lower().replace(' ', '_')}" for name in rows]
    assert steps == [step.__name__ for step in pipeline.STEPS]


def resolves(name: str) -> bool:
    """Whether a dotted name, in full or from a room of relations, leads to something."""
    full = f"relations.{name}" if name.partition(".")[0] in ROOMS else name
    first, *rest = full.split(".")
    try:
        found = import_module(first)
    except ImportError:
        return False
    for at, part in enumerate(rest, start=2):
        if not hasattr(found, part):
            try:
                import_module(".".join(full.split(".")[:at]))
            except ImportError:
                return False
        found = getattr(found, part)
    return True


def test_every_name_of_the_walks_is_in_the_code():
    dotted = re.compile(r"[a-z_]\w*(?:\.\w+)+")
    suffixes = re.compile(rf".*\.(?:{SUFFIXES})")
    names = [name.removesuffix("()") for name in quoted(ARCHITECTURE)]
    names = [one for one in names if dotted.fullmatch(one) and not suffixes.fullmatch(one)]
    assert "lists.listing.Listing.page" in names
    assert [name for name in names if not resolves(name)] == []


def plain(sql: str) -> str:
    """Without what differs between databases and runs: quotes, casts, line breaks, keys."""
    sql = re.sub(r"::\w+|\"", "", sql)
    sql = re.sub(r"(= |\()\d+(?=[\s)])", r"\1N", sql)
    return " ".join(sql.split())


@pytest.mark.django_db
@pytest.mark.parametrize("position", [0, 1], ids=["page", "API"])
def test_the_sql_of_the_walk_is_what_the_database_is_asked(client, position):
    RelationFactory(first="AZ", second="KZ")
    PlaceFactory(slug="baku")
    text = ARCHITECTURE.read_text("utf-8")
    address = re.findall(r"^A .* `(/.*\?place=baku.*)`", text, re.MULTILINE)[position]
    written = re.findall(r"^```sql\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[position]

    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, secure=True).status_code == 200

    tables, _, rest = plain(written).partition(" WHERE ")
    where, _, rest = rest.partition(" ORDER BY ")
    limit = rest.partition(" LIMIT ")[2]
    of_the_page = [plain(one["sql"]) for one in asked if one["sql"].endswith(f" LIMIT {limit}")]
    (sql,) = [sql for sql in of_the_page if tables in sql]
    assert f" WHERE {where} ORDER BY " in sql
