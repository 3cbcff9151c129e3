"""A river system described: a world of a few fragments by hand, and sums over the embedded prefecture."""

import numpy as np
import pandas as pd
import pytest

from geo.assessment import Settings, assess
from geo.basin_profile import LAND_USES, OTHER_TERM, basin_profile, supply_by_term
from geo.catalogue_reading import read_catalogue
from geo.changes import FactorChange, Plant
from geo.dataset import LOWLAND, open_dataset
from geo.errors import InputError
from geo.prepared import prepare
from geo.resources import load_catalogue
from geo.unit_figures import unit_table
from tests.geo.catalogue_world import CATALOGUE, world


def fragments(**columns):
    """Basin r: 4 km² of town a, 1 km² of b, a sliver of c; beyond the border 2 km² in prefecture 22, 1 km² in 19."""
    table = pd.DataFrame(
        {
            "river_system_code": ["r", "r", "r", "r", "r", "q", LOWLAND],
            "basin_code": ["r-1", "r-2", "r-2", "r-9", "r-9", "q-1", LOWLAND],
            "municipality_code": ["a", "b", "c", "z", "y", "b", "c"],
            "prefecture_code": ["14", "14", "14", "22", "19", "14", "14"],
            "in_area": [True, True, True, False, False, True, True],
            "area_km2": [4.0, 1.0, 0.02, 2.0, 1.0, 3.0, 9.98],
            "population": [100.0, 300.0, 0.0, 50.0, 0.0, 100.0, 1000.0],
            "population_mesh": [90.0, 310.0, 0.0, 50.0, 0.0, 100.0, 1000.0],
            "population_2015": [100.0, 400.0, 0.0, 50.0, 0.0, 100.0, 1000.0],
            "forest_km2": [3.0, 0.5, 0.02, 2.0, 1.0, 0.0, 0.0],
            "paddy_km2": [0.0, np.nan, 0.0, 0.0, 0.0, 0.0, np.nan],
            "precipitation_mm": [2000.0, 1000.0, np.nan, 9000.0, 9000.0, 1.0, 1.0],
        }
    )
    return table.assign(**columns)


def test_land_and_people_are_those_inside_the_area():
    found = basin_profile(fragments(), "r")
    assert found.land.area_km2 == pytest.approx(5.02)
    assert found.land.population == 400
    assert found.land.density_per_km2 == pytest.approx(400 / 5.02)
    # By the mesh alone, 400 now and 500 then; the fitted 400 would be another thing.
    assert found.land.change_since_2015 == pytest.approx(-0.2)
    assert found.land.uses_km2["forest_km2"] == pytest.approx(3.52)
    assert found.unit_basins == 2
    # (4 × 2000 + 1 × 1000) / 5: where the rain is unknown it is nobody's.
    assert found.precipitation_mm == pytest.approx(1800)


def test_what_is_unknown_is_no_zero():
    found = basin_profile(fragments(), "r")
    assert found.land.uses_km2["paddy_km2"] == 0
    assert found.land.unknown_km2 == 1.0
    assert np.isnan(found.land.uses_km2["built_km2"])
    without = basin_profile(fragments(population_2015=np.nan, precipitation_mm=np.nan), "r")
    assert np.isnan(without.land.change_since_2015)
    assert np.isnan(without.precipitation_mm)


def test_the_part_beyond_the_area_is_told_apart_by_prefecture():
    found = basin_profile(fragments(), "r")
    assert found.beyond.area_km2 == 3
    assert found.beyond.population == 50
    assert list(found.beyond_by_prefecture.index) == ["22", "19"]
    assert found.beyond_by_prefecture.loc["22", "area_km2"] == 2
    assert basin_profile(fragments(), "q").beyond.area_km2 == 0


