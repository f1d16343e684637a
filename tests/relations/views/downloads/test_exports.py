"""The addresses of exports: what they take and refuse, how they are sent, and the block that offers them."""

import json
import re

import pytest
from django.conf import settings

from relations import kinds
from relations.exports import files, formats
from relations.exports.formats import FORMATS
from relations.views.downloads import selected
from relations.views.downloads.exports import exports_of
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    CitationFactory,
    MilestoneFactory,
    ParticipationFactory,
    RelationFactory,
    TopicFactory,
    TradeFigureFactory,
    VisitFactory,
)
from tests.relations.exports.readers import READ, fetch

LISTS = ["/timeline/", "/azerbaijan-kazakhstan/", *(f"/{kind.path}/" for kind in kinds.every())]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_had_in_every_format(client, relation, path):
    for make in (VisitFactory, AgreementFactory, MilestoneFactory, TradeFigureFactory):
        make(date="2005-05-24", countries=["AZ", "KZ"])
        make(date="2005-05-24", countries=["AZ", "KZ"], stage="draft")
    page = client.get(path, secure=True).context["listing"]
    for name in FORMATS:
        response, body = fetch(client, f"{path}timeline.{name}")
        assert sorted(READ[name](body)) == sorted(record.slug for record in page.items), name
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
        link = f'<{settings.SITE_URL}{path}>; rel="canonical"; type="text/html"'
        assert response["Link"] == link


def told(response) -> list[str]:
    return [problem.parameter for problem in response.context["problems"]]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("cursor=x", "cursor"),
        ("at=1996", "at"),
        ("page_size=10", "page_size"),
        ("view=compact", "view"),
        ("format=csv", "format"),
        ("dat=1996", "dat"),
        ("date=1996-02-30", "date"),
    ],
)
def test_what_is_no_parameter_of_an_export_is_refused(client, query, parameter):
    VisitFactory()
    for name in FORMATS:
        response, body = fetch(client, f"/visits/timeline.{name}?{query}", status=400)
        assert told(response) == [parameter]
        assert parameter in body.decode()


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "ics"])
def test_anniversaries_belong_to_calendars(client, name):
    response, _body = fetch(client, f"/timeline/timeline.{name}?anniversaries=1", status=400)
    assert told(response) == ["anniversaries"]


@pytest.mark.parametrize("query", ["anniversaries=yes", "anniversaries=1&anniversaries=1"])
def test_anniversaries_are_asked_for_with_1(client, query):
    response, _body = fetch(client, f"/timeline/timeline.ics?{query}", status=400)
    assert told(response) == ["anniversaries"]


def test_an_empty_parameter_counts_as_absent(client):
    VisitFactory(slug="one", date="2005-05-24")
    _response, body = fetch(client, "/timeline/timeline.ics?anniversaries=&date=&kind=visit")
    assert READ["ics"](body) == ["one"]


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_format_names_those_there_are(client, relation, path):
    _response, body = fetch(client, f"{path}timeline.pdf?date=1996", status=404)
    page = body.decode()
    for name in FORMATS:
        assert f'href="{path}timeline.{name}?date=1996"' in page


def test_an_unknown_relation_has_no_export(client):
    fetch(client, "/nowhere-elsewhere/timeline.csv", status=404)
    fetch(client, "/nowhere-elsewhere/timeline.pdf", status=404)


def test_the_reversed_relation_leads_on(client, relation):
    response = client.get("/kazakhstan-azerbaijan/timeline.csv?date=1996", secure=True)
    assert (response.status_code, response["Location"]) == (
        301,
        "/azerbaijan-kazakhstan/timeline.csv?date=1996",
    )


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_sent_again_while_nothing_changed(client, name):
    VisitFactory()
    response, _body = fetch(client, f"/visits/timeline.{name}")
    tag = response["ETag"]
    again, body = fetch(client, f"/visits/timeline.{name}", status=304, if_none_match=tag)
    assert (again["ETag"], body) == (tag, b"")
    VisitFactory()
    fetch(client, f"/visits/timeline.{name}", status=200, if_none_match=tag)


def test_a_head_request_writes_nothing(client, django_assert_num_queries):
    VisitFactory(date="2005")
    with django_assert_num_queries(3):
        response = client.head("/visits/timeline.ics", secure=True)
    assert (response.status_code, b"".join(response.streaming_content)) == (200, b"")
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response["X-Entente-Left-Out"] == "1 of 1"
    _response, body = fetch(client, "/visits/timeline.ics")
    assert body.startswith(b"BEGIN:VCALENDAR")


