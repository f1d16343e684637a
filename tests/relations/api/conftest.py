"""Asking the API as a client does."""

import pytest


@pytest.fixture
def slugs(api):
    """The slugs an endpoint lists."""

    def listed(path):
        response = api(path)
        assert response.status_code == 200, response.content
        return [item["slug"] for item in response.json()["results"]]

    return listed
