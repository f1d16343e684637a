"""From a list to its records, from one to the next, and back to the list."""

import pytest

from relations.models import Record
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

PAIR = ["AZ", "KZ"]


def neighbours(page):
    """Titles of the neighbours: earlier or previous, later or next; empty where there is none."""
    found = {one.attributes["rel"]: one for one in page.every("a", class_="neighbour")}
    title = lambda rel: (  # noqa: E731
        found[rel].one("span", class_="neighbour-title").text if rel in found else ""
    )
    return title("prev"), title("next")


def addresses(page):
    return [one.attributes["href"] for one in page.every("a", class_="neighbour")]


def back(page):
    return page.one("p", class_="neighbours-list").one("a").attributes["href"]


def row_link(page, title):
    links = [one.one("a") for one in page.every("h3", class_="row-title")]
    return next(link.attributes["href"] for link in links if link.text == title)


@pytest.fixture
def dated(db):
    """Three visits and an agreement of a pair, with ties, and what must never appear between them."""
    RelationFactory()
    with unit_of_work():
        topic = TopicFactory(slug="energy", name="Energy")
        first = VisitFactory(title="first", date="2001", countries=PAIR, topics=[topic])
        VisitFactory(title="tie", date="2001", countries=PAIR)
        pact = AgreementFactory(title="pact", date="2001-05", countries=PAIR, topics=[topic])
        last = VisitFactory(title="last", date="2009", countries=PAIR, topics=[topic])
        for stage in ("draft", "withdrawn"):
            hidden = VisitFactory(title=stage, date="2001", countries=PAIR, topics=[topic])
            hidden.stage = stage
            Record.objects.filter(pk=hidden.pk).update(stage=stage)
        VisitFactory(title="elsewhere", date="2001-04", countries=["TR", "KG"])
    return {"first": first, "pact": pact, "last": last}


def test_without_a_list_the_neighbours_are_those_of_the_relation(get, dated):
    seen, address = [], dated["first"].get_absolute_url()
    page = get(address)
    assert neighbours(page) == ("", "tie")
    while True:
        seen.append(page.one("h1").text)
        if not neighbours(page)[1]:
            break
        page = get(addresses(page)[-1])
    assert seen == ["first", "tie", "pact", "last"]
    assert neighbours(page) == ("pact", "")
    assert back(page) == f"/azerbaijan-kazakhstan/#{dated['last'].slug}"
    assert page.one("p", class_="neighbours-list").text == "All records Azerbaijan – Kazakhstan"


def test_a_record_of_no_relation_or_of_two_stands_on_the_timeline(get, dated):
    page = get(Record.objects.get(title="elsewhere").get_absolute_url())
    assert neighbours(page) == ("tie", "pact")
    assert back(page).startswith("/timeline/#")
    RelationFactory(first="AZ", second="TR")
    record = VisitFactory(title="of both", date="2001-04", countries=["AZ", "KZ", "TR"])
    assert back(get(record.get_absolute_url())).startswith("/timeline/#")


@pytest.mark.parametrize(
    ("path", "title", "trail", "expected"),
    [
        ("/azerbaijan-kazakhstan/", "pact", "?country=AZ&country=KZ", ("tie", "last")),
        (
            "/azerbaijan-kazakhstan/?topic=energy",
            "pact",
            "?country=AZ&country=KZ&topic=energy",
            ("first", "last"),
        ),
        (
            "/azerbaijan-kazakhstan/?topic=energy&ordering=date&at=1996",
            "pact",
            "?country=AZ&country=KZ&topic=energy&ordering=date",
            ("first", "last"),
        ),
        ("/timeline/?topic=energy&kind=visit", "last", "?topic=energy&kind=visit", ("first", "")),
        ("/timeline/", "pact", "", ("tie", "last")),
        ("/topics/energy/", "pact", "?topic=energy", ("first", "last")),
        ("/visits/", "last", "?kind=visit", ("elsewhere", "")),
        ("/visits/?type=unknown&topic=energy", "last", "?kind=visit&type=unknown&topic=energy",
         ("first", "")),
        ("/visits/?ordering=title", "last", "?kind=visit&ordering=title", ("first", "tie")),
        ("/visits/?ordering=-title", "last", "?kind=visit&ordering=-title", ("tie", "first")),
    ],
)  # fmt: skip
def test_the_list_goes_with_the_reader(get, dated, path, title, trail, expected):
    address, _mark, query = row_link(get(path), title).partition("?")
    assert f"?{query}" == (trail or "?")
    page = get(f"{address}{trail}")
    assert neighbours(page) == expected
    assert [one.endswith(f"/{trail}") for one in addresses(page)] == [True] * len(addresses(page))
    assert page.one("link", rel="canonical").attributes["href"].endswith(address)
    assert title in get(back(page).partition("#")[0]).text


