"""The mesh as a picture: where each cell's pixels lie, what is clear, what is cut, what carries a pattern."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from shapely.geometry import box

from layers.layer import NOT_DRAWN, LegendEntry
from layers.mesh_image import PIXELS_PER_CELL, draw_mesh, mesh_rows_columns
from layers.palette import NO_NEED, rgb
from tests.layers.small_area import MESHES, SOUTH, STEP_X, STEP_Y, WEST

RED, BLUE = "#aa0000", "#0000aa"
LEGEND = (LegendEntry("0", RED, "", ""), LegendEntry("1", BLUE, "", ""))


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image.png)).convert("RGBA"))


def centre(array, row, column):
    half = PIXELS_PER_CELL // 2
    return tuple(array[row * PIXELS_PER_CELL + half, column * PIXELS_PER_CELL + half])


def test_a_mesh_code_is_a_row_and_a_column():
    rows, columns = mesh_rows_columns(pd.Index(["53390000", "53390011", "53397799"]))
    assert (rows / 120).tolist() == pytest.approx([53 / 1.5, 53 / 1.5 + 1 / 120, 54 / 1.5 - 1 / 120])
    assert (100 + columns / 80).tolist() == pytest.approx([139, 139 + 1 / 80, 140 - 1 / 80])


def test_north_is_up_and_west_is_left():
    # MESHES run south-west, south-east, north-west, north-east.
    image = draw_mesh(pd.Series([0, 1, 1, NOT_DRAWN], index=list(MESHES)), LEGEND)
    array = pixels(image)
    assert centre(array, 1, 0) == (*rgb(RED), 255)
    assert centre(array, 1, 1) == (*rgb(BLUE), 255)
    assert centre(array, 0, 0) == (*rgb(BLUE), 255)
    assert centre(array, 0, 1)[3] == 0


def test_the_picture_spans_its_cells():
    image = draw_mesh(pd.Series([0, 1], index=[MESHES[0], MESHES[3]]), LEGEND)
    corners = (image.south, image.west, image.north, image.east)
    assert corners == pytest.approx((SOUTH, WEST, SOUTH + 2 * STEP_Y, WEST + 2 * STEP_X))
    assert centre(pixels(image), 0, 0)[3] == 0


def test_the_sea_of_a_cell_is_cut_away():
    land = box(WEST, SOUTH, WEST + STEP_X, SOUTH + 2 * STEP_Y)
    array = pixels(draw_mesh(pd.Series([0, 0, 0, 0], index=list(MESHES)), LEGEND, land=land))
    assert centre(array, 0, 0)[3] == 255
    assert centre(array, 0, 1)[3] == 0


def test_a_pattern_shows_its_ink_over_its_ground():
    entry = LegendEntry("no_demand", NO_NEED.background, "", "", pattern=NO_NEED.name)
    array = pixels(draw_mesh(pd.Series([0], index=[MESHES[0]]), (entry,)))
    colours = {tuple(pixel) for pixel in array.reshape(-1, 4)}
    assert colours == {(*rgb(NO_NEED.background), 255), (*rgb(NO_NEED.ink), 255)}


def test_mercator_stretches_northward():
    # Two rows 20 degrees apart: on the map the northern one stands nearer the middle than half the picture's pixels.
    image = draw_mesh(pd.Series([0, 1], index=["30390000", "60390000"]), LEGEND)
    array = pixels(image)
    reds = np.flatnonzero((array[:, :, 0] > 0).any(axis=1))
    blues = np.flatnonzero((array[:, :, 2] > 0).any(axis=1))
    assert reds.size < PIXELS_PER_CELL < blues.size


def test_no_cells_no_picture():
    assert draw_mesh(pd.Series(dtype="int16"), LEGEND) is None


def test_a_prefecture_of_cells_is_a_few_kilobytes():
    codes = [f"5339{q}{r}{s}{t}" for q in range(5) for r in range(5) for s in range(10) for t in range(10)]
    classes = pd.Series(np.random.default_rng(1).integers(0, 2, len(codes)), index=codes)
    assert len(draw_mesh(classes, LEGEND).png) < 60_000
