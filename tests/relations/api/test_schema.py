"""The API describes itself, completely and without a warning."""

import json

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from jsonschema import Draft202012Validator

from relations import kinds
from relations.api import resources
from tests.relations.api.breaking import RULE, breaking, differences

COMMITTED = "relations/api/schema.yml"
RENEW = f"DEBUG=1 python manage.py spectacular --validate --fail-on-warn --file {COMMITTED}"
# Made by the site that is asked, for one list in one order: none can be written down beforehand.
WITHOUT_EXAMPLE = {"cursor"}
BOUNDS = {"enum", "pattern", "format", "maxLength", "maximum"}


@pytest.fixture(scope="session")
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


def operations(schema):
    for path, methods in schema["paths"].items():
        assert list(methods) == ["get"], path
        yield path, methods["get"]


def test_it_is_openapi_3_1_of_every_endpoint(schema):
    assert schema["openapi"].startswith("3.1")
    assert {
        address
        for path, resource in resources.every().items()
        for address in (
            f"/api/v1/{path}/",
            f"/api/v1/{path}/facets/",
            f"/api/v1/{path}/{{{resource.key}}}/",
        )
    } <= set(schema["paths"])
    assert [server["url"] for server in schema["servers"]] == ["/"]


def test_it_is_the_one_that_is_committed(schema):
    """Whoever changes it decides so: the file changes with it."""
    text = (settings.BASE_DIR / COMMITTED).read_text()
    committed = yaml.load(text, Loader=yaml.CSafeLoader)
    different = list(differences(committed, schema))
    broken = breaking(committed, schema)
    told = [
        f"The API and {COMMITTED} differ in {len(different)} places.",
        *([f"BREAKING ({RULE}):", *broken] if broken else ["Nothing of it breaks a program."]),
        *["All:", *different[:40]],
        f"If it is meant so, renew the file and look at what of it git shows: {RENEW}",
    ]
    assert not different, "\n".join(told)


def test_every_parameter_has_a_meaning_bounds_and_a_valid_example(schema):
    for path, operation in operations(schema):
        assert operation["description"], path
        assert operation["summary"], path
        for parameter in operation["parameters"]:
            where = (path, parameter["name"])
            assert parameter.get("description", "").endswith("."), where
            one = parameter["schema"]
            if one["type"] == "array":
                assert one["maxItems"] >= 2, where
                one = one["items"]
            # A header that cannot be read is passed over: there is nothing to refuse it for.
            is_bounded = BOUNDS & set(one) or one["type"] == "boolean"
            assert is_bounded or parameter["in"] == "header", where
            if parameter["name"] in WITHOUT_EXAMPLE:
                continue
            assert parameter["schema"]["examples"], where
            for example in parameter["schema"]["examples"]:
                Draft202012Validator(parameter["schema"]).validate(example)


def test_the_parameters_are_those_that_are_read(schema):
    for path, resource in resources.every().items():
        described = [
            parameter["name"]
            for parameter in schema["paths"][f"/api/v1/{path}/"]["get"]["parameters"]
            if parameter["in"] == "query"
        ]
        read = [*resource.filterset_class.base_filters, "cursor", "page_size"]
        beside = ["include"] if resource.is_of_records else []
        assert described == sorted([*read, "format", "fields", "omit", *beside])


def test_every_answer_is_described_with_its_headers_and_an_example(schema):
    components = schema["components"]
    for path, operation in operations(schema):
        responses = operation["responses"]
        assert {"200", "304", "400", "404", "405", "406", "429", "500"} <= set(responses), path
        assert {"ETag", "Cache-Control", "Vary"} <= set(responses["200"]["headers"]), path
        for status, response in responses.items():
            if "$ref" in response:
                response = components["responses"][response["$ref"].rpartition("/")[2]]  # noqa: PLW2901
            assert response["description"], (path, status)
            for name, header in response.get("headers", {}).items():
                described = components["headers"][header["$ref"].rpartition("/")[2]]
                assert described["description"].endswith("."), name
                for example in described["schema"]["examples"]:
                    Draft202012Validator(described["schema"]).validate(example)
            for content in response.get("content", {}).values():
                assert content["examples"], (path, status)
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (path, status)
                (content,) = response["content"].values()
                assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
                whole = Draft202012Validator({**content["schema"], "components": components})
                for example in content["examples"].values():
                    whole.validate(example["value"])
                    assert example["value"]["status"] == int(status)
        assert "Retry-After" in components["responses"]["Error429"]["headers"]
        assert ("Link" in responses["200"]["headers"]) == (
            "cursor" in [parameter["name"] for parameter in operation["parameters"]]
        )


def test_items_of_the_timeline_are_told_apart_by_kind(schema):
    item = schema["components"]["schemas"]["TimelineItem"]
    assert item["discriminator"]["propertyName"] == "kind"
    assert sorted(item["discriminator"]["mapping"]) == sorted(kinds.names())


@pytest.mark.django_db
def test_it_is_served_and_kept(api, schema):
    response = api("schema/")
    assert response["Content-Type"] == "application/json"
    assert response.json()["paths"].keys() == schema["paths"].keys()
    assert response.json()["servers"] == [{"url": "https://entente.example"}]
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
