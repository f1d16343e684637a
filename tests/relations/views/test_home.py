import datetime as dt

import pytest
from django.utils import timezone

from tests.factories import AgreementFactory, MilestoneFactory, RelationFactory, VisitFactory
from tests.relations.views.reading import titles

PAIR = ["AZ", "KZ"]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2026, 5, 24))


def section(page, name):
    return page.one("section", aria_labelledby=f"{name}-title")


def test_relations_with_their_counts(get, relation):
    RelationFactory(first="AZ", second="TR")
    VisitFactory(countries=PAIR, date="1996")
    VisitFactory(countries=PAIR, date="2005")
    MilestoneFactory(countries=PAIR, date="1992")
    MilestoneFactory(countries=PAIR, date="1991", stage="draft")
    cards = [card.text for card in get("/").every("li", class_="relation-card")]
    assert cards == [
        "Azerbaijan – Kazakhstan 3 records, 1992–2005 2 visits 1 milestone",
        "Azerbaijan – Türkiye 0 records",
    ]


def test_most_recent_has_nothing_planned(get, db):
    for year in range(2000, 2008):
        VisitFactory(title=f"{year}", date=f"{year}")
    VisitFactory(title="planned", date="2030", outcome="planned")
    VisitFactory(title="draft", date="2020", stage="draft")
    found = titles(section(get("/"), "recent"))
    assert found == ["2007", "2006", "2005", "2004", "2003", "2002"]


def test_on_this_day_only_what_is_known_to_the_day(get, db):
    AgreementFactory(title="exact", date="2005-05-24")
    AgreementFactory(title="older", date="1996-05-24")
    AgreementFactory(title="approximate", date="2004-05-24~")
    AgreementFactory(title="month", date="2004-05")
    AgreementFactory(title="by then", date="[..2004-05-24]")
    AgreementFactory(title="another day", date="2004-05-25")
    AgreementFactory(title="draft", date="2003-05-24", stage="draft")
    day = section(get("/"), "day")
    assert day.one("h2").text == "On this day, 24 May"
    assert titles(day) == ["older", "exact"]


def test_without_one_the_month(get, db):
    AgreementFactory(title="another day", date="2004-05-25")
    AgreementFactory(title="another month", date="2004-06-24")
    day = section(get("/"), "day")
    assert day.one("h2").text == "In May of other years"
    assert titles(day) == ["another day"]


def test_an_empty_site_says_so(get, db):
    text = get("/").one("main").text
    assert "No relation is on record yet." in text
    assert "No record is published yet." in text


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, relation, django_assert_num_queries, size):
    for number in range(size):
        AgreementFactory(date=f"{1990 + number}-05-24", countries=PAIR)
    with django_assert_num_queries(12):
        client.get("/", secure=True)
