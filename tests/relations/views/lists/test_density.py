"""How densely rows stand: cards, or one line a record; a matter of the page alone."""

import pytest

from relations.work import unit_of_work
from tests.factories import CitationFactory, SourceFactory, TopicFactory, VisitFactory
from tests.relations.views.reading import titles

PAIR = ["AZ", "KZ"]
PAGE = "/azerbaijan-kazakhstan/"


def only_row(page):
    return page.one("li", class_="row")


def test_compact_is_one_line_a_record(get, relation):
    source = SourceFactory()
    VisitFactory(title="visit", summary="Long.", countries=PAIR, source=source)
    VisitFactory(title="draft", stage="draft", countries=PAIR)
    page = get(f"{PAGE}?view=compact")
    assert titles(page) == ["visit"]
    row = only_row(page)
    assert row.one("p", class_="row-date").text == "24 May 2005"
    assert row.one(class_="row-evidence").text == "one source, 1 source"
    assert row.every(class_="row-summary") + row.every(class_="row-about") == []
    assert page.one("p", class_="density").one(aria_current="true").text == "Compact"


def test_compact_still_says_what_has_not_happened_and_what_is_contested(get, relation):
    with unit_of_work():
        record = VisitFactory(date="2004", outcome="planned", countries=PAIR)
        CitationFactory(record=record, field="date", value="2005", as_written="2005")
    row = only_row(get(f"{PAGE}?view=compact"))
    assert row.one(class_="tag").text == "planned"
    assert row.one(class_="row-evidence").text == "sources disagree on date, 2 sources"


def test_every_link_of_a_page_keeps_its_density(get, relation):
    topic = TopicFactory(slug="energy")
    with unit_of_work():
        for number in range(61):
            VisitFactory(date=f"{1900 + number}", countries=PAIR, topics=[topic])
    page = get(f"{PAGE}?view=compact&topic=energy&ordering=date")
    for links in (
        page.one("p", class_="order").every("a"),
        page.one("nav", class_="pager").every("a"),
        page.one("ul", class_="chips").every("a"),
        [
            link
            for link in page.one("nav", class_="rail").every("a")
            if "?" in link.attributes["href"]
        ],
    ):
        assert links
        assert all("view=compact" in link.attributes["href"] for link in links)
    hidden = page.one("form", class_="filters").every("input", type="hidden")
    assert ("view", "compact") in {
        (one.attributes["name"], one.attributes["value"]) for one in hidden
    }
    # The density of this very page, not of the first of the list.
    older = page.one("nav", class_="pager").one("a").attributes["href"]
    second = get(f"{PAGE}{older}")
    cards = second.one("p", class_="density").one("a").attributes["href"]
    assert "cursor=" in cards
    assert "view" not in cards
    assert titles(get(f"{PAGE}{cards}")) == titles(second)


def test_density_is_the_pages_alone(get, relation):
    VisitFactory(countries=PAIR)
    page = get(f"{PAGE}?view=compact&kind=visit")
    links = page.one("section", class_="listing").one("p", class_="also").every("a")
    addresses = [
        links[0],
        *page.every("link", rel="alternate"),
        *page.every("h3", class_="row-title")[0].every("a"),
    ]
    assert all("view" not in one.attributes["href"] for one in addresses)
    get("/api/v1/timeline/?view=compact", status=400)


@pytest.mark.parametrize("path", [PAGE, "/timeline/", "/visits/"])
@pytest.mark.parametrize("query", ["view=dense", "view=compact&view=cards", "view=%01"])
def test_another_density_is_refused(get, relation, path, query):
    VisitFactory(countries=PAIR)
    page = get(f"{path}?{query}", status=400)
    if "%01" not in query:
        problems = page.one("section", class_="problems").every("li")
        assert [problem.one("code").text for problem in problems] == ["view"]
    assert titles(page) == []


def test_cards_may_be_named_and_empty_is_absent(get, relation):
    VisitFactory(title="visit", countries=PAIR)
    for query in ("?view=cards", "?view="):
        page = get(f"{PAGE}{query}")
        assert titles(page) == ["visit"]
        assert page.one("p", class_="density").one(aria_current="true").text == "Cards"
