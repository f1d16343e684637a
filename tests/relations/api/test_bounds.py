"""What one request may cost is bounded, whatever is written into it."""

import difflib
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.api import resources
from relations.filters.parameters import NamedAny
from tests.factories import VisitFactory
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture
def compared(monkeypatch):
    """How often a text was compared with all that it might have meant, which takes time."""
    times, compare = [], difflib.get_close_matches

    def counted(text, *args, **options):
        times.append(text)
        return compare(text, *args, **options)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    return times


def test_of_many_unknown_parameters_the_first_are_told(api, compared):
    body = assert_problem(
        api("visits/?" + "&".join(f"dat{number}=1" for number in range(1000))),
        400,
        parameters=[f"dat{number}" for number in range(MOST)],
    )
    assert body["problems"][0]["nearest"] == "date"
    assert len(compared) == MOST


def test_of_many_unknown_fields_the_first_are_told(api, compared):
    query = "fields=" + ",".join(f"titl{number}" for number in range(100))
    body = assert_problem(api(f"visits/?{query}"), 400, parameters=["fields"] * MOST)
    assert body["problems"][0]["nearest"] == "title"
    assert len(compared) == MOST


@pytest.mark.parametrize("path", list(resources.every()))
def test_looking_up_many_unknown_names_asks_little_of_the_database(api, compared, path):
    VisitFactory(countries=["AZ"])
    named = [
        name
        for name, parameter in resources.every()[path].filterset_class.base_filters.items()
        if isinstance(parameter, NamedAny)
    ]
    query = urlencode([(name, f"no-{number}") for name in named for number in range(MOST)])
    with CaptureQueriesContext(connection) as asked:
        response = api(f"{path}/?{query}")
    if named:
        assert len(assert_problem(response, 400, parameters=named[:1] * MOST)["problems"]) == MOST
    # For each a look at what it may have meant, one for all of them, and what every request asks.
    assert len(asked) <= MOST + 5
    assert len(compared) <= MOST


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page_size=201", "page_size"),
        ("page_size=0", "page_size"),
        ("q=" + "a" * 201, "q"),
        ("date=" + "1" * 65, "date"),
        ("topic=" + "a" * 121, "topic"),
        ("cursor=" + "a" * 3001, "cursor"),
        ("fields=" + "a" * 1001, "fields"),
        ("&".join(f"topic=a{number}" for number in range(MOST + 1)), "topic"),
        ("ordering=date&ordering=title", "ordering"),
    ],
)
def test_more_than_the_most_is_refused(api, query, parameter):
    assert_problem(api(f"timeline/?{query}"), 400, parameters=[parameter])


def test_long_headers_cost_no_more_than_short_ones(api):
    VisitFactory()
    tags = ", ".join(f'"{number}"' for number in range(2000))
    types = ",".join(f"text/x{number}" for number in range(2000))
    assert api("visits/", headers={"if-none-match": tags}).status_code == 200
    assert_problem(api("visits/", headers={"accept": types}), 406)
    # What is accepted is read up to a bound: no list is long enough to hide behind.
    assert_problem(api("visits/", headers={"accept": f"{types},application/json"}), 406)
