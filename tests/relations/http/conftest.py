"""The API is asked here as its own tests ask it."""

from tests.relations.api.conftest import api

__all__ = ["api"]
