"""The figures of the API benchmark, where somebody gives no answer in a second as elsewhere."""

import math

import pytest

from tests.benchmarks.api import __main__ as benchmark
from tests.benchmarks.api.figures import Rate, is_missed, mean, median, rate_of, ratio, summary

NONE = rate_of(0.0, 1, 0.5)
BARE = Rate(1000.0, 0.5)
# We have to be twice as fast as Datasette.
DATASETTE = Rate(100.0, 5.0)


def rates(**rounds):
    """Those of all questions and contestants: as fast as the bare view, but for these rounds of the list."""
    cells = [(question, who) for question in benchmark.AGAIN for who in ("first", "again")]
    cells += [("list", benchmark.NOT_MODIFIED), ("list", "plain")]
    found = {cell: [(BARE, BARE)] * 3 for cell in cells}
    found["filter", "datasette"] = [(DATASETTE, BARE)] * 3
    for name, given in rounds.items():
        question, _, who = name.partition("_")
        found[question, who] = given
    return found


def test_a_rate_is_answers_and_the_work_on_each():
    assert rate_of(200.0, 2, 0.8) == (200.0, 2.0)
    assert NONE.a_second == 0
    assert math.isnan(NONE.work)


def test_means_and_medians_leave_out_what_is_not_known():
    assert mean([Rate(100.0, 2.0), NONE]) == (50.0, 2.0)
    assert median([Rate(100.0, 2.0), NONE, Rate(300.0, 4.0)]) == (100.0, 3.0)
    assert math.isnan(mean([NONE, NONE]).work)
    assert math.isnan(median([NONE]).work)
    assert ratio(3.0, 2.0) == 1.5
    assert math.isnan(ratio(3.0, 0.0))


def test_a_round_without_an_answer_counts_as_one_without_the_bare_view_does_not():
    fast = Rate(500.0, 1.0)
    found = summary([(fast, BARE), (NONE, BARE), (fast, NONE)])
    assert (found.ratio, found.least, found.most, found.silent) == (0.25, 0.0, 0.5, 1)
    assert found.one == (500.0, 1.0)
    nothing = summary([(NONE, NONE)])
    assert math.isnan(nothing.ratio)
    assert nothing.silent == 1


def test_a_target_is_missed_by_less_and_by_what_is_not_known():
    assert not is_missed(0.8, 0.8)
    assert is_missed(0.79, 0.8)
    assert is_missed(math.nan, 0.8)
    assert not is_missed(0.5, math.nan)


@pytest.mark.parametrize(
    ("name", "code"),
    [("list_first", 1), ("list_again", 1), ("list_plain", 0), ("filter_datasette", 0)],
)
@pytest.mark.parametrize("silent", [1, 3])
def test_who_gives_no_answer_is_named_and_only_we_fail_for_it(capsys, name, code, silent):
    answered = DATASETTE if name == "filter_datasette" else BARE
    rounds = [(NONE, BARE)] * silent + [(answered, BARE)] * (3 - silent)
    assert benchmark.report(rates(**{name: rounds})) == code
    shown = capsys.readouterr().out
    assert f"no answer in {silent} of 3 rounds" in shown
    assert shown.count("no answer") == 1


def test_a_bare_view_without_an_answer_leaves_our_figure_unknown(capsys):
    assert benchmark.report(rates()) == 0
    assert benchmark.report(rates(list_again=[(BARE, NONE)] * 3)) == 1
    assert "nan" in capsys.readouterr().out
