import re

import pytest

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    IndicatorFactory,
    RelationFactory,
    SourceFactory,
    TradeFigureFactory,
    VisitFactory,
)

PAIR = ["AZ", "KZ"]
PATH = "/azerbaijan-kazakhstan/trade/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relation():
    return RelationFactory()


def figure(title, date="2024", *, countries=PAIR, **columns):
    return TradeFigureFactory(title=title, date=date, countries=countries, **columns)


def exports(title, date="2024", **columns):
    return figure(
        title,
        date,
        **{"flow": "exports", "origin": "KZ", "destination": "AZ", "reporter": "KZ"} | columns,
    )


def imports(title, date="2024", **columns):
    return exports(title, date, **{"flow": "imports", "reporter": "AZ"} | columns)


def listed(page):
    return [head.text for head in page.one("section", id="figures").every("th", scope="row")]


def bars(page):
    """The names of the bars, in the order of the drawing."""
    return [bar.attributes["aria-label"] for bar in page.every("a", class_="bar")]


def cells(page):
    """Each figure's row of the table, without the labels a phone shows."""
    table = page.one("section", id="figures").one("table")
    return [[cell.text for cell in row.every("td")] for row in table.every("tr") if row.every("td")]


def strips(page):
    return [strip.one("h4").text for strip in page.every("div", class_="strip")]


# What is shown ------------------------------------------------------------------------------------------


def test_published_figures_of_the_relation_drawn_and_as_a_table(get):
    exports("sold", value=281600000)
    figure("both ways", "2023", value=331700000, qualifier="about")
    figure("draft", stage="draft")
    withdrawn = figure("withdrawn")
    withdrawn.stage = "withdrawn"
    withdrawn.save()
    figure("others", countries=["KZ", "TR"])
    VisitFactory(title="a visit", countries=PAIR)
    page = get(PATH)
    assert page.one("h1").text == "Azerbaijan – Kazakhstan: trade"
    assert listed(page) == ["sold", "both ways"]
    assert bars(page) == [
        "Turnover, 2023: about 331.7 million USD; actual; whose statistics is not stated",
        "Exports of Kazakhstan to Azerbaijan, 2024: 281.6 million USD; actual; statistics of Kazakhstan",
    ]
    assert cells(page) == [
        ["2024", "Exports of Kazakhstan to Azerbaijan", "Kazakhstan", "281.6 million USD", "actual",
         "one source News report"],
        ["2023", "Turnover", "not stated", "about 331.7 million USD", "actual",
         "one source News report"],
    ]  # fmt: skip


def test_a_figure_is_a_link_from_its_bar_with_a_title_and_from_its_row(get):
    sold = exports("sold")
    page = get(PATH)
    bar = page.one("a", class_="bar")
    assert bar.attributes["href"].partition("?")[0] == sold.get_absolute_url()
    assert bar.one("title").text == bar.attributes["aria-label"]
    link = page.one("section", id="figures").one("th", scope="row").one("a")
    assert link.attributes["href"] == bar.attributes["href"]


def test_without_figures_a_sentence(get):
    page = get(PATH)
    assert page.one("div", class_="empty").text == (
        "No trade figure of Azerbaijan – Kazakhstan has been recorded yet."
    )
    assert page.every("section", class_="trade-chart") == []
    exports("sold")
    page = get(PATH + "?flow=imports")
    assert page.one("div", class_="empty").text == (
        "No trade figure matches. Remove one of the filters above to see more."
    )


def test_what_is_no_actual_amount_looks_like_none(get):
    figure("reached", value=50)
    figure("guessed", nature="estimate", value=60)
    figure("aimed at", nature="target", value=100, outcome="planned")
    figure("only planned", "2023", value=70, outcome="planned")
    page = get(PATH)
    drawn = {
        bar.one("title").text.partition(":")[0]
        + bar.one("title").text.partition(";")[2]: re.findall(
            r"is-[a-z-]+", bar.attributes["class"]
        )
        for bar in page.every("a", class_="bar")
    }
    assert drawn == {
        "Turnover, 2024 actual; whose statistics is not stated": ["is-actual"],
        "Turnover, 2024 estimate; whose statistics is not stated": ["is-estimate"],
        "Turnover, 2024 target; planned; whose statistics is not stated": [
            "is-target",
            "is-around",
        ],
        "Turnover, 2023 actual; planned; whose statistics is not stated": ["is-target"],
    }
    assert [item.text for item in page.one("ul", class_="legend").every("li")] == [
        "actual",
        "estimate",
        "target, or only planned",
        "A bar is as wide as its period.",
    ]


