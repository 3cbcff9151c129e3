"""Figures of all that drains to a point, on fragments worked out by hand."""

import numpy as np
import pytest
import shapely

from geo.actuals import Actual
from geo.assessment import Settings, assess
from geo.prepared import prepare
from geo.resources import load_catalogue
from geo.terrain_figures import fragment_shares, ladder_figures
from tests.layers.small_area import SOUTH, STEP_X, STEP_Y, WEST, small_area


@pytest.fixture(scope="module")
def area():
    made = small_area()
    made.__dict__["fragments"] = made.fragments.assign(precipitation_mm=1730.0, paddy_km2=0.1, grass_km2=0.0)
    return made


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def box(column, row, columns=1.0, rows=1.0):
    west, south = WEST + column * STEP_X, SOUTH + row * STEP_Y
    return shapely.box(west, south, west + columns * STEP_X, south + rows * STEP_Y)


def test_a_fragment_counts_by_the_share_of_its_area_inside(area):
    half = fragment_shares(area, box(0, 0, 1.5, 1))
    assert half == pytest.approx([1, 0.5, 0, 0], abs=1e-6)
    assert fragment_shares(area, box(5, 5)).tolist() == [0, 0, 0, 0]
    assert fragment_shares(area, box(-1, -1, 4, 4)).tolist() == [1, 1, 1, 1]


def test_people_and_forest_are_sums_by_share(area, catalogue):
    found = ladder_figures(area, box(0, 0, 1.5, 2), catalogue)
    assert found.people == pytest.approx(100 + 300 + (200 + 400) / 2, rel=1e-5)
    assert found.land_km2["forest_km2"] == pytest.approx(0.6 + (0.2 + 1.0) / 2, rel=1e-5)
    assert found.area_km2 == pytest.approx(3, rel=1e-5)
    assert (found.outside_km2, found.covered_share) == (0, pytest.approx(1, abs=0.05))


def test_what_is_unknown_adds_nothing_and_unknown_all_over_stays_unknown(area, catalogue):
    assert ladder_figures(area, box(0, 0, 2, 2), catalogue).land_km2["farmland_km2"] == pytest.approx(0.4)
    assert np.isnan(ladder_figures(area, box(1, 1), catalogue).land_km2["farmland_km2"])


def test_each_resource_has_the_supply_and_demand_of_the_fragments(area, catalogue):
    assessment = assess(area.fragments, "water", catalogue)
    row = ladder_figures(area, box(0, 1, 2, 1), catalogue).resources.loc["water"]
    assert row["demand"] == pytest.approx(assessment.demand[2:].sum(), rel=1e-6)
    assert row["supply"] == pytest.approx(assessment.supply[2:].sum(), rel=1e-6)
    assert row["self_sufficiency"] == pytest.approx(row["supply"] / row["demand"])
    met = [row[name] for name in row.index if name.startswith("met_") and not np.isnan(row[name])]
    assert sum(met) + row["outside"] == pytest.approx(row["demand"])
    assert row["closing_scale"] == "municipality"


def test_the_whole_area_has_the_whole_area_s_figures(area, catalogue):
    found = ladder_figures(area, box(-1, -1, 4, 4), catalogue)
    for key in catalogue.resources:
        whole = assess(area.fragments, key, catalogue)
        assert found.resources.loc[key, "supply"] == pytest.approx(whole.supply.sum())
        assert found.resources.loc[key, "demand"] == pytest.approx(whole.demand.sum())


def test_a_polygon_that_leaves_the_data_says_how_much_is_covered(area, catalogue):
    found = ladder_figures(area, box(-2, 0, 4, 2), catalogue)
    assert found.covered_share == pytest.approx(0.5, abs=0.03)


def test_land_outside_the_area_is_told_apart(area, catalogue):
    halo = small_area()
    fragments = area.fragments.assign(in_area=[True, False, True, True], prefecture_code=["14", "13", "14", "14"])
    halo.__dict__["fragments"] = fragments
    assert ladder_figures(halo, box(0, 0, 2, 1), catalogue).outside_km2 == pytest.approx(1)


def test_nothing_of_the_data_inside_gives_zeros_and_no_error(area, catalogue):
    found = ladder_figures(area, box(7, 7), catalogue)
    assert (found.area_km2, found.covered_share) == (0, 0)
    assert np.isnan(found.people)
    assert (found.resources["demand"] == 0).all()


def test_measured_values_stand_in_for_the_estimates(area, catalogue):
    estimate = ladder_figures(area, box(0, 0, 2, 2), catalogue)
    code = sorted(estimate.municipalities)[0]
    prepared = prepare(area.fragments)
    own = prepared.codes["municipality_code"] == code
    before = assess(prepared, "rice", catalogue).demand[own].sum()
    measured = (Actual(code, "rice", "demand", 3 * before, "t", 2022, "市"),)
    found = ladder_figures(area, box(0, 0, 2, 2), catalogue, Settings(actuals=measured))
    assert found.resources.loc["rice", "demand"] == pytest.approx(
        estimate.resources.loc["rice", "demand"] + 2 * before, rel=1e-5
    )
    assert ladder_figures(area, box(5, 5), catalogue).municipalities == frozenset()
