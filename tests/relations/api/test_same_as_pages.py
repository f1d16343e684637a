"""Page = API: what the one refuses the other refuses, for the same reason. What they list: test_same_everywhere."""

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["dat=1996", "date=1996-02-30", "kind=visits", "q=%3F", "cursor=x"]
)
def test_page_and_api_refuse_the_same(client, query):
    page = client.get(f"/timeline/?{query}", secure=True)
    api = client.get(f"/api/v1/timeline/?{query}", secure=True)
    assert (page.status_code, api.status_code) == (400, 400)
    told = [(problem.parameter, problem.nearest) for problem in page.context["problems"]]
    assert told == [
        (problem["parameter"], problem["nearest"]) for problem in api.json()["problems"]
    ]


@pytest.mark.django_db
def test_the_four_of_16_september_1996(client, dataset):
    """The question of the brief, on the real data."""
    body = client.get("/api/v1/agreements/?date=1996-09-16", secure=True).json()
    assert body["count"] == 4
    assert sorted(item["title"] for item in body["results"]) == [
        "Agreement on Cooperation in the Field of Pension Provision",
        "Agreement on Cooperation in the Field of Youth and Sports",
        "Agreement on Cooperation in the Oil and Gas Industry",
        "Joint Statement on the Caspian Sea",
    ]
