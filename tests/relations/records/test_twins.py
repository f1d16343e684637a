"""Which stored records are likely the same as one that is to be stored."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Record
from relations.records.twins import MOST, Candidate, Twin, among, candidate, likely
from tests import factories

pytestmark = pytest.mark.django_db
PAIR = ("AZ", "KZ")
TITLE = "Agreement on cooperation in the oil industry"
SAME = "the same countries and date, and a title that is much alike"
OVERLAP = "the same countries, dates that may be the same, and a title that is much alike"
APART = "the same countries, dates a few days apart, and a title that is much alike"
FIGURE = "the same countries and date, and the same in what tells such figures apart"
ADDRESS = "the same official address"


def agreement(**values):
    return factories.AgreementFactory(
        **{"title": TITLE, "date": "1996-09-16", "countries": PAIR, **values}
    )


def one(**values) -> Candidate:
    given = {
        "kind": "agreement",
        "title": TITLE,
        "date": "1996-09-16",
        "countries": frozenset(PAIR),
    }
    return Candidate(**{**given, **values})


def twins_of(given: Candidate) -> list[tuple[str, str]]:
    (found,) = likely([given])
    return [(twin.record.slug, twin.why) for twin in found]


def test_the_same_thing_in_other_words():
    stored = agreement(slug="oil")
    agreement(title="Agreement on cooperation in the gas industry")
    title = "Agreement between the Republic of Azerbaijan and Kazakhstan on co-operation in the oil industry"
    assert twins_of(one(title=title)) == [(stored.slug, SAME)]


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("1996-09-16", SAME),
        ("1996-09-23", APART),
        ("1996-09-09", APART),
        ("1996-09", OVERLAP),
        ("1996?", OVERLAP),
        ("[1996-09-16,1996-12-16]", OVERLAP),
        ("[..2025-10-16]", OVERLAP),
        ("[1990..]", OVERLAP),
        ("199X", OVERLAP),
        ("1996-09-24", None),
        ("1996-10", None),
        ("1996-09-17/1996-09-30", None),
        ("1997", None),
        ("[..1996-09-01]", None),
        ("[1997..]", None),
    ],
)
def test_a_near_date(date, why):
    agreement(slug="oil")
    assert twins_of(one(date=date)) == ([("oil", why)] if why else [])


@pytest.mark.parametrize("date", ["[..1996]", "[1996..]", "199X", "0001-01-01", "9999-12-31"])
def test_the_ends_of_time(date):
    agreement(slug="oil", date=date)
    assert twins_of(one(date=date)) == [("oil", SAME)]


def test_what_tells_them_apart():
    stored = agreement()
    assert twins_of(one(kind="milestone")) == []
    assert twins_of(one(countries=frozenset({"AZ"}))) == []
    assert twins_of(one(countries=frozenset({"AZ", "KZ", "TR"}))) == []
    assert twins_of(one(title=f"{TITLE} No. 2")) == []
    assert twins_of(one(pk=stored.pk)) == []
    assert len(twins_of(one())) == 1


def test_years_in_titles():
    agreement(slug="plan", title="Action plan for 1997", date="1996-12-30")
    agreement(slug="year", title="Meeting on oil transit 1996", date="1996-12-30")
    given = one(date="1996-12-30")
    assert twins_of(replace(given, title="Action plan for 1998")) == []
    assert twins_of(replace(given, title="Action plan")) == []
    assert twins_of(replace(given, title="Action plan for 1997")) == [("plan", SAME)]
    assert twins_of(replace(given, title="Meeting on oil transit")) == [("year", SAME)]


def test_at_every_stage_but_withdrawn():
    agreement(slug="a-draft", stage="draft")
    agreement(slug="in-review", stage="review")
    agreement(slug="published")
    agreement(slug="withdrawn", stage="withdrawn", first_published="2020-01-01T00:00Z")
    assert [slug for slug, _why in twins_of(one())] == ["a-draft", "in-review", "published"]


def test_the_same_official_address_whatever_else_differs():
    agreement(
        slug="far",
        title="Something else",
        date="2001",
        countries=(),
        official_url="https://un.org/t/1/",
    )
    agreement(slug="other", official_url="https://un.org/t/2", date="1990")
    agreement(
        slug="gone",
        official_url="https://un.org/t/1",
        stage="withdrawn",
        first_published="2020-01-01T00:00Z",
    )
    given = one(addresses=frozenset({"http://un.org/t/1"}))
    assert twins_of(given) == [("far", ADDRESS)]
    agreement(slug="near")
    assert twins_of(given) == [("far", ADDRESS), ("near", SAME)]


def test_the_likeliest_first_and_five_at_most():
    agreement(slug="apart", date="1996-09-18")
    agreement(slug="alike", title=f"{TITLE} signed")
    agreement(slug="same")
    agreement(slug="address", date="2001", official_url="https://un.org/t/1")
    given = one(addresses=frozenset({"https://un.org/t/1"}))
    assert [slug for slug, _why in twins_of(given)] == ["address", "same", "apart", "alike"]
    for _number in range(MOST):
        agreement()
    assert len(twins_of(given)) == MOST


def test_visits_the_other_way_round_are_others():
    visit = factories.VisitFactory(
        slug="there",
        title="Visit of the President",
        date="2024",
        guest="AZ",
        host="KZ",
        countries=PAIR,
    )
    given = candidate(visit, PAIR)
    given = replace(given, pk=None)
    assert twins_of(given) == [("there", SAME)]
    back = replace(given, particulars=("KZ", "AZ", None, None))
    assert twins_of(back) == []
    unsaid = replace(given, particulars=(None, None, None, None))
    assert twins_of(unsaid) == [("there", SAME)]


def figure(**values):
    made = {
        "date": "2024",
        "flow": "exports",
        "origin": "KZ",
        "destination": "AZ",
        "countries": PAIR,
        **values,
    }
    return factories.TradeFigureFactory(**made)


@pytest.mark.parametrize(
    ("values", "is_twin"),
    [
        ({"title": "Other words"}, True),
        ({"value": 5}, True),
        ({"reporter": "KZ"}, True),
        ({"date": "2023"}, False),
        ({"date": "2024-40"}, False),
        ({"flow": "imports"}, False),
        ({"origin": "AZ", "destination": "KZ"}, False),
        ({"nature": "target"}, False),
        ({"currency": "EUR"}, False),
    ],
)
def test_figures_are_told_by_what_they_count(values, is_twin):
    figure(slug="stored", title="Exports")
    given = candidate(figure(**{"title": "Exports", **values}), PAIR)
    assert twins_of(given) == ([("stored", FIGURE)] if is_twin else [])


def test_figures_of_two_reporters_are_others():
    figure(slug="theirs", reporter="AZ")
    given = replace(candidate(figure(reporter="KZ", slug="ours"), PAIR), pk=None)
    assert twins_of(given) == [("ours", FIGURE)]


def test_an_indicator_needs_its_period_and_a_title():
    made = {"title": "Kazakhs in Azerbaijan", "date": "2009", "countries": PAIR}
    stored = factories.IndicatorFactory(slug="kazakhs", **made)
    given = replace(candidate(stored, PAIR), pk=None)
    assert twins_of(given) == [("kazakhs", SAME)]
    assert twins_of(replace(given, title="Georgians, by census")) == []
    later = factories.IndicatorFactory(slug="later", **made | {"date": "2009/2010"})
    assert twins_of(replace(candidate(later, PAIR), pk=None)) == [("later", SAME)]


def test_a_candidate_says_what_the_kind_goes_by():
    stored = agreement(official_url="https://un.org/t/1")
    assert candidate(stored, PAIR) == one(pk=stored.pk, addresses=frozenset({"https://un.org/t/1"}))


def test_the_record_of_a_twin_says_what_it_is_without_a_query(django_assert_num_queries):
    stored = agreement(slug="oil")
    ((twin,),) = likely([one()])
    with django_assert_num_queries(0):
        record = twin.record
        assert (record.pk, record.kind, record.title, record.date, record.slug, record.stage) == (
            stored.pk, "agreement", TITLE, "1996-09-16", "oil", "published",
        )  # fmt: skip
        assert record.edtf.display() == "16 September 1996"
        assert record.get_absolute_url() == "/agreements/oil/"
    assert twin == Twin(record, SAME)


def test_each_candidate_has_its_own_in_their_order():
    agreement(slug="oil")
    factories.VisitFactory(slug="talks", title="Talks", date="1999", countries=PAIR)
    found = likely(
        [one(title="Nothing like it"), one(kind="visit", title="Talks", date="1999"), one()]
    )
    assert [[twin.record.slug for twin in twins] for twins in found] == [[], ["talks"], ["oil"]]
    assert likely([]) == []


def test_queries_do_not_grow_with_candidates_or_records():
    def queries(number: int) -> int:
        given = [
            one(date="1996-09-16", addresses=frozenset({f"https://un.org/{n}"}))
            for n in range(number)
        ]
        with CaptureQueriesContext(connection) as found:
            likely(given)
        return len(found)

    agreement()
    first = queries(1)
    for _number in range(20):
        agreement()
    assert queries(1) == queries(30) == first


def test_among_themselves():
    url = frozenset({"https://un.org/t/1"})
    rows = [
        one(),
        one(title="Treaty", addresses=url),
        one(title=TITLE.upper()),
        one(title="Treaty", date="2010", addresses=frozenset({"http://un.org/t/1/"})),
        one(kind="milestone"),
        one(date="1996-09"),
    ]
    assert among(rows) == [[], [], [0], [1], [], [0, 2]]


def test_the_data_set_has_one_pair_to_ask_about(dataset):
    records = [record.specific for record in Record.objects.published()]
    asked = likely([candidate(record, record.cited_texts("countries")) for record in records])
    pairs = {
        frozenset({record.slug, twin.record.slug})
        for record, twins in zip(records, asked, strict=True)
        for twin in twins
    }
    assert pairs == {
        frozenset(
            {"aliyev-official-state-visit-kazakhstan-2004", "aliyev-state-visit-kazakhstan-2025"}
        )
    }
