"""Pages, fetched as a browser does and read as its reader would."""

import pytest

from tests.relations.views.reading import Element, read


@pytest.fixture
def get(client):
    """``get("/agreements/", status=200)``: the page, when it answers with that status."""

    def get(path: str, *, status: int = 200, **headers) -> Element:
        response = client.get(path, secure=True, headers=headers)
        assert response.status_code == status, response.status_code
        return read(response.content.decode())

    return get
