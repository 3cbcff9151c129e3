"""Thorns taken off outlines, in worlds worked out by hand (metres)."""

import numpy as np
import shapely

from layers.live.thorns import without_thorns


def areas(*corners):
    return np.array([shapely.Polygon(ring) for ring in corners], dtype=object)


# Two squares of 1 km side by side; their border runs 400 m into the western one and back, 40 m apart at its foot.
WEST = [(0, 0), (1000, 0), (1000, 500), (600, 520), (1000, 540), (1000, 1000), (0, 1000)]
EAST = [(1000, 0), (2000, 0), (2000, 1000), (1000, 1000), (1000, 540), (600, 520), (1000, 500)]


def test_a_thorn_goes_from_both_sides_of_a_border():
    west, east = without_thorns(areas(WEST, EAST))
    # The thorn is a triangle of 40 m by 400 m: 8,000 m² go from the east to the west.
    assert (west.area, east.area) == (1_000_000, 1_000_000)
    assert shapely.coverage_is_valid(np.array([west, east]))
    assert not shapely.intersects_xy(east, 700, 520)


def test_where_three_meet_the_tip_stays():
    inner = [(600, 520), (1000, 500), (1000, 540)]
    rest = [(1000, 0), (2000, 0), (2000, 1000), (1000, 1000), (1000, 540), (1000, 500)]
    shapes = areas(WEST, inner, rest)
    assert shapely.coverage_is_valid(shapes)
    made = without_thorns(shapes)
    assert [shape.area for shape in made] == [shape.area for shape in shapes]


def test_a_wide_or_blunt_corner_is_the_land_s_own():
    # A cape of 10 degrees, 3 km long and 500 m wide; and a bay's corner of 60 degrees.
    cape = [(0, 0), (1000, 0), (1000, 400), (4000, 650), (1000, 900), (1000, 2000), (0, 2000)]
    blunt = [(0, 0), (100, 0), (50, 86)]
    for shape in areas(cape, blunt):
        [made] = without_thorns(np.array([shape], dtype=object))
        assert made.equals(shape)


def test_where_taking_them_off_would_break_the_coverage_everything_stays():
    # An island of another town lies in the thorn's mouth: without the thorn the two would overlap.
    island = [(980, 510), (995, 510), (995, 530), (980, 530)]
    shapes = areas(WEST, island)
    assert shapely.coverage_is_valid(shapes)
    made = without_thorns(shapes)
    assert made[0].equals(shapes[0])