@pytest.mark.parametrize(
    ("qualifier", "classes", "label"),
    [
        ("exact", "bar is-actual", "50 million"),
        ("about", "bar is-actual is-rough", "about 50 million"),
        ("nearly", "bar is-actual is-rough", "nearly 50 million"),
        ("more-than", "bar is-actual is-more-than", "more than 50 million"),
        ("less-than", "bar is-actual is-less-than", "less than 50 million"),
    ],
)
def test_a_qualifier_is_drawn_and_said(get, qualifier, classes, label):
    figure("so much", value=50000000, qualifier=qualifier)
    page = get(PATH)
    bar = page.one("a", class_="bar")
    assert bar.attributes["class"] == classes
    assert len(bar.every("rect", class_="beyond")) == (qualifier == "more-than")
    assert page.one("text", class_="amount").text == label


def test_a_change_without_an_amount_is_listed_and_not_drawn(get):
    figure("grew", value=None, unit="", currency="", change_kind="factor", change_value=5)
    page = get(PATH)
    assert listed(page) == ["grew"]
    assert bars(page) == []
    assert cells(page)[0][3] == "no amount stated 5 times as much"
    assert "None of these figures states an amount that could be drawn" in (
        page.one("section", class_="trade-chart").text
    )
    figure("stated")
    page = get(PATH)
    assert len(bars(page)) == 1
    assert "1 figure is not drawn" in page.one("section", class_="trade-chart").text


def test_a_contested_figure_is_marked_everywhere(get):
    contested = figure("so much", value=100)
    with unit_of_work():
        CitationFactory(record=contested, field="value", value="100 USD", as_written="100")
        CitationFactory(record=contested, field="value", value="90 USD", as_written="90")
    page = get(PATH)
    assert page.one("a", class_="bar").attributes["class"] == "bar is-actual is-contested"
    assert bars(page)[0].endswith("; sources disagree on value")
    assert page.one("text", class_="amount").text == "100 ≠"
    assert cells(page)[0][5].startswith("sources disagree on value")


def test_a_bar_is_as_wide_as_its_period(get):
    figure("year", "2023")
    figure("half", "2024-40")
    figure("five months", "2024-01/2024-05")
    figure("leaves it open", "[2025-10-16..]", nature="target")
    page = get(PATH)
    days = 366 + 365
    assert [
        (rect.attributes["x"], rect.attributes["width"])
        for strip in page.every("div", class_="strip")
        for rect in strip.one("svg", class_="plot").every("rect", class_="body")
    ] == [
        ("0.000%", f"{100 * 365 / days:.3f}%"),
        (f"{100 * 365 / days:.3f}%", f"{100 * 182 / days:.3f}%"),
        (f"{100 * 365 / days:.3f}%", f"{100 * 152 / days:.3f}%"),
    ]
    assert strips(page) == [
        "Turnover, both directions together years",
        "Turnover, both directions together half-years",
        "Turnover, both directions together other periods",
    ]
    first, *others = page.every("svg", class_="bay")
    assert len(first.every("a", class_="bar")) == 1
    assert [other.every("a") for other in others] == [[], []]


def test_each_currency_has_a_scale_of_its_own_from_zero(get):
    figure("dollars", value=900000000)
    figure("euros", currency="EUR", value=40)
    figure("more euros", "2023", currency="EUR", value=20)
    page = get(PATH)
    panels = page.every("section", class_="panel")
    assert [panel.one("h3").text for panel in panels] == ["In EUR", "In USD"]
    ticks = [
        [text.text for text in panel.one("svg", class_="levels").every("text")] for panel in panels
    ]
    assert ticks == [["0", "20", "40"], ["0", "500 million", "1 billion"]]
    assert [len(panel.every("a", class_="bar")) for panel in panels] == [2, 1]


