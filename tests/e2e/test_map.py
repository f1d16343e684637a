"""The map of a relation, and the days, in a real browser: without scripts, by keyboard, printed, in chosen colours."""

import re

import pytest
from playwright.sync_api import expect

from relations.work import unit_of_work
from tests.e2e.test_every_page import problems
from tests.factories import PlaceFactory, RelationFactory, VisitFactory

PAIR = ["AZ", "KZ"]
MAP = "/azerbaijan-kazakhstan/map/"
WHERE = {
    "Baku": ("40.37767", "49.89201", "AZ", 7),
    "Astana": ("51.18010", "71.44598", "KZ", 6),
    "Almaty": ("43.25249", "76.91150", "KZ", 5),
    "Nakhchivan": ("39.20889", "45.41222", "AZ", 1),
    "Aktau": ("43.66105", "51.17392", "KZ", 1),
    "Fuzuli": ("39.60094", "47.14529", "AZ", 1),
    "Davos": ("46.80429", "9.83723", None, 1),
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def places():
    RelationFactory()
    with unit_of_work():
        for name, (latitude, longitude, code, count) in WHERE.items():
            place = PlaceFactory(
                slug=name.lower(),
                name=name,
                latitude=latitude,
                longitude=longitude,
                **({"country": code} if code else {}),
            )
            for number in range(count):
                VisitFactory(
                    title=f"{name} {number}", date=f"{1996 + number}", countries=PAIR, place=place
                )


@pytest.mark.parametrize("scripts", [False, True])
def test_from_the_map_to_the_records_of_a_place_and_back(open_page, places, scripts):
    page = open_page(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
    page.goto(MAP)
    page.get_by_role("link", name="Astana: 6 records, Kazakhstan").click()
    expect(page).to_have_url(re.compile(r"/azerbaijan-kazakhstan/\?place=astana$"))
    expect(page.locator(".row")).to_have_count(6)
    page.go_back()
    expect(page.get_by_role("link", name="Astana: 6 records, Kazakhstan")).to_be_visible()


def test_by_keyboard(open_page, places):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(MAP)
    page.get_by_role("link", name="All records on the timeline").focus()
    reached = []
    for _place in WHERE:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert (
            page.evaluate(
                "getComputedStyle(document.activeElement.querySelector('.map-target')).strokeWidth"
            )
            == "3px"
        )
    # The largest first; of the two layers only the one that is seen.
    assert [label.partition(":")[0] for label in reached] == [
        "Baku", "Astana", "Almaty", "Aktau", "Davos", "Fuzuli", "Nakhchivan",
    ]  # fmt: skip
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("place=nakhchivan$"))


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.map-layer text')]
    .map(text => [text.textContent.trim(), text.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0);
  const map = document.querySelector('svg.map').getBoundingClientRect();
  const found = [];
  boxes.forEach(([name, one], i) => {
    if (one.left < map.left || one.right > map.right || one.top < map.top || one.bottom > map.bottom)
      found.push(`${name} leaves the map`);
    boxes.slice(i + 1).forEach(([other, two]) => {
      if (one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom)
        found.push(`${name} meets ${other}`);
    });
  });
  return [boxes.length, found];
}"""


@pytest.mark.parametrize("width", [320, 390, 640, 641, 960, 1280, 2560])
def test_no_label_meets_another_at_any_width(open_page, places, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(MAP)
    shown, found = page.evaluate(OVERLAPS)
    assert found == []
    assert shown >= 7
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_accessible(open_page, places, scheme, width):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = {}
    for address in (
        MAP,
        f"{MAP}?kind=visit",
        "/on-this-day/",
        "/on-this-day/?day=01-01",
        "/places/",
        "/",
    ):
        page.goto(address)
        if complaints := problems(page):
            found[address] = complaints
    assert found == {}


def test_printed(open_page, places):
    page = open_page()
    page.emulate_media(media="print")
    page.goto(MAP)
    expect(page.locator("svg.map")).to_be_visible()
    expect(page.locator(".map-list li")).to_have_count(7)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_in_colours_of_the_reader_s_choice(open_page, places):
    page = open_page(forced_colors="active", viewport={"width": 1280, "height": 900})
    page.goto(MAP)
    fill, land = page.evaluate(
        """() => [".is-wide .map-place circle", ".map-own path"]
          .map(name => getComputedStyle(document.querySelector(name)).fill)"""
    )
    assert fill != land
