"""What every test may use."""

from dataclasses import replace

import pytest

from relations import kinds
from tests.caches import clear_caches
from tests.factories import RelationFactory


@pytest.fixture
def relation(db):
    return RelationFactory()


@pytest.fixture(autouse=True)
def _no_cache_of_another_test(settings):
    """Change numbers begin anew with each test's database; the caches are keyed by them."""
    clear_caches()
    settings.FRESH_FOR = 0


@pytest.fixture
def altered():
    """Registers a kind with other parts for one test: ``altered("visit", icon="no-such")``."""
    before = kinds.every()

    def alter(name, **parts):
        kinds.register(replace(kinds.get(name), **parts))

    yield alter
    for kind in before:
        kinds.register(kind)
