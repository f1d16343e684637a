import datetime as dt

import pytest
from django.utils import timezone

from relations.models import Record
from relations.views.days.anniversaries import Calendar, DayOfYear
from relations.views.days.pages import age
from relations.work import unit_of_work
from tests.factories import AgreementFactory, MilestoneFactory, RelationFactory, VisitFactory
from tests.relations.views.reading import titles

PAIR = ["AZ", "KZ"]
DAY = "/on-this-day/"


@pytest.fixture
def today(monkeypatch):
    """``today(2026, 11, 22)``: the server's date."""

    def today(*parts):
        monkeypatch.setattr(timezone, "localdate", lambda: dt.date(*parts))

    today(2026, 11, 22)
    return today


def section(page, name):
    return page.one("section", aria_labelledby=f"{name}-title")


def groups(part):
    """Each group of a list of days: its heading and the titles under it."""
    items = part.one("ol", class_="days").children
    return [
        (item.one("p", class_="day-head").text, titles(item))
        for item in items
        if not isinstance(item, str)
    ]


def inexact(day, month, year):
    """Records that may have happened on that day, and some that did and may not be shown."""
    AgreementFactory(title="approximate", date=f"{year}-{month}-{day}~")
    AgreementFactory(title="uncertain", date=f"{year}-{month}-{day}?")
    AgreementFactory(title="both", date=f"{year}-{month}-{day}%")
    AgreementFactory(title="month", date=f"{year}-{month}")
    AgreementFactory(title="by then", date=f"[..{year}-{month}-{day}]")
    AgreementFactory(title="one of two", date=f"[{year}-{month}-{day},{year + 1}]")
    AgreementFactory(title="span", date=f"{year}-{month}-{day}/{year}-{month}-{int(day) + 1}")
    AgreementFactory(title="planned", date=f"{year}-{month}-{day}", outcome="planned")
    AgreementFactory(title="proposed", date=f"{year}-{month}-{day}", outcome="proposed")
    AgreementFactory(title="draft", date=f"{year}-{month}-{day}", stage="draft")
    gone = AgreementFactory(title="withdrawn", date=f"{year}-{month}-{day}")
    gone.stage = "withdrawn"
    gone.save()


def test_what_fell_on_this_day_oldest_first(get, db, today):
    with unit_of_work():
        AgreementFactory(title="newer", date="2005-11-22")
        VisitFactory(title="older", date="1996-11-22")
        MilestoneFactory(title="same day", date="1996-11-22")
        VisitFactory(title="day after", date="1996-11-23")
        VisitFactory(title="other month", date="1996-10-22")
        inexact("22", "11", 2000)
    page = get(DAY)
    assert page.one("h1").text == "On this day, 22 November"
    assert groups(section(page, "day")) == [
        ("30 years ago", ["older", "same day"]),
        ("21 years ago", ["newer"]),
    ]


def test_a_day_with_nothing_says_so(get, db, today):
    text = section(get(DAY), "day").text
    assert text == ("22 November Nothing on record that is known to the day fell on 22 November.")


def test_another_day(get, db, today):
    with unit_of_work():
        AgreementFactory(title="christmas", date="2005-12-25")
        AgreementFactory(title="today", date="2005-11-22")
    page = get(f"{DAY}?day=12-25")
    assert page.one("h1").text == "On 25 December"
    # In 2026 it has not come round yet.
    assert groups(section(page, "day")) == [("20 years ago", ["christmas"])]
    assert page.every("section", aria_labelledby="coming-title") == []
    steps = page.one("nav", class_="day-steps").every("a")
    assert [(step.text, step.attributes["href"]) for step in steps] == [
        ("24 December", "?day=12-24"),
        ("26 December", "?day=12-26"),
    ]


def test_steps_go_round_the_year_and_know_29_february(get, db, today):
    def steps(day):
        found = get(f"{DAY}?day={day}").one("nav", class_="day-steps").every("a")
        return [step.attributes["href"] for step in found]

    assert steps("12-31") == ["?day=12-30", "?day=01-01"]
    assert steps("02-28") == ["?day=02-27", "?day=02-29"]
    assert steps("03-01") == ["?day=02-29", "?day=03-02"]


