"""The API does what its description says: schemathesis makes requests of the description and checks the answers.

Every check of schemathesis is on, in each of its phases: the examples, each bound of each parameter, and made-up
requests right and wrong. These checks find nothing to look at in an API that anybody may read and nobody write to:
``use_after_free`` and ``ensure_resource_availability`` (nothing is deleted or made), ``ignored_auth`` and
``object_level_authorization`` (nobody signs in), ``missing_required_header`` (none is required) and
``max_response_time`` (only where a time is given). Nor does its stateful phase: no answer links to a next request.
Two checks of our own say what theirs cannot know.
"""

import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, connections
from jsonschema_rs import Draft202012Validator
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

from relations.api import facets, resources

# The committed one, which test_schema compares with the one that is served.
SCHEMA = settings.BASE_DIR / "relations/api/schema.yml"
CONFIG = {
    "base-url": "https://localhost",
    "continue-on-failure": True,
    "generation": {
        "max-examples": 5,  # of each endpoint, besides those that try each bound of each parameter
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
    """Objects lack parts only where ``fields`` or ``omit`` ask for it; the parts that are left are as in whole ones."""
    if response.status_code != 200 or response.headers["content-type"] != ["application/json"]:
        return
    is_trimmed = any((case.query or {}).get(name) for name in ("fields", "omit"))
    described_as = validator(case.operation.path, is_trimmed=is_trimmed)
    wrong = next(described_as.iter_errors(response.json()), None)
    assert wrong is None, wrong


@cache
def described_api():
    return yaml.load(SCHEMA.read_text(), Loader=yaml.CSafeLoader)


@cache
def validator(path, *, is_trimmed):
    """What validates the answers of an endpoint: of those that are trimmed what they still have."""
    content = described_api()["paths"][path]["get"]["responses"]["200"]["content"]
    shape = content["application/json"]["schema"]
    whole = {**shape.get("anyOf", [shape])[0], "components": described_api()["components"]}
    return Draft202012Validator(without_required(whole) if is_trimmed else whole)


def without_required(shape):
    """The same shape, of which every part may be missing: what is left may then be of several sorts of object."""
    if isinstance(shape, list):
        return [without_required(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    return {
        "anyOf" if name == "oneOf" else name: without_required(part)
        for name, part in shape.items()
        if name != "required" or not isinstance(part, list)
    }


def query_of(case):
    """What is asked: of a request that tries one parameter, that one alone.

    Schemathesis gives all the others beside it. Together they select nothing, and some exclude each other, which
    would hide how the one is taken.
    """
    tried = case.meta.phase.data
    if not isinstance(tried, CoveragePhaseData) or tried.parameter_location is None:
        return case.query
    if tried.parameter_location != ParameterLocation.QUERY:
        return {}
    if tried.parameter is None:
        return case.query
    return {name: value for name, value in case.query.items() if name == tried.parameter}


ONE_OF_A_SET = {CoverageScenario.ENUM_VALUE, CoverageScenario.ENUM_VALUE_ITEMS_ARRAY}


class AskedOnce:
    """Which of the requests that try each bound of each parameter are made: none that says nothing new.

    - The same request is made once.
    - Where endpoints describe a parameter in the same words, one class reads it for all of them: each wrong value is
      given to one of them, and to every one of them at least one.
    - Facets are counted by the filters of their list, which is given each value of a closed set and parameters in
      growing numbers. They are given one value of each set, and each parameter alone and all together.
    """

    def __init__(self):
        self.known = set()

    def says_something_new(self, context, case):
        tried, query = case.meta.phase.data, query_of(case)
        if not isinstance(tried, CoveragePhaseData):
            return True
        here, mode = (case.operation.label, tried.parameter), case.meta.generation.mode
        parts = (case.method, case.path_parameters, query, dict(case.headers), mode)
        is_new = self.is_new(*here, *map(repr, parts))
        parameter = case.operation.query.get(tried.parameter)
        if parameter is not None and mode.is_negative:
            value = json.dumps([parameter.definition, query], sort_keys=True)
            is_new &= self.is_new("wrong", value) | self.is_new("wrong", here)
        elif case.operation.path.endswith(f"/{facets.PATH}/"):
            is_combination = tried.scenario == CoverageScenario.OBJECT_REQUIRED_AND_OPTIONAL
            is_new &= not is_combination or len(query) < 2
            is_new &= tried.scenario not in ONE_OF_A_SET or self.is_new(here, tried.scenario)
        return is_new

    def is_new(self, *what):
        is_new = what not in self.known
        self.known.add(what)
        return is_new


def one_at_a_time(context, case):
    case.query = query_of(case)
    return case


@pytest.fixture
def site(dataset):
    """The application, holding the published data set, for requests from the threads of schemathesis.

    They are given the connection that the transaction with the data is on, which is then not closed after each.
    """
    answer = get_wsgi_application()

    def application(environ, start_response):
        connections[ours.alias] = ours
        environ["wsgi.url_scheme"] = "https"
        # The client does not unpack what it is sent.
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return answer(environ, start_response)

    ours = connections[connection.alias]
    ours.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield application
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    ours.dec_thread_sharing()


@pytest.fixture(scope="module")
def asked():
    """What is made up for one parameter serves all that are described alike, in whatever test they are asked."""
    return AskedOnce()


def described(application, asked, addresses):
    """The description of these endpoints, with the application that it is of behind it."""
    config = SchemathesisConfig.from_dict(CONFIG)
    description = schemathesis.openapi.from_path(SCHEMA, config=config)
    description.app = application
    description.hook("filter_case")(partial(AskedOnce.says_something_new, asked))
    description.hook("map_case")(one_at_a_time)
    return description.include(path=addresses)


@pytest.fixture(autouse=True)
def _quick(monkeypatch, caplog, settings):
    """What thousands of requests need not do each: look for Flask, log that they were refused, ask for changes."""
    monkeypatch.setitem(sys.modules, "flask", None)
    caplog.set_level("ERROR", "django.request")
    settings.FRESH_FOR = 600


@dataclass
class Outcome:
    """By operation how often each status was met, which checks were made, and each way of failing once."""

    met: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    checked: set[str] = field(default_factory=set)
    failed: dict[tuple, str] = field(default_factory=dict)


def outcome(schema):
    found = Outcome()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.failed[str(event),] = repr(event)
        if not isinstance(event, events.ScenarioFinished):
            continue
        for interaction in event.recorder.interactions.values():
            found.met[event.label][interaction.response.status_code] += 1
        for check in chain.from_iterable(event.recorder.checks.values()):
            found.checked.add(check.name)
            if info := check.failure_info:
                key = (check.name, info.failure.operation, info.failure.message)
                found.failed.setdefault(key, info.code_sample)
    return found


RECORDS = [path for path, resource in resources.every().items() if resource.is_of_records]
OTHERS = [path for path in resources.every() if path not in RECORDS]


def endpoints(*paths):
    """The addresses of resources as described: each list, its facets, one of it."""
    described = described_api()["paths"].items()
    return [address for address, methods in described if set(methods["get"]["tags"]) & {*paths}]


# None takes longer than a few seconds.
GROUPS = {
    **{f"{path}-list": endpoints(path)[:1] for path in RECORDS},
    **{f"{path}-facets": endpoints(path)[1:] for path in RECORDS},
    "others": endpoints(*OTHERS[::3]),
    "more-others": endpoints(*OTHERS[1::3]),
    "last-others": endpoints(*OTHERS[2::3]),
}


def test_every_endpoint_is_asked():
    assert sorted(chain.from_iterable(GROUPS.values())) == sorted(endpoints(*resources.every()))
    assert len(endpoints(*resources.every())) == 3 * len(resources.every())


@pytest.mark.slow("Hundreds of requests: each bound of each parameter of each endpoint.")
@pytest.mark.django_db
@pytest.mark.parametrize("addresses", GROUPS.values(), ids=GROUPS)
def test_every_answer_is_as_described(site, asked, addresses):
    found = outcome(described(site, asked, addresses))
    assert not found.failed
    assert len(found.met) == len(addresses)
    for operation, met in found.met.items():
        # What is right and what is wrong was asked.
        assert set(met) >= {200, 204, 400, 405}, operation
    assert found.checked >= {"refused_for_a_reason", "whole_unless_trimmed"}
