"""requirements.lock is whole: both groups and all they bring are pinned, and installed as pinned."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"([\w.-]+)==(\S+)")


def installed(requirement: Requirement, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def brought_by(group: str) -> set[str]:
    """The names of a group's packages and of everything they require here."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    named = [entry for entry in groups[group] if isinstance(entry, str)]
    waiting = [Requirement(entry) for entry in named]
    found: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) in found:
                continue
            found.add((name, extra))
            further = [Requirement(line) for line in requires(name) or ()]
            waiting += [entry for entry in further if installed(entry, extra)]
    return {name for name, _ in found}


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return {found[1]: found[2] for line in lines if (found := PIN.match(line))}


@pytest.mark.parametrize("group", ["run", "test"])
def test_everything_is_pinned_and_installed_as_pinned(group, pins):
    def here(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "not installed"

    names = brought_by(group)

    assert "pytest" in names or group == "run"
    assert {name: pins.get(name) for name in names} == {name: here(name) for name in names}


def test_pip_is_pinned(pins):
    assert pins["pip"] == version("pip")
