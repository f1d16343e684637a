"""The timeline in other people's pages: there framing is allowed, and only there."""

from urllib.parse import urlencode

import pytest
from django.conf import settings

from relations import kinds
from relations.models import Record
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    OrganizationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.views.reading import read

PAIR = ["AZ", "KZ"]
EMBED = "/embed/azerbaijan-kazakhstan/"


@pytest.fixture
def ask(client):
    return lambda path, **headers: client.get(path, secure=True, headers=headers)


def may_be_framed(response):
    """By whom: anybody or nobody; anything between is a mistake."""
    policy = dict(
        part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";")
    )
    found = (response.get("X-Frame-Options"), policy["frame-ancestors"])
    assert found in {(None, "*"), ("DENY", "'none'")}
    assert policy["default-src"] == "'none'"
    # Data loads no script at all.
    assert policy.get("script-src", policy["default-src"]) in ("'self'", "'none'")
    return found == (None, "*")


def rows(page):
    return [row.one("h3").text for row in page.every("li", class_="embed-row")]


def test_shows_what_the_page_shows(get, relation):
    energy = TopicFactory(slug="energy", name="Energy")
    AgreementFactory(title="pact", date="2005-05-24", countries=PAIR, topics=[energy])
    VisitFactory(title="visit", date="2004", countries=PAIR)
    AgreementFactory(title="draft", stage="draft", countries=PAIR, topics=[energy])
    gone = AgreementFactory(title="withdrawn", countries=PAIR, topics=[energy])
    gone.stage = "withdrawn"
    gone.save()
    VisitFactory(title="of one state", countries=["AZ"], topics=[energy])
    assert rows(get(EMBED)) == ["pact", "visit"]
    page = get(f"{EMBED}?topic=energy")
    assert rows(page) == ["pact"]
    assert page.one("header").one("p").text == "1 record · Topic: Energy"
    whole = f"{settings.SITE_URL}/azerbaijan-kazakhstan/?topic=energy"
    assert [link.attributes["href"] for link in page.one("footer").every("a")] == [whole]
    assert page.one("h1").one("a").attributes["href"] == whole


def test_links_leave_the_frame_and_places_in_it_do_not(get, relation):
    record = VisitFactory(slug="visit-2004", countries=PAIR)
    with unit_of_work():
        for _number in range(51):
            VisitFactory(countries=PAIR)
    page = get(EMBED)
    for link in page.every("a"):
        address = link.attributes["href"]
        if address.startswith("?"):
            assert "target" not in link.attributes
        else:
            assert address.startswith(f"{settings.SITE_URL}/")
            assert (link.attributes["target"], link.attributes["rel"]) == ("_blank", "noopener")
    assert page.every("script") == []
    assert page.every(id=record.slug) == []
    further = get(EMBED + page.one("a", rel="next").attributes["href"])
    assert further.one("li", id="visit-2004").one("h3").text == record.title


def test_opened_at_a_record_the_frame_holds_it(client, get, relation):
    """However many records lie before it, and however little of its date is known."""
    with unit_of_work():
        records = [
            VisitFactory(date=date, countries=PAIR) for date in ("2005", "2005-03/2006-02", "200X")
        ]
        for month in range(1, 13):
            for _number in range(5):
                VisitFactory(date=f"2005-{month:02}-15", countries=PAIR)
    for record in records:
        page = read(client.get(record.get_absolute_url(), secure=True).content.decode())
        frame = read(page.one("textarea", id="embed-code").text).one("iframe").attributes["src"]
        address, _sign, anchor = frame.removeprefix(settings.SITE_URL).partition("#")
        assert get(address).one("li", id=anchor).one("h3").text == record.title


@pytest.mark.parametrize(
    "parameter", ["topc=energy", "date=soon", "cursor=1", "at=x", "view=compact"]
)
def test_a_wrong_parameter_is_told_inside_the_frame(ask, relation, parameter):
    VisitFactory(title="visit", countries=PAIR)
    response = ask(f"{EMBED}?{parameter}")
    page = read(response.content.decode())
    assert (response.status_code, may_be_framed(response)) == (400, True)
    assert (page.one("code").text, rows(page)) == (parameter.partition("=")[0], [])


