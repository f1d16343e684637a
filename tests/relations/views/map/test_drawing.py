import time

import pytest

from relations.views.map.drawing import MOST, Spot, drawn

PAIR = {"031": "Azerbaijan", "398": "Kazakhstan"}


def spot(number, longitude=60.0, latitude=45.0, count=1):
    return Spot(
        f"place-{number}", f"Place {number}", "Kazakhstan", longitude, latitude, count, f"?{number}"
    )


def crowd(size):
    return [spot(i, 50 + i % 17 * 1.7, 42 + i % 13, count=size - i) for i in range(size)]


def test_a_place_near_the_countries_widens_the_map_and_a_far_one_does_not():
    alone = drawn([], PAIR, "Map")
    moscow, davos = spot(1, 37.6, 55.75), spot(2, 9.84, 46.8)
    drawing = drawn([moscow, davos], PAIR, "Map")
    assert drawing.beyond == [davos]
    assert drawing.own[1].d != alone.own[1].d
    arrows = [bool(one.arrow) for one in drawing.layers[0].placenames]
    assert arrows == [False, True]


def test_both_countries_are_named_even_beside_many_places():
    drawing = drawn([], PAIR, "Map")
    assert [label.name for label in drawing.layers[0].countries] == ["Azerbaijan", "Kazakhstan"]
    crowded = drawn([spot(1, 47.5, 40.3, 5), spot(2, 49.9, 40.4, 9)], PAIR, "Map")
    azerbaijan = crowded.layers[0].countries[0]
    assert azerbaijan.name == "Azerbaijan"


def test_only_so_many_places_are_drawn():
    few, many = drawn(crowd(MOST), PAIR, "Map"), drawn(crowd(MOST + 1), PAIR, "Map")
    assert (len(few.layers[0].placenames), few.most) == (MOST, 0)
    assert (len(many.layers[0].placenames), many.most) == (MOST, MOST)
    assert many.layers[0].placenames[-1].spot.slug == f"place-{MOST - 1}"


def test_a_crowded_map_is_drawn_in_bounded_time():
    drawn([], PAIR, "Map")
    start = time.process_time()
    drawn(crowd(MOST), PAIR, "Map")
    assert time.process_time() - start < 2


@pytest.mark.parametrize("names", [{}, {"999": "Nowhere"}])
def test_without_an_outline_the_places_make_the_map(names):
    assert drawn([], names, "Map") is None
    assert drawn([spot(1)], names, "Map").own == []


def test_places_on_both_sides_of_180_degrees_stay_together():
    drawing = drawn([spot(1, 179, -17), spot(2, -179, -18)], {}, "Map")
    first, second = (one.placed.mark for one in drawing.layers[0].placenames)
    assert 0 < second.x - first.x < drawing.width
