"""What each test costs is measured, handed over and told."""

from pathlib import Path

import pytest

from tests.run.__main__ import on_sqlite_only
from tests.run.costs import Cost, read, slowest, told

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]
TESTS = """
    import time

    import pytest

    def burn(seconds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass

    @pytest.fixture(scope="session")
    def once():
        burn(2)

    @pytest.fixture
    def each():
        burn(0.1)
        yield
        burn(0.1)

    @pytest.mark.slow("It burns.")
    def test_burns(once, each):
        burn(0.1)

    @pytest.mark.database
    def test_asks():
        pass
"""
MARKERS = "[pytest]\nmarkers =\n    slow\n    database\n"


def cost(test="test_a", seconds=0.5, reason="", *, database=True):
    return Cost(test, seconds, reason, database)


@pytest.mark.parametrize("workers", ["0", "1"])
def test_each_test_is_measured(pytester, monkeypatch, workers):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    pytester.makeini(MARKERS)
    pytester.makepyfile(test_them=TESTS)
    result = pytester.runpytest_subprocess("-p", "tests.run.costs", "-n", workers, "--costs=file")
    result.assert_outcomes(passed=2)
    burns, asks = read(pytester.path / "file")
    # Set-up and clean-up are the test's own; what is made once for all is not.
    assert 0.3 <= burns.seconds < 1
    assert asks.seconds < 0.3
    assert burns == cost("test_them.py::test_burns", burns.seconds, "It burns.", database=False)
    assert asks == cost("test_them.py::test_asks", asks.seconds, database=True)


def test_each_is_told_once_the_slowest_first():
    costs = {
        "sqlite": [cost("test_a", 1.5), cost("test_b", 12, "It must.")],
        "postgresql": [cost("test_a", 2.0), cost("test_b", 11, "It must."), cost("test_c", 1.0)],
    }
    assert list(told(slowest(costs))) == [
        " 12.0 s  sqlite     test_b",
        "                    It must.",
        "!!! No test may need more than 10 s.",
        "  2.0 s  postgresql test_a",
        "                    no reason given",
        "  1.0 s  postgresql test_c",
    ]


def test_twenty_are_told():
    assert len(slowest({"sqlite": [cost(str(number)) for number in range(21)]})) == 20


def test_what_ran_on_sqlite_only_is_counted():
    ran = [cost("test_a"), cost("test_b", database=False), cost("test_c")]
    assert on_sqlite_only(ran) == (
        "1 of 3 tests touch no database and ran on SQLite only, the others on both."
    )
    assert on_sqlite_only([]) == (
        "Tests that touch no database are left to the step sqlite: they did NOT run."
    )


class TestWhatTouchesTheDatabase:
    def test_is_marked_by_its_fixture(self, db, request):
        assert request.node.get_closest_marker("database")

    def test_is_marked_by_what_its_fixtures_ask_for(self, relation, request):
        assert request.node.get_closest_marker("database")

    @pytest.mark.django_db
    def test_is_marked_by_its_mark(self, request):
        assert request.node.get_closest_marker("database")

    def test_is_all_that_is_marked(self, client, settings, request):
        assert request.node.get_closest_marker("database") is None
