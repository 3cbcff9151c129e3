"""Sharing people and land use out: proportional fitting, census fit, dasymetric land use, by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.errors import DatasetError
from geo.landuse import CLASSES, share_land_use
from geo.population import fit_to_census, share_by_land
from geo.proportional import fit_table


def test_fit_of_a_table_worked_out_by_hand() -> None:
    # A seed of ones is the independent table: row share times column share.
    fitted = fit_table(np.ones((2, 2)), np.array([30.0, 10.0]), np.array([20.0, 20.0]))
    assert fitted.tolist() == [[15.0, 15.0], [5.0, 5.0]]


@given(arrays(float, (3, 4), elements=st.floats(0.1, 10)), arrays(float, (3, 4), elements=st.floats(0.1, 10)))
def test_fit_meets_both_sums_of_any_table(seed: np.ndarray, wanted: np.ndarray) -> None:
    fitted = fit_table(seed, wanted.sum(axis=1), wanted.sum(axis=0))
    assert fitted.sum(axis=0) == pytest.approx(wanted.sum(axis=0), rel=1e-12)
    assert fitted.sum(axis=1) == pytest.approx(wanted.sum(axis=1), rel=1e-6)
    assert (fitted >= 0).all()


@pytest.fixture
def fragments() -> pd.DataFrame:
    """Cell 1 half in town a, half in b; cell 2 in b; cell 3 half in b, half outside (halo)."""
    return pd.DataFrame(
        {
            "mesh_code": ["1", "1", "2", "3", "3"],
            "municipality_code": ["a", "b", "b", "b", "x"],
            "in_area": [True, True, True, True, False],
            "land_share": [0.5, 0.5, 1.0, 0.5, 0.5],
        }
    )


def test_people_go_by_land_and_the_sea_carries_nobody(fragments: pd.DataFrame) -> None:
    shared = share_by_land(fragments, pd.Series({"1": 100, "2": 40}))  # cell 3 is not on the mesh: nobody
    assert shared.tolist() == [50.0, 50.0, 40.0, 0.0, 0.0]


def test_census_fit_is_exact_by_municipality_and_leaves_the_halo(fragments: pd.DataFrame) -> None:
    shared = share_by_land(fragments, pd.Series({"1": 100, "2": 40, "3": 20}))
    fit = fit_to_census(fragments, shared, pd.Series({"a": 60, "b": 90}))
    towns = pd.Series(fit.population).groupby(fragments["municipality_code"]).sum()
    assert (towns["a"], towns["b"]) == (pytest.approx(60, abs=1e-12), pytest.approx(90, abs=1e-12))
    assert fit.population[4] == 10.0
    assert fit.by_municipality["change"].to_dict() == {"a": pytest.approx(0.2), "b": pytest.approx(-0.1)}


def test_a_census_row_that_is_missing_or_unreachable_is_named(fragments: pd.DataFrame) -> None:
    shared = share_by_land(fragments, pd.Series({"1": 100, "2": 40, "3": 20}))
    with pytest.raises(DatasetError, match="lack municipality b"):
        fit_to_census(fragments, shared, pd.Series({"a": 60}))
    with pytest.raises(DatasetError, match="municipality c"):
        fit_to_census(fragments, shared, pd.Series({"a": 60, "b": 90, "c": 5}))


COVER = ["forest_pct", "cropland_pct", "built_pct", "grass_pct", "water_pct", "other_pct"]
COUNTS = [
    "paddy",
    "other_farmland",
    "forest",
    "wasteland",
    "built_up",
    "road",
    "railway",
    "other",
    "river_lake",
    "beach",
]


def land_world(cover: dict[str, list[float]], counts: list[float], codes: list[str]) -> tuple[pd.DataFrame, ...]:
    meshes = list(cover)
    fragments = pd.DataFrame({"mesh_code": meshes, "basin_code": codes, "area_km2": 1.0})
    table = pd.DataFrame.from_dict(cover, orient="index", columns=COVER)
    count = pd.DataFrame([counts], index=["B"], columns=COUNTS).assign(sea=0, golf_course=0)
    return fragments, table, count


def test_forest_goes_to_the_wooded_cell_and_never_exceeds_it() -> None:
    # Two cells of 1 km², one wooded, one built; officially 100 forest and 100 built cells of 0.01 km².
    fragments, cover, counts = land_world(
        {"1": [100, 0, 0, 0, 0, 0], "2": [0, 0, 100, 0, 0, 0]}, [0, 0, 100, 0, 100, 0, 0, 0, 0, 0], ["B", "B"]
    )
    amounts = share_land_use(fragments, cover, counts, 0.01, np.zeros((2, 2)), np.zeros(2)).amounts
    assert amounts["forest_km2"].tolist() == pytest.approx([1.0, 0.0], abs=1e-3)
    assert amounts["forest_km2"].sum() == pytest.approx(1.0, rel=1e-12)


def test_a_class_the_satellite_does_not_see_goes_to_open_land() -> None:
    # 50 of 200 cells are paddy, but the satellite shows grass and houses only: paddy lies on the grass.
    fragments, cover, counts = land_world(
        {"1": [0, 0, 0, 100, 0, 0], "2": [0, 0, 100, 0, 0, 0]}, [50, 0, 0, 50, 100, 0, 0, 0, 0, 0], ["B", "B"]
    )
    amounts = share_land_use(fragments, cover, counts, 0.01, np.zeros((2, 2)), np.zeros(2)).amounts
    assert amounts["paddy_km2"].tolist() == pytest.approx([0.5, 0.0], abs=5e-3)
    assert amounts[[f"{name}_km2" for name in CLASSES]].sum(axis=1).tolist() == pytest.approx([1.0, 1.0], abs=1e-9)


def test_lowland_has_bounds_from_its_neighbourhood_and_unknown_paddy() -> None:
    # In the basin officials count 20 % farmland where the satellite sees 10 %: twice. The lowland shows 10 %.
    cover = {"1": [0, 10, 50, 40, 0, 0], "2": [0, 10, 50, 40, 0, 0], "3": [0, 0, 0, 0, 0, 0]}
    fragments, table, counts = land_world(cover, [0, 20, 0, 30, 50, 0, 0, 0, 0, 0], ["B", "lowland", "lowland"])
    amounts = share_land_use(fragments, table, counts, 0.01, np.zeros((3, 2)), np.zeros(3)).amounts
    low = amounts.iloc[1]
    assert np.isnan(low["paddy_km2"])
    assert low["farmland_km2_low"] == pytest.approx(0.1)
    assert low["farmland_km2_high"] == pytest.approx(0.2)
    assert low["farmland_km2"] == pytest.approx(0.15)
    assert low[[f"{name}_km2" for name in CLASSES if name != "paddy"]].sum() == pytest.approx(1.0)
    # A cell without land cover outside the basins is unknown altogether.
    assert amounts.iloc[2].isna().all()


def test_the_sea_of_a_coastal_cell_is_no_water_of_its_land() -> None:
    # 60 % of the cell is water, 50 % of it sea: the land is a fifth water, and 40 of 50 parts are forest and houses.
    cover = {"1": [0, 10, 50, 40, 0, 0], "2": [10, 0, 30, 0, 60, 0]}
    fragments, table, counts = land_world(cover, [0, 10, 0, 40, 50, 0, 0, 0, 0, 0], ["B", "lowland"])
    sea = np.array([0.0, 0.5])
    low = share_land_use(fragments, table, counts, 0.01, np.zeros((2, 2)), sea).amounts.iloc[1]
    assert low["water_km2"] == pytest.approx(0.2)
    assert low["forest_km2"] == pytest.approx(0.2)
    assert low["built_km2"] == pytest.approx(0.6)


def test_the_upper_bound_of_lowland_takes_no_more_than_there_is_to_take_from() -> None:
    # Officials count nine times the farmland that the satellite sees; the lowland shows 30 %, and 20 % can give way.
    cover = {"1": [0, 10, 50, 40, 0, 0], "2": [50, 30, 10, 10, 0, 0]}
    fragments, table, counts = land_world(cover, [0, 90, 0, 0, 10, 0, 0, 0, 0, 0], ["B", "lowland"])
    low = share_land_use(fragments, table, counts, 0.01, np.zeros((2, 2)), np.zeros(2)).amounts.iloc[1]
    assert (low["farmland_km2_low"], low["farmland_km2_high"]) == (pytest.approx(0.3), pytest.approx(0.5))
    assert low[[f"{name}_km2" for name in CLASSES if name != "paddy"]].min() >= 0
