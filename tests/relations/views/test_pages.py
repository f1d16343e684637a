"""What must hold of every page: it answers, has one heading, links that lead somewhere, and no misspelt variable."""

import pytest
from django.conf import settings as django_settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from relations import kinds
from relations.models import Entity, Record, Relation, Source, Topic
from tests.relations.views.reading import read


def without_arguments():
    """Addresses of the pages that take no argument: not the API's and the admin's, which have their own."""
    found = []

    def walk(patterns, prefix):
        for pattern in patterns:
            text = str(pattern.pattern)
            if isinstance(pattern, URLResolver) and not text.startswith(("admin", "api")):
                walk(pattern.url_patterns, prefix + text)
            elif isinstance(pattern, URLPattern) and "<" not in text:
                found.append(f"/{prefix}{text}")

    walk(get_resolver().url_patterns, "")
    return found


NOT_PAGES = {"/changes/changes.atom", "/healthz", "/robots.txt", "/sitemap.xml"}
# Answers questions only (see test_embed).
ASKED = {"/oembed/"}
LISTS = [address for address in without_arguments() if address not in NOT_PAGES | ASKED]
DATA = "application/ld+json"


class Misspelt(str):
    """What stands for a variable that there is none of: any use of it fails."""

    __slots__ = ()

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, name):
        pytest.fail(f"a template uses {name!r}, which is not in its context")


@pytest.fixture
def strict(settings):
    (options,) = django_settings.TEMPLATES
    settings.TEMPLATES = [
        options | {"OPTIONS": options["OPTIONS"] | {"string_if_invalid": Misspelt("%s")}}
    ]


def test_the_lists_are_found():
    assert {"/", "/timeline/", "/disagreements/", "/about/method/", "/sources/"} <= set(LISTS)
    assert {f"/{kind.path}/" for kind in kinds.every()} <= set(LISTS)


@pytest.mark.parametrize("address", LISTS)
def test_every_list_answers_when_nothing_is_on_record(client, db, strict, address):
    response = client.get(address, secure=True)
    assert response.status_code == 200
    assert len(read(response.content.decode()).every("h1")) == 1


@pytest.mark.parametrize("address", sorted(NOT_PAGES))
def test_the_others_answer(client, db, address):
    assert client.get(address, secure=True).status_code == 200


def inline(page):
    """What the content security policy forbids: styles, scripts and handlers inside the page."""
    return [
        element.name
        for element in page.every()
        if element.name == "style"
        or (
            element.name == "script"
            and "src" not in element.attributes
            # A block of data is never executed.
            and element.attributes.get("type") != DATA
        )
        or "style" in element.attributes
        or any(name.startswith("on") for name in element.attributes)
    ]


def addresses():
    objects = [
        *Relation.objects.all(),
        *Record.objects.published(),
        *Entity.objects.all(),
        *Topic.objects.all(),
        *Source.objects.all(),
    ]
    return [*LISTS, *(one.get_absolute_url() for one in objects)]


@pytest.mark.slow(
    "Every page of the data set: one walk, since what links lead to is compared across pages."
)
def test_every_page_of_the_data_set(client, dataset, strict):
    """One heading, a title of its own, ids used once, nothing inline, and links inside the site that lead somewhere."""
    every = addresses()
    assert len(every) > 100
    titles, wanted, anchors = {}, set(), {}
    for address in every:
        response = client.get(address, secure=True)
        assert response.status_code == 200, address
        page = read(response.content.decode())
        assert len(page.every("h1")) == 1, address
        titles.setdefault(page.one("head").one("title").text, []).append(address)
        assert inline(page) == [], address
        ids = [e.attributes["id"] for e in page.every() if "id" in e.attributes]
        assert len(ids) == len(set(ids)), f"{address}: {sorted(i for i in ids if ids.count(i) > 1)}"
        anchors[address] = set(ids)
        for link in page.every("a"):
            href = link.attributes["href"]
            if href.startswith("#"):
                assert href[1:] in anchors[address], f"{address} {href}"
            elif href.startswith("/") and not href.startswith("/api/"):
                wanted.add(href.partition("?")[0])
    assert {title: pages for title, pages in titles.items() if len(pages) > 1} == {}
    elsewhere = sorted({address.partition("#")[0] for address in wanted} - set(every))
    for address in elsewhere:
        # Files and forms beside a page, and other pages of changes: there, if their route is.
        assert resolve(address), address
    for address in elsewhere[:: len(elsewhere) // 40]:
        assert client.get(address, secure=True).status_code == 200, address
    for address in wanted:
        path, _hash, anchor = address.partition("#")
        assert not anchor or path in elsewhere or anchor in anchors[path], address


def test_no_variable_is_misspelt_under_filters_and_errors(client, dataset, strict):
    for address in (
        "/azerbaijan-kazakhstan/?dat=1996",
        "/azerbaijan-kazakhstan/?at=1996",
        "/azerbaijan-kazakhstan/?kind=visit&topic=energy&topic=trade&q=oil&ordering=title",
        "/azerbaijan-kazakhstan/?date=1600",
        "/agreements/?instrument=treaty&level=interstate&party=AZ",
        "/nowhere/",
        "/?a=%00",
    ):
        response = client.get(address, secure=True)
        assert len(read(response.content.decode()).every("h1")) == 1, address


def test_the_strict_templates_are_strict(strict):
    from django.template import engines

    with pytest.raises(pytest.fail.Exception, match="recrod"):
        engines["django"].from_string("{{ recrod.title }}").render({})
