"""Files of any size: whole, in order, in little memory, and never a beginning that passes for the whole."""

import csv
import gzip
import http.client
import io
import json
import socket
import subprocess
import sys
import time

import pytest
from django.http import QueryDict
from django.http.response import StreamingHttpResponse

from relations.api import resources, streams
from relations.api.renderers import CSVRenderer, JSONLinesRenderer
from relations.api.sparse_fields import Trim
from relations.chunks import CHUNK
from relations.history.changes import latest
from relations.lists.listing import Listing
from relations.models import Record, StoredObject, Topic
from relations.work import unit_of_work
from tests.caches import clear_caches
from tests.factories import AgreementFactory, VisitFactory

pytestmark = pytest.mark.django_db


def listing_of(path, query="", *, chunk=2):
    resource = resources.every()[path]
    return resource, Listing(
        resource.filterset_class,
        QueryDict(query),
        queryset=resource.visible(),
        fetched=resource.fetched,
        page_size=chunk,
    )


def answered(renderer, path, query="", *, trim=None, chunk=2):
    resource, listing = listing_of(path, query, chunk=chunk)
    return streams.answer(listing.page, renderer(), resource, trim or Trim())


def csv_rows(body: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def slugs_of(renderer, body: bytes) -> list[str]:
    if renderer is CSVRenderer:
        return [row["slug"] for row in csv_rows(body)]
    return [json.loads(line)["slug"] for line in body.splitlines()]


@pytest.fixture
def records():
    """Seven on one day, of two kinds, and a draft among them."""
    with unit_of_work():
        for number in range(7):
            make = AgreementFactory if number % 3 else VisitFactory
            make(slug=f"record-{number}", title="Alike", date="2005-05-24")
            VisitFactory(slug=f"draft-{number}", date="2005-05-24", stage="draft")
    return [f"record-{number}" for number in range(7)]


@pytest.mark.parametrize("renderer", [CSVRenderer, JSONLinesRenderer])
@pytest.mark.parametrize("ordering", ["date", "-date", "title", "-title"])
def test_chunks_make_one_whole_in_order(records, renderer, ordering):
    response = answered(renderer, "timeline", f"ordering={ordering}")
    assert response.streaming
    expected = records[::-1] if ordering.startswith("-") else records
    streamed = b"".join(response.streaming_content)
    assert slugs_of(renderer, streamed) == expected
    at_once = answered(renderer, "timeline", f"ordering={ordering}", chunk=7)
    assert not at_once.streaming
    assert at_once.content == streamed


@pytest.mark.parametrize("renderer", [CSVRenderer, JSONLinesRenderer])
def test_a_chunk_costs_one_query(records, renderer, django_assert_num_queries):
    with django_assert_num_queries(4):
        response = answered(renderer, "timeline")
        assert len(slugs_of(renderer, b"".join(response.streaming_content))) == 7


def test_rows_that_come_and_go_move_no_other(records):
    _resource, listing = listing_of("timeline", "ordering=date", chunk=1)
    pages = listing.page.following()
    assert [row.key_2 for row in next(pages).items] == [pk_of("record-1")]
    VisitFactory(slug="before", date="2001")
    VisitFactory(slug="after", date="2009")
    last = Record.objects.get(slug="record-6").specific
    last.stage = "withdrawn"
    last.save()
    rest = [row.pk for page in pages for row in page.items]
    assert rest == [pk_of(f"record-{number}") for number in (2, 3, 4, 5)] + [pk_of("after")]


def pk_of(slug: str) -> int:
    return Record.objects.get(slug=slug).pk


# Sent as it should be ---------------------------------------------------------------------------------------

MANY = 2 * CHUNK + 5


@pytest.fixture
def many(db):
    """More topics than one chunk holds."""
    Topic._base_manager.bulk_create(
        Topic(slug=f"topic-{number:05}", name=f"Topic {number:05}") for number in range(MANY)
    )
    return [f"topic-{number:05}" for number in range(MANY)]


def test_a_long_list_is_streamed_whole(api, many):
    for name, renderer in (("csv", CSVRenderer), ("jsonl", JSONLinesRenderer)):
        clear_caches()
        response = api(f"topics/?format={name}")
        assert isinstance(response, StreamingHttpResponse)
        body = b"".join(response.streaming_content)
        assert slugs_of(renderer, body) == many
        assert response["X-Entente-Count"] == str(MANY)
        assert "Content-Length" not in response
        # Asked again it is made again, by whoever asks; who holds it is told so.
        assert api(f"topics/?format={name}").streaming
        known = api(f"topics/?format={name}", headers={"if-none-match": response["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
        cursor = (
            api("topics/?page_size=200").json()["next"].partition("cursor=")[2].partition("&")[0]
        )
        rest = api(f"topics/?format={name}&cursor={cursor}")
        assert slugs_of(renderer, b"".join(rest.streaming_content)) == many[200:]


def test_it_names_the_change_that_it_is_of(api):
    VisitFactory()
    before = api("visits/?format=jsonl")["X-Entente-Change"]
    VisitFactory()
    after = api("visits/?format=csv")["X-Entente-Change"]
    assert int(before) == latest() - 1
    assert int(after) == latest()


def test_it_is_compressed_while_it_is_sent(api, many):
    response = api("topics/?format=jsonl", headers={"accept-encoding": "gzip"})
    assert (response["Content-Encoding"], response.streaming) == ("gzip", True)
    parts = list(response.streaming_content)
    assert len(parts) > 2
    assert slugs_of(JSONLinesRenderer, gzip.decompress(b"".join(parts))) == many


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_of_a_head_request_nothing_is_written(api, many, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        head = api(f"topics/?format={name}", "head")
        assert b"".join(head.streaming_content) == b""
    get = api(f"topics/?format={name}")
    assert dict(head.items()) == dict(get.items())


# What fails on the way --------------------------------------------------------------------------------------


@pytest.mark.parametrize("renderer", [CSVRenderer, JSONLinesRenderer])
def test_what_fails_on_the_way_is_no_shorter_file(records, renderer):
    StoredObject.objects.filter(record__slug="record-5").update(body="{broken")
    trim = Trim({"slug": {}})
    response = answered(renderer, "timeline", "ordering=date", trim=trim)
    with pytest.raises(ValueError, match="Expecting"):
        b"".join(response.streaming_content)


@pytest.mark.parametrize("query", ["format=csv", "format=jsonl&fields=slug"])
def test_what_fails_at_once_is_a_problem(client, records, query):
    StoredObject.objects.filter(record__slug="record-5").update(body="{broken")
    client.raise_request_exception = False
    response = client.get(f"/api/v1/timeline/?{query}", secure=True)
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")


SERVED = """
import relations.wsgi
from relations.exports.files import sent

def parts():
    for number in range(5000):
        yield b"a line of a file that is long enough\\n"
    raise RuntimeError("on the way")

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/csv")])
    return sent(parts())
"""


def test_the_connection_is_cut_so_that_nobody_takes_it_for_whole(tmp_path):
    """By the server that the site runs under: the client sees that the end is missing."""
    (tmp_path / "served.py").write_text(SERVED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "served", "--threads", "2", "--pythonpath", str(tmp_path),
         "--bind", f"127.0.0.1:{port}", "--log-level", "critical"],
    )  # fmt: skip
    try:
        for _attempt in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        connection.close()
    finally:
        server.terminate()
        server.wait(20)
