"""What search engines are told: every published address, and where not to look."""

from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from relations.views import sitemap
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    OrganizationFactory,
    PersonFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

SITE = settings.SITE_URL
NAME = f"{{{sitemap.NAMESPACE}}}"


@pytest.fixture
def ask(client):
    return lambda path, **headers: client.get(path, secure=True, headers=headers)


def listed(response, child="url"):
    """Each address with its date, in order."""
    root = ET.fromstring(response.getvalue())  # noqa: S314 (our own answer)
    assert {one.tag for one in root} <= {f"{NAME}{child}"}
    return {
        one.findtext(f"{NAME}loc"): one.findtext(f"{NAME}lastmod") for one in root
    }, root.tag.removeprefix(NAME)


def test_lists_everything_published_and_nothing_else(ask, relation):
    energy = TopicFactory(slug="energy")
    paper = SourceFactory(slug="paper")
    OrganizationFactory(slug="body")
    PersonFactory(slug="somebody")
    pact = AgreementFactory(slug="pact-2005", countries=["AZ", "KZ"], topics=[energy], source=paper)
    AgreementFactory(slug="draft-2005", stage="draft", cited=False)
    AgreementFactory(slug="review-2005", stage="review", cited=False)
    gone = VisitFactory(slug="gone-2005", source=paper)
    gone.stage = "withdrawn"
    gone.save()
    response = ask("/sitemap.xml")
    found, root = listed(response)
    assert (response["Content-Type"], root) == ("application/xml; charset=utf-8", "urlset")
    pages = [
        "/", "/timeline/", "/disagreements/", "/coverage/", "/changes/", "/on-this-day/", "/about/method/",
        "/about/api/", "/about/api/tutorial/", "/data/",
        "/topics/", "/sources/", "/organizations/", "/people/", "/places/", "/projects/", "/agreements/", "/visits/",
        "/milestones/", "/trade-figures/", "/indicators/", "/azerbaijan-kazakhstan/", "/azerbaijan-kazakhstan/trade/",
        "/azerbaijan-kazakhstan/map/", "/topics/energy/", "/sources/paper/", "/organizations/body/",
        "/people/somebody/", "/agreements/pact-2005/",
    ]  # fmt: skip
    assert list(found) == [f"{SITE}{path}" for path in pages]
    pact.refresh_from_db()
    assert found[f"{SITE}/agreements/pact-2005/"] == pact.modified.isoformat(timespec="seconds")
    assert found[f"{SITE}/organizations/body/"] is None


def test_every_address_in_it_is_there(ask, relation):
    AgreementFactory(countries=["AZ", "KZ"], topics=[TopicFactory()])
    found, _root = listed(ask("/sitemap.xml"))
    statuses = {address: ask(address.removeprefix(SITE)).status_code for address in found}
    assert {address: status for address, status in statuses.items() if status != 200} == {}


def test_beyond_the_limit_it_is_an_index(ask, relation, monkeypatch):
    for _number in range(4):
        VisitFactory(countries=["AZ", "KZ"])
        OrganizationFactory()
    whole, _root = listed(ask("/sitemap.xml"))
    monkeypatch.setattr(sitemap, "MOST", 9)
    files, root = listed(ask("/sitemap.xml"), "sitemap")
    assert root == "sitemapindex"
    assert list(files) == [f"{SITE}/sitemap.xml?p={number}" for number in range(1, len(files) + 1)]
    parts = [listed(ask(address.removeprefix(SITE)))[0] for address in files]
    assert [len(part) for part in parts[:-1]] == [9] * (len(parts) - 1)
    assert [address for part in parts for address in part] == list(whole)
    assert ask(f"/sitemap.xml?p={len(files) + 1}").status_code == 404
    assert ask("/sitemap.xml?p=0").status_code == 404


@pytest.mark.parametrize("query", ["p=x", "p=1&p=2", "page=1", "p=-1", "p=²"])
def test_wrong_parameters_are_refused(get, db, query):
    page = get(f"/sitemap.xml?{query}", status=400)
    assert page.one("code").text == query.partition("=")[0]


def test_an_unchanged_sitemap_is_not_sent_again(ask, relation):
    first = ask("/sitemap.xml")
    assert ask("/sitemap.xml", if_none_match=first["ETag"]).status_code == 304
    VisitFactory()
    assert ask("/sitemap.xml", if_none_match=first["ETag"]).status_code == 200


def test_only_reading(client, relation):
    assert client.post("/sitemap.xml", secure=True).status_code == 405
    assert client.head("/sitemap.xml", secure=True).status_code == 200


@pytest.mark.parametrize("size", [1, 30])
def test_queries(ask, relation, size, django_assert_num_queries):
    with unit_of_work():
        for _number in range(size):
            VisitFactory(
                countries=["AZ", "KZ"],
                topics=[TopicFactory()],
                organizations=[OrganizationFactory()],
            )
    # Change number, its time, relations; topics, sources, entities and records, counted and listed.
    with django_assert_num_queries(11):
        listed(ask("/sitemap.xml"))


def test_robots(ask, db):
    lines = ask("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /*?cursor=", "Disallow: /*&at="} <= set(lines)
    assert [line for line in lines if line.startswith("Sitemap")] == [
        f"Sitemap: {SITE}/sitemap.xml"
    ]