def test_what_is_not_there_is_told_inside_the_frame(ask, db):
    response = ask("/embed/nowhere-atall/")
    assert (response.status_code, may_be_framed(response)) == (404, True)
    assert read(response.content.decode()).one("h1").text == "There is nothing at this address"


def test_a_moved_relation_stays_in_its_frame(ask, relation):
    response = ask("/embed/kazakhstan-azerbaijan/?topic=energy")
    assert (response.status_code, response["Location"]) == (301, f"{EMBED}?topic=energy")
    assert may_be_framed(response)


def test_only_the_frame_may_be_framed(ask, client, relation):
    record = AgreementFactory(countries=PAIR, source=SourceFactory(slug="paper"))
    withdrawn = VisitFactory()
    withdrawn.stage = "withdrawn"
    withdrawn.save()
    OrganizationFactory(slug="body")
    paths = [
        "/", "/timeline/", "/azerbaijan-kazakhstan/", "/azerbaijan-kazakhstan/?topc=x", "/nowhere/", "/embed/",
        "/about/method/", "/disagreements/", "/coverage/", "/changes/", "/on-this-day/", "/sources/paper/",
        "/topics/", "/organizations/", "/organizations/body/", "/admin/login/", "/api/v1/", "/api/v1/timeline/",
        "/api/v1/docs/", "/sitemap.xml", "/robots.txt", "/oembed/?url=x", "/azerbaijan-kazakhstan/cite.txt",
        "/azerbaijan-kazakhstan/trade/", "/azerbaijan-kazakhstan/map/", record.get_absolute_url(),
        withdrawn.get_absolute_url(), f"{record.get_absolute_url()}cite.bib", f"{record.get_absolute_url()}report/",
        *(f"/{kind.path}/" for kind in kinds.every()),
    ]  # fmt: skip
    assert [path for path in paths if may_be_framed(ask(path))] == []
    assert may_be_framed(client.post("/azerbaijan-kazakhstan/", secure=True)) is False
    assert may_be_framed(ask(EMBED)) is True


def test_an_unchanged_frame_may_still_be_framed(ask, relation):
    """A browser keeps what it has and believes the headers of the 304."""
    first = ask(EMBED)
    again = ask(EMBED, if_none_match=first["ETag"])
    assert (again.status_code, may_be_framed(again)) == (304, True)
    VisitFactory(countries=PAIR)
    assert ask(EMBED, if_none_match=first["ETag"]).status_code == 200


def test_the_frame_sets_no_cookie(ask, relation):
    response = ask(EMBED)
    assert len(response.cookies) == 0
    assert "Cookie" not in response["Vary"]


@pytest.mark.parametrize("size", [1, 30])
def test_queries(ask, relation, size, django_assert_num_queries):
    with unit_of_work():
        for _number in range(size):
            VisitFactory(countries=PAIR, topics=[TopicFactory()])
            AgreementFactory(countries=PAIR, topics=[TopicFactory()])
    ask(EMBED)
    # The change number twice, the relation, ten for the rows of two kinds; and the count where not all are shown.
    with django_assert_num_queries(13 if size == 30 else 12):
        ask(EMBED)


# oEmbed -----------------------------------------------------------------------------------------------------


def described(ask, url, **more):
    return ask(f"/oembed/?{urlencode({'url': url, **more})}")


def test_describes_the_frame_of_a_timeline(ask, relation):
    TopicFactory(slug="energy", name="Energy")
    page = f"{settings.SITE_URL}/azerbaijan-kazakhstan/"
    for url in (
        f"{page}?topic=energy",
        f"{page}?topic=energy&cursor=abc&utm_source=mail&fbclid=1",
        f"{settings.SITE_URL}{EMBED}?topic=energy",
        f"{settings.SITE_URL}/kazakhstan-azerbaijan/?topic=energy",
    ):
        response = described(ask, url, format="json")
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")
        assert response.json() == {
            "version": "1.0",
            "type": "rich",
            "title": "Azerbaijan – Kazakhstan: timeline (Topic: Energy)",
            "provider_name": "Entente",
            "provider_url": f"{settings.SITE_URL}/",
            "html": f'<iframe src="{settings.SITE_URL}{EMBED}?topic=energy" '
            'title="Azerbaijan – Kazakhstan: timeline (Topic: Energy)" width="720" height="600" '
            'loading="lazy" style="border:0;max-width:100%"></iframe>',
            "width": 720,
            "height": 600,
        }