# Lines --------------------------------------------------------------------------------------------------


def test_a_line_joins_only_what_measures_the_same_thing(get):
    exports("one", "2021", value=100)
    exports("two", "2022", value=200)
    imports("of the other", "2023", value=300)
    exports("unknown reporter", "2023", reporter=None)
    exports("half", "2023-40")
    page = get(PATH)
    (line,) = page.one("section", class_="panel").every("line", class_="course")
    years = 365 * 3
    assert line.attributes["x1"] == f"{100 * 182.5 / years:.3f}%"
    assert line.attributes["x2"] == f"{100 * 547.5 / years:.3f}%"


def test_where_no_line_is_drawn_the_page_says_why(get):
    exports("one", "2021")
    exports("much later", "2023")
    page = get(PATH)
    assert page.every("line", class_="course") == []
    said = page.one("section", class_="trade-chart").text
    assert "No line joins these figures" in said
    assert "Only between figures of one flow, origin, destination, reporter" in (
        page.one("section", id="reasons").text
    )


# Both states --------------------------------------------------------------------------------------------


def reported(page):
    """For each table: its caption, and the rows as text."""
    return [
        (
            table.one("caption").text,
            [
                [cell.text for cell in row.children if hasattr(cell, "text")]
                for row in table.one("tbody").every("tr")
            ],
        )
        for table in page.one("section", class_="trade-reports").every("table")
    ]


def test_both_states_stand_side_by_side_with_the_gap(get):
    exports("sold", value=130)
    imports("bought", value=100, qualifier="about")
    figure("turnover one", "2023", reporter="AZ", value=5)
    figure("turnover other", "2023", reporter="KZ", value=5)
    exports("unanswered", "2022", value=150)
    page = get(PATH)
    assert reported(page) == [
        ("Turnover, both directions together", [["2023", "5 USD", "5 USD", "the same amount"]]),
        (
            "From Kazakhstan to Azerbaijan",
            [["2024", "about 100 USD", "130 USD", "Kazakhstan gives about 30 USD more"]],
        ),
    ]
    heads = [
        head.text
        for head in page.one("section", class_="trade-reports").every("thead")[1].every("th")
    ]
    assert heads == [
        "Period",
        "Azerbaijan Imports of Azerbaijan from Kazakhstan",
        "Kazakhstan Exports of Kazakhstan to Azerbaijan",
        "Difference worked out here",
    ]
    assert len(page.one("section", class_="panel").every("line", class_="gap")) == 1


def test_a_gap_that_cannot_be_said_is_not(get):
    exports("sold", value=130, qualifier="more-than")
    imports("bought", value=100)
    exports("sold before", "2023", value=130)
    exports("sold before, again", "2023", value=140)
    imports("bought before", "2023", value=100)
    page = get(PATH)
    ((_title, rows),) = reported(page)
    assert [row[-1] for row in rows] == [
        "not worked out, because one value is only a limit",
        "not worked out, because one of them gives several values",
    ]
    assert page.one("section", class_="panel").every("line", class_="gap") == []


def test_without_reports_of_both_there_is_no_comparison(get):
    exports("sold")
    imports("bought later", "2025")
    assert get(PATH).every("section", class_="trade-reports") == []


def test_the_gap_is_on_this_page_only(client, get):
    sold, bought = exports("sold", value=9876543), imports("bought", value=1234567)
    assert "8,641,976 USD more" in get(PATH).one("section", class_="trade-reports").text
    for path in (
        "/api/v1/trade-figures/",
        "/trade-figures/",
        "/azerbaijan-kazakhstan/",
        sold.get_absolute_url(),
        bought.get_absolute_url(),
    ):
        said = client.get(path, secure=True).content.decode()
        assert re.findall("8.?641.?976", said) == []


# The years beside it ------------------------------------------------------------------------------------


