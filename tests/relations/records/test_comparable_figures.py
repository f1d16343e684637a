from decimal import Decimal

import pytest

from relations.models import TradeFigure
from relations.records.comparable_figures import (
    Period,
    comparable,
    comparable_to,
    joined,
    mirrors,
    period_of,
    series_of,
    trade_of,
)
from tests.factories import CitationFactory, TradeFigureFactory

PAIR = ("AZ", "KZ")


def figure(date="2023", **columns):
    """Kazakhstan's exports to Azerbaijan in dollars, unless told otherwise."""
    plain = {
        "flow": "exports",
        "origin_id": "KZ",
        "destination_id": "AZ",
        "reporter_id": "KZ",
        "value": Decimal(100),
        "unit": "currency",
        "currency": "USD",
        "evidence": "single",
    }
    made = TradeFigure(date=date, **plain | columns)
    made.derive()
    return made


@pytest.mark.parametrize(
    ("date", "length"),
    [
        ("2023", ("months", 12)),
        ("2024", ("months", 12)),
        ("2025-40", ("months", 6)),
        ("2025-01/2025-05", ("months", 5)),
        ("2024-02", ("months", 1)),
        ("2004-22", ("months", 3)),
        ("2024-01-02/2024-01-31", ("days", 30)),
        ("2024-01-01/2024-01-30", ("days", 30)),
        ("2024-02-29", ("days", 1)),
    ],
)
def test_a_period_is_as_long_as_its_months_or_days(date, length):
    assert period_of(figure(date)).length == length


@pytest.mark.parametrize(
    "date",
    ["[2025-10-16..]", "[..2025-10-16]", "[2023,2024]", "199X", "19XX", "2024-XX", "2024-05-XX"],
)
def test_a_date_that_leaves_the_days_open_names_no_period(date):
    assert period_of(figure(date)) is None


def test_the_same_a_year_later_is_comparable():
    assert comparable(figure("2022"), figure("2023", value=Decimal(5)))
    assert comparable(figure("2021"), figure("2023", qualifier="about"))


@pytest.mark.parametrize(
    "other",
    [
        {"flow": "imports"},
        {"origin_id": "AZ", "destination_id": "KZ"},
        {"origin_id": "TR"},
        {"destination_id": None},
        {"reporter_id": "AZ"},
        {"compiled_by": "A ministry"},
        {"currency": "EUR"},
        {"unit": "items", "currency": ""},
        {"nature": "estimate"},
        {"date": "2022-40"},
        {"date": "2022-01/2022-07"},
    ],
)
def test_what_measures_something_else_is_not(other):
    assert not comparable(figure("2023"), figure(**{"date": "2022"} | other))


@pytest.mark.parametrize(
    "alone",
    [
        {"reporter_id": None},
        {"value": None, "unit": "", "currency": "", "change_kind": "factor", "change_value": 5},
        {"value": Decimal(-1)},
        {"qualifier": "more-than"},
        {"qualifier": "less-than"},
        {"nature": "target"},
        {"outcome": "planned"},
        {"outcome": "proposed"},
        {"evidence": "conflict"},
        {"date": "2023~"},
        {"date": "2023?"},
        {"date": "[2023,2024]"},
    ],
)
def test_some_figures_stand_alone_even_beside_their_like(alone):
    assert series_of(figure(**alone)) is None
    assert not comparable(figure(**alone), figure(**alone))


def test_lines_join_periods_that_follow_one_another():
    a, b, d = figure("2021"), figure("2022"), figure("2024")
    assert joined([d, b, a]) == [(a, b)]


def test_halves_of_a_year_join_each_other_and_never_the_year():
    whole, first, second = figure("2024"), figure("2024-40"), figure("2024-41")
    assert joined([whole, first, second, figure("2025-40", reporter_id="AZ")]) == [(first, second)]


def test_no_line_where_two_figures_of_a_period_claim_it():
    a, b, twin, c, d = (figure(date) for date in ("2021", "2022", "2022", "2023", "2024"))
    assert joined([a, b, twin, c, d]) == [(c, d)]
    assert joined([c, figure("2023"), d, figure("2024")]) == []


def test_exports_of_one_are_the_imports_of_the_other():
    sold, bought = figure("2023"), figure("2023", flow="imports", reporter_id="AZ")
    assert trade_of(sold) == trade_of(bought)
    (mirror,) = mirrors([bought, sold], PAIR)
    assert mirror.sides == {"AZ": [bought], "KZ": [sold]}


def test_turnover_is_reported_by_both():
    ours, theirs = (
        figure(flow="turnover", origin_id=None, destination_id=None, reporter_id=code)
        for code in PAIR
    )
    (mirror,) = mirrors([ours, theirs], PAIR)
    assert mirror.trade.goods is None
    assert mirror.figures == [ours, theirs]


@pytest.mark.parametrize(
    "other",
    [
        {"date": "2022"},
        {"date": "2023-40"},
        {"date": "2023~"},
        {"currency": "EUR"},
        {"nature": "estimate"},
        {"nature": "target"},
        {"outcome": "planned"},
        {"origin_id": "AZ", "destination_id": "KZ"},
        {"reporter_id": None},
        {"reporter_id": "KZ"},
        {"flow": "turnover", "origin_id": None, "destination_id": None},
        {"flow": "exports"},
        {"origin_id": None},
        {"destination_id": "TR", "reporter_id": "TR"},
        {"value": None, "unit": "", "currency": "", "change_kind": "factor", "change_value": 5},
    ],
)
def test_only_mirrored_reports_meet(other):
    mirrored = {"flow": "imports", "reporter_id": "AZ"}
    assert len(mirrors([figure(), figure(**mirrored)], PAIR)) == 1
    assert mirrors([figure(), figure(**mirrored | other)], PAIR) == []


