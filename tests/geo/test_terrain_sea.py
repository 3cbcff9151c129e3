"""The sea told from missing data by the outlines, where elevation tiles cannot tell."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from geo.sources.dem import SEA, UNKNOWN, Dem
from geo.terrain import downstream_path, flow_terrain
from geo.terrain_sea import with_sea
from tests.geo.terrain_area import COLUMNS, ROWS, STEP, area_on_file, valley, valley_dem
from tests.layers.small_area import SOUTH, STEP_X, STEP_Y, WEST

# Cells of sea west of the land.
OFFSHORE = 15


@pytest.fixture
def area(tmp_path):
    """The valley's land, and a neighbour north of it that reaches as far west as the grid."""
    dataset = area_on_file(tmp_path)
    north = SOUTH + 2 * STEP_Y
    neighbour = box(WEST - 2 * STEP_X, north, WEST + 2 * STEP_X, north + STEP_Y)
    gpd.GeoDataFrame({"name_ja": ["隣"]}, geometry=[neighbour], crs="EPSG:6668").to_parquet(
        dataset.folder / "surroundings.parquet"
    )
    return dataset


def tiles():
    """The valley with open water to its west, as tiles have it: no elevation, no kind."""
    elevation = np.full((ROWS, OFFSHORE + COLUMNS), np.nan, dtype=np.float32)
    elevation[:, OFFSHORE:] = valley()
    # The coasts differ: two cells of the outlines' land have no elevation.
    elevation[:, OFFSHORE : OFFSHORE + 2] = np.nan
    # And a hole inland.
    elevation[2:5, 30:40] = np.nan
    surface = np.where(np.isnan(elevation), UNKNOWN, 1).astype(np.uint8)
    return Dem(elevation, surface, WEST - OFFSHORE * STEP, SOUTH + 2 * STEP_Y, STEP, STEP)


def test_water_off_the_land_is_sea_up_to_the_first_elevation_and_a_hole_inland_is_not(area):
    dem = with_sea(tiles(), area)
    assert (dem.surface[:, : OFFSHORE + 2] == SEA).all()
    assert (dem.surface[2:5, 30:40] == UNKNOWN).all()
    assert dem.counts["sea"] == ROWS * (OFFSHORE + 2)
    way = downstream_path(flow_terrain(dem), SOUTH + STEP_Y - STEP / 2, WEST + 20.5 * STEP, snap_m=0)
    assert way.reaches_sea


def test_a_grid_that_knows_its_sea_is_left_as_it_is(area):
    dem = valley_dem()
    assert with_sea(dem, area) is dem


def test_without_the_neighbours_land_nothing_is_marked(area):
    (area.folder / "surroundings.parquet").unlink()
    assert not (with_sea(tiles(), area).surface == SEA).any()


def test_beyond_the_land_on_file_nothing_is_marked(area):
    far = tiles()
    moved = Dem(far.elevation_m, far.surface, far.west - 3 * STEP_X, far.north, STEP, STEP)
    west_edge = WEST - 2 * STEP_X
    columns = (moved.west + (np.arange(moved.surface.shape[1]) + 0.5) * STEP) < west_edge - 11 * STEP
    assert columns.any()
    assert not (with_sea(moved, area).surface[:, columns] == SEA).any()
