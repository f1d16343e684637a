import json
from itertools import pairwise

import pytest

from relations.atlas import derive
from relations.atlas.lines import closed, simplified, unwrapped
from relations.atlas.outlines import FILE, Box, countries, home_points

AZERBAIJAN, KAZAKHSTAN, RUSSIA, FRANCE, ANTARCTICA = "031", "398", "643", "250", "010"


def box_of(code):
    return Box.around(list(home_points(code)))


def test_every_ring_is_closed_and_in_one_piece():
    for code, polygons in countries().items():
        for polygon in polygons:
            for ring in polygon.rings:
                assert ring[0] == ring[-1], code
                assert len(ring) > 3, code
                # The edge that closes Antarctica runs along the pole; no other may jump round the world.
                steps = pairwise(ring)
                long = [
                    1
                    for (x1, y1), (x2, y2) in steps
                    if abs(x2 - x1) > 180 and (y1, y2) != (-90, -90)
                ]
                assert not long, code


def test_countries_are_where_they_are():
    azerbaijan, kazakhstan = box_of(AZERBAIJAN), box_of(KAZAKHSTAN)
    assert (round(azerbaijan.west), round(azerbaijan.east)) == (45, 50)
    assert (round(azerbaijan.south), round(azerbaijan.north)) == (38, 42)
    assert (int(kazakhstan.west), int(kazakhstan.east)) == (46, 87)


def test_an_exclave_belongs_to_the_country_and_an_overseas_territory_does_not():
    assert box_of(AZERBAIJAN).west < 45  # Nakhchivan
    assert box_of(FRANCE).south > 40  # French Guiana lies at 4 degrees north
    assert min(polygon.box.south for polygon in countries()[FRANCE]) < 10


def test_a_country_that_crosses_180_degrees_stays_in_one_piece():
    russia = box_of(RUSSIA)
    assert russia.east > 180
    assert russia.width < 175


def test_the_smallest_countries_are_there():
    for code in ("336", "492", "674", "520"):  # Vatican, Monaco, San Marino, Nauru
        assert len(home_points(code)) > 3, code


def test_an_unknown_code_has_no_outline():
    assert home_points("999") == home_points("") == ()


def test_land_without_a_code_is_drawn_and_is_no_country_s():
    assert countries()[""]
    assert "-99" not in countries()


def test_the_data_file_names_its_origin_and_stays_small():
    text = FILE.read_text("utf-8")
    assert json.loads(text)["origin"] == derive.ORIGIN
    assert "Natural Earth" in derive.ORIGIN
    assert len(text) < 250_000


def test_thinned_outlines_keep_every_country():
    assert {code: len(found) for code, found in countries(0.25).items()} == {
        code: len(found) for code, found in countries().items()
    }


# Two squares that share an edge with a bump of a hundredth of a degree, and an island too small to be kept.
TOPOLOGY = {
    "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
    "arcs": [
        [[100, 0], [0, 50], [1, 0], [-1, 50]],
        [[100, 100], [-100, 0], [0, -100], [100, 0]],
        [[100, 100], [100, 0], [0, -100], [-100, 0]],
        [[500, 500], [1, 0], [0, 1], [-1, -1]],
    ],
    "objects": {
        "countries": {
            "geometries": [
                {"id": "002", "type": "Polygon", "arcs": [[-1, 2]]},
                {"id": "001", "type": "MultiPolygon", "arcs": [[[3]], [[0, 1]]]},
                {"type": "Polygon", "arcs": [[3]]},
            ]
        }
    },
}


def test_derived_from_a_topology():
    data = derive.derive(TOPOLOGY)
    assert data["countries"] == {"": [[[0]]], "001": [[[1, 2]]], "002": [[[-2, 3]]]}
    # The bump is gone from the border, once for both; the lone speck is kept as one cell of the grid.
    assert data["arcs"] == [
        [250, 250, 1, 0, 0, 1, -1, 0, 0, -1],
        [50, 0, 0, 50],
        [50, 50, -50, 0, 0, -50, 50, 0],
        [50, 50, 50, 0, 0, -50, -50, 0],
    ]


def test_deriving_twice_gives_the_same_bytes():
    assert derive.written(derive.derive(TOPOLOGY)) == derive.written(derive.derive(TOPOLOGY))
    assert json.loads(derive.written(derive.derive(TOPOLOGY))) == derive.derive(TOPOLOGY)


def test_deriving_says_how_it_is_called():
    with pytest.raises(SystemExit, match=r"python -m relations\.atlas\.derive"):
        derive.main([])


def test_a_line_through_180_degrees_is_counted_on():
    assert unwrapped([(179, 0), (-179, 1), (178, 2)]) == [(179, 0), (181, 1), (178, 2)]


def test_a_ring_round_the_world_encloses_its_pole():
    ring = closed([(-180, -70), (0, -75), (180, -70)])
    assert ring == [(-180, -70), (0, -75), (180, -70), (180, -90.0), (-180, -90.0), (-180, -70)]
    assert closed([(0, 0), (1, 1), (0, 0)]) == [(0, 0), (1, 1), (0, 0)]


def test_a_degree_of_longitude_counts_for_less_in_the_north():
    bump = 0.08
    assert len(simplified([(0, 0), (bump, 1), (0, 2)], 0.05)) == 3
    assert len(simplified([(0, 70), (bump, 71), (0, 72)], 0.05)) == 2
