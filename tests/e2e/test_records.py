"""Records in a browser: from a list through its records and back, and what a record and an entity show."""

import pytest

from tests.e2e.test_every_page import problems

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/azerbaijan-kazakhstan/?topic=energy"
PAGES = (
    "/agreements/strategic-partnership-2005/?country=AZ&country=KZ",
    "/agreements/trade-economic-principles-1993/",
    "/visits/supreme-interstate-council-second-meeting-2025/?kind=visit",
    "/visits/aliyev-official-state-visit-kazakhstan-2004/",
    "/organizations/organization-of-turkic-states/",
    "/people/nursultan-nazarbayev/",
    "/places/baku/",
    "/projects/trans-caspian-international-transport-route/",
    "/topics/energy/",
    "/sources/jabbarova-2025/",
)


def test_from_a_list_through_its_records_and_back_without_javascript(dataset, open_page):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(LIST)
    titles = page.locator(".row-title").all_inner_texts()
    assert len(titles) > 3
    page.locator(".row-title a").nth(1).click()
    seen = [page.locator("h1").inner_text()]
    while (earlier := page.get_by_role("link", name="Earlier")).count():
        earlier.click()
        seen.append(page.locator("h1").inner_text())
    assert seen == titles[1:]
    assert page.locator(".neighbours-list .quiet").inner_text() == (
        "Azerbaijan – Kazakhstan · Topic: Energy"
    )
    page.get_by_role("link", name="Back to the list").click()
    assert page.url.partition("#")[0].endswith(LIST)
    row = page.locator(f"[id='{page.url.partition('#')[2]}']")
    assert row.locator(".row-title").inner_text() == titles[-1]


def test_by_keyboard_to_the_next_record(dataset, page):
    page.goto(LIST)
    titles = page.locator(".row-title").all_inner_texts()
    page.locator(".row-title a").nth(2).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreements/**")
    later = page.get_by_role("link", name="Later")
    later.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "title => document.querySelector('h1').innerText === title", arg=titles[1]
    )


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_records_and_entities_are_accessible_and_fit(dataset, open_page, width, scheme):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = {}
    for address in PAGES:
        page.goto(address)
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        complaints = problems(page)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if complaints or wider > 0:
            found[address] = [*complaints, wider]
    assert found == {}


def test_a_readings_table_is_a_table_on_a_phone(dataset, open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto("/agreements/strategic-partnership-2005/")
    table = page.get_by_role("table", name="What the passages give as the instrument").first
    assert table.get_by_role("columnheader").count() == 5
    assert table.get_by_role("rowheader").all_inner_texts() == ["treaty", "agreement"]
    box = table.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
