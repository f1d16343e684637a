import pytest

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MilestoneFactory,
    PlaceFactory,
    SourceFactory,
    VisitFactory,
)


def rows(page, number):
    """The body of a table: its first cell and the counts, as text."""
    table = page.every("table", class_="coverage")[number]
    found = []
    for row in table.one("tbody").every("tr"):
        cells = [cell.text for cell in row.every("td")]
        found.append((row.one("th").text, ["0" if cell == "·" else cell for cell in cells]))
    return found


@pytest.fixture
def record(db):
    article, report = SourceFactory(author="Aliyeva"), SourceFactory(author="Report")
    AgreementFactory(date="1993", instrument="treaty", source=article)
    pact = AgreementFactory(date="1996-09-16", instrument="unknown", source=article)
    CitationFactory(record=pact, source=report, field="date", value="1996-09-16")
    VisitFactory(date="1996-09", source=report, place=PlaceFactory(), type="official")
    # What must not be counted, in the same years and of the same sources.
    AgreementFactory(date="1994", stage="draft", source=article)
    MilestoneFactory(date="1993", stage="draft", source=report)
    gone = VisitFactory(date="1995", source=report)
    gone.stage = "withdrawn"
    gone.save()


def test_years_kinds_and_sources_are_counted(get, record):
    page = get("/coverage/")
    heads = [
        head.text for head in page.every("table", class_="coverage")[3].one("thead").every("th")
    ]
    assert heads == ["year", "agreements", "visits", "all"]
    assert rows(page, 0) == [
        ("confirmed by two sources", ["1", "0", "1"]),
        ("one source", ["1", "1", "2"]),
    ]
    assert rows(page, 1) == [("Aliyeva", ["2", "0", "2"]), ("Report", ["1", "1", "2"])]
    assert rows(page, 2) == [
        ("to the day", ["1", "0", "1"]),
        ("to the month", ["0", "1", "1"]),
        ("to the year", ["1", "0", "1"]),
    ]
    assert rows(page, 3) == [
        ("1996", ["1", "1", "2"]),
        ("1994–1995", ["0", "0", "0"]),
        ("1993", ["1", "0", "1"]),
    ]


def test_gaps_are_the_years_and_fields_that_nothing_states(get, record):
    gaps = [gap.text for gap in get("/coverage/").one("ul", class_="gaps").every("li")]
    assert gaps == [
        "Nothing on record begins in 1994–1995.",
        "agreements: place not stated for 2 of 2",
        "agreements: instrument not stated for 1 of 2",
        "agreements: level not stated for 2 of 2",
        "agreements: legal character not stated for 2 of 2",
        "agreements: status not stated for 2 of 2",
        "visits: guest not stated for 1 of 1",
        "visits: host not stated for 1 of 1",
    ]


def test_it_counts_under_the_filters_of_every_list(get, record):
    page = get("/coverage/?kind=visit")
    assert rows(page, 3) == [("1996", ["1", "1"])]
    assert page.one("ul", class_="chips").text.startswith("Remove filter: Kind visit")
    link = page.every("table", class_="coverage")[1].one("tbody").one("a")
    listed = get(link.attributes["href"])
    assert listed.one("div", class_="standing").every("strong")[0].text == "1 record"
    assert get("/coverage/?date=1890").one("p", class_="empty").text == "No record matches."


def test_what_it_does_not_read_is_refused(get, db):
    assert "kin" in get("/coverage/?kin=visit", status=400).one("section", class_="problems").text
    get("/coverage/?cursor=x", status=400)


def test_a_long_span_is_counted_by_decade(get, db):
    for year in (1850, 1859, 1996):
        AgreementFactory(date=str(year))
    assert rows(get("/coverage/"), 3) == [
        ("1990–1999", ["1", "1"]),
        ("1860–1989", ["0", "0"]),
        ("1850–1859", ["2", "2"]),
    ]


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, db, django_assert_num_queries, size):
    with unit_of_work():
        for number in range(size):
            AgreementFactory(date=f"{1950 + number}", source=SourceFactory())
    with django_assert_num_queries(8):
        client.get("/coverage/", secure=True)
