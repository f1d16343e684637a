import re

import pytest

from relations.atlas import Box, fitted, home_points, shapes
from relations.atlas.drawing import cut, subpath
from relations.atlas.frames import Projection

AZERBAIJAN, KAZAKHSTAN, RUSSIA, USA, FIJI, NEW_ZEALAND = "031", "398", "643", "840", "242", "554"


def frame_of(*codes, **options):
    return fitted(tuple(home_points(code) for code in codes), width=1000, **options)


@pytest.mark.parametrize(
    ("box", "is_cone"),
    [
        (Box(45, 38, 87, 55), True),
        (Box(165, -47, 180, -17), True),
        (Box(-75, -34, 10, 51), False),  # across the equator
        (Box(-170, 40, 60, 70), False),  # too wide
        (Box(0, 1, 20, 9), False),  # so near the equator that a cone is flat
    ],
)
def test_a_projection_leads_there_and_back(box, is_cone):
    projection = Projection.of(box)
    assert bool(projection.cone) is is_cone
    for longitude in (box.west, box.middle, box.east):
        for latitude in (box.south, (box.south + box.north) / 2, box.north):
            x, y = projection.to_plane((longitude, latitude))
            assert projection.to_degrees(x, y) == pytest.approx((longitude, latitude))


def test_distances_along_a_meridian_are_true():
    projection = Projection.of(Box(45, 38, 87, 55))
    (x1, y1), (x2, y2) = projection.to_plane((50, 40)), projection.to_plane((50, 50))
    assert ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 == pytest.approx(10)


@pytest.mark.parametrize(
    "codes",
    [
        (AZERBAIJAN, KAZAKHSTAN),
        (RUSSIA, USA),
        (FIJI, NEW_ZEALAND),
        (USA, AZERBAIJAN),
        ("336", "492"),
    ],
)
def test_a_frame_holds_both_countries(codes):
    frame = frame_of(*codes)
    for code in codes:
        assert all(frame.holds(*frame.at(*point)) for point in home_points(code))
    assert 0.5 * frame.width <= frame.height <= frame.width
    assert {shape.code for shape in shapes(frame)} >= set(codes)


def test_north_is_up_and_east_is_right():
    frame = frame_of(AZERBAIJAN, KAZAKHSTAN)
    baku, astana = frame.at(49.9, 40.4), frame.at(71.4, 51.2)
    assert baku[0] < astana[0]
    assert baku[1] > astana[1]
    # Another way to say the same longitude.
    assert frame.at(49.9 - 360, 40.4) == pytest.approx(baku)


def test_one_point_gets_a_neighbourhood():
    frame = fitted((((49.9, 40.4),),), width=1000)
    assert frame.at(49.9, 40.4) == pytest.approx((frame.width / 2, frame.height / 2), abs=1)
    assert frame.holds(*frame.at(51, 41))


def test_only_land_within_the_frame_is_drawn():
    found = shapes(frame_of(AZERBAIJAN, KAZAKHSTAN))
    codes = {shape.code for shape in found}
    assert codes >= {AZERBAIJAN, KAZAKHSTAN, RUSSIA, "364", "795"}
    assert codes.isdisjoint({USA, FIJI, "076"})
    assert sum(len(shape.d) for shape in found) < 12_000


def test_a_map_of_half_the_world_is_thinned():
    assert sum(len(shape.d) for shape in shapes(frame_of(RUSSIA, USA))) < 40_000


def test_a_path_stays_about_its_frame():
    frame = frame_of(AZERBAIJAN, KAZAKHSTAN)
    for shape in shapes(frame):
        for x, y in re.findall(r"M(-?\d+) (-?\d+)", shape.d):
            assert -600 < int(x) < 2600
            assert -600 < int(y) < 2 * frame.height + 600


def test_a_ring_is_cut_to_a_box():
    square = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
    assert set(cut(square, Box(1, 1, 9, 2))) == {(4, 1), (4, 2), (1, 2), (1, 1)}
    assert cut(square, Box(-1, -1, 5, 5)) == square[:-1]
    assert cut(square, Box(5, 5, 6, 6)) == []


def test_a_path_is_written_in_short_steps():
    assert subpath([(0, 0), (10, 0), (10, 10), (0, 10)]) == "M0 0l20 0 0 20-20 0z"
    assert subpath([(0, 0), (0.1, 0), (0.1, 0.1)]) == ""
