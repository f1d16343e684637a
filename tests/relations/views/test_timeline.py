import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from relations.models import Entry
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MilestoneFactory,
    PlaceFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)
from tests.relations.views.reading import titles

PAIR = ["AZ", "KZ"]


def years(page):
    return [heading.text for heading in page.every("h2", class_="year")]


def test_lists_published_records_of_both_countries_newest_first(get, relation):
    VisitFactory(title="visit", date="2004-03-01", countries=PAIR)
    AgreementFactory(title="pact", date="2005-05-24", countries=PAIR)
    AgreementFactory(title="draft", stage="draft", countries=PAIR)
    AgreementFactory(title="in review", stage="review", countries=PAIR)
    gone = AgreementFactory(title="withdrawn", countries=PAIR)
    gone.stage = "withdrawn"
    gone.save()
    AgreementFactory(title="of one state", countries=["AZ"])
    page = get("/azerbaijan-kazakhstan/")
    assert titles(page) == ["pact", "visit"]
    assert years(page) == ["2005", "2004"]
    assert page.one("h1").text == "Azerbaijan – Kazakhstan"
    assert page.one("div", class_="standing").one("strong").text == "2 records"


def test_oldest_first(get, relation):
    VisitFactory(title="first", date="1996", countries=PAIR)
    VisitFactory(title="second", date="1996-09", countries=PAIR)
    VisitFactory(title="third", date="1997", countries=PAIR)
    page = get("/azerbaijan-kazakhstan/?ordering=date")
    assert titles(page) == ["first", "second", "third"]
    assert years(page) == ["1996", "1997"]
    assert page.one("p", class_="order").one(aria_current="true").text == "oldest first"


def test_by_title_has_no_years(get, relation):
    VisitFactory(title="b", date="1996", countries=PAIR)
    VisitFactory(title="a", date="1997", countries=PAIR)
    page = get("/azerbaijan-kazakhstan/?ordering=title")
    assert (titles(page), years(page), page.every(class_="rail")) == (["a", "b"], [], [])


def test_reversed_and_former_slugs_redirect_with_their_filters(client, relation):
    response = client.get("/kazakhstan-azerbaijan/?kind=visit", secure=True)
    assert response.status_code == 301
    assert response["Location"] == "/azerbaijan-kazakhstan/?kind=visit"
    relation.slug = "az-kz"
    relation.save()
    response = client.get("/azerbaijan-kazakhstan/", secure=True)
    assert (response.status_code, response["Location"]) == (301, "/az-kz/")
    assert client.get("/azerbaijan-turkiye/", secure=True).status_code == 404


def test_any_countries(get, relation):
    VisitFactory(title="three", countries=["AZ", "KZ", "TR"])
    VisitFactory(title="two", countries=PAIR)
    VisitFactory(title="other", countries=["AZ", "TR"])
    assert titles(get("/timeline/?country=AZ&country=TR")) == ["other", "three"]
    assert titles(get("/timeline/?country=AZ&country=KZ")) == ["two", "three"]


def test_what_a_row_says(get, relation):
    source = SourceFactory(publisher="Trend", published="2025-10-21")
    record = AgreementFactory(
        title="pact",
        summary="In our words.",
        date="2008-09",
        instrument="treaty",
        level="interstate",
        countries=PAIR,
        topics=[TopicFactory(name="Energy")],
        place=PlaceFactory(name="Baku"),
        source=source,
    )
    row = get("/azerbaijan-kazakhstan/").one("li", class_="row")
    assert row.attributes["data-kind"] == "agreement"
    assert row.one("p", class_="row-date").text == "September 2008"
    assert row.one("time").attributes["datetime"] == "2008-09"
    assert row.one("p", class_="row-kind").text == "treaty · interstate"
    assert row.one("h3").one("a").attributes["href"] == (
        f"{record.get_absolute_url()}?country=AZ&country=KZ"
    )
    assert row.one("p", class_="row-summary").text == "In our words."
    assert [link.text for link in row.one("ul", class_="row-about").every("a")] == [
        "Baku",
        "Energy",
    ]
    assert row.one("p", class_="row-says").text == "1 source: Trend, 21 October 2025"


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("[..2025-10-16]", "by 16 October 2025"),
        ("[1993-02-24,1993-12-24]", "24 February or 24 December 1993"),
        ("2025-40", "first half of 2025"),
        ("1993~", "about 1993"),
    ],
)
def test_a_date_html_has_no_form_for_is_no_time_element(get, relation, date, shown):
    VisitFactory(date=date, countries=PAIR)
    row = get("/azerbaijan-kazakhstan/").one("li", class_="row")
    assert row.one("span", class_="date").text == shown
    assert row.every("time") == []


