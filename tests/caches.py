"""The caches that each process has of its own."""

from django.conf import settings
from django.core.cache import caches

from relations.history import change_number

IN_MEMORY = [name for name in settings.CACHES if name != "default"]


def clear_caches() -> None:
    """As in a process that has just begun."""
    for name in IN_MEMORY:
        caches[name].clear()
    change_number.forget()
