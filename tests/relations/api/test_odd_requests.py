"""Whatever is asked, the answer is 200 or 400, in one of two shapes, on every endpoint."""

from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relations.api import resources
from relations.filters import RecordFilter
from relations.models import Record
from relations.work import unit_of_work
from tests.factories import AgreementFactory, OrganizationFactory, PlaceFactory, TopicFactory

PATHS = list(resources.every())
NAMES = sorted(
    {
        name
        for resource in resources.every().values()
        for name in resource.filterset_class.base_filters
    }
)

HOSTILE = [
    "", " ", "%00", "\x00", "%FF", "%ED%A0%80", "%F0%9F%98%80", "%E2%80%AE", "'", '"', "\\", "--", "%25",
    "1996", "1996-02-30", "9999-12-31", "0001", "0000", "-1", "99999", "1e400", "[..2025]", "[1996..]",
    "../..", "199X", "[1996,1997]", "1996/1992", "[" + "1," * 30 + "2]", "XXXX-XX-XX", "1996-21", "2025-40",
    "AZ", "az", "ZZ", "\u0130Z", "visit", "agreement", "energy", "baku", "council", "date", "-date", "--date",
    "title", "9" * 30, "9" * 5000, "2147483648", "9223372036854775808", "-9223372036854775809", "NaN", "null",
    "true", "json", "csv", "a" * 201, "\u0414\u0440\u0443\u0436\u0431\u0430" * 20, "AND", "NEAR(a b)", "a*",
    "a:b", "^a", "(", "{", "*", "%", "_", "a%20OR%20b", "fi\ufb01", "\u0345", "\uffff", "\U0010ffff",
]  # fmt: skip

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40).map(lambda text: quote(text, safe="", errors="surrogatepass")),
    st.binary(max_size=20).map(quote_from_bytes),
)
names = st.one_of(
    st.sampled_from([*NAMES, "cursor", "page_size", "format", "at", "limit", "utm_source"]), texts
)
queries = st.lists(st.tuples(names, texts), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)


def answers(client, path, query):
    response = client.get(f"/api/v1/{path}/", secure=True, QUERY_STRING=_raw(query))
    assert response.status_code in (200, 400), (path, query)
    if response.status_code == 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["problems"]
    else:
        assert response["Content-Type"] in ("application/json", "text/csv; charset=utf-8")


def _raw(query: str) -> str:
    """As a server hands a query on: bytes, each as one character."""
    return query.encode("utf-8", "surrogatepass").decode("latin-1")


@pytest.fixture
def something(db):
    with unit_of_work():
        AgreementFactory(
            countries=["AZ", "KZ"],
            topics=[TopicFactory(slug="energy")],
            organizations=[OrganizationFactory(slug="council")],
            place=PlaceFactory(slug="baku"),
        )


@pytest.mark.slow("Some sixty values for each parameter.")
@pytest.mark.parametrize("path", PATHS)
def test_each_hostile_value_of_each_parameter(client, something, path):
    names = [
        *resources.every()[path].filterset_class.base_filters,
        "cursor",
        "page_size",
        "format",
        "x",
    ]
    if issubclass(resources.every()[path].model, Record) and path != "timeline":
        # What all kinds have in common is asked of the timeline.
        names = [name for name in names if name not in RecordFilter.base_filters]
    for name in names:
        for value in HOSTILE:
            answers(client, path, f"{name}={value}")


@pytest.mark.slow("Forty made-up queries for each endpoint.")
@pytest.mark.parametrize("path", PATHS)
def test_any_query_at_all(client, something, path):
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(queries)
    def ask(query):
        answers(client, path, query)

    ask()


@pytest.mark.slow("A hundred and fifty made-up requests.")
def test_any_header(client, something):
    odd = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)

    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(odd, odd, odd)
    def ask(accept, etag, language):
        headers = {
            "HTTP_ACCEPT": accept,
            "HTTP_IF_NONE_MATCH": etag,
            "HTTP_ACCEPT_LANGUAGE": language,
        }
        response = client.get("/api/v1/timeline/", secure=True, **headers)
        assert response.status_code in (200, 406)

    ask()


def test_any_address(client, something):
    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.sampled_from(PATHS), texts)
    def ask(path, key):
        response = client.get(
            f"/api/v1/{path}/{key}/".replace("#", "%23").replace("?", "%3F"), secure=True
        )
        assert response.status_code in (200, 308, 400, 404)
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json"

    ask()


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_parameter_counts_as_absent(client, something, path):
    """As the description of every parameter says (``allowEmptyValue``)."""
    names = resources.every()[path].filterset_class.base_filters
    names = [*names, "cursor", "page_size", "format", "fields", "omit"]
    empty = client.get(f"/api/v1/{path}/?{'&'.join(f'{name}=' for name in names)}", secure=True)
    bare = client.get(f"/api/v1/{path}/", secure=True)
    assert empty.status_code == 200
    assert empty.json()["count"] == bare.json()["count"]
    assert empty.json()["results"] == bare.json()["results"]


@pytest.mark.parametrize("name", ["If-None-Match", "If-Modified-Since"])
def test_a_condition_that_cannot_be_read_is_passed_over(client, something, name):
    for value in ("?" * 3000, '"', "yesterday"):
        answer = client.get("/api/v1/timeline/", secure=True, headers={name: value})
        assert answer.status_code == 200
