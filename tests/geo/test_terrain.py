"""Flow over worlds worked out by hand: a tilted plane, a cone, a pit, a ridge, a flat; and nothing is lost."""

import subprocess
import sys

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pyproj import Geod

from geo.errors import InputError
from geo.sources.dem import INLAND_WATER, SEA
from geo.terrain import downstream_path, flow_terrain, upstream_of, way_down
from geo.terrain_flow import flow_directions, row_sizes, thinned, without_voids
from tests.geo.dem_files import SOUTH, STEP, WEST, grid
from tests.source import ROOT

E, SE, S, SW, W, NW, N, NE, OUT, VOID = 1, 2, 4, 8, 16, 32, 64, 128, 0, 247


def directions(dem):
    return flow_directions(without_voids(dem), dem)[1]


def at(row, column):
    """Latitude and longitude of a cell's centre."""
    return SOUTH - (row + 0.5) * STEP, WEST + (column + 0.5) * STEP


def test_a_plane_tilted_to_the_west_sheds_its_water_straight_west():
    dem = grid(np.tile(np.arange(5.0), (4, 1)))
    expected = np.tile([OUT, W, W, W, W], (4, 1))
    assert directions(dem).tolist() == expected.tolist()
    terrain = flow_terrain(dem)
    _, _, area = row_sizes(dem)
    assert terrain.upstream_km2 == pytest.approx(area[:, np.newaxis] * np.array([5, 4, 3, 2, 1]))


def test_a_plane_tilted_to_the_south_west_runs_diagonally():
    rows, columns = np.indices((4, 4))
    # East-west cells are narrower here, so that one falls a little more steeply per metre that way: outweigh it.
    dem = grid(10.0 * (columns - rows) + 100)
    assert set(directions(dem)[:-1, 1:].ravel().tolist()) == {SW}


def test_a_cone_sheds_its_water_on_all_sides_and_nothing_drains_to_its_top():
    rows, columns = np.indices((5, 5)) - 2
    dem = grid(100 - 10 * np.hypot(rows, columns))
    flow = directions(dem)
    assert [flow[2, 3], flow[3, 2], flow[2, 1], flow[1, 2]] == [E, S, W, N]
    assert [flow[3, 3], flow[3, 1], flow[1, 1], flow[1, 3]] == [SE, SW, NW, NE]
    terrain = flow_terrain(dem)
    assert terrain.upstream_km2[2, 2] == pytest.approx(row_sizes(dem)[2][2])


def test_a_pit_fills_to_its_rim_and_spills_at_the_lowest_place():
    dem = grid([[9, 9, 9, 9, 9], [9, 5, 5, 5, 9], [9, 5, 1, 5, 7], [9, 5, 5, 5, 9], [9, 9, 9, 9, 9]])
    filled, flow = flow_directions(without_voids(dem), dem)
    assert filled[1:4, 1:4].tolist() == [[7, 7, 7]] * 3
    assert filled[0].tolist() == [9] * 5
    terrain = flow_terrain(dem)
    assert flow[2, 4] == OUT
    assert way_down(terrain, 2 * 5 + 2)[-1] == 2 * 5 + 4
    # All but the corners that fall off the data by themselves: the nine of the lake and the spill at least.
    assert terrain.upstream_km2[2, 4] >= row_sizes(dem)[2][:1] * 9.99


def test_a_ridge_parts_the_waters():
    dem = grid(np.tile([1.0, 2, 3, 9, 3, 2, 1], (3, 1)))
    flow = directions(dem)
    assert flow[1].tolist()[:3] == [OUT, W, W]
    assert flow[1].tolist()[4:] == [E, E, OUT]
    terrain = flow_terrain(dem)
    cells = terrain.upstream_km2[1] / row_sizes(dem)[2][1]
    assert cells[2] + cells[4] == pytest.approx(3)
    assert {round(cells[2]), round(cells[4])} == {1, 2}


def test_a_flat_lets_its_water_out_at_its_rim_and_loses_none():
    dem = grid(np.full((6, 7), 3.0))
    terrain = flow_terrain(dem)
    rim = np.ones((6, 7), dtype=bool)
    rim[1:-1, 1:-1] = False
    assert (terrain.direction[rim] == OUT).all()
    assert not (terrain.direction[~rim] == OUT).any()
    assert terrain.upstream_km2[rim].sum() == pytest.approx(42 * row_sizes(dem)[2].mean())


def test_a_flat_in_a_valley_drains_where_the_valley_opens():
    dem = grid([[9, 9, 9, 9], [9, 5, 5, 4], [9, 5, 5, 9], [9, 9, 9, 9]])
    terrain = flow_terrain(dem)
    for cell in (5, 6, 9, 10):
        assert way_down(terrain, cell)[-1] == 7


