"""What every test may use."""

import pytest

from tests.factories import RelationFactory


@pytest.fixture
def relation(db):
    return RelationFactory()
