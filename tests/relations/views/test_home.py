import datetime as dt

import pytest
from django.utils import timezone

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MilestoneFactory,
    RelationFactory,
    SourceFactory,
    VisitFactory,
)
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
    azerbaijan_kazakhstan, azerbaijan_turkiye = "Azerbaijan – Kazakhstan", "Azerbaijan – Türkiye"
    cards = [card.text for card in get("/").every("li", class_="relation-card")]
    assert cards == [
        f"{azerbaijan_kazakhstan} 3 records, 1992–2005 Trade : {azerbaijan_kazakhstan} Map : {azerbaijan_kazakhstan}",
        f"{azerbaijan_turkiye} 0 records Trade : {azerbaijan_turkiye} Map : {azerbaijan_turkiye}",
    ]


def test_the_record_in_numbers(get, db):
    source = SourceFactory()
    with unit_of_work():
        VisitFactory(source=source)
        VisitFactory(source=source)
        pact = AgreementFactory(source=source, date="2005")
        CitationFactory(record=pact, field="date", value="2006", source=source)
        MilestoneFactory(source=source, stage="draft")
    numbers = get("/").one("section", class_="home-numbers").one("ul").every("a")
    assert [(one.text, one.attributes["href"]) for one in numbers] == [
        ("1 agreement", "/agreements/"),
        ("2 visits", "/visits/"),
        ("1 source", "/sources/"),
        ("1 record on which sources disagree", "/disagreements/"),
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


def test_today_with_more_than_there_is_room_for(get, db):
    for year in range(2000, 2006):
        AgreementFactory(title=f"{year}", date=f"{year}-05-24")
    day = section(get("/"), "day")
    assert titles(day) == ["2000", "2001", "2002", "2003"]
    assert day.every("p")[-1].text == "All of them, and other days"


def test_without_one_the_next_anniversaries(get, db):
    AgreementFactory(title="next month", date="2006-06-01")
    AgreementFactory(title="tomorrow", date="1996-05-25")
    AgreementFactory(title="not round", date="1997-05-25")
    AgreementFactory(title="too far", date="1996-11-24")
    AgreementFactory(title="approximate", date="1996-05-26~")
    day = section(get("/"), "day")
    assert day.one("h2").text == "Anniversaries to come"
    assert titles(day) == ["tomorrow", "next month"]
    assert [head.text for head in day.every("p", class_="day-head")] == [
        "25 May 2026 30 years ago",
        "1 June 2026 20 years ago",
    ]


def test_without_any_it_says_so(get, db):
    AgreementFactory(date="2004-05-25")
    text = section(get("/"), "day").text
    assert "No round anniversary falls in the next 90 days." in text


def test_an_empty_site_says_so(get, db):
    text = get("/").one("main").text
    assert "No relation is on record yet." in text
    assert "No record is published yet." in text


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, relation, django_assert_num_queries, size):
    with unit_of_work():
        for number in range(size):
            AgreementFactory(date=f"{1990 + number}-05-24", countries=PAIR)
    with django_assert_num_queries(18):
        client.get("/", secure=True)