def test_the_way_back_is_the_list_as_it_was(get, dated):
    address = dated["last"].get_absolute_url()
    slug = dated["last"].slug
    for query, expected in [
        ("country=AZ&country=KZ&topic=energy", "/azerbaijan-kazakhstan/?topic=energy"),
        (
            "country=KZ&country=AZ&country=TR",
            "/timeline/?country=KZ&country=AZ&country=TR",
        ),
        ("kind=visit&type=unknown", "/visits/?type=unknown"),
        ("type=unknown", "/visits/?type=unknown"),
        ("topic=energy&ordering=date", "/timeline/?topic=energy&ordering=date"),
    ]:
        mark = "" if "TR" in query else f"#{slug}"
        assert back(get(f"{address}?{query}")) == expected + mark


def test_a_long_list_is_opened_at_the_record(get, db, monkeypatch):
    monkeypatch.setattr("relations.views.records.pages.PAGE_SIZE", 2)
    records = [VisitFactory(date=f"200{number}-05") for number in range(3)]
    page = get(f"{records[0].get_absolute_url()}?kind=visit")
    assert back(page) == f"/visits/?at=2000-05-01#{records[0].slug}"
    page = get(f"{records[0].get_absolute_url()}?kind=visit&ordering=title")
    assert back(page) == f"/visits/?ordering=title#{records[0].slug}"


def test_a_record_that_is_not_in_the_list_says_so(get, dated):
    page = get(f"{dated['pact'].get_absolute_url()}?kind=visit")
    nav = page.one("nav", class_="neighbours")
    assert neighbours(page) == ("", "")
    assert nav.every("p")[1].text == "This record is not in that list."
    assert back(page) == "/timeline/?kind=visit"


def test_a_list_of_what_is_both_is_not_carried_as_a_list_of_either(get, dated):
    TopicFactory(slug="trade")
    with unit_of_work():
        dated["pact"].topics.add(TopicFactory(slug="transport"))
    link = row_link(get("/topics/energy/?topic=transport"), "pact")
    assert link == dated["pact"].get_absolute_url()


def test_ties_are_walked_through_one_by_one(get, db):
    RelationFactory()
    with unit_of_work():
        made = [VisitFactory(date="1996", countries=PAIR) for _ in range(5)]
    for query in ("", "?ordering=date", "?country=AZ&country=KZ"):
        found, address = [], made[0].get_absolute_url() + query
        while address:
            page = get(address)
            found.append(page.one("h1").text)
            later = page.every("a", class_="neighbour", rel="next")
            address = later[0].attributes["href"] if later else ""
        assert found == [record.title for record in made]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("topik=energy", "topik"),
        ("topic=enrgy", "topic"),
        ("date=soon", "date"),
        ("ordering=size", "ordering"),
        ("cursor=x", "cursor"),
        ("at=1996", "at"),
        ("instrument=treaty", "instrument"),
        ("ordering=date&ordering=title", "ordering"),
        ("topic=a%00b", "query"),
    ],
)
def test_what_the_list_would_refuse_is_refused(get, dated, query, parameter):
    page = get(f"{dated['last'].get_absolute_url()}?{query}", status=400)
    assert page.one("section", class_="problems").one("code").text == parameter


def test_an_empty_parameter_counts_as_absent(get, dated):
    page = get(f"{dated['last'].get_absolute_url()}?topic=&kind=")
    assert neighbours(page) == ("pact", "")
    assert back(page).startswith("/azerbaijan-kazakhstan/#")


def test_what_trackers_append_is_dropped(client, dated):
    address = dated["last"].get_absolute_url()
    response = client.get(f"{address}?utm_source=x&topic=energy", secure=True)
    assert (response.status_code, response["Location"]) == (302, f"{address}?topic=energy")


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 4),
        ("?country=AZ&country=KZ", 6),
        ("?country=AZ&country=KZ&topic=topic&person=one&source=source&kind=visit", 9),
        ("?kind=visit&type=state&ordering=title", 3),
    ],
)
def test_queries(get, db, django_assert_num_queries, size, query, queries):
    """What the trail adds to a record's page, whatever the list holds."""
    from django.http import QueryDict

    from relations import kinds
    from relations.views.records.neighbours import Trail

    RelationFactory()
    with unit_of_work():
        topic, source = TopicFactory(slug="topic"), SourceFactory(slug="source")
        person = PersonFactory(slug="one")
        for number in range(size):
            record = VisitFactory(
                date=f"{1990 + number}",
                countries=PAIR,
                topics=[topic],
                source=source,
                type="state",
            )
            ParticipationFactory(record=record, person=person)
            MilestoneFactory(countries=PAIR)
    with django_assert_num_queries(queries):
        trail = Trail(kinds.get("visit"), record, QueryDict(query.removeprefix("?")), page_size=100)
        assert not trail.problems
        assert trail.is_in_list
        _all = (trail.words, trail.list_address, trail.first, trail.second, trail.query)
