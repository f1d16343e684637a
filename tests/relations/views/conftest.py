"""Pages, fetched as a browser does and read as its reader would."""

import pytest

from tests import factories
from tests.relations.views.reading import Element, read


@pytest.fixture
def get(client):
    """``get("/agreements/", status=200)``: the page, when it answers with that status."""

    def get(path: str, *, status: int = 200, **headers) -> Element:
        response = client.get(path, secure=True, headers=headers)
        assert response.status_code == status, response.status_code
        return read(response.content.decode())

    return get


@pytest.fixture(autouse=True)
def _slugs_of_their_own():
    """Each factory of records counts for itself, but their slugs share one space."""
    kinds = factories.RecordFactory.__subclasses__()
    for number, factory in enumerate(kinds):
        factory.reset_sequence(number * 10_000, force=True)