def test_disagreement_stands_on_the_row(get, relation):
    record = AgreementFactory(instrument="treaty", date="1993-02-24", countries=PAIR)
    with unit_of_work():
        CitationFactory(
            record=record, field="instrument", value="agreement", as_written="Agreement"
        )
        CitationFactory(record=record, field="date", value="1993-12-24", as_written="December 24")
    says = get("/azerbaijan-kazakhstan/").one("p", class_="row-says")
    assert says.one("a", class_="evidence").text == "sources disagree on date, instrument"


def test_evidence_names_the_field_where_sources_speak_of_several(get, relation):
    record = VisitFactory(countries=PAIR, source=SourceFactory(author="A"))
    with unit_of_work():
        CitationFactory(record=record, source=SourceFactory(author="B"))
    assert (
        get("/azerbaijan-kazakhstan/").one("p", class_="row-says").text
        == "date from one source 2 sources: A ; B"
    )
    with unit_of_work():
        other = SourceFactory(author="C")
        CitationFactory(record=record, source=other, field="date", value=record.date)
    says = get("/azerbaijan-kazakhstan/").one("p", class_="row-says").text
    assert says == "two sources agree on the date 3 sources: A ; B ; C"


def test_what_has_not_happened_says_so_in_words(get, relation):
    TradeFigureFactory(outcome="planned", nature="target", value=10**9, countries=PAIR)
    VisitFactory(date="2023", outcome="proposed", countries=PAIR)
    VisitFactory(date="2022", countries=PAIR)
    rows = get("/azerbaijan-kazakhstan/").every("li", class_="row")
    tags = [[tag.text for tag in row.every(class_="tag")] for row in rows]
    assert tags == [["planned", "target"], ["proposed"], []]
    assert rows[0].one("p", class_="row-figure").text == "1 billion USD"


@pytest.mark.parametrize(
    "basis", [{"basis": "attributed"}, {"basis": "resolved", "rule": "no-later-than-source"}]
)
def test_what_only_someone_says_names_them(get, relation, basis):
    with unit_of_work():
        record = MilestoneFactory(countries=PAIR, cited=False)
        CitationFactory(
            record=record,
            field="date",
            value=record.date,
            attributed_to="An Analyst",
            **basis,
        )
    row = get("/azerbaijan-kazakhstan/").one("li", class_="row")
    assert row.one(class_="tag").text == "according to An Analyst"
    with unit_of_work():
        CitationFactory(record=record, field="date", value=record.date)
    assert get("/azerbaijan-kazakhstan/").one("li", class_="row").every(class_="tag") == []


def test_a_wrong_parameter_lists_nothing_and_says_why(get, relation):
    VisitFactory(title="visit", countries=PAIR)
    page = get("/azerbaijan-kazakhstan/?dat=1996&date=1996-02-31", status=400)
    problems = [one.one("code").text for one in page.one("section", class_="problems").every("li")]
    assert problems == ["dat", "date"]
    assert (titles(page), page.every(class_="standing")) == ([], [])
    assert [one.attributes["href"] for one in page.every("a", class_="skip")] == ["#content"]
    wrong = page.one("input", id="filter-date")
    assert wrong.attributes["aria-invalid"] == "true"
    assert wrong.attributes["value"] == "1996-02-31"


