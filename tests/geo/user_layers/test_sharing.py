"""Amounts shared onto fragments: worked out by hand, and what is inside is kept to 1e-9."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point

from geo.user_layers.model import Raster
from geo.user_layers.raster import share_raster
from geo.user_layers.sharing import EQUAL_AREA, projected, share_codes, share_outlines
from tests.geo.user_layers.world import SOUTH, STEP_X, STEP_Y, WEST, frame, square


def share(dataset, shapes, values, kind="polygons", measure="extensive"):
    return share_outlines(
        frame(shapes), np.asarray(values, dtype=float), kind, measure, dataset.fragments, dataset.municipalities
    )


def test_a_polygon_over_two_cells_is_shared_by_area(dataset):
    found = share(dataset, [square(0, 0, 2, 1), square(0.5, 1, 0.5, 1)], [10, 6])
    assert found.amounts[:4] == pytest.approx([5, 5, 6, 0], abs=1e-9)
    assert np.isnan(found.amounts[4])
    assert (found.inside, found.outside) == (pytest.approx(16, rel=1e-12), pytest.approx(0, abs=1e-9))


def test_what_falls_outside_is_counted_and_the_halo_has_its_part(dataset):
    # Columns 1, 2 and 3: a third in the area, a third in the halo, a third nowhere.
    found = share(dataset, [square(1, 0, 3, 1)], [9])
    assert found.amounts == pytest.approx([0, 3, 0, 0, 3], abs=1e-9)
    assert (found.inside, found.outside) == (pytest.approx(3), pytest.approx(6))


def test_an_outline_that_folds_over_is_made_valid_in_the_projection():
    bow = shapely.Polygon([(139, 35), (139.01, 35.01), (139.01, 35), (139, 35.01)])
    line = LineString([(139, 35), (139.01, 35.01)])
    moved, kept, straight = projected(frame([bow, square(0, 0), line]))
    assert shapely.is_valid(moved)
    # Two of the four triangles between the square's corners and its middle.
    whole = frame([shapely.box(139, 35, 139.01, 35.01)]).to_crs(EQUAL_AREA).area[0]
    assert moved.area == pytest.approx(whole / 2, rel=1e-3)
    assert kept.equals(frame([square(0, 0)]).to_crs(EQUAL_AREA).geometry[0])
    assert straight.geom_type == "LineString"


def test_an_unknown_value_is_left_out(dataset):
    assert share(dataset, [square(0, 0), square(1, 0)], [np.nan, 2]).amounts[:2].tolist() == [0, 2]


def test_lines_are_shared_by_length_and_points_fall_where_they_lie(dataset):
    middle = SOUTH + STEP_Y / 2
    line = LineString([(WEST + 0.5 * STEP_X, middle), (WEST + 2 * STEP_X, middle)])
    assert share(dataset, [line], [9], "lines").amounts[:4] == pytest.approx([3, 6, 0, 0], abs=1e-9)
    points = [
        Point(WEST + 0.001, middle),
        MultiPoint([(WEST + 0.001, middle), (WEST + 1.5 * STEP_X, middle)]),
        Point(0, 0),
    ]
    found = share(dataset, points, [1, 4, 100], "points")
    assert found.amounts[:4].tolist() == [3, 2, 0, 0]
    assert (found.inside, found.outside) == (5, 100)


def test_a_point_or_line_on_a_border_counts_once(dataset):
    corner = Point(WEST + STEP_X, SOUTH + STEP_Y)
    assert share(dataset, [corner], [8], "points").amounts[:4].tolist() == [8, 0, 0, 0]
    line = LineString([(WEST + STEP_X, SOUTH), (WEST + STEP_X, SOUTH + STEP_Y)])
    assert share(dataset, [line], [8], "lines").inside == pytest.approx(8)


def test_a_rate_is_averaged_over_what_is_covered(dataset):
    found = share(dataset, [square(0, 0, 0.75, 1), square(0.75, 0, 0.25, 1)], [4, 8], measure="intensive")
    assert found.amounts[0] == pytest.approx(5)
    assert np.isnan(found.amounts[1:]).all()


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(-1, 2), st.floats(-1, 2), st.floats(0.01, 2), st.floats(0.01, 2), st.floats(0, 1e6)),
        min_size=1,
        max_size=6,
    )
)
def test_the_part_inside_is_kept(dataset, boxes):
    shapes = [square(*box[:4]) for box in boxes]
    values = [box[4] for box in boxes]
    found = share(dataset, shapes, values)
    outline = shapely.union_all(dataset.municipalities.geometry.to_crs(EQUAL_AREA).to_numpy())
    moved = gpd.GeoSeries(shapes, crs="EPSG:6668").to_crs(EQUAL_AREA).to_numpy()
    expected = float(np.sum(values * shapely.area(shapely.intersection(moved, outline)) / shapely.area(moved)))
    assert found.inside == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found.inside + found.outside == pytest.approx(sum(values), rel=1e-9, abs=1e-9)


def test_codes_by_area_and_by_people():
    labels = np.array(["a", "a", "b", "c"], dtype=object)
    codes = np.array(["a", "b", "x"], dtype=object)
    values, area = np.array([12.0, 5.0, 9.0]), np.array([1.0, 2.0, 1.0, 1.0])
    assert share_codes(codes, values, "extensive", labels, area, area)[:3].tolist() == [4, 8, 5]
    people = np.array([3.0, 1.0, 0.0, 4.0])
    found = share_codes(codes, values, "extensive", labels, people, area)
    # No people in b: by area then. Nothing is said of c: unknown.
    assert found[:3].tolist() == [9, 3, 5]
    assert np.isnan(found[3])
    assert share_codes(codes, values, "intensive", labels, area, area)[:3].tolist() == [12, 12, 5]


def test_codes_that_stand_several_times_add_up():
    codes, labels = np.array(["a", "a"], dtype=object), np.array(["a"], dtype=object)
    one = np.ones(1)
    assert share_codes(codes, np.array([1.0, 3.0]), "extensive", labels, one, one).tolist() == [4]
    assert share_codes(codes, np.array([1.0, 3.0]), "intensive", labels, one, one).tolist() == [2]


def grid(values, columns=2.0, rows=2.0):
    values = np.asarray(values, dtype=float)
    step_x, step_y = columns * STEP_X / values.shape[1], rows * STEP_Y / values.shape[0]
    return Raster(values, Affine(step_x, 0, WEST, 0, -step_y, SOUTH + rows * STEP_Y), "EPSG:6668")


def test_a_grid_is_summed_by_the_share_of_each_pixel(dataset):
    found = share_raster(grid(np.arange(16).reshape(4, 4)), "extensive", dataset.fragments, dataset.municipalities)
    assert found.amounts[:4] == pytest.approx([8 + 9 + 12 + 13, 10 + 11 + 14 + 15, 0 + 1 + 4 + 5, 2 + 3 + 6 + 7])
    assert (found.inside, found.outside) == (pytest.approx(120, rel=1e-9), pytest.approx(0, abs=1e-6))
    # Three columns of pixels over two of cells: the middle one is halved.
    found = share_raster(grid([[3, 4, 5]], rows=1), "extensive", dataset.fragments, dataset.municipalities)
    assert found.amounts[:2] == pytest.approx([5, 7])
    assert share_raster(grid([[3, 4, 5]], rows=1), "intensive", dataset.fragments, dataset.municipalities).amounts[
        0
    ] == pytest.approx(10 / 3)


def test_pixels_without_value_and_pixels_outside(dataset):
    found = share_raster(grid([[np.nan, 2], [np.nan, 3]]), "extensive", dataset.fragments, dataset.municipalities)
    assert found.amounts[1:4:2].tolist() == [3, 2]
    assert np.isnan(found.amounts[[0, 2]]).all()
    wide = share_raster(grid(np.ones((2, 4)), columns=4), "extensive", dataset.fragments, dataset.municipalities)
    assert wide.amounts.tolist() == pytest.approx([1, 1, 1, 1, 1])
    assert (wide.inside, wide.outside) == (pytest.approx(4), pytest.approx(4))
    away = Raster(np.ones((2, 2)), Affine(1, 0, 0, 0, -1, 2), "EPSG:6668")
    assert np.isnan(share_raster(away, "extensive", dataset.fragments, dataset.municipalities).amounts).all()


@settings(max_examples=20)
@given(st.integers(1, 37), st.integers(1, 37))
def test_a_grid_of_any_pitch_is_kept(dataset, columns, rows):
    values = np.random.default_rng(columns * 100 + rows).random((rows, columns)) * 1e6
    found = share_raster(grid(values), "extensive", dataset.fragments, dataset.municipalities)
    assert found.inside == pytest.approx(values.sum(), rel=1e-9)


def test_what_a_rounding_leaves_in_no_fragment_goes_to_the_nearest(dataset):
    fragments = dataset.fragments.copy()
    fragments.loc[0, "geometry"] = square(0, 0, 0.9, 1)
    gap = square(0.92, 0.2, 0.02, 0.2)
    found = share_outlines(frame([gap]), np.array([6.0]), "polygons", "extensive", fragments, dataset.municipalities)
    assert found.inside == pytest.approx(6)
    found = share_outlines(
        frame([gap.centroid]), np.array([6.0]), "points", "extensive", fragments, dataset.municipalities
    )
    assert found.amounts[0] == 6