def test_the_municipalities_and_their_shares_both_ways():
    found = basin_profile(fragments(), "r")
    table = found.municipalities
    assert list(table.index) == ["a", "b", "c"]
    b = table.loc["b"]
    assert b["share_of_basin_land"] == pytest.approx(1 / 5.02)
    assert b["share_of_basin_people"] == pytest.approx(0.75)
    assert b["share_of_municipality_land"] == pytest.approx(0.25)
    assert b["share_of_municipality_people"] == pytest.approx(0.75)
    assert table["share_of_basin_land"].sum() == pytest.approx(1)
    # c's 0.02 of 10 km² is a sliver by every measure.
    assert found.members == ("a", "b")


def test_a_small_town_that_lies_wholly_in_a_large_basin_is_a_member():
    table = fragments(area_km2=[4.0, 1.0, 0.02, 2.0, 1.0, 3.0, 0.5])
    assert basin_profile(table, "r").members == ("a", "b", "c")


def test_nobody_counted_leaves_shares_of_people_unknown():
    found = basin_profile(fragments(population=0.0), "r")
    assert found.municipalities["share_of_basin_people"].isna().all()
    assert found.members == ("a", "b")


@pytest.mark.parametrize("code", ["", LOWLAND, "nowhere"])
def test_what_is_no_basin_is_refused(code):
    with pytest.raises(InputError, match="river system"):
        basin_profile(fragments(), code)


def test_supply_by_term_by_hand():
    """Power: sun 2 per built km² (20, 0, 1), dam as it stands (0, 2, 0); without its column the dam is missing."""
    catalogue = read_catalogue(CATALOGUE)
    prepared = prepare(world(dam_mwh=[0.0, 2.0, 0.0]))
    found = supply_by_term([assess(prepared, "power", catalogue)], prepared, catalogue, "r")
    assert found.to_dict("records") == [
        {"resource": "power", "term": "sun", "amount": 21.0, "variable": True, "is_missing": False},
        {"resource": "power", "term": "dam", "amount": 2.0, "variable": False, "is_missing": False},
    ]
    bare = prepare(world())
    dam = supply_by_term([assess(bare, "power", catalogue)], bare, catalogue, "r").iloc[1]
    assert dam["is_missing"]
    assert dam["amount"] == 0


def test_a_scenario_s_local_factors_and_plants_are_in_the_terms():
    """The panel is 4 in m2 only: sun 20 + 2; a plant of 7 in b's cell stands beside the terms."""
    catalogue = read_catalogue(CATALOGUE)
    prepared = prepare(world())
    changes = (FactorChange("power.panel", 4.0, ("m2",)), Plant("new", "power", "supply", 7.0, "53391001", "m1"))
    assessment = assess(prepared, "power", catalogue, Settings(changes=changes))
    found = supply_by_term([assessment], prepared, catalogue, "r").set_index("term")["amount"]
    assert found["sun"] == pytest.approx(22)
    assert found[OTHER_TERM] == pytest.approx(7)


def test_terms_and_municipalities_of_the_embedded_basins_sum_to_their_wholes():
    dataset, catalogue = open_dataset("kanagawa"), load_catalogue()
    prepared = prepare(dataset.fragments)
    assessments = [assess(prepared, key, catalogue) for key in catalogue.resources]
    tables = {each.resource.key: unit_table(each, prepared, "basin") for each in assessments}
    codes = [code for code in tables["water"].index if code != LOWLAND]
    assert len(codes) == 30
    for code in codes:
        terms = supply_by_term(assessments, prepared, catalogue, code)
        for key, amount in terms.groupby("resource")["amount"].sum().items():
            assert amount == pytest.approx(tables[key].loc[code, "supply"], rel=1e-9)
        found = basin_profile(dataset.fragments, code)
        assert found.municipalities["area_km2"].sum() == pytest.approx(found.land.area_km2, rel=1e-12)
        assert found.municipalities["population"].sum() == pytest.approx(found.land.population, rel=1e-12)
        assert sum(found.land.uses_km2[key] for key in LAND_USES) == pytest.approx(found.land.area_km2, rel=1e-9)
        assert found.members