def test_the_rail_leads_to_years_on_this_page_and_others(get, relation):
    for year in ("1990", "1991", "1991-05", "1992"):
        VisitFactory(date=year, countries=PAIR)
    rail = get("/azerbaijan-kazakhstan/").one("nav", class_="rail")
    links = rail.every("a")
    assert [link.attributes["href"] for link in links] == ["#1992", "#1991", "#1990"]
    assert [link.text for link in links] == ["1992 1 record", "1991 2 records", "1990 1 record"]


def test_at_opens_the_page_at_a_year(get, relation):
    for year in ("1992", "1996", "2004"):
        VisitFactory(date=year, title=year, countries=PAIR)
    page = get("/azerbaijan-kazakhstan/?at=1996")
    assert titles(page) == ["1996", "1992"]
    links = [link.attributes["href"] for link in page.one("nav", class_="rail").every("a")]
    assert links == ["?at=2004#2004", "#1996", "#1992"]
    assert page.one("nav", class_="pager").one("a").text == "Newer"
    assert titles(get("/azerbaijan-kazakhstan/?at=1996&ordering=date")) == ["1996", "2004"]
    get("/azerbaijan-kazakhstan/?at=soon", status=400)


def test_pages_of_a_hundred(get, relation):
    with unit_of_work():
        for number in range(61):
            VisitFactory(title=f"visit {number:03}", date=f"{1900 + number}", countries=PAIR)
    first = get("/azerbaijan-kazakhstan/")
    assert titles(first) == [f"visit {number:03}" for number in range(60, 0, -1)]
    older = first.one("nav", class_="pager").one("a")
    assert older.text == "Older"
    second = get(f"/azerbaijan-kazakhstan/{older.attributes['href']}")
    assert titles(second) == ["visit 000"]
    newer = second.one("nav", class_="pager").one("a")
    assert titles(get(f"/azerbaijan-kazakhstan/{newer.attributes['href']}")) == titles(first)


def test_names_its_equivalent_in_the_api(get, relation):
    VisitFactory(countries=PAIR)
    page = get("/azerbaijan-kazakhstan/?kind=visit&ordering=date")
    address = "/api/v1/timeline/?country=AZ&country=KZ&kind=visit&ordering=date"
    assert page.one("p", class_="also").every("a")[0].attributes["href"] == address
    alternate = page.one("link", rel="alternate", type="application/json")
    assert alternate.attributes["href"] == f"https://entente.example{address}"
    assert page.one("link", rel="canonical").attributes["href"] == (
        "https://entente.example/azerbaijan-kazakhstan/?kind=visit"
    )


def test_at_a_glance_counts_all_whatever_is_filtered(get, relation):
    VisitFactory(countries=PAIR)
    AgreementFactory(countries=PAIR)
    glance = get("/azerbaijan-kazakhstan/?kind=visit").one("dl", class_="glance")
    assert [number.text for number in glance.every("dd")] == ["2", "2", "0"]


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/azerbaijan-kazakhstan/", 26),
        ("/azerbaijan-kazakhstan/?kind=visit&q=visit", 33),
        ("/timeline/?country=AZ&country=KZ", 27),
        ("/visits/", 20),
    ],
)
def test_queries(client, relation, django_assert_num_queries, size, address, queries):
    with unit_of_work():
        for number in range(size):
            VisitFactory(
                title=f"visit {number}",
                countries=PAIR,
                topics=[TopicFactory()],
                place=PlaceFactory(),
                date=f"{1990 + number}",
            )
    assert Entry.objects.count() == size
    ContentType.objects.clear_cache()  # search asks for them once a process
    # PostgreSQL itself says which words of a name are those looked for.
    extra = "q=" in address and connection.vendor == "postgresql"
    with django_assert_num_queries(queries + extra):
        client.get(address, secure=True)


def test_another_relation_has_its_own_records(get, relation):
    RelationFactory(first="AZ", second="TR")
    VisitFactory(title="with Türkiye", countries=["AZ", "TR"])
    VisitFactory(title="with Kazakhstan", countries=PAIR)
    assert titles(get("/azerbaijan-turkiye/")) == ["with Türkiye"]
