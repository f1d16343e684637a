"""The API does what its description says: schemathesis makes requests of the description and checks the answers.

Every check of schemathesis is on, in each of its phases: the examples, each bound of each parameter, and made-up
requests right and wrong. These checks find nothing to look at in an API that anybody may read and nobody write to:
``use_after_free`` and ``ensure_resource_availability`` (nothing is deleted or made), ``ignored_auth`` and
``object_level_authorization`` (nobody signs in), ``missing_required_header`` (none is required) and
``max_response_time`` (only where a time is given). Nor does its stateful phase: no answer links to a next request.
Two checks of our own say what theirs cannot know.
"""

from collections import Counter
from functools import cache

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, connections, transaction
from jsonschema import Draft202012Validator
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from relations.api import resources

# The committed one, which test_schema compares with the one that is served.
SCHEMA = settings.BASE_DIR / "relations/api/schema.yml"
CONFIG = {
    "base-url": "https://localhost",
    "continue-on-failure": True,
    "generation": {
        "max-examples": 8,  # of each endpoint, besides those that try each bound of each parameter
        "deterministic": True,
        "no-shrink": True,
        "database": "none",
    },
    "checks": {
        # 400 answers what is valid by the description and not to be had: ``refused_for_a_reason`` says when.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "400", "404"]},
    },
}
# Numbers that the site gives out: one that it has not given yet is refused, with the last one.
GIVEN_OUT = {"changed_since", "since"}
WHOLE_FORMATS = {"csv", "jsonl"}


@schemathesis.check
def refused_for_a_reason(ctx, response, case):
    """A value of a closed set, a number within its bounds, a yes or no: when described, it is taken.

    Refused may be what no description can tell: names that nothing bears, text that is no EDTF date, cursors that
    were never given, and two parameters that exclude each other.
    """
    is_right = case.meta is not None and case.meta.generation.mode.is_positive
    if response.status_code != 400 or not is_right:
        return
    problems = response.json()["problems"]
    assert problems, response.json()
    for problem in problems:
        name = problem["parameter"]
        parameter = case.operation.query.get(name)
        if parameter is None:
            # Control characters, in whatever parameter or key.
            assert name in ("query", "path"), problem
            continue
        shape = parameter.definition["schema"]
        shape = shape.get("items", shape)
        is_closed = "enum" in shape or shape["type"] in ("integer", "boolean")
        is_excluded = name == "page_size" and case.query.get("format") in WHOLE_FORMATS
        assert not is_closed or is_excluded or name in GIVEN_OUT, problem


@schemathesis.check
def whole_unless_trimmed(ctx, response, case):
    """Objects lack parts only where ``fields`` or ``omit`` ask for it: the description has to allow both."""
    is_json = response.headers.get("content-type") == ["application/json"]
    query = case.query or {}
    if response.status_code != 200 or not is_json or query.get("fields") or query.get("omit"):
        return
    body = response.json()
    if "results" in body:
        body["results"] = body["results"][:2]
    whole(case.operation.path).validate(body)


@cache
def described_api():
    return yaml.load(SCHEMA.read_text(), Loader=yaml.CSafeLoader)


@cache
def whole(path):
    """What validates the answers of an endpoint that are not trimmed."""
    content = described_api()["paths"][path]["get"]["responses"]["200"]["content"]
    shape = content["application/json"]["schema"]
    first = shape.get("anyOf", [shape])[0]
    return Draft202012Validator({**first, "components": described_api()["components"]})


def site():
    """The application, for requests from the threads of schemathesis.

    They are given the connection that the transaction with the data is on, which is then not closed after each.
    """
    ours, answer = connections[connection.alias], get_wsgi_application()
    ours.inc_thread_sharing()

    def application(environ, start_response):
        connections[ours.alias] = ours
        environ["wsgi.url_scheme"] = "https"
        # The client does not unpack what it is sent.
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return answer(environ, start_response)

    return application


@pytest.fixture(scope="module")
def described(django_db_setup, django_db_blocker):
    """The description, with the site that it is of behind it. The site holds the published data set."""
    config = SchemathesisConfig.from_dict(CONFIG)
    description = schemathesis.openapi.from_path(SCHEMA, config=config)
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_dataset", verbosity=0)
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        description.app = site()
        yield description
        connection.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        transaction.set_rollback(True)


def outcome(schema):
    """How often each check was made and each status met, and what has failed: each way of failing once."""
    checked, met, failed = Counter(), Counter(), {}
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            failed[str(event)] = event
        if not isinstance(event, events.ScenarioFinished):
            continue
        for interaction in event.recorder.interactions.values():
            met[interaction.response.status_code] += 1
        for check in (one for checks in event.recorder.checks.values() for one in checks):
            checked[check.name] += 1
            if info := check.failure_info:
                key = (check.name, info.failure.operation, info.failure.message)
                failed.setdefault(key, info.code_sample)
    return checked, met, failed


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(resources.every()))
def test_every_answer_is_as_described(described, path):
    checked, met, failed = outcome(described.include(tag=path))
    assert not failed
    # Both what is right and what is wrong was asked, and all checks were made.
    assert set(met) >= {200, 400, 405}
    assert {"refused_for_a_reason", "whole_unless_trimmed"} <= set(checked)
