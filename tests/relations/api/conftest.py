"""Asking the API as a client does."""

import pytest

ROOT = "/api/v1/"


@pytest.fixture
def api(client):
    """``api("visits/?date=1996")``: the response of the API, over https."""

    def ask(path="", method="get", **extra):
        return getattr(client, method)(f"{ROOT}{path}", secure=True, **extra)

    return ask


@pytest.fixture
def slugs(api):
    """The slugs an endpoint lists."""

    def listed(path):
        response = api(path)
        assert response.status_code == 200, response.content
        return [item["slug"] for item in response.json()["results"]]

    return listed