def test_only_reading_is_answered(client):
    assert client.post("/visits/timeline.csv", secure=True).status_code == 405


@pytest.mark.parametrize(
    ("address", "disposition"),
    [
        (
            "/azerbaijan-kazakhstan/timeline.csv?kind=agreement&date=1996",
            'attachment; filename="azerbaijan-kazakhstan-agreements-1996.csv"',
        ),
        ("/timeline/timeline.xlsx?ordering=title", 'attachment; filename="timeline.xlsx"'),
        ("/visits/timeline.ics?date=1996/2006", 'attachment; filename="visits-1996-2006.ics"'),
        ("/timeline/timeline.json?q=Əliyev%22%0A", None),
        ("/timeline/timeline.atom?q=%22Baku%22;", 'inline; filename="timeline-baku.atom"'),
        ("/timeline/timeline.timelinejs", 'inline; filename="timeline-timelinejs.json"'),
    ],
)
def test_files_have_speaking_names(client, relation, address, disposition):
    response = client.get(address, secure=True)
    assert response.headers.get("Content-Disposition") == disposition
    assert (response.status_code == 400) == (disposition is None)


def test_a_file_name_has_an_end(client):
    response, _body = fetch(client, f"/timeline/timeline.csv?q={'caspian+' * 20}")
    name = response["Content-Disposition"].partition('filename="')[2].rstrip('"')
    assert len(name) <= 104
    assert name.isascii()


def test_more_than_one_file_holds_is_refused(client, monkeypatch):
    monkeypatch.setattr(selected, "MOST", 2)
    for _number in range(3):
        VisitFactory()
    response, body = fetch(client, "/visits/timeline.csv", status=400)
    assert told(response) == ["csv"]
    assert "3 records" in body.decode()
    assert f"{settings.SITE_URL}/api/v1/visits/?format=csv" in body.decode()
    assert formats.MOST == 10_000
    monkeypatch.setattr(selected, "MOST", 3)
    fetch(client, "/visits/timeline.csv")


def test_what_is_too_long_for_a_file_is_had_whole_from_the_api(client, relation, monkeypatch):
    """The same set in the same number and columns, at the address that the refusal names."""
    for number in range(3):
        VisitFactory(slug=f"visit-{number}", date="1996", countries=["AZ", "KZ"])
    VisitFactory(slug="elsewhere", date="1996", countries=["AZ", "TR"])
    VisitFactory(slug="later", date="1997", countries=["AZ", "KZ"])
    address = "/azerbaijan-kazakhstan/timeline.csv?date=1996&ordering=title"
    _response, table = fetch(client, address)
    monkeypatch.setattr(selected, "MOST", 2)
    response, _body = fetch(client, address, status=400)
    (problem,) = response.context["problems"]
    named = re.findall(r"\((https://[^)]*)\)", problem.message)
    assert [one.partition("format=")[2].partition("&")[0] for one in named] == ["csv", "jsonl"]
    whole, lines = (
        client.get(one.removeprefix(settings.SITE_URL), secure=True).content for one in named
    )
    assert whole.decode() == table.decode("utf-8-sig")
    assert [json.loads(line)["slug"] for line in lines.splitlines()] == READ["csv"](table)
    assert sorted(READ["csv"](table)) == ["visit-0", "visit-1", "visit-2"]


def test_chunks_keep_the_order(client, monkeypatch):
    monkeypatch.setattr(selected, "CHUNK", 2)
    for year in (2005, 2004, 2003, 2002, 2001):
        VisitFactory(slug=f"visit-{year}", date=f"{year}-05-24")
    expected = [f"visit-{year}" for year in range(2001, 2006)]
    for name in FORMATS:
        _response, body = fetch(client, f"/timeline/timeline.{name}?ordering=date")
        assert READ[name](body) == expected, name


def test_what_is_withdrawn_while_a_file_is_written_is_left_out(client, monkeypatch):
    monkeypatch.setattr(selected, "CHUNK", 1)
    monkeypatch.setattr(files, "PART", 1)
    VisitFactory(slug="first", date="2001")
    second = VisitFactory(slug="second", date="2002")
    response = client.get("/timeline/timeline.csv?ordering=date", secure=True)
    parts = iter(response.streaming_content)
    sent = [next(parts), next(parts), next(parts)]
    second.stage = "withdrawn"
    second.save()
    assert READ["csv"](b"".join([*sent, *parts])) == ["first"]


