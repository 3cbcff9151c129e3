"""The equal-area frame: cells are rectangles of their geodesic area, and cutting loses nothing."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.mesh import cell_areas_km2, codes_of_points
from geo.official.grid import (
    block_boxes,
    codes_of,
    cut_by_blocks,
    rows_and_columns,
    subdivide,
    tile_code,
    tile_origin,
    tiles_over,
)


def box(row, column, size=1):
    return block_boxes(np.array([row]), np.array([column]), size)[0]


@pytest.mark.parametrize("code", ["30362254", "53394611", "68482799", "36225725"])
def test_a_cell_has_its_geodesic_area_and_its_code(code):
    row, column = rows_and_columns(np.array([code]))
    assert codes_of(row, column)[0] == code
    middle = (row[0] + 0.5) / 120, (column[0] + 0.5) / 80 + 100
    assert codes_of_points(np.array([middle[0]]), np.array([middle[1]]))[0] == code
    area = shapely.area(box(row[0], column[0])) / 1e6
    assert area == pytest.approx(cell_areas_km2(np.array([code]))[0], rel=1e-11)


def test_tiles_are_quarters_of_a_primary_mesh():
    assert tile_origin("53391") == (53 * 80, 39 * 80)
    assert tile_origin("53392") == (53 * 80, 39 * 80 + 40)
    assert tile_origin("53393") == (53 * 80 + 40, 39 * 80)
    assert tile_origin("53394") == (53 * 80 + 40, 39 * 80 + 40)
    for tile in ("53391", "53394", "68482"):
        row, column = tile_origin(tile)
        assert tile_code(row, column) == tile_code(row + 39, column + 39) == tile


def test_tiles_over_an_outline_are_those_it_reaches_into():
    row, column = tile_origin("53394")
    across = shapely.union_all([box(row + 3, column - 1), box(row + 3, column)])
    assert tiles_over(np.array([across])) == ["53393", "53394"]
    assert tiles_over(np.array([box(row + 3, column + 3), box(row - 3, column - 3)])) == ["53391", "53394"]


@given(
    st.lists(st.tuples(st.floats(-2, 42), st.floats(-2, 42)), min_size=3, max_size=8, unique=True),
)
def test_cutting_adds_up_to_what_was_cut(corners):
    """Any outline, also one that leaves the tile: its blocks and cells are the part inside the tile."""
    row, column = tile_origin("53393")
    frame = box(row, column, 40)
    west, south, east, north = frame.bounds
    points = [(west + x / 40 * (east - west), south + y / 40 * (north - south)) for x, y in corners]
    outline = shapely.MultiPoint(points).convex_hull
    if outline.geom_type != "Polygon":
        return
    blocks = cut_by_blocks(np.array([outline]), "53393")
    cells = subdivide(blocks, 1)
    inside = shapely.area(shapely.intersection(outline, frame))
    assert shapely.area(blocks.geometry).sum() == pytest.approx(inside, rel=1e-9, abs=1e-3)
    assert shapely.area(cells.geometry).sum() == pytest.approx(inside, rel=1e-9, abs=1e-3)
    assert (shapely.area(cells.geometry[cells.whole]) > 0).all()
    boxes = block_boxes(cells.row, cells.column, 1)
    assert (shapely.area(cells.geometry[cells.whole]) == shapely.area(boxes[cells.whole])).all()


def test_a_block_wholly_inside_is_handed_on_without_cutting():
    row, column = tile_origin("53391")
    blocks = cut_by_blocks(np.array([box(row - 5, column - 5, 50)]), "53391")
    assert len(blocks) == 400
    assert blocks.whole.all()