def test_the_events_of_the_same_years_lead_into_the_timeline(get):
    exports("sold", "2023/2024")
    VisitFactory(title="first", date="2024-01-02", countries=PAIR)
    AgreementFactory(title="second", date="2024-03", countries=PAIR)
    VisitFactory(title="third", date="2024-05-06", countries=PAIR)
    VisitFactory(title="before", date="2022", countries=PAIR)
    VisitFactory(title="draft", date="2024-01-01", countries=PAIR, stage="draft")
    IndicatorFactory(title="count", date="2024", countries=PAIR)
    page = get(PATH)
    (year,) = page.every("a", class_="event-year")
    assert year.attributes["aria-label"] == "2024: 3 records"
    (item,) = [one for one in page.one("ol", class_="event-list").children if hasattr(one, "text")]
    assert item.text == "2024 first second and 1 more"
    address, _hash, anchor = year.attributes["href"].partition("#")
    timeline = get(address)
    assert timeline.one("h2", id=anchor).text == "2024"
    shown = [title.text for title in timeline.every("h3", class_="row-title")]
    assert shown == ["third", "second", "first", "before"]


def test_years_without_events_say_so(get):
    exports("sold")
    assert get(PATH).one("section", class_="events").text == (
        "What happened in these years Nothing else is on record in these years."
    )


# Other figures ------------------------------------------------------------------------------------------


def test_other_figures_stand_apart_and_only_on_the_whole_page(get):
    exports("sold")
    IndicatorFactory(title="diaspora", value=155000, qualifier="about", countries=PAIR)
    IndicatorFactory(title="draft", stage="draft", countries=PAIR)
    IndicatorFactory(title="elsewhere", countries=["TR", "KZ"])
    section = get(PATH).one("section", class_="other-figures")
    assert [item.one("a").text for item in section.every("li")] == ["diaspora"]
    assert section.one("strong").text == "about 155,000 people"
    assert get(PATH + "?flow=exports").every("section", class_="other-figures") == []


# The set ------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed():
    source = SourceFactory(slug="yearbook")
    exports("sold 2023", "2023", source=source)
    exports("sold 2024")
    imports("bought 2024")
    figure("turnover", "2022")
    figure("target", "[2025-10-16..]", nature="target")
    figure("draft", stage="draft", source=source)
    figure("others", countries=["KZ", "TR"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["target", "bought 2024", "sold 2024", "sold 2023", "turnover"]),
        ("flow=exports", ["sold 2024", "sold 2023"]),
        ("origin=KZ", ["bought 2024", "sold 2024", "sold 2023"]),
        ("destination=KZ", []),
        ("reporter=AZ", ["bought 2024"]),
        ("nature=target", ["target"]),
        ("date=2024", ["bought 2024", "sold 2024"]),
        ("date_after=2024", ["target", "bought 2024", "sold 2024"]),
        ("date_before=2023", ["sold 2023", "turnover"]),
        ("q=turnover", ["turnover"]),
        ("source=yearbook", ["sold 2023"]),
        ("evidence=unsourced", []),
        ("country=TR", []),
        ("ordering=title&flow=exports", ["sold 2023", "sold 2024"]),
    ],
)
def test_the_set_is_that_of_the_api_and_of_the_list(client, get, settings, mixed, query, expected):
    page = get(f"{PATH}?{query}")
    assert listed(page) == expected if expected else page.every("section", id="figures") == []
    links = {
        link.text: link.attributes["href"] for link in page.every("p", class_="also")[0].every("a")
    }
    assert (
        links["as JSON"]
        == f"/api/v1/trade-figures/?country=AZ&country=KZ{'&' if query else ''}{query}"
    )
    answer = client.get(links["as JSON"], secure=True).json()
    assert sorted(one["title"] for one in answer["results"]) == sorted(expected)
    assert page.one("div", class_="standing").text.startswith(
        f"{answer['count']} figure{'' if answer['count'] == 1 else 's'}"
    )
    assert answer["count"] == len(expected)
    csv = client.get(links["as CSV"], secure=True)
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert len(csv.content.decode("utf-8-sig").splitlines()) == len(expected) + 1
    whole = get(links["These figures as a list"])
    assert sorted(one.text for one in whole.every("h3", class_="row-title")) == sorted(expected)
    assert (
        page.one("link", type="application/json").attributes["href"]
        == f"{settings.SITE_URL}{links['as JSON']}"
    )


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("flwo=exports", "flwo: There is no parameter “flwo” here."),
        ("flow=export", "flow: There is no “export” to choose here."),
        ("reporter=XX", "reporter: There is no “XX” to choose here."),
        ("date=soon", "date: "),
        ("cursor=abc", "cursor: This cursor does not belong to this list in this order"),
        ("view=compact", "view: There is no parameter “view” here."),
    ],
)
def test_a_wrong_parameter_is_named_and_nothing_is_shown(get, mixed, query, problem):
    page = get(f"{PATH}?{query}", status=400)
    (said,) = page.one("section", class_="problems").every("li")
    assert said.text.replace(" :", ":").startswith(problem)
    assert page.every("section", id="figures") == page.every("section", class_="trade-chart") == []


