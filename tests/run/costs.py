"""What each test costs in processor time, told with the reason why it must; loaded by `-p`, as `plugin` is.

Processor time, since the time that passes depends on what else the machine does. It is that of the worker's own
process: of a browser test the Python part, without the browser.
"""

import json
import textwrap
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

SHOWN = 20
NEEDS_A_REASON = 1.0  # seconds
TOO_MUCH = 10.0
NO_REASON = "no reason given"


@dataclass(frozen=True)
class Cost:
    test: str
    seconds: float
    reason: str
    database: bool


# In pytest: measured by each worker, handed over with the last report of a test, written by the controller.


@dataclass
class Clock:
    """Processor time spent on the test under way; what is set up once per worker belongs to no test."""

    start: float = 0.0
    shared: float = 0.0
    in_shared: bool = False


_clock = Clock()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--costs", type=Path, help="a file to add the processor time of each test to")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    _clock.start, _clock.shared = time.process_time(), 0.0
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef) -> Generator[None, object, object]:
    if fixturedef.scope != "session" or _clock.in_shared:
        return (yield)
    start, _clock.in_shared = time.process_time(), True
    try:
        return (yield)
    finally:
        _clock.shared += time.process_time() - start
        _clock.in_shared = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator:
    report = yield
    if call.when == "teardown":
        reason = item.get_closest_marker("slow")
        cost = Cost(
            test=item.nodeid,
            seconds=round(time.process_time() - _clock.start - _clock.shared, 3),
            reason=reason.args[0] if reason else "",
            database=item.get_closest_marker("database") is not None,
        )
        report.cost = asdict(cost)
    return report


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("costs")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Writer(file))


class Writer:
    def __init__(self, file: Path) -> None:
        self.file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if cost := getattr(report, "cost", None):
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(f"{json.dumps(cost)}\n")


# Of the whole run.


def read(file: Path) -> list[Cost]:
    if not file.exists():
        return []
    return [Cost(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def slowest(by_step: dict[str, list[Cost]]) -> list[tuple[Cost, str]]:
    """Each test once, with the step that it needed most in."""
    worst: dict[str, tuple[Cost, str]] = {}
    for step, costs in by_step.items():
        for cost in costs:
            if cost.test not in worst or worst[cost.test][0].seconds < cost.seconds:
                worst[cost.test] = cost, step
    return sorted(worst.values(), key=lambda pair: -pair[0].seconds)[:SHOWN]


def told(found: Iterable[tuple[Cost, str]]) -> Iterator[str]:
    for cost, step in found:
        yield f"{cost.seconds:5.1f} s  {step:<11}{cost.test}"
        reason = cost.reason or (NO_REASON if cost.seconds > NEEDS_A_REASON else "")
        yield from textwrap.wrap(reason, 90, initial_indent=" " * 20, subsequent_indent=" " * 20)
        if cost.seconds > TOO_MUCH:
            yield f"!!! No test may need more than {TOO_MUCH:.0f} s."
