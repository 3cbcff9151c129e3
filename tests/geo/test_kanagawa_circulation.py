"""The embedded dataset under the shipped catalogue: nothing gets lost, and magnitudes stay where sense puts them."""

import numpy as np
import pandas as pd
import pytest

from geo.assessment import Settings, assess
from geo.dataset import LOWLAND, Dataset, open_dataset
from geo.potential import potential_amounts, read_potential
from geo.prepared import PreparedFragments, prepare
from geo.resources import load_catalogue
from geo.terms import CASES
from geo.unit_figures import totals, unit_table

CATALOGUE = load_catalogue()
PARTITIONS = ("community", "municipality", "basin", "prefecture", "cells")


@pytest.fixture(scope="module")
def kanagawa() -> Dataset:
    return open_dataset("kanagawa")


@pytest.fixture(scope="module")
def prepared(kanagawa: Dataset) -> PreparedFragments:
    return prepare(kanagawa.fragments)


@pytest.mark.parametrize("key", CATALOGUE.resources)
@pytest.mark.parametrize("case", CASES)
def test_every_partition_adds_up_to_the_total(prepared: PreparedFragments, key: str, case: str) -> None:
    assessment = assess(prepared, key, CATALOGUE, Settings(case=case))
    total = totals(assessment, prepared)
    flat = {
        **{name: total[name] for name in ("supply", "demand", "outside", "time_mismatch", "surplus")},
        **{f"met_{scale}": amount for scale, amount in total["met"].items()},
        **{f"used_{scale}": amount for scale, amount in total["used"].items()},
    }
    for by in PARTITIONS:
        table = unit_table(assessment, prepared, by)
        for name, amount in flat.items():
            assert table[name].sum() == pytest.approx(amount, rel=1e-9), (by, name)
        assert (table.drop(columns=["closing_scale"]).fillna(0) >= 0).all(axis=None)
    assert total["outside"] + sum(total["met"].values()) == pytest.approx(total["demand"], rel=1e-9)


@pytest.mark.parametrize("key", CATALOGUE.resources)
def test_met_and_used_are_equal_in_every_unit_of_a_rung(prepared: PreparedFragments, key: str) -> None:
    circulation = assess(prepared, key, CATALOGUE).circulation
    for scale, labels in circulation.ladder.rungs.items():
        sums = labels.sums(np.column_stack([circulation.met[scale], circulation.used[scale]]))
        np.testing.assert_allclose(sums[:, 0], sums[:, 1], rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("key", [k for k, r in CATALOGUE.resources.items() if r.perspective == "demand"])
def test_the_cases_lie_in_order(prepared: PreparedFragments, key: str) -> None:
    met = {}
    for case in CASES:
        total = totals(assess(prepared, key, CATALOGUE, Settings(case=case)), prepared)
        met[case] = sum(total["met"].values()) / total["demand"]
    assert met["low"] <= met["central"] <= met["high"]


def test_rice_is_unknown_in_the_lowland_and_water_is_not(prepared: PreparedFragments) -> None:
    rice = unit_table(assess(prepared, "rice", CATALOGUE), prepared, "basin")
    assert rice.loc[LOWLAND, "unknown_share"] == pytest.approx(1)
    assert rice.loc[LOWLAND, "closing_scale"] == "no_data"
    assert rice.loc["83031", "unknown_share"] < 0.05
    water = unit_table(assess(prepared, "water", CATALOGUE), prepared, "basin")
    assert (water["unknown_share"] == 0).all()


def test_the_halo_stands_beside_the_basin(prepared: PreparedFragments) -> None:
    water = unit_table(assess(prepared, "water", CATALOGUE), prepared, "basin")
    # 鶴見川 goes on into Tokyo (Machida).
    assert water.loc["83031", "halo_demand"] > 1e7
    assert not water.loc["83031", "is_single_municipality"]


@pytest.mark.parametrize(
    ("key", "side", "low", "high"),
    [
        # 4.2 million households × 4,175 kWh.
        ("household_electricity", "demand", 16e6, 19e6),
        # 69 TWh: near the prefecture's share of the nation's 900 TWh.
        ("electricity", "demand", 60e6, 80e6),
        # 9.24 million people at 331 L a day.
        ("water", "demand", 1.0e9, 1.2e9),
        # About 2,400 km² × 1 m of runoff × 0.29.
        ("water", "supply", 0.6e9, 1.0e9),
        # About 990 km² of forest × 270 m³ × 0.225.
        ("timber", "supply", 50e3, 70e3),
        ("timber", "demand", 5.8e6, 6.2e6),
        ("rice", "demand", 5.3e5, 5.7e5),
        ("rice", "supply", 1.0e4, 3.5e4),
        # Household food waste of half a million tonnes, half of it collected, a third left.
        ("compost", "supply", 7e4, 1.1e5),
    ],
)
def test_magnitudes(prepared: PreparedFragments, key: str, side: str, low: float, high: float) -> None:
    assert low <= totals(assess(prepared, key, CATALOGUE), prepared)[side] <= high


def test_the_embedded_rasters_are_the_catalogues_central_amounts(kanagawa: Dataset) -> None:
    for potential in CATALOGUE.potentials.values():
        raster = read_potential(kanagawa.raster_path(potential.key))
        amounts = potential_amounts(pd.DataFrame(kanagawa.cells), potential, CATALOGUE)
        assert np.nansum(raster.values) == pytest.approx(np.nansum(amounts), rel=1e-6)
        assert np.isfinite(raster.values).sum() == np.isfinite(amounts).sum()
        assert raster.unit == potential.unit
