"""Style sheets: every page's is put together from its parts, once, when static files are collected."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from relations.http.stylesheets import put_together

STATIC = settings.BASE_DIR / "static"
SHEETS = sorted((STATIC / "css/sheets").glob("*.css"))
PRODUCTION = "relations.http.stylesheets.Storage"


def name_of(sheet: Path) -> str:
    return sheet.relative_to(STATIC).as_posix()


def read(name: str) -> str:
    return (STATIC / name).read_text()


def test_imports_are_followed_in_their_order():
    files = {
        "css/sheets/page.css": '@import "site.css";\n@import "../parts/row.css";\n.page {}\n',
        "css/sheets/site.css": '@import "../base.css";\n',
        "css/base.css": ".base {}\n",
        "css/parts/row.css": ".row {}\n",
    }
    assert put_together("css/sheets/page.css", files.get) == ".base {}\n.row {}\n.page {}\n"


def test_what_is_not_there_is_not_left_out():
    files = {"css/sheets/page.css": '@import "../nowhere.css";\n'}
    with pytest.raises(KeyError, match=r"css/nowhere\.css"):
        put_together("css/sheets/page.css", files.__getitem__)


@pytest.fixture
def collected(tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path)
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PRODUCTION}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_collected_sheets_are_whole_and_served_by_a_hashed_name(collected):
    assert SHEETS
    for sheet in SHEETS:
        address = staticfiles_storage.url(name_of(sheet))
        assert re.fullmatch(r"/static/css/sheets/[a-z]+\.[0-9a-f]{12}\.css", address)
        text = (collected / address.removeprefix("/static/")).read_text()
        assert "@import" not in text
        assert text.count(":root {") >= 1, f"{sheet.name} lacks the tokens"
        for part in re.findall(r'@import "([^"]+)"', sheet.read_text()):
            whole = put_together(name_of((sheet.parent / part).resolve()), read)
            assert whole in text
        assert (collected / f"{address.removeprefix('/static/')}.gz").is_file()


def test_every_part_is_in_a_sheet_and_every_sheet_on_a_page():
    parts = {file for folder in ("parts", "pages") for file in (STATIC / "css" / folder).iterdir()}
    imported = {
        (sheet.parent / part).resolve()
        for sheet in SHEETS
        for part in re.findall(r'@import "([^"]+)"', sheet.read_text())
    }
    assert parts - imported == set()
    templates = "".join(
        file.read_text() for file in (settings.BASE_DIR / "templates").rglob("*.html")
    )
    linked = {f"css/sheets/{name}" for name in re.findall(r"css/sheets/([a-z]+\.css)", templates)}
    shared = {"css/sheets/site.css", "css/sheets/chronology.css"}
    assert linked == {name_of(sheet) for sheet in SHEETS} - shared
    assert re.findall(r'"css/(?!sheets/)[^"]+"', templates) == []
