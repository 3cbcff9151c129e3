"""Small hydro by reach: head, discharge and energy worked out by hand on a straight valley."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import InputError
from geo.resources import load_catalogue
from geo.terrain import flow_terrain
from geo.terrain_factors import case_values, hydro_factors
from geo.terrain_flow import row_sizes
from geo.terrain_hydro import small_hydro
from tests.geo.terrain_area import COLUMNS, ROWS, valley_dem
from tests.layers.small_area import MESHES

CASES = ("low", "central", "high")


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def terrain():
    return flow_terrain(valley_dem())


def rain(millimetres=1730.0):
    return pd.DataFrame({"mesh_code": MESHES, "precipitation_mm": millimetres})


def test_a_reach_has_the_head_and_the_water_of_its_upper_end(terrain, catalogue):
    reaches = small_hydro(terrain, rain(), catalogue, least_area_km2=1.0)
    _, _, area = row_sizes(terrain.dem)
    top = reaches.iloc[0]
    start = np.asarray(top.geometry.coords[0])
    row, column = ROWS // 2, round((start[0] - terrain.dem.west) / terrain.dem.step_lon - 0.5)
    # The middle row drains all columns from its own eastwards.
    assert top["upstream_km2"] == pytest.approx(area.sum() * (COLUMNS - column), rel=1e-9)
    cells = len(top.geometry.coords) - 1
    assert top["head_m"] == pytest.approx(2.0 * cells)
    # 1730 mm of rain less 730 mm is a metre on the upstream area, over a year's 31,536,000 s.
    mean = 1.0 * 0.85 * top["upstream_km2"] * 1e6 / 31_536_000
    assert top["mean_discharge_m3_per_s"] == pytest.approx(mean, rel=1e-9)
    assert top["discharge_m3_per_s"] == pytest.approx(mean * 0.29, rel=1e-9)
    kilowatts = 9.81 * mean * 0.29 * top["head_m"] * 0.9 * 0.72
    assert top["capacity_kw"] == pytest.approx(kilowatts, rel=1e-9)
    assert top["energy_kwh_per_year"] == pytest.approx(kilowatts * 0.6 * 8760, rel=1e-9)
    assert np.asarray(top.geometry.coords)[:, 1] == pytest.approx(
        terrain.dem.north - (row + 0.5) * terrain.dem.step_lat
    )


def test_the_reaches_of_a_valley_use_its_whole_fall_once(terrain, catalogue):
    reaches = small_hydro(terrain, rain(), catalogue, least_area_km2=1.0, reach_m=500)
    assert len(reaches) > 2
    ends = [tuple(np.round(line.coords[-1], 9)) for line in reaches.geometry]
    starts = [tuple(np.round(line.coords[0], 9)) for line in reaches.geometry]
    assert len(set(starts)) == len(starts)
    assert len(set(ends) - set(starts)) == 1
    first = min(reaches.geometry, key=lambda line: -line.coords[0][0]).coords[0][0]
    column = round((first - terrain.dem.west) / terrain.dem.step_lon - 0.5)
    assert reaches["head_m"].sum() == pytest.approx(2.0 * (column - 1))


def test_low_central_and_high_are_in_order_and_named(terrain, catalogue):
    energy = [small_hydro(terrain, rain(), catalogue, case=case)["energy_kwh_per_year"].sum() for case in CASES]
    assert energy[0] < energy[1] < energy[2]
    assert set(small_hydro(terrain, rain(), catalogue, case="low")["case"]) == {"low"}


def test_the_low_case_takes_the_end_that_gives_less(catalogue):
    low = case_values(hydro_factors(catalogue), "low")
    assert low["water.evapotranspiration"] == 850
    assert low["hydro.head_loss"] == 0.2
    assert low["hydro.efficiency"] == 0.6
    assert low["water.dependable_share"] == 0.2


def test_every_factor_has_a_range_a_unit_and_a_source_in_both_languages(catalogue):
    for factor in hydro_factors(catalogue).values():
        assert factor.low <= factor.central <= factor.high
        assert factor.unit
        assert factor.source
        assert factor.source_en
        assert factor.name_ja


def test_rain_below_the_evapotranspiration_gives_no_water(terrain, catalogue):
    assert (small_hydro(terrain, rain(500.0), catalogue)["capacity_kw"] == 0).all()


def test_land_without_climate_adds_no_water_and_is_told(terrain, catalogue):
    west_only = rain().iloc[[0, 2]]
    whole, part = (small_hydro(terrain, table, catalogue, reach_m=200) for table in (rain(), west_only))
    assert (whole["unknown_share"] == 0).all()
    assert part["unknown_share"].iloc[0] == 1
    assert (part["mean_discharge_m3_per_s"] <= whole["mean_discharge_m3_per_s"]).all()
    last = part["upstream_km2"].argmax()
    assert 0.4 < part["unknown_share"].iloc[last] < 0.7
    nothing = small_hydro(terrain, rain(np.nan), catalogue)
    assert (nothing["unknown_share"] == 1).all()


def test_what_the_end_of_the_data_cuts_is_marked(terrain, catalogue):
    # The valley's rim is the end of the data all around but at the sea.
    assert small_hydro(terrain, rain(), catalogue)["is_cut"].all()


def test_where_no_stream_is_large_enough_there_is_no_reach(terrain, catalogue):
    none = small_hydro(terrain, rain(), catalogue, least_area_km2=1e6)
    assert none.empty
    assert {"head_m", "capacity_kw", "energy_kwh_per_year", "discharge_m3_per_s"} <= set(none.columns)


def test_an_unknown_case_is_refused(terrain, catalogue):
    with pytest.raises(InputError, match="case"):
        small_hydro(terrain, rain(), catalogue, case="best")
