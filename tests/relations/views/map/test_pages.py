import pytest

from relations.views.map.pages import coordinates, place_map, places_map
from relations.work import unit_of_work
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    PlaceFactory,
    RelationFactory,
    VisitFactory,
    country,
)

PAIR = ["AZ", "KZ"]
MAP = "/azerbaijan-kazakhstan/map/"
BAKU = {"latitude": "40.37767", "longitude": "49.89201", "country": "AZ"}
ASTANA = {"latitude": "51.18010", "longitude": "71.44598", "country": "KZ"}
DAVOS = {"latitude": "46.80429", "longitude": "9.83723"}


@pytest.fixture
def places(relation):
    """Two records in Baku, one each in Astana, in Davos and in a place without coordinates, one nowhere."""
    with unit_of_work():
        baku = PlaceFactory(slug="baku", name="Baku", **BAKU)
        astana = PlaceFactory(slug="astana", name="Astana", **ASTANA)
        davos = PlaceFactory(slug="davos", name="Davos", **DAVOS)
        unknown = PlaceFactory(slug="somewhere", name="Somewhere", country="AZ")
        empty = PlaceFactory(slug="empty", name="Empty", **BAKU)
        VisitFactory(title="first", countries=PAIR, place=baku, date="1996")
        AgreementFactory(title="second", countries=PAIR, place=baku, date="2005")
        VisitFactory(title="third", countries=PAIR, place=astana, date="1997")
        VisitFactory(title="fourth", countries=PAIR, place=davos, date="2009")
        MilestoneFactory(title="fifth", countries=PAIR, place=unknown, date="2010")
        MilestoneFactory(title="nowhere", countries=PAIR)
        # None of these may be counted.
        VisitFactory(countries=PAIR, place=baku, stage="draft")
        VisitFactory(countries=["AZ", "TR"], place=baku)
        VisitFactory(countries=["AZ"], place=empty)
        gone = VisitFactory(countries=PAIR, place=astana)
        gone.stage = "withdrawn"
        gone.save()


def listed(page):
    """The places of the list as they read: name, country, count."""
    items = page.one("section", class_="map-list").one("ol").every("li")
    return [item.text for item in items]


def standing(page):
    return page.one("div", class_="standing").one("p", class_="").text


def layer(page, name="wide"):
    return page.one("g", class_=f"is-{name}")


def test_every_place_with_its_number_of_records(get, places):
    assert listed(get(MAP)) == [
        "Baku Azerbaijan 2 records",
        "Astana Kazakhstan 1 record",
        "Davos 1 record",
        "Somewhere Azerbaijan; not on the map 1 record",
    ]


def test_how_many_records_name_their_place(get, places):
    page = get(MAP)
    said = page.one("div", class_="standing").every("p")[0].text
    assert said == "6 records , 5 of which name their place"
    assert page.one("h1").text == "Azerbaijan – Kazakhstan"


@pytest.mark.parametrize("name", ["wide", "narrow"])
def test_the_map_has_a_link_for_every_place_with_coordinates(get, places, name):
    marks = layer(get(MAP), name).every("a", class_="map-place")
    assert [mark.attributes["aria-label"] for mark in marks] == [
        "Baku: 2 records, Azerbaijan",
        "Astana: 1 record, Kazakhstan",
        "Davos: 1 record",
    ]
    assert [mark.one("text").text for mark in marks] == ["Baku 2", "Astana 1", "Davos 1"]


def test_the_area_of_a_circle_is_its_number_of_records(get, places):
    baku, astana = (
        float(mark.one("circle").attributes["r"])
        for mark in layer(get(MAP)).every("a", class_="map-place")[:2]
    )
    assert baku**2 / astana**2 == pytest.approx(2, rel=0.02)


def test_an_arrow_points_to_a_place_beyond_the_edge(get, places):
    page = get(MAP)
    davos = layer(page).every("a", class_="map-place")[2]
    assert davos.every("circle") == []
    assert davos.one("path", class_="map-arrow").attributes["transform"].startswith("translate(15.")
    assert "Arrows point to places beyond the edge." in page.one("p", class_="map-note").text


def test_without_one_no_word_of_arrows(get, places):
    assert "Arrows" not in get(f"{MAP}?place=baku").one("p", class_="map-note").text


def test_both_countries_are_drawn_and_named(get, places):
    page = get(MAP)
    assert len(page.one("g", class_="map-own").every("path")) == 2
    assert len(page.one("g", class_="map-land").every("path")) > 10
    assert "Kazakhstan" in [label.text for label in layer(page).every("text")]


@pytest.mark.parametrize(
    "query",
    ["", "kind=visit", "date_after=2000", "place=baku&place=astana", "q=first", "outcome=planned"],
)
def test_counts_are_those_of_the_timeline(get, places, query):
    page = get(f"{MAP}?{query}")
    timeline = get(f"/azerbaijan-kazakhstan/?{query}").one("div", class_="standing")
    assert page.one("div", class_="standing").one("strong").text == timeline.one("strong").text
    for item in page.one("section", class_="map-list").every("li"):
        shown = get(item.one("a").attributes["href"]).one("div", class_="standing")
        assert shown.one("strong").text == item.one("span", class_="map-count").text


