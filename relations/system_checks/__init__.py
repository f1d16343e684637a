"""System checks of each kind of record: what it lacks, and how to add it.

Each thing that can be missing has an identifier (``relations.E001``); ``docs/adding-a-kind.md`` leads through them.
"""

from __future__ import annotations

from django.core.checks import CheckMessage, register

from relations import kinds

TAG = "kinds"


def check_kinds(app_configs=None, **kwargs) -> list[CheckMessage]:
    """All that is missing of the kinds in these apps (None: in all)."""
    # Not before all apps are loaded: these import what the desk and the API are made of.
    from relations.system_checks import contracts, declared, looks

    checks = (*declared.EVERY, *looks.EVERY, *contracts.EVERY)
    found = kinds.every()
    if app_configs is not None:
        found = [kind for kind in found if kind.app in app_configs]
    return [message for kind in found for check in checks for message in check(kind)]


def connect() -> None:
    register(check_kinds, TAG)
