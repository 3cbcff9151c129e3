"""Boxes on a map: which are in each other's way."""

import pytest

from layers.handout.boxes import is_clear_of, overlap

BOX = (0.0, 0.0, 2.0, 1.0)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ((1.0, 0.5, 3.0, 2.0), True),
        ((0.5, 0.2, 1.5, 0.8), True),
        # Across it, with no corner of either in the other.
        ((0.5, -1.0, 1.5, 2.0), True),
        # A shared edge, a shared corner.
        ((2.0, 0.0, 3.0, 1.0), False),
        ((2.0, 1.0, 3.0, 2.0), False),
        ((0.0, 1.5, 2.0, 2.0), False),
    ],
)
def test_boxes_overlap_where_they_share_more_than_an_edge(other, expected):
    assert overlap(BOX, other) is overlap(other, BOX) is expected


def test_a_box_is_clear_only_of_others_that_all_are_elsewhere():
    beside, over = (2.0, 0.0, 3.0, 1.0), (1.0, 0.5, 3.0, 2.0)
    assert is_clear_of(BOX, [])
    assert is_clear_of(BOX, [beside])
    assert not is_clear_of(BOX, [beside, over])
