"""Every example in the description of the API is asked for and answered, with the published data set behind it."""

import json
from urllib.parse import urlencode

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

pytestmark = pytest.mark.django_db
# What answers are about, not what is wrong with them: met with data or settings of their own (test_errors).
WITH_A_CAUSE = {405, 406, 410, 429, 500}
DESCRIBED = {"link", "last-modified", "x-entente-count", "x-entente-change"}
# No source of the data set says anything of the sort yet.
NOT_ON_RECORD = {"in_force_on", "member_on", "held_on", "comparable_to"}


@pytest.fixture
def schema():
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


def asked(path, operation):
    """Each example of each parameter as an address with headers; an object is named by its example."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            (example,) = parameter["schema"]["examples"]
            path = path.replace(f"{{{parameter['name']}}}", str(example))
    yield path, {}
    for parameter in operation["parameters"]:
        for example in parameter["schema"].get("examples", ()):
            if parameter["in"] == "query":
                yield f"{path}?{urlencode({parameter['name']: example}, doseq=True)}", {}
            elif parameter["in"] == "header":
                yield path, {parameter["name"]: example}


def is_valid(value, shape, components):
    whole = {**shape, "components": components}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


@pytest.mark.slow("Every example of the API is asked for, more than two hundred.")
def test_every_example_is_answered_as_described(client, schema, dataset):
    components = schema["components"]
    met, found = 0, {}
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        answers = operation["responses"]["200"]
        headers = {name.lower() for name in answers["headers"]}
        for address, sent in asked(path, operation):
            response = client.get(address, secure=True, headers=sent)
            assert response.status_code == 200, (address, sent, response.content)
            told = {name.lower() for name in response.headers}
            assert {"etag", "cache-control", "vary"} <= told, address
            # What programs act on must be described: another header has to be added there.
            assert told & DESCRIBED <= headers
            met += 1
            if "{" not in path and response["Content-Type"] == "application/json":
                _path, _mark, query = address.partition("?")
                found[query] = found.get(query, False) or response.json()["count"] > 0
        for media_type, content in answers["content"].items():
            for example in content["examples"].values():
                address = example["externalValue"]
                response = client.get(address, secure=True, headers={"accept": media_type})
                assert response.status_code == 200, address
                assert response["Content-Type"].partition(";")[0] == media_type, address
                if media_type == "application/json":
                    is_valid(response.json(), content["schema"], components)
                    assert response.json().get("count") != 0, address
    assert met > 200
    # An example of what is nowhere explains nothing.
    nowhere = {query.partition("=")[0] for query, is_found in found.items() if not is_found}
    assert nowhere <= NOT_ON_RECORD
    for status, response in components["responses"].items():
        (content,) = response["content"].values()
        for example in content["examples"].values():
            if int(status.removeprefix("Error")) not in WITH_A_CAUSE:
                answer = client.get(example["value"]["instance"], secure=True)
                assert answer.json() == example["value"]