def test_filters_in_use_can_be_let_go(get, mixed):
    page = get(PATH + "?flow=exports&reporter=KZ")
    chips = page.one("ul", class_="chips").every("a")
    assert [chip.attributes["href"] for chip in chips] == ["?reporter=KZ", "?flow=exports", PATH]


# Addresses ----------------------------------------------------------------------------------------------


def test_the_reversed_slug_leads_here(client):
    response = client.get("/kazakhstan-azerbaijan/trade/?flow=exports", secure=True)
    assert (response.status_code, response["Location"]) == (301, PATH + "?flow=exports")
    assert client.get("/azerbaijan-georgia/trade/", secure=True).status_code == 404


def test_the_views_of_the_relation_are_linked(get):
    nav = get(PATH).one("nav", class_="relation-nav")
    assert [
        (link.text, link.attributes["href"], link.attributes.get("aria-current"))
        for link in nav.every("a")
    ] == [
        ("Timeline", "/azerbaijan-kazakhstan/", None),
        ("Trade", PATH, "page"),
        ("Map", "/azerbaijan-kazakhstan/map/", None),
    ]


# Many ---------------------------------------------------------------------------------------------------


def many(count):
    with unit_of_work():
        for number in range(count):
            year = 1992 + number // 4
            exports(f"sold {number}", f"{year}-{40 + number % 2}", value=number + 1)
            imports(f"bought {number}", f"{year}-{40 + number % 2}", value=number + 2)
            VisitFactory(date=str(year), countries=PAIR)
            IndicatorFactory(date=str(year), countries=PAIR)


def test_a_long_list_goes_on_and_a_page_does_not_part_a_pair(get):
    source = SourceFactory()
    with unit_of_work():
        exports("oldest", "1990", value=7, source=source)
        imports("its other side", "1990", value=9, source=source)
        for number in range(99):
            figure(f"later {number}", f"{1992 + number % 30}", source=source)
    page = get(PATH)
    assert len(listed(page)) == 100
    assert (
        page.one("div", class_="standing").one("p").text == "101 figures · 100 of them on this page"
    )
    assert [link.text for link in page.one("nav", class_="decades").every("a")] == [
        "1990s 34 figures",
        "2000s 31 figures",
        "2010s 30 figures",
        "2020s 6 figures",
    ]
    # One side ends this page, the other begins the next; both pages show the pair.
    ((_title, rows),) = reported(page)
    assert rows == [["1990", "9 USD", "7 USD", "Azerbaijan gives 2 USD more"]]
    older = get(PATH + page.one("nav", class_="pager").one("a", rel="next").attributes["href"])
    assert len(listed(older)) == 1
    assert reported(older) == reported(page)
    decade = get(PATH + page.one("nav", class_="decades").every("a")[0].attributes["href"])
    assert {row[0] for row in cells(decade)} == {str(year) for year in (1990, *range(1992, 2000))}


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, django_assert_num_queries, size):
    many(size)
    with django_assert_num_queries(21):
        client.get(PATH, secure=True)
