"""Every error is problem details that name what is at fault."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from rest_framework import exceptions

from relations.api import root, views
from relations.history import change_number
from relations.http import problem_details
from tests.factories import AgreementFactory, OrganizationFactory, VisitFactory
from tests.relations.api.asserts import assert_problem

pytestmark = pytest.mark.django_db


def withdrawn(factory, **options):
    record = factory(**options)
    record.stage = "withdrawn"
    record.save()
    return record


def test_an_unknown_parameter_is_named_with_the_nearest_and_the_valid(api):
    body = assert_problem(api("agreements/?dat=1996"), 400, parameters=["dat"], nearest="date")
    assert body["instance"] == "/api/v1/agreements/?dat=1996"
    assert body["problems"][0]["valid"] == [
        "country", "country_any", "kind", "topic", "place", "person", "role", "organization", "project",
        "source", "locator", "date", "date_after", "date_before", "date_within", "outcome", "evidence",
        "conflict", "changed_since", "modified_since", "q", "ordering", "instrument", "level", "status",
        "in_force_on", "party", "cursor", "page_size", "format", "fields", "omit", "include",
    ]  # fmt: skip


def test_every_parameter_at_fault_is_named(api):
    assert_problem(
        api("visits/?dat=1996&country=XX&date=x&page_size=0&guest=AZ1"),
        400,
        parameters=["dat", "country", "date", "guest", "page_size"],
    )


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("timeline/?at=1996", "at"),
        ("timeline/?page_size=201", "page_size"),
        ("timeline/?cursor=abc", "cursor"),
        ("timeline/?format=xml", "format"),
        ("timeline/?format=json&format=csv", "format"),
        ("timeline/?date=1996&date=1997", "date"),
        ("visits/some-visit/?date=1996", "date"),
        ("?x=1", "x"),
        ("schema/?lang=de", "lang"),
        ("docs/?lang=de", "lang"),
        ("organizations/?kind=visit", "kind"),
        ("citations/?locator=0", "locator"),
        ("citations/?locator=1e3", "locator"),
        ("citations/?field=dat", "field"),
    ],
)
def test_what_is_not_read_is_refused(api, path, parameter):
    assert_problem(api(path), 400, parameters=[parameter])


def test_an_unknown_format_says_which_there_are(api):
    assert_problem(
        api("visits/?format=cvs"),
        400,
        parameters=["format"],
        nearest="csv",
        valid=["csv", "json", "jsonl", "jsonld"],
    )


@pytest.mark.parametrize(
    ("size", "nearest"),
    [("0", "1"), ("-7", "1"), ("201", "200"), ("9" * 30, "200"), ("ten", None), ("1.5", None)],
)
def test_a_page_size_beyond_its_range_is_told_the_nearest(api, size, nearest):
    body = assert_problem(
        api(f"timeline/?page_size={size}"), 400, parameters=["page_size"], valid=["1", "200"]
    )
    assert body["problems"][0]["nearest"] == nearest


@pytest.mark.parametrize("path", ["", "v2/", "v2/visits/", "timeline.xyz", "map/?dat=1"])
@pytest.mark.parametrize("method", ["get", "post", "trace"])
def test_whatever_is_below_api_answers_as_the_api_does(client, path, method):
    response = getattr(client, method)(f"/api/{path}", secure=True)
    assert_problem(response, 404 if method == "get" else 405)


@pytest.mark.parametrize(
    ("path", "status"),
    [("visits/?dat=1", 400), ("nothing/", 404), ("docs/?format=xml", 400), ("schema/%00", 400)],
)
def test_the_head_of_an_error_is_that_of_the_error(api, path, status):
    head, whole = api(path, "head"), api(path)
    assert (head.status_code, whole.status_code) == (status, status)
    assert head.content == b""
    assert head["Content-Type"] == whole["Content-Type"] == "application/problem+json"
    assert head["Cache-Control"] == whole["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (exceptions.ParseError(), 400),
        (SuspiciousOperation(), 400),
        (exceptions.PermissionDenied(), 403),
        (exceptions.NotFound(), 404),
        (exceptions.MethodNotAllowed("POST"), 405),
        (exceptions.NotAcceptable(), 406),
        (problem_details.Gone(), 410),
        (exceptions.UnsupportedMediaType("text/plain"), 415),
        (exceptions.Throttled(wait=3.2), 429),
    ],
)
def test_whatever_is_raised_has_the_one_shape(client, monkeypatch, raised, status):
    """Also what no view of ours raises now, as 415: bodies are not read."""

    def broken(*args, **kwargs):
        raise raised

    monkeypatch.setattr(root.RootEndpoint, "answer", broken)
    assert_problem(client.get("/api/v1/", secure=True), status)


def test_an_error_before_any_view_has_the_one_shape(client, monkeypatch):
    def broken(_request):
        raise OperationalError("secret")

    monkeypatch.setattr(change_number, "recent", broken)
    client.raise_request_exception = False
    response = client.get("/api/v1/visits/", secure=True)
    assert_problem(response, 500)
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    "path",
    [
        "nothing/",
        "nothing",
        "visits/nothing/",
        "visits/Nothing%20at-all/",
        "visits/nothing/more/",
        "timeline/nothing/",
        "countries/ZZ/",
        "countries/az/",
        "citations/nothing/",
        "organizations/nothing/",
        "visits/%F0%9F%98%80/",
        "visits/" + "a" * 2000 + "/",
        "docs/nothing",
    ],
)
def test_there_is_nothing_at_an_unknown_address(api, path):
    assert_problem(api(path), 404)


def test_a_draft_is_not_there_and_a_withdrawn_record_is_gone(api):
    VisitFactory(slug="draft", stage="draft")
    VisitFactory(slug="in-review", stage="review")
    withdrawn(VisitFactory, slug="gone")
    withdrawn(AgreementFactory, slug="gone-agreement")
    for path in ("visits", "timeline"):
        assert_problem(api(f"{path}/draft/"), 404)
        assert_problem(api(f"{path}/in-review/"), 404)
        assert_problem(api(f"{path}/gone/"), 410)
    assert_problem(api("visits/gone-agreement/"), 404)
    assert_problem(api("agreements/gone-agreement/"), 410)


def test_a_former_address_leads_to_the_new_one(api):
    visit = VisitFactory(slug="old")
    visit.slug = "new"
    visit.save()
    for path in ("visits", "timeline"):
        response = api(f"{path}/old/?format=csv")
        assert response.status_code == 308
        assert response["Location"] == "https://entente.example/api/v1/visits/new/?format=csv"
    assert_problem(api("agreements/old/"), 404)
    visit.stage = "withdrawn"
    visit.save()
    assert_problem(api("visits/old/"), 410)
    council = OrganizationFactory(slug="council")
    council.slug = "the-council"
    council.save()
    response = api("organizations/council/")
    assert (response.status_code, response["Location"]) == (
        308,
        "https://entente.example/api/v1/organizations/the-council/",
    )
    assert_problem(api("people/council/"), 404)


def test_a_missing_slash_is_added_and_the_query_kept(api):
    response = api("visits?date=1996&x=%20")
    assert response.status_code == 308
    assert response["Location"] == "https://entente.example/api/v1/visits/?date=1996&x=%20"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["", "visits/", "visits/nothing/", "schema/", "docs/", "nothing/"])
def test_only_reading_is_allowed(api, method, path):
    response = api(path, method)
    assert_problem(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_a_body_is_never_read(api):
    for content_type in ("application/json", "multipart/form-data; boundary=x", "nonsense"):
        response = api("visits/", "post", data=b"\xff{", content_type=content_type)
        assert_problem(response, 405)


@pytest.mark.parametrize("path", ["", "visits/", "visits/nothing/", "schema/", "docs/"])
def test_options_say_what_is_allowed(api, path):
    response = api(path, "options")
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "accept",
    ["image/png", "application/xml", "application/json;q=0", ";;;", "a" * 9000, "text/*;q=0"],
)
def test_what_cannot_be_had_is_not_acceptable(api, accept):
    assert_problem(api("visits/", headers={"accept": accept}), 406)


@pytest.mark.parametrize(
    ("path", "there_is"),
    [
        ("", "application/json."),
        ("schema/", "application/vnd.oai.openapi."),
        ("docs/", "text/html."),
    ],
)
def test_what_can_be_had_is_told(api, path, there_is):
    body = assert_problem(api(path, headers={"accept": "image/png"}), 406)
    assert body["detail"].endswith(there_is)


def test_an_error_of_ours_is_noted_and_told_without_details(api, client, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr(views.ListEndpoint, "answer", broken)
    # The signal is sent by which Django's own client hears of it.
    with pytest.raises(RuntimeError):
        api("visits/")
    client.raise_request_exception = False
    response = api("visits/")
    assert_problem(response, 500)
    assert b"secret" not in response.content
    assert "RuntimeError: secret" in caplog.text


def test_an_error_is_not_kept(api):
    assert api("visits/nothing/")["Cache-Control"] == "no-store"


def test_no_error_tells_of_a_draft(api):
    VisitFactory(slug="secret-plan", title="Secret plan", stage="draft")
    for path in (
        "visits/secret-pla/",
        "visits/secret-plan/",
        "citations/?record=secret-plan",
        "citations/?record=secret-pla",
        "timeline/?topic=secret-plan",
    ):
        body = api(path).json()
        body.pop("instance")
        assert "secret-plan" not in str(body).replace("“secret-plan”", "")