def test_goods_need_both_ends():
    assert trade_of(figure(destination_id=None)) is None
    assert trade_of(figure(flow="imports", reporter_id="AZ", origin_id=None)) is None


def test_two_of_one_state_are_no_pair():
    assert mirrors([figure(), figure()], PAIR) == []


def test_trade_with_a_third_country_is_no_pair():
    sold = figure(destination_id="TR")
    bought = figure(destination_id="TR", flow="imports", reporter_id="TR")
    assert mirrors([sold, bought], PAIR) == []


def pair(one=None, other=None):
    (mirror,) = mirrors(
        [figure(**one or {}), figure(**{"flow": "imports", "reporter_id": "AZ"} | (other or {}))],
        PAIR,
    )
    return mirror


def test_the_gap_is_the_distance_of_the_two_values():
    mirror = pair({"value": Decimal(100)}, {"value": Decimal(130)})
    assert (mirror.gap, mirror.larger, mirror.is_rough) == (30, "AZ", False)
    mirror = pair({"value": Decimal(100), "qualifier": "about"}, {"value": Decimal(70)})
    assert (mirror.gap, mirror.larger, mirror.is_rough) == (30, "KZ", True)
    mirror = pair()
    assert (mirror.gap, mirror.larger) == (0, "")


@pytest.mark.parametrize("qualifier", ["more-than", "less-than"])
def test_a_limit_has_no_gap(qualifier):
    assert pair({"value": Decimal(5), "qualifier": qualifier}).gap is None


def test_several_values_of_one_state_have_no_gap():
    figures = [figure(), figure(value=Decimal(3)), figure(flow="imports", reporter_id="AZ")]
    (mirror,) = mirrors(figures, PAIR)
    assert len(mirror.figures) == 3
    assert mirror.gap is None


def test_reports_stand_by_period_then_direction():
    def both(date, origin="KZ", destination="AZ"):
        goods = {"origin_id": origin, "destination_id": destination, "date": date}
        return [
            figure(**goods, reporter_id=origin),
            figure(**goods, flow="imports", reporter_id=destination),
        ]

    found = mirrors([*both("2023"), *both("2022"), *both("2023", "AZ", "KZ")], PAIR)
    assert [(mirror.trade.period.first.year, mirror.trade.goods) for mirror in found] == [
        (2022, ("KZ", "AZ")),
        (2023, ("AZ", "KZ")),
        (2023, ("KZ", "AZ")),
    ]


def test_periods_meet_on_neighbouring_days_up_to_the_end_of_the_calendar():
    last = period_of(figure("9999"))
    assert isinstance(last, Period)
    assert not last.meets(period_of(figure("2024")))
    assert period_of(figure("9998")).meets(last)


# Asked of the database ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_database_is_asked_for_just_those_that_are_comparable(client):
    plain = {"flow": "exports", "origin": "KZ", "destination": "AZ", "reporter": "KZ"}
    variants = [
        {"date": "2022"},
        {"date": "2022-01/2022-12"},
        {"date": "2022~"},
        {"date": "2022-40"},
        {"date": "202X"},
        {"flow": "imports"},
        {"flow": "turnover", "origin": None, "destination": None},
        {"origin": "AZ", "destination": "KZ"},
        {"destination": None},
        {"reporter": None},
        {"reporter": "AZ"},
        {"compiled_by": "A ministry"},
        {"currency": "EUR"},
        {"unit": "items", "currency": ""},
        {"nature": "estimate"},
        {"nature": "target"},
        {"outcome": "planned"},
        {"qualifier": "about"},
        {"qualifier": "more-than"},
        {"value": -1},
        {"value": None, "change_kind": "percent", "change_value": 4},
        {"countries": ["AZ", "KZ"]},
    ]
    made = [
        TradeFigureFactory(slug=f"figure-{number}", **{"date": "2023"} | plain | variant)
        for number, variant in enumerate(variants)
    ]
    contested = TradeFigureFactory(slug="contested", date="2021", **plain)
    CitationFactory(record=contested, field="date", value="2020")
    contested.refresh_from_db()
    assert contested.evidence == "conflict"
    made.append(contested)
    draft = TradeFigureFactory(slug="draft", date="2020", stage="draft", **plain)
    published = TradeFigure.objects.published()
    sizes = []
    for one in made:
        found = set(comparable_to(published, one))
        assert found == {other for other in made if comparable(one, other)}, one
        sizes.append(len(found))
    # The first, its like in other words of the same year, one about as much, and one of both countries.
    assert (sizes[0], sizes.count(0), max(sizes)) == (4, 9, 4)

    def answer(query):
        return client.get(f"/api/v1/trade-figures/?{query}", secure=True).json()

    slugs = [one["slug"] for one in answer("comparable_to=figure-0&ordering=title")["results"]]
    assert slugs == ["figure-0", "figure-1", "figure-17", "figure-21"]
    assert answer("comparable_to=contested")["count"] == 0
    assert [one["nearest"] for one in answer(f"comparable_to={draft.slug}")["problems"]] == [None]
    assert answer("comparable_to=figure0")["problems"][0]["nearest"] == "figure-0"
