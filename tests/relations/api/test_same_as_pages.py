"""Page = API: the same query selects the same records, in the same order and number, on the whole data set."""

from itertools import product

import pytest
from django.core.management import call_command

from relations import kinds

QUERIES = [
    "",
    "country=AZ&country=KZ",
    "country=KZ",
    "kind=visit&kind=agreement",
    "date=1996-09-16",
    "date=1996",
    "date=2025-10",
    "date_after=2000-01-01&ordering=date",
    "date_before=1997",
    "date_within=1996/2005",
    "outcome=planned",
    "evidence=conflict",
    "evidence=confirmed&ordering=title",
    "topic=energy&topic=transport",
    "q=%22caspian+sea%22",
    "q=pension*",
    "country_any=TR&country_any=UZ",
    "person=nursultan-nazarbayev&role=guest&role=participant",
    "source=jabbarova-2025&locator=50-60&conflict=date",
    "place=baku&ordering=-title",
    "ordering=modified",
    "ordering=-modified",
]


def of_page(client, address):
    response = client.get(address, secure=True)
    listing = response.context["listing"]
    return response.status_code, [record.slug for record in listing.items], listing.count


def of_api(client, address):
    response = client.get(f"/api/v1{address}", secure=True)
    body = response.json()
    return response.status_code, [item["slug"] for item in body["results"]], body["count"]


@pytest.mark.django_db
def test_page_and_api_select_the_same(client, subtests):
    call_command("load_dataset", verbosity=0)
    found = 0
    paths = ("timeline", *(kind.path for kind in kinds.every()))
    for path, query in product(paths, QUERIES):
        with subtests.test(path=path, query=query):
            address = f"/{path}/?{query}"
            # A page holds a hundred, the API fifty unless asked otherwise.
            by_api = of_api(client, f"{address}&page_size=100".replace("?&", "?"))
            assert of_page(client, address) == by_api, address
            found += by_api[2]
    assert found > 500


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
def test_the_four_of_16_september_1996(client):
    """The question of the brief, on the real data."""
    call_command("load_dataset", verbosity=0)
    body = client.get("/api/v1/agreements/?date=1996-09-16", secure=True).json()
    assert body["count"] == 4
    assert sorted(item["title"] for item in body["results"]) == [
        "Agreement on Cooperation in the Field of Pension Provision",
        "Agreement on Cooperation in the Field of Youth and Sports",
        "Agreement on Cooperation in the Oil and Gas Industry",
        "Joint Statement on the Caspian Sea",
    ]
