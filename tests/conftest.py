"""What every test may use."""

from dataclasses import replace

import pytest
from django.core.cache import caches

from relations import kinds
from relations.history import change_number
from tests.factories import RelationFactory


@pytest.fixture
def relation(db):
    return RelationFactory()


@pytest.fixture(autouse=True)
def _no_page_of_another_test(settings):
    """Change numbers begin anew with each test's database; pages are kept under them."""
    caches["pages"].clear()
    settings.FRESH_FOR = 0
    change_number.forget()


@pytest.fixture
def altered():
    """Registers a kind with other parts for one test: ``altered("visit", icon="no-such")``."""
    before = kinds.every()

    def alter(name, **parts):
        kinds.register(replace(kinds.get(name), **parts))

    yield alter
    for kind in before:
        kinds.register(kind)