def test_the_steeper_way_is_measured_in_metres_and_not_in_degrees():
    # At 35° a cell is 10.1 m wide and 12.3 m high: the same drop is steeper to the east.
    dem = grid([[9, 9, 9], [9, 5, 4], [9, 4, 9]])
    assert directions(dem)[1, 1] == E
    width, height, _ = row_sizes(dem)
    assert width[0] < height[0]


def test_a_cell_s_area_and_sides_are_those_of_the_ellipsoid():
    dem = grid(np.zeros((3, 1)), step=30 / 3600)
    width, height, area = row_sizes(dem)
    geod = Geod(ellps="GRS80")
    for row in range(3):
        north = SOUTH - row * 30 / 3600
        # A parallel is no geodesic: many points along it.
        along = np.linspace(WEST, WEST + 30 / 3600, 400)
        ring = shapely.Polygon([*((x, north - 30 / 3600) for x in along), *((x, north) for x in along[::-1])])
        assert area[row] == pytest.approx(geod.geometry_area_perimeter(ring)[0] / 1e6, rel=1e-6)
    assert width * height / 1e6 == pytest.approx(area, rel=1e-5)


def test_water_runs_off_a_cliff_into_the_sea_and_not_along_the_beach():
    sea = [[False, True], [False, True], [False, True]]
    dem = grid([[50, 0], [49, 0], [48, 0]], sea=sea)
    assert directions(dem).tolist() == [[OUT, VOID]] * 3


def test_land_below_the_sea_s_level_does_not_drain_uphill_into_it():
    dem = grid([[-2, 0], [-3, 0]], sea=[[False, True], [False, True]])
    assert directions(dem).tolist() == [[S, VOID], [OUT, VOID]]


def test_small_holes_and_water_without_heights_are_closed_and_the_end_of_the_data_is_not():
    elevation = np.tile(np.arange(1.0, 8.0), (7, 1))
    elevation[3, 3] = np.nan
    dem = grid(elevation)
    assert without_voids(dem)[3, 3] == pytest.approx(4, abs=0.5)
    assert (directions(dem)[:, 1:] == W).mean() > 0.9
    elevation[0:3, 6] = np.nan
    dem = grid(elevation)
    assert np.isnan(without_voids(dem)[0:3, 6]).all()
    dem.surface[0:3, 6] = INLAND_WATER
    assert not np.isnan(without_voids(dem)[0:3, 6]).any()


def test_a_hole_beside_the_sea_stays_open():
    elevation = np.ones((5, 5))
    elevation[2, 3] = np.nan
    sea = np.zeros((5, 5), dtype=bool)
    sea[:, 4] = True
    assert np.isnan(without_voids(grid(elevation, sea=sea))[2, 3])


def test_upstream_of_a_point_is_the_polygon_and_the_area_of_all_that_drains_to_it():
    dem = grid(np.tile(np.arange(5.0), (4, 1)))
    terrain = flow_terrain(dem)
    found = upstream_of(terrain, *at(1, 2), snap_m=0)
    assert found.area_km2 == pytest.approx(3 * row_sizes(dem)[2][1])
    west, north = WEST + 2 * STEP, SOUTH - STEP
    expected = shapely.box(west, north - STEP, west + 3 * STEP, north)
    assert found.polygon.symmetric_difference(expected).area < 1e-12
    assert (found.latitude, found.longitude) == pytest.approx(at(1, 2))
    assert (found.snapped_m, found.elevation_m) == (pytest.approx(0, abs=1e-6), 2)


def test_a_point_moves_to_the_main_stream_within_the_stated_distance_and_says_how_far():
    # A valley in row 2 falls to the west.
    dem = grid(np.tile(np.arange(7.0), (5, 1)) + 5 * np.abs(np.arange(5) - 2)[:, np.newaxis])
    terrain = flow_terrain(dem)
    near = upstream_of(terrain, *at(1, 3), snap_m=13)
    assert (near.latitude, near.longitude) == pytest.approx(at(2, 3))
    assert near.snapped_m == pytest.approx(row_sizes(dem)[1][1], rel=0.01)
    own = upstream_of(terrain, *at(1, 3), snap_m=0)
    assert own.area_km2 < near.area_km2
    assert (own.latitude, own.longitude) == pytest.approx(at(1, 3))


def test_a_point_on_the_stream_stays_where_it_is_though_more_drains_further_down():
    dem = grid(np.tile(np.arange(30.0), (5, 1)) + 5 * np.abs(np.arange(5) - 2)[:, np.newaxis])
    found = upstream_of(flow_terrain(dem), *at(2, 15), snap_m=60)
    assert (found.latitude, found.longitude) == pytest.approx(at(2, 15))


