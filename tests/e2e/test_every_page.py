"""Every sort of page, light and dark, on a phone and on a desk: accessible, quiet, and as wide as its window."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command

from relations import kinds
from relations.models import Organization, Person, Place, Project, Record, Source

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture
def addresses():
    """One of each sort: the lists, the record with the most passages of each kind, entities, errors."""
    call_command("load_dataset", verbosity=0)
    contested = Record.objects.published().filter(evidence="conflict").first()
    records = [kind.model.objects.published().order_by("pk").last() for kind in kinds.every()]
    entities = [model.objects.first() for model in (Organization, Person, Place, Project, Source)]
    return [
        "/",
        "/azerbaijan-kazakhstan/",
        "/azerbaijan-kazakhstan/?topic=energy&evidence=conflict",
        "/timeline/?q=oil",
        "/agreements/",
        "/organizations/",
        "/topics/",
        "/topics/energy/",
        "/sources/",
        "/disagreements/",
        "/about/method/",
        *(one.get_absolute_url() for one in [contested, *records, *entities]),
    ]


def problems(page):
    results = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{found['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for found in results
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_sort_of_page(open_page, addresses, scheme, width):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = {}
    for address in addresses:
        page.goto(address)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if complaints := problems(page) + ([f"{wider} px too wide"] if wider > 0 else []):
            found[address] = complaints
    assert found == {}


@pytest.mark.console_noise("the answers are errors")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_error_pages(open_page, addresses, scheme):
    withdrawn = Record.objects.published().first().specific
    withdrawn.stage = "withdrawn"
    withdrawn.save()
    page = open_page(viewport={"width": 320, "height": 900}, color_scheme=scheme)
    statuses = {}
    for address in ("/nowhere/", withdrawn.get_absolute_url(), "/azerbaijan-kazakhstan/?dat=1"):
        statuses[address] = page.goto(address).status
        assert problems(page) == []
    assert list(statuses.values()) == [404, 410, 400]


def test_a_page_can_be_printed(open_page, addresses):
    page = open_page()
    page.emulate_media(media="print")
    page.goto("/azerbaijan-kazakhstan/")
    assert page.locator(".filters").is_hidden()
    assert page.locator(".rail").is_hidden()
    assert page.locator(".row").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
