"""The digest of the code counts every app that registers a kind: one from elsewhere as well as ours."""

import os
import subprocess
import sys
from pathlib import Path

from relations.derived import code_version

ROOT = Path(__file__).resolve().parents[3]
APP = """
from django.apps import AppConfig


class AidConfig(AppConfig):
    name = "aid"

    def ready(self):
        from aid.models import Aid
        from relations import kinds

        kinds.register(
            kinds.Kind(
                name="aid", model=Aid, path="aid", label="aid", label_plural="aid", icon="visit",
                filterset="", serializer="", template="",
            )
        )
"""
MODELS = """
from relations.models import Record


class Aid(Record):
    KIND = "aid"
"""
SETTINGS = """
from relations.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "aid.apps.AidConfig"]
"""
# Prints a line each time it is asked: what stored objects are made by, the ETag of a page, and when the code came.
ASKED = """
import sys

import django

django.setup()
from django.test import RequestFactory

from relations.derived import code_version, stored_json
from relations.history.changes import Last
from relations.http import conditional

for line in sys.stdin:
    code_version.digest.cache_clear()
    code_version.released.cache_clear()
    request = RequestFactory().get("/api/v1/aid/")
    request.last_change = Last()
    print(stored_json.maker(), conditional.etag(request), code_version.released(), flush=True)
"""


def test_code_of_another_app_makes_other_tags_and_other_stored_objects(tmp_path):
    app = tmp_path / "aid"
    for name, text in (
        ("__init__.py", ""),
        ("apps.py", APP),
        ("models.py", MODELS),
        ("api.py", "FIELDS = 1\n"),
        ("templates/aid/aid.html", "<p>Aid</p>\n"),
    ):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_text(text)
    (tmp_path / "aid_settings.py").write_text(SETTINGS)
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "aid_settings",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", ASKED],
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:

        def ask():
            process.stdin.write("\n")
            process.stdin.flush()
            return process.stdout.readline().split()

        first, again = ask(), ask()
        (app / "api.py").write_text("FIELDS = 2\n")
        edited = ask()
        (app / "templates/aid/aid.html").write_text("<p>Help</p>\n")
        template = ask()
        (app / "notes.md").write_text("not code")
        later = 2 * 10**9
        os.utime(app / "api.py", (later, later))
        noted = ask()
        process.stdin.close()
    assert len(first) == 3
    assert again == first
    for number in (0, 1):
        assert len({one[number] for one in (first, edited, template)}) == 3
    assert noted[:2] == template[:2]
    assert noted[2] == str(later)


def test_the_templates_and_static_files_of_the_site_are_counted():
    counted = {file.name for file in code_version.files()}
    assert {"code_version.py", "models.py", "base.html", "tokens.css", "outlines.json"} <= counted
    folders = {folder.name for folder in code_version.folders()}
    assert {"relations", "agreements", "templates", "static"} <= folders