def test_a_mark_and_its_line_in_the_list_lead_to_the_same_records(get, places):
    page = get(f"{MAP}?kind=visit")
    hrefs = [
        item.one("a").attributes["href"]
        for item in page.one("section", class_="map-list").every("li")
    ]
    assert hrefs == [
        "/azerbaijan-kazakhstan/?kind=visit&place=astana",
        "/azerbaijan-kazakhstan/?kind=visit&place=baku",
        "/azerbaijan-kazakhstan/?kind=visit&place=davos",
    ]
    marks = layer(page).every("a", class_="map-place")
    assert [mark.attributes["href"] for mark in marks] == hrefs


def test_filters_in_use_are_chips_that_can_be_removed(get, places):
    chips = get(f"{MAP}?kind=visit&date_after=1997").one("ul", class_="chips").every("li")
    assert [(chip.text, chip.one("a").attributes["href"]) for chip in chips] == [
        ("Remove filter: Kind visit", "?date_after=1997"),
        ("Remove filter: From 1997", "?kind=visit"),
        ("Remove all filters", MAP),
    ]
    [chip] = get(f"{MAP}?kind=visit").one("ul", class_="chips").every("li")
    assert chip.one("a").attributes["href"] == MAP


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("knd=visit", "There is no parameter “knd” here. Did you mean “kind”?"),
        ("kind=visits", "Did you mean “visit”?"),
        ("date=1996-13", "1996-13"),
        ("place=bakoo", "Did you mean “baku”?"),
        ("cursor=abc", "There is no parameter “cursor” here."),
        ("date=1996&date=1997", "it takes a single value"),
    ],
)
def test_a_wrong_parameter_is_refused(get, places, query, said):
    page = get(f"{MAP}?{query}", status=400)
    assert said in page.one("section", class_="problems").text
    assert page.every("svg", class_="map") == []
    assert page.every("section", class_="map-list") == []


def test_nothing_to_show_says_so(get, places):
    page = get(f"{MAP}?kind=indicator")
    assert "No record matches." in page.one("section", class_="map-list").text
    assert page.one("svg", class_="map")


def test_records_without_any_place_say_so(get, relation):
    VisitFactory(countries=PAIR)
    page = get(MAP)
    assert "None of these records names a place." in page.one("section", class_="map-list").text


def test_the_reversed_slug_leads_to_the_map(client, places):
    response = client.get("/kazakhstan-azerbaijan/map/?kind=visit", secure=True)
    assert (response.status_code, response["Location"]) == (301, f"{MAP}?kind=visit")
    assert client.get("/azerbaijan-turkiye/map/", secure=True).status_code == 404


def test_countries_without_an_outline_have_their_places(get, db):
    country("AZ")
    RelationFactory(first="AZ", second="KZ")
    for code in PAIR:
        found = country(code)
        found.numeric = {"AZ": "990", "KZ": "991"}[code]
        found.save()
    assert get(MAP).every("svg", class_="map") == []
    VisitFactory(countries=PAIR, place=PlaceFactory(name="Baku", **BAKU))
    assert len(layer(get(MAP)).every("a", class_="map-place")) == 1


@pytest.mark.parametrize("size", [1, 30])
def test_queries(client, relation, django_assert_num_queries, size):
    with unit_of_work():
        for number in range(size):
            place = PlaceFactory(latitude=f"{40 + number / 10}", longitude="50", country="AZ")
            VisitFactory(countries=PAIR, place=place)
    with django_assert_num_queries(QUERIES):
        client.get(MAP, secure=True)


QUERIES = 11


def test_a_page_sends_little(client, places):
    page = client.get(MAP, secure=True).content.decode()
    start = page.index('<svg class="map"')
    assert len(page[start : page.index("</svg>", start)]) < 20_000


# One place ------------------------------------------------------------------------------------------------


def test_the_map_of_a_place_shows_its_country_and_where_it_lies(relation):
    found = place_map(PlaceFactory(name="Baku", **BAKU))
    assert found.title == "Baku on a map of Azerbaijan"
    assert found.coordinates == "40.38° N, 49.89° E"
    assert [shape.code for shape in found.own] == ["031"]
    assert {shape.code for shape in found.land} >= {"364", "268"}
    assert found.width / 2 < found.x < found.width
    assert 0 < found.y < found.height


def test_without_coordinates_there_is_no_map(db):
    assert place_map(PlaceFactory(country="AZ")) is None


def test_without_a_country_there_are_the_surroundings(db):
    found = place_map(PlaceFactory(name="Davos", **DAVOS))
    assert (found.title, found.own) == ("Davos on a map", ())
    assert {shape.code for shape in found.land} >= {"756", "276", "380"}
    assert 0.4 < found.x / found.width < 0.6


def test_the_map_of_a_place_asks_the_database_nothing(db, django_assert_num_queries):
    place = PlaceFactory(**BAKU)
    with django_assert_num_queries(0):
        place_map(place)


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        (40.37767, 49.89201, "40.38° N, 49.89° E"),
        (-33.9, -70.5, "33.9° S, 70.5° W"),
        (0, 0, "0° N, 0° E"),
    ],
)
def test_coordinates_in_words(latitude, longitude, words):
    assert coordinates(latitude, longitude) == words


def test_a_map_of_all_places(db):
    places = [
        PlaceFactory(name="Baku", **BAKU),
        PlaceFactory(name="Astana", **ASTANA),
        PlaceFactory(),
    ]
    for place, count in zip(places, (3, 0, 5), strict=True):
        place.record_count = count
    drawing = places_map(places)
    assert [one.spot.name for one in drawing.layers[0].placenames] == ["Baku"]
    assert places_map([]) is None
