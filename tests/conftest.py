"""What every test may use."""

import pytest

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
