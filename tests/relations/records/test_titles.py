"""Which titles may name one thing, and which never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.records import titles
from relations.records.titles import ALIKE, likeness, read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Treaty on Strategic Partnership", "TREATY on strategic partnership."),
        ("Agreement on co-operation in tourism", "Agreement on Cooperation in the Field of Tourism"),
        ("Agreement on Pension Provision", "Agrement on Pensions Provision"),
        ("Visit of Əli Kərimli to Almatı", "Visit of əli kərimli to Almati"),
        ("Kazakhstan’s visit", "Kazakhstan visit"),
        ("Twelfth session of the council", "12th Session of the Council"),
        ("Session II of the council", "Second session of the council"),
        ("1996", "1996"),
    ],
)  # fmt: skip
def test_alike(one, other):
    assert likeness(read(one), read(other)) >= ALIKE
    assert read(one).numbers == read(other).numbers


def test_a_word_more_or_less_counts_the_less_the_longer_the_title():
    assert likeness(read("Agreement on tourism"), read("Agreement on youth tourism")) < ALIKE
    assert (
        likeness(read("Agreement on youth tourism"), read("Agreement on youth tourism exchange"))
        >= ALIKE
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Agreement on cooperation in tourism", "Agreement on cooperation in transport"),
        ("Eastern gas route", "Western gas route"),
        ("Joint statement", "Joint declaration"),
        ("Joint statement", ""),
        ("Import of grain", "Export of grain"),
    ],
)
def test_not_alike(one, other):
    assert likeness(read(one), read(other)) < ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Second session", "Third session"),
        ("Session VII", "Session VIII"),
        ("Resolution 12/3", "Resolution 12/4"),
        ("Resolution 12", "Resolution 12/12"),
        ("Protocol No. 2", "Protocol"),
        ("COP29", "COP28"),
    ],
)
def test_numbers_tell_apart(one, other):
    assert read(one).numbers != read(other).numbers


def test_years_are_told_from_other_numbers():
    assert read("Plan of 1997 for 25 projects in 2100 villages") == titles.Title(
        frozenset({"plan", "projects", "villages"}), frozenset({1997, 2100}), ("25",)
    )


def test_names_of_countries_can_be_left_out():
    names = frozenset({"azerbaijan", "kazakhstan"})
    long = (
        "Agreement between the Government of the Republic of Kazakhstan and Azerbaijan on tourism"
    )
    assert read(long, names).words == {"agreement", "tourism"}


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_compare_and_the_same_both_ways(one, other):
    a, b = read(one), read(other)
    assert likeness(a, a) == 1
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b) <= 1
