"""Citations by address, what pages offer of them, and what the head of a page says."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import rispy
from django.conf import settings
from pybtex.database import parse_string

from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    OrganizationFactory,
    PartyFactory,
    TopicFactory,
    VisitFactory,
)
from tests.relations.views.reading import read

TYPES = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json",
}


@pytest.fixture
def ask(client):
    return lambda path, **headers: client.get(path, secure=True, headers=headers)


@pytest.fixture
def pact(relation):
    return AgreementFactory(
        slug="pact-2005", title="A & “B” <pact>", countries=["AZ", "KZ"], summary="It binds."
    )


# Files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", TYPES)
def test_each_format_has_its_type_and_file_name(ask, pact, ending):
    for path, name in (
        ("/agreements/pact-2005/", "entente-pact-2005"),
        ("/azerbaijan-kazakhstan/", "entente-azerbaijan-kazakhstan"),
        ("/agreements/", "entente-agreements"),
        ("/timeline/", "entente-timeline"),
    ):
        response = ask(f"{path}cite.{ending}")
        assert (response.status_code, response["Content-Type"]) == (200, TYPES[ending])
        how = "inline" if ending == "txt" else "attachment"
        assert response["Content-Disposition"] == f'{how}; filename="{name}.{ending}"'
        assert response["X-Robots-Tag"] == "noindex"


def test_a_record_is_read_back_by_reference_managers(ask, pact):
    address = f"{settings.SITE_URL}/agreements/pact-2005/"
    (entry,) = parse_string(
        ask("/agreements/pact-2005/cite.bib").content.decode(), "bibtex"
    ).entries.values()
    (item,) = rispy.loads(ask("/agreements/pact-2005/cite.ris").content.decode())
    (data,) = json.loads(ask("/agreements/pact-2005/cite.json").content)
    assert entry.fields["url"] == item["urls"][0] == data["URL"] == address
    assert item["title"] == data["title"] == pact.title
    assert data["version"] == str(pact.change)


def test_a_set_is_cited_with_its_filters(ask, pact):
    TopicFactory(slug="energy", name="Energy")
    (data,) = json.loads(
        ask("/azerbaijan-kazakhstan/cite.json?topic=energy&evidence=single").content
    )
    assert (
        data["title"] == "Azerbaijan – Kazakhstan: timeline (Topic: Energy; Evidence: one source)"
    )
    assert data["URL"] == f"{settings.SITE_URL}/azerbaijan-kazakhstan/?evidence=single&topic=energy"
    (other,) = json.loads(
        ask("/azerbaijan-kazakhstan/cite.json?evidence=single&topic=energy").content
    )
    assert other["id"] == data["id"]


@pytest.mark.parametrize(
    "parameter", ["cursor=1", "at=2005", "view=compact", "topc=energy", "date=soon"]
)
def test_a_set_is_cited_as_strictly_as_its_page(get, pact, parameter):
    page = get(f"/azerbaijan-kazakhstan/cite.bib?{parameter}", status=400)
    assert page.one("code").text == parameter.partition("=")[0]


def test_a_record_takes_no_parameter(get, pact):
    page = get("/agreements/pact-2005/cite.bib?topic=energy", status=400)
    assert page.one("code").text == "topic"


def test_an_unknown_format_names_those_there_are(get, pact):
    for path in ("/agreements/pact-2005/cite.pdf", "/azerbaijan-kazakhstan/cite.pdf"):
        page = get(path, status=404)
        assert "cite.txt, cite.bib, cite.ris, cite.json" in page.one("p", class_="lead").text


def test_addresses_of_citations_are_as_permanent_as_their_records(ask, pact):
    pact.slug = "pact-of-2005"
    pact.save()
    VisitFactory(slug="a-visit-2005")
    draft = AgreementFactory(stage="draft")
    moved = ask("/agreements/pact-2005/cite.bib")
    assert (moved.status_code, moved["Location"]) == (301, "/agreements/pact-of-2005/cite.bib")
    elsewhere = ask("/agreements/a-visit-2005/cite.ris")
    assert (elsewhere.status_code, elsewhere["Location"]) == (301, "/visits/a-visit-2005/cite.ris")
    turned = ask("/kazakhstan-azerbaijan/cite.txt?topic=x")
    assert turned["Location"] == "/azerbaijan-kazakhstan/cite.txt?topic=x"
    assert ask(f"/agreements/{draft.slug}/cite.bib").status_code == 404
    pact.stage = "withdrawn"
    pact.save()
    assert ask("/agreements/pact-of-2005/cite.bib").status_code == 410
    assert ask("/nowhere/cite.bib").status_code == 404


def test_an_unchanged_citation_is_not_sent_again(ask, pact):
    first = ask("/agreements/pact-2005/cite.bib")
    again = ask("/agreements/pact-2005/cite.bib", if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_only_reading(client, pact):
    for path in ("/agreements/pact-2005/cite.bib", "/azerbaijan-kazakhstan/cite.bib", "/oembed/"):
        assert client.post(path, secure=True).status_code == 405
    response = client.head("/agreements/pact-2005/cite.bib", secure=True)
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("size", [1, 30])
def test_queries(ask, relation, size, django_assert_num_queries):
    topic = TopicFactory(slug="energy")
    with unit_of_work():
        records = [AgreementFactory(countries=["AZ", "KZ"], topics=[topic]) for _ in range(size)]
    PartyFactory(agreement=records[0], country="AZ")
    with unit_of_work():
        for organization in OrganizationFactory.create_batch(size):
            PartyFactory(agreement=records[0], organization=organization)
    with django_assert_num_queries(5):  # change number, record, parties, their countries and bodies
        ask(f"{records[0].get_absolute_url()}cite.bib")
    with django_assert_num_queries(
        4
    ):  # change number, relation, topic, number and time of the change
        ask("/azerbaijan-kazakhstan/cite.bib?topic=energy")


# On pages ---------------------------------------------------------------------------------------------------


def test_a_page_offers_its_citation(get, pact):
    record = get("/agreements/pact-2005/").one("details", id="cite")
    assert record.one("p", id="cite-text").text.startswith(
        "“A & “B” <pact>.” Agreement, 24 May 2005."
    )
    addresses = [
        link.attributes["href"] for link in record.every("a") if "cite." in link.attributes["href"]
    ]
    assert addresses == [f"/agreements/pact-2005/cite.{name}" for name in ("bib", "ris", "json")]
    page = get("/azerbaijan-kazakhstan/?evidence=single&cursor=").one("details", id="cite")
    addresses = [
        link.attributes["href"] for link in page.every("a") if "cite." in link.attributes["href"]
    ]
    assert addresses == [
        f"/azerbaijan-kazakhstan/cite.{ending}?evidence=single" for ending in ("bib", "ris", "json")
    ]


def test_the_code_to_embed_is_shown_as_text(client, pact):
    text = client.get("/agreements/pact-2005/", secure=True).content.decode()
    assert "<iframe" not in text
    code = read(text).one("textarea", id="embed-code").text
    frame = read(code).one("iframe").attributes
    assert (
        frame["src"] == f"{settings.SITE_URL}/embed/azerbaijan-kazakhstan/?at=2005-05-24#pact-2005"
    )
    assert frame["title"] == pact.title


def test_what_belongs_to_no_relation_cannot_be_embedded(get, db):
    record = VisitFactory()
    page = get(record.get_absolute_url())
    assert page.every("textarea", id="embed-code") == []
    assert page.every("link", type="application/json+oembed") == []
    assert page.one("p", id="cite-text").text


def test_a_list_of_everything_is_cited_where_it_is_found_again(get, pact):
    TopicFactory(slug="energy", name="Energy")
    page = get("/topics/energy/")
    assert page.one("p", id="cite-text").text.endswith(
        f" {settings.SITE_URL}/timeline/?topic=energy"
    )


# In the head ------------------------------------------------------------------------------------------------


def meta(page, name):
    found = page.every("meta", name=name) or page.every("meta", property=name)
    return [one.attributes["content"] for one in found]


def test_a_record_tells_reference_managers_and_previews(get, pact):
    page = get("/agreements/pact-2005/?country=AZ")
    address = f"{settings.SITE_URL}/agreements/pact-2005/"
    assert meta(page, "citation_title") == [pact.title]
    assert meta(page, "z:itemType") == ["statute"]
    assert meta(page, "citation_publication_date") == ["2005/05/24"]
    assert meta(page, "citation_public_url") == meta(page, "og:url") == [address]
    assert (meta(page, "citation_publisher"), meta(page, "og:site_name")) == (
        ["Entente"],
        ["Entente"],
    )
    assert meta(page, "og:title") == [f"{pact.title} (24 May 2005)"]
    assert meta(page, "og:description") == meta(page, "description") == ["It binds."]
    assert meta(page, "og:type") == ["article"]
    assert page.one("link", rel="canonical").attributes["href"] == address
    assert meta(page, "robots") == []
    assert [
        (link.attributes["type"], link.attributes["href"])
        for link in page.every("link", rel="alternate")
        if "cite" in link.attributes["href"]
    ] == [
        (TYPES[name].partition(";")[0], f"{address}cite.{name}") for name in ("bib", "ris", "json")
    ]


@pytest.mark.parametrize(
    ("date", "told"),
    [("1993", ["1993"]), ("2008-09", ["2008/09"]), ("1993~", []), ("1993?", []), ("2004-22", []),
     ("1993/2013", []), ("[..2025-10-16]", []), ("2004-05-XX", []), ("199X", [])],
)  # fmt: skip
def test_a_date_is_told_only_as_far_as_it_is_certain(get, relation, date, told):
    page = get(MilestoneFactory(date=date).get_absolute_url())
    assert meta(page, "citation_publication_date") == told


def test_linked_data_cannot_be_ended_by_a_title(client, relation):
    title = "</script><script>alert(1)</script> & \u2028 <!--"
    record = VisitFactory(title=title, countries=["AZ", "KZ"])
    text = client.get(record.get_absolute_url(), secure=True).content.decode()
    block = read(text).one("script", type="application/ld+json").children[0]
    assert json.loads(block)["name"] == title
    assert not set("<>&\u2028") & set(block)


def test_a_filtered_list_is_itself_but_not_for_the_index(get, pact):
    TopicFactory(slug="energy")
    whole = get("/azerbaijan-kazakhstan/?ordering=date&at=2005")
    assert (
        whole.one("link", rel="canonical").attributes["href"]
        == f"{settings.SITE_URL}/azerbaijan-kazakhstan/"
    )
    assert meta(whole, "robots") == []
    page = get("/azerbaijan-kazakhstan/?topic=energy&ordering=title&evidence=single&q=")
    address = f"{settings.SITE_URL}/azerbaijan-kazakhstan/?evidence=single&topic=energy"
    assert page.one("link", rel="canonical").attributes["href"] == address
    assert (meta(page, "og:url"), meta(page, "robots")) == ([address], ["noindex,follow"])


def test_a_relations_page_says_how_it_is_embedded(client, get, pact):
    page = get("/azerbaijan-kazakhstan/?evidence=single")
    found = urlsplit(page.one("link", type="application/json+oembed").attributes["href"])
    assert parse_qs(found.query)["url"] == [
        f"{settings.SITE_URL}/azerbaijan-kazakhstan/?evidence=single"
    ]
    response = client.get(f"{found.path}?{found.query}", secure=True)
    assert "?evidence=single" in response.json()["html"]


@pytest.mark.parametrize(
    "path", ["/", "/timeline/", "/organizations/", "/sources/", "/topics/", "/about/method/"]
)
def test_every_page_has_a_preview(get, pact, path):
    page = get(path)
    title, site = page.one("head").one("title").text.rsplit(" · ", 1)
    assert (meta(page, "og:title"), site) == ([title], "Entente")
    assert meta(page, "og:description") == meta(page, "description") != [""]
    assert (meta(page, "og:type"), meta(page, "og:url")) == (
        ["website"],
        [f"{settings.SITE_URL}{path}"],
    )