def test_29_february_is_a_day_of_its_own(get, db, today):
    with unit_of_work():
        AgreementFactory(title="leap", date="2004-02-29")
        AgreementFactory(title="before", date="2005-02-28")
        AgreementFactory(title="after", date="2005-03-01")
    assert titles(section(get(f"{DAY}?day=02-29"), "day")) == ["leap"]
    assert titles(section(get(f"{DAY}?day=02-28"), "day")) == ["before"]
    assert titles(section(get(f"{DAY}?day=03-01"), "day")) == ["after"]


@pytest.mark.parametrize(
    "value",
    ["13-01", "02-30", "00-10", "1-1", "11-22-2005", "today", "11/22", "٠١-٠١", "2005-11-22"],
)
def test_what_is_no_day_is_refused_with_what_is(get, db, today, value):
    problem = get(f"{DAY}?day={value}", status=400).one("section", class_="problems").text
    assert f"day : “{value}” is not a day of the year" in problem
    assert "from 01-01 to 12-31, for example 11-22" in problem


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("date=11-22", "There is no parameter “date” here."),
        ("dya=11-22", "Did you mean “day”?"),
        ("country=AX", "AX"),
        ("day=11-22&day=11-23", "Give “day” once"),
        ("kind=visit", "There is no parameter “kind” here."),
    ],
)
def test_other_parameters_are_refused(get, relation, today, query, said):
    page = get(f"{DAY}?{query}", status=400)
    assert said in page.one("section", class_="problems").text
    assert page.every("section", class_="day-list") == []


def test_an_empty_day_is_today(get, db, today):
    assert get(f"{DAY}?day=").one("h1").text == "On this day, 22 November"


def test_round_anniversaries_of_the_next_ninety_days(get, db, today):
    with unit_of_work():
        VisitFactory(title="tomorrow 30", date="1996-11-23")
        VisitFactory(title="tomorrow 5", date="2021-11-23")
        VisitFactory(title="last day 10", date="2017-02-20")
        VisitFactory(title="new year 25", date="2002-01-01")
        VisitFactory(title="old year 25", date="2001-12-31")
        # Not these: today itself, a day too late, years that are not round, the year of the day itself.
        VisitFactory(title="today", date="1996-11-22")
        VisitFactory(title="a day too late", date="2017-02-21")
        VisitFactory(title="24 years", date="2002-12-31")
        VisitFactory(title="26 years", date="2001-01-01")
        inexact("16", "12", 1996)
    assert groups(section(get(DAY), "coming")) == [
        ("23 November 2026 30 years ago", ["tomorrow 30"]),
        ("23 November 2026 5 years ago", ["tomorrow 5"]),
        ("31 December 2026 25 years ago", ["old year 25"]),
        ("1 January 2027 25 years ago", ["new year 25"]),
        ("20 February 2027 10 years ago", ["last day 10"]),
    ]


def test_none_to_come_says_so(get, db, today):
    VisitFactory(date="1996-06-01")
    text = section(get(DAY), "coming").text
    assert "None: no date known to the day is 5, 10, 15" in text


@pytest.mark.parametrize(
    ("now", "born", "said"),
    [
        # 2027 has no 29 February: its anniversaries stand between 28 February and 1 March.
        ((2027, 1, 10), "2012-02-29", "29 February 15 years ago; 2027 has no such day"),
        ((2024, 1, 10), "2004-02-29", "29 February 2024 20 years ago"),
        ((2024, 1, 10), "2019-02-28", "28 February 2024 5 years ago"),
        ((2024, 2, 28), "2004-02-29", "29 February 2024 20 years ago"),
        ((2024, 2, 29), "2019-03-01", "1 March 2024 5 years ago"),
    ],
)
def test_leap_years(get, db, today, now, born, said):
    VisitFactory(title="leap", date=born)
    today(*now)
    assert groups(section(get(DAY), "coming")) == [(said, ["leap"])]


def test_a_leap_day_between_its_neighbours(get, db, today):
    for title, date in (("28", "2002-02-28"), ("1", "2002-03-01"), ("29", "2012-02-29")):
        VisitFactory(title=title, date=date)
    today(2027, 2, 1)
    assert titles(section(get(DAY), "coming")) == ["28", "29", "1"]