# Literal counts: the set, its keys, and what a chunk of each shape needs.
STORED, WHOLE, IN_WORDS = 5, 17, 14
QUERIES = dict.fromkeys(FORMATS, STORED) | {"jsonld": WHOLE}
QUERIES |= dict.fromkeys(("ics", "atom", "timelinejs"), IN_WORDS)


@pytest.mark.parametrize("size", [1, 30])
def test_queries_do_not_grow_with_the_records(
    client, relation, django_assert_num_queries, subtests, size
):
    with unit_of_work():
        topic = TopicFactory()
        for _number in range(size):
            record = VisitFactory(countries=["AZ", "KZ"], topics=[topic], guest="AZ")
            ParticipationFactory(record=record)
            CitationFactory(record=record)
            AgreementFactory(countries=["AZ", "KZ"])
    for name in FORMATS:
        with subtests.test(format=name), django_assert_num_queries(QUERIES[name]):
            fetch(client, f"/azerbaijan-kazakhstan/timeline.{name}")


# The block under a list -------------------------------------------------------------------------------------


def test_the_list_offers_its_exports_with_its_filter(get, relation):
    VisitFactory(countries=["AZ", "KZ"], date="1996")
    page = get("/azerbaijan-kazakhstan/?kind=visit&date=1996&at=1996")
    block = page.one("details", class_="exports")
    links = {link.text: link.attributes["href"] for link in block.every("a")}
    query = "kind=visit&date=1996"
    address = "/azerbaijan-kazakhstan/timeline"
    host = settings.SITE_URL.partition("://")[2]
    assert links == {
        "CSV": f"{address}.csv?{query}",
        "XLSX": f"{address}.xlsx?{query}",
        "iCalendar": f"{address}.ics?{query}",
        "Subscribe in a calendar program": f"webcal://{host}{address}.ics?{query}",
        "The same, returning every year": f"{address}.ics?{query}&anniversaries=1",
        "Atom": f"{address}.atom?{query}",
        "JSON": f"{address}.json?{query}",
        "JSON-LD": f"{address}.jsonld?{query}",
        "TimelineJS": f"{address}.timelinejs?{query}",
    }
    copied = [field.attributes["value"] for field in block.every("input")]
    site = f"{settings.SITE_URL}{address}"
    assert copied == [f"{site}.ics?{query}", f"{site}.atom?{query}", f"{site}.timelinejs?{query}"]
    feed = page.one("link", type="application/atom+xml")
    assert feed.attributes["href"] == f"{site}.atom?{query}"


def test_every_link_of_the_block_leads_to_the_set(get, client, relation):
    VisitFactory(slug="shown", countries=["AZ", "KZ"], date="1996-05-24")
    VisitFactory(slug="other", countries=["AZ", "KZ"], date="1997-05-24")
    for path in ("/azerbaijan-kazakhstan/", "/visits/", "/timeline/"):
        block = get(f"{path}?date=1996").one("details", class_="exports")
        for link in block.every("a"):
            href = link.attributes["href"]
            if href.startswith("/"):
                name = href.partition("timeline.")[2].partition("?")[0]
                _response, body = fetch(client, href)
                assert READ[name](body) == ["shown"], href


def test_a_refused_list_offers_nothing(get):
    assert get("/timeline/?dat=1996", status=400).every("details", class_="exports") == []


def test_the_list_of_a_topic_is_exported_from_the_timeline(get, client):
    topic = TopicFactory(slug="energy")
    VisitFactory(slug="shown", topics=[topic])
    VisitFactory(slug="other")
    page = get("/topics/energy/")
    links = {
        link.text: link.attributes["href"]
        for link in page.one("details", class_="exports").every("a")
    }
    assert links["JSON"] == "/timeline/timeline.json?topic=energy"
    _response, body = fetch(client, links["JSON"])
    assert [row["slug"] for row in json.loads(body)["results"]] == ["shown"]


def test_only_lists_have_exports():
    RelationFactory()
    assert exports_of("/about/method/", "") == []
    assert exports_of("/embed/azerbaijan-kazakhstan/", "") == []
    assert [link.href for link in exports_of("/visits/", "")][:2] == [
        "/visits/timeline.csv",
        "/visits/timeline.xlsx",
    ]
