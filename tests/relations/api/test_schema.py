"""The API describes itself, completely and without a warning."""

import json

import pytest
from django.core.management import call_command

from relations.api import resources


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    file = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command(
        "spectacular",
        "--validate",
        "--fail-on-warn",
        "--format",
        "openapi-json",
        "--file",
        str(file),
    )
    return json.loads(file.read_text())


def test_it_is_openapi_3_1_of_every_endpoint(schema):
    assert schema["openapi"].startswith("3.1")
    assert sorted(schema["paths"]) == sorted(
        address
        for path, resource in resources.every().items()
        for address in (
            f"/api/v1/{path}/",
            f"/api/v1/{path}/facets/",
            f"/api/v1/{path}/{{{resource.key}}}/",
        )
    )


def test_every_parameter_has_a_meaning_and_every_filter_an_example(schema):
    for path, methods in schema["paths"].items():
        assert list(methods) == ["get"]
        for parameter in methods["get"]["parameters"]:
            assert parameter.get("description"), (path, parameter["name"])
            if parameter["in"] == "query" and parameter["name"] != "cursor":
                assert parameter["schema"]["examples"], (path, parameter["name"])


def test_the_parameters_are_those_that_are_read(schema):
    for path, resource in resources.every().items():
        described = [
            parameter["name"]
            for parameter in schema["paths"][f"/api/v1/{path}/"]["get"]["parameters"]
            if parameter["in"] == "query"
        ]
        read = [*resource.filterset_class.base_filters, "cursor", "page_size", "format"]
        assert described == sorted(read)


def test_errors_are_described_as_problem_details(schema):
    details = "#/components/schemas/ProblemDetails"
    for methods in schema["paths"].values():
        responses = methods["get"]["responses"]
        assert {"200", "304", "400", "404", "406", "429", "500"} <= set(responses)
        content = responses["400"]["content"]
        assert content == {"application/problem+json": {"schema": {"$ref": details}}}


def test_items_of_the_timeline_are_told_apart_by_kind(schema):
    item = schema["components"]["schemas"]["TimelineItem"]
    assert item["discriminator"]["propertyName"] == "kind"
    assert sorted(item["discriminator"]["mapping"]) == [
        "agreement",
        "indicator",
        "milestone",
        "trade-figure",
        "visit",
    ]


@pytest.mark.django_db
def test_it_is_served_and_kept(api, schema):
    response = api("schema/")
    assert response["Content-Type"] == "application/json"
    assert response.json()["paths"].keys() == schema["paths"].keys()
    assert api("schema/?format=yaml").content.startswith(b"openapi: 3.1")
    assert api("schema/", headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_the_page_to_read_it_has_nothing_inline(api):
    page = api("docs/").content.decode()
    assert page.count("<h1") == 1
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count("<script src=") == 3
    script = api("docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert '"validatorUrl": null' in script.content.decode()