@pytest.mark.parametrize(
    "now", [dt.date(2024, 11, 22), dt.date(2026, 12, 31), dt.date(2023, 12, 2)]
)
def test_windows_agree_with_counting_every_day(db, now):
    """The ranges that the database is asked for, against each of the ninety days looked at in turn."""
    with unit_of_work():
        for year in (now.year - 5, now.year - 14, 2012):
            for month, day in (
                (1, 1),
                (1, 30),
                (2, 20),
                (2, 28),
                (2, 29),
                (3, 1),
                (3, 31),
                (12, 31),
            ):
                if date := DayOfYear(month, day).in_year(year):
                    VisitFactory(date=date.isoformat(), title=date.isoformat())
    found = Calendar(Record.objects.published(), now).coming()
    dates = dict(Record.objects.values_list("pk", "sort_date"))
    wanted = set()
    for ahead in range(1, 91):
        day = now + dt.timedelta(days=ahead)
        for pk, date in dates.items():
            years = day.year - date.year
            leaps = (date.month, date.day) == (2, 29) and (day.month, day.day) == (3, 1)
            is_same = (date.month, date.day) == (day.month, day.day)
            has_none = leaps and DayOfYear(2, 29).in_year(day.year) is None
            if years > 0 and years % 5 == 0 and (is_same or has_none):
                wanted.add((pk, years))
    assert wanted
    assert {(one.pk, one.years) for one in found} == wanted


def test_countries(get, today, relation):
    with unit_of_work():
        RelationFactory(first="AZ", second="TR")
        for title, codes in (("both", PAIR), ("one", ["AZ"]), ("other", ["AZ", "TR"])):
            VisitFactory(title=f"{title} now", date="1996-11-22", countries=codes)
            VisitFactory(title=f"{title} soon", date="1996-11-23", countries=codes)
    page = get(f"{DAY}?country=AZ&country=KZ")
    assert titles(section(page, "day")) == ["both now"]
    assert titles(section(page, "coming")) == ["both soon"]
    toggles = page.one("nav", class_="day-countries").every("a")
    assert [(toggle.text, toggle.attributes["href"]) for toggle in toggles] == [
        ("Remove filter: Azerbaijan", "?country=KZ"),
        ("Remove filter: Kazakhstan", "?country=AZ"),
        ("Türkiye", "?country=AZ&country=KZ&country=TR"),
    ]
    step = page.one("nav", class_="day-steps").every("a")[0]
    assert step.attributes["href"] == "?country=AZ&country=KZ&day=11-21"


def test_more_than_a_page_holds_is_counted(get, db, today):
    with unit_of_work():
        for number in range(42):
            VisitFactory(date="1996-11-22", title=f"now {number}")
            VisitFactory(date="1996-11-23", title=f"soon {number}")
    page = get(DAY)
    assert len(titles(section(page, "day"))) == len(titles(section(page, "coming"))) == 40
    assert "The first 40 of 42 are shown." in section(page, "day").text
    assert "The next 40 of 42 are shown." in section(page, "coming").text


def test_the_first_years_of_the_calendar(get, db, today):
    VisitFactory(title="ancient", date="0001-11-22")
    VisitFactory(title="soon", date="0006-11-23")
    page = get(DAY)
    assert titles(section(page, "day")) == ["ancient"]
    assert titles(section(page, "coming")) == ["soon"]
    VisitFactory(title="first january", date="0001-01-05")
    today(2025, 11, 22)
    assert groups(section(get(DAY), "coming")) == [
        ("5 January 2026 2025 years ago", ["first january"])
    ]


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ((1996, 11, 22), "30 years ago"),
        ((2025, 11, 22), "1 year ago"),
        ((2025, 11, 23), "less than a year ago"),
        ((2026, 11, 22), "today"),
    ],
)
def test_how_long_ago(date, words):
    assert age(dt.date(*date), dt.date(2026, 11, 22)) == words


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, today, relation, django_assert_num_queries, size):
    with unit_of_work():
        for number in range(size):
            AgreementFactory(date=f"{1990 + number}-11-22", countries=PAIR)
            AgreementFactory(date="1996-11-23", countries=PAIR)
    with django_assert_num_queries(QUERIES):
        client.get(DAY, secure=True)


QUERIES = 14
