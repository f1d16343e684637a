"""The suite's environment knows every name the settings read."""

import re
from pathlib import Path

from tests.run.environment import SETTINGS, UNSET, places

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:\benv(?:\.\w+)?|\brequired)\(\s*["']([A-Z_]+)["']""")


def test_no_setting_comes_from_the_caller(tmp_path):
    read = set(READ.findall((ROOT / "relations" / "settings.py").read_text()))

    assert "DATABASE_URL" in read
    assert read - {*SETTINGS, *UNSET, *places(tmp_path)} == set()