def test_what_touches_the_end_of_the_data_is_cut_and_what_ends_at_the_sea_is_not():
    bowl = np.array([[9, 9, 9, 9, 9], [9, 8, 8, 8, 9], [9, 7, 6, 5, 4], [9, 8, 8, 8, 9], [9, 9, 9, 9, 9]], dtype=float)
    dem = grid(bowl)
    terrain = flow_terrain(dem)
    assert upstream_of(terrain, *at(2, 3), snap_m=0).is_cut
    wet = np.full((7, 7), np.nan)
    wet[1:-1, 1:-1] = bowl
    island = flow_terrain(grid(wet, sea=np.isnan(wet), north=SOUTH + STEP, west=WEST - STEP))
    found = upstream_of(island, *at(2, 3), snap_m=0)
    assert not found.is_cut
    assert downstream_path(island, *at(2, 1), snap_m=0).reaches_sea
    assert not downstream_path(terrain, *at(2, 1), snap_m=0).reaches_sea


def test_the_way_down_follows_the_valley_and_tells_length_and_drop():
    dem = grid(np.tile(np.arange(7.0), (5, 1)) + 5 * np.abs(np.arange(5) - 2)[:, np.newaxis])
    way = downstream_path(flow_terrain(dem), *at(2, 4), snap_m=0)
    assert np.asarray(way.line.coords) == pytest.approx(np.array([at(2, c)[::-1] for c in (4, 3, 2, 1, 0)]))
    assert way.drop_m == 4
    assert way.length_km == pytest.approx(4 * row_sizes(dem)[0][2] / 1000, rel=1e-6)


def test_a_point_at_the_outlet_has_a_way_of_no_length():
    way = downstream_path(flow_terrain(grid(np.tile(np.arange(5.0), (4, 1)))), *at(1, 0), snap_m=0)
    assert (way.length_km, way.drop_m) == (0, 0)
    assert way.line.is_valid or way.line.length == 0


@pytest.mark.parametrize("point", [(36.0, 139.7), (float("nan"), 139.7), at(0, 3)])
def test_a_point_away_from_the_data_or_in_the_sea_is_refused(point):
    elevation = np.tile(np.arange(4.0), (3, 1))
    elevation[:, 3] = np.nan
    terrain = flow_terrain(grid(elevation, sea=np.isnan(elevation)))
    with pytest.raises(InputError, match="no land with a known elevation"):
        upstream_of(terrain, *point, snap_m=0)


@pytest.mark.parametrize("elevation", [np.full((3, 3), np.nan), [[1.0]]])
def test_a_grid_without_elevations_is_refused(elevation):
    with pytest.raises(InputError, match="no elevations"):
        flow_terrain(grid(elevation))


def test_thinning_keeps_the_valleys_and_the_land():
    dem = grid([[5, 4, 3], [9, 1, np.nan], [7, 7, 7]], sea=np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]], dtype=bool))
    coarse = thinned(dem, 2)
    assert coarse.elevation_m.tolist() == [[1, 3], [7, 7]]
    assert (coarse.surface != SEA).all()
    assert (coarse.step_lon, coarse.west, coarse.north) == (dem.step_lon * 2, dem.west, dem.north)
    assert thinned(dem, 1) is dem


worlds = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(2, 9)),
    # A few levels only: flats and pits everywhere.
    elements=st.sampled_from([np.nan, -1, 0, 0.1, 0.3, 1, 2.7, 5]),
)


@given(worlds, st.booleans())
def test_all_water_leaves_and_none_is_lost(elevation, is_island):
    if np.isnan(elevation).all():
        return
    dem = grid(elevation, sea=np.isnan(elevation) if is_island else None)
    terrain = flow_terrain(dem)
    known = ~np.isnan(terrain.filled_m)
    cells = terrain.flow.upstream_area("cell")
    outlets = terrain.direction == OUT
    assert outlets.any()
    # A loop would keep its cells away from every outlet.
    assert cells[outlets].sum() == known.sum()
    own = np.broadcast_to(row_sizes(dem)[2][:, np.newaxis], known.shape)
    assert terrain.upstream_km2[outlets].sum() == pytest.approx(own[known].sum(), rel=1e-12)
    assert (terrain.filled_m[known] >= without_voids(dem)[known]).all()


@given(worlds)
def test_a_step_never_leads_up(elevation):
    if np.isnan(elevation).all():
        return
    terrain = flow_terrain(grid(elevation))
    below = terrain.flow.idxs_ds
    height = terrain.filled_m.ravel()
    valid = np.flatnonzero(~np.isnan(height))
    assert (height[below[valid]] <= height[valid]).all()


def test_what_compiles_is_loaded_only_where_terrain_is_asked_for():
    program = "import sys, geo.terrain, geo.terrain_build, geo.terrain_hydro, layers.terrain.page\n"
    program += "assert not {'numba', 'pyflwdir'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