def test_describes_the_frame_of_a_record(ask, relation):
    record = VisitFactory(slug="visit-2004", date="2004", title='"><b>&', countries=PAIR)
    data = described(ask, f"{settings.SITE_URL}{record.get_absolute_url()}?country=AZ").json()
    frame = read(data["html"]).one("iframe").attributes
    assert frame["src"] == f"{settings.SITE_URL}{EMBED}?at=2004-01-01#visit-2004"
    assert frame["title"] == data["title"] == '"><b>&'


def test_an_anchor_is_kept_where_it_can_be_one(ask, relation):
    page = f"{settings.SITE_URL}/azerbaijan-kazakhstan/"
    kept = described(ask, f"{page}?at=2005#pact-2005").json()["html"]
    assert f'src="{settings.SITE_URL}{EMBED}?at=2005#pact-2005"' in kept
    dropped = described(ask, f'{page}#"><script>alert(1)</script>').json()["html"]
    assert f'src="{settings.SITE_URL}{EMBED}" ' in dropped


def test_never_larger_than_asked(ask, relation):
    page = f"{settings.SITE_URL}/azerbaijan-kazakhstan/"
    data = described(ask, page, maxwidth=400, maxheight=9999).json()
    assert (data["width"], data["height"]) == (400, 600)
    assert 'width="400" height="600"' in data["html"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "url"),
        ("url=", "url"),
        ("url=U&url=U", "url"),
        ("url=U&maxwidth=wide", "maxwidth"),
        ("url=U&maxwidth=0", "maxwidth"),
        ("url=U&maxheight=-1", "maxheight"),
        ("url=U&maxheight=²", "maxheight"),
        ("url=U&size=3", "size"),
        ("url=U%3Ftopc%3Denergy", "topc"),
        ("url=U%3Fdate%3Dsoon", "date"),
        ("url=U%3Fat%3Dsoon", "at"),
    ],
)
def test_problems_are_named(ask, relation, query, parameter):
    page = f"{settings.SITE_URL}/azerbaijan-kazakhstan/"
    response = ask(f"/oembed/?{query.replace('U', page)}")
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, response.json()["problems"][0]["parameter"]) == (400, parameter)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/azerbaijan-kazakhstan/",
        "http://entente.example/azerbaijan-kazakhstan/",
        "https://entente.example.evil.example/azerbaijan-kazakhstan/",
        "https://entente.example:8443/azerbaijan-kazakhstan/",
        "https://user@entente.example/azerbaijan-kazakhstan/",
        "//entente.example/azerbaijan-kazakhstan/",
        "/azerbaijan-kazakhstan/",
        "azerbaijan-kazakhstan",
        "javascript:alert(1)",
        "https://[::1",
        "https://entente.example/nowhere-atall/",
        "https://entente.example/timeline/",
        "https://entente.example/visits/nowhere/",
        "https://entente.example/admin/",
        "https://entente.example/%00/",
        "https://entente.example/azerbaijan-kazakhstan/cite.bib",
        "https://entente.example" + "/a" * 2000,
    ],
)
def test_no_other_address_is_described(ask, relation, url):
    assert described(ask, url).status_code == 404


def test_records_without_a_frame_are_not_described(ask, relation):
    draft = VisitFactory(countries=PAIR, stage="draft")
    alone = VisitFactory(countries=["AZ"])
    gone = VisitFactory(countries=PAIR)
    gone.stage = Record.Stage.WITHDRAWN
    gone.save()
    for record in (draft, alone, gone):
        response = described(ask, f"{settings.SITE_URL}{record.get_absolute_url()}")
        assert response.status_code == 404


@pytest.mark.parametrize("format_name", ["xml", "yaml"])
def test_only_json_is_written(ask, relation, format_name):
    page = f"{settings.SITE_URL}/azerbaijan-kazakhstan/"
    assert described(ask, page, format=format_name).status_code == 501
