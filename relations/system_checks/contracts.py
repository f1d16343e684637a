"""Whether the import contracts know the app of a kind. They stand in pyproject.toml, which production may not have."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error

from relations.kinds import Kind


def contract(kind: Kind) -> Iterator[CheckMessage]:
    """An app unknown to the contracts could be imported by ``relations`` unseen."""
    core, name = apps.get_app_config("relations").name, kind.app.name
    if name == core:
        return
    try:
        text = Path(settings.BASE_DIR, "pyproject.toml").read_text("utf-8")
    except FileNotFoundError:
        return
    contracts = tomllib.loads(text).get("tool", {}).get("importlinter", {})
    forbidden = [
        module
        for one in contracts.get("contracts", ())
        if one["type"] == "forbidden" and core in one["source_modules"]
        for module in one["forbidden_modules"]
    ]
    if not _holds(contracts.get("root_packages", ()), name) or not _holds(forbidden, name):
        package = name.partition(".")[0]
        yield Error(
            f"The import contracts do not know {name}, the app of “{kind.name}”.",
            hint=f'Add "{package}" in pyproject.toml to `root_packages` and to the '
            "`forbidden_modules` of the first contract.",
            obj=kind.model,
            id="relations.E030",
        )


def _holds(packages, name: str) -> bool:
    """Whether the module is one of the packages or lies in one."""
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


EVERY = (contract,)
