from itertools import combinations

import pytest

from relations.atlas import Mark, Rect, beyond, fitted, place_marks, radius

FRAME = fitted((((0, 40), (20, 50)),), width=1000)


def marks(*points, size=10, text="Place 1"):
    return [Mark(f"m{i}", x, y, size, text) for i, (x, y) in enumerate(points)]


def test_the_area_of_a_circle_is_the_count():
    assert radius(4, 16, 40) == pytest.approx(20)
    assert radius(16, 16, 40) == 40
    # The smallest can still be seen.
    assert radius(1, 10_000, 40) == 4


def test_a_label_stands_beside_its_circle():
    [placed] = place_marks(FRAME, marks((500, 300)), size=20)
    assert (placed.anchor, placed.line) == ("start", None)
    assert placed.x > 510


def test_at_the_right_edge_it_stands_on_the_other_side():
    [placed] = place_marks(FRAME, marks((985, 300)), size=20)
    assert placed.anchor == "end"
    assert placed.label.right <= FRAME.width


def test_labels_never_meet_each_other_nor_a_circle_nor_what_is_taken():
    crowd = marks(*((480 + 25 * (i % 4), 280 + 25 * (i // 4)) for i in range(16)), size=9)
    taken = [Rect(600, 0, 1000, 1000)]
    placed = place_marks(FRAME, crowd, size=16, taken=taken)
    labelled = [one for one in placed if one.anchor]
    assert len(labelled) > 5
    for one, other in combinations(labelled, 2):
        assert not one.label.meets(other.label)
    for one in labelled:
        assert not any(one.label.meets(mark.rect) for mark in crowd)
        assert not one.label.meets(taken[0])
    # Some had to move away, and a line leads back.
    assert any(one.line for one in labelled)


def test_without_room_there_is_no_label_but_still_a_circle():
    [placed] = place_marks(FRAME, marks((500, 300)), size=20, taken=[Rect(0, 0, 1000, 1000)])
    assert (placed.anchor, placed.label) == ("", None)
    assert placed.target == placed.mark.rect


def test_only_so_many_are_labelled():
    placed = place_marks(FRAME, marks((200, 300), (500, 300), (800, 300)), size=20, most_labels=2)
    assert [bool(one.anchor) for one in placed] == [True, True, False]


def test_what_can_be_pointed_at_is_large_enough():
    [placed] = place_marks(FRAME, marks((500, 300), size=4), size=20, least=34)
    assert placed.target.height == 34
    assert placed.target.joined(placed.label) == placed.target


@pytest.mark.parametrize(
    ("point", "edge", "angle"),
    [((5000, 300), "right", 0), ((-5000, 300), "left", 180), ((500, 9000), "bottom", 90)],
)
def test_an_arrow_at_the_edge_points_to_what_lies_beyond(point, edge, angle):
    x, y = point[0], FRAME.height / 2 if point[1] == 300 else point[1]
    found_x, found_y, found_angle = beyond(FRAME, x, y, 15)
    places = {
        "right": (FRAME.width - 15, FRAME.height / 2),
        "left": (15, FRAME.height / 2),
        "bottom": (500, FRAME.height - 15),
    }
    assert (found_x, found_y) == pytest.approx(places[edge])
    assert found_angle == pytest.approx(angle)
