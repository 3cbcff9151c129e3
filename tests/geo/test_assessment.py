"""Assessment in worlds of a few fragments, every figure worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.assessment import Assessment, Settings, assess, assess_cases, circulate_in_time
from geo.coded_ladder import code_ladder
from geo.errors import InputError
from geo.ladder import ladder_labels
from geo.terms import Catalogue
from geo.unit_figures import totals, unit_table
from tests.geo.catalogue_world import world


def shares_add_up(assessment: Assessment) -> None:
    circulation = assessment.circulation
    np.testing.assert_allclose(sum(circulation.met.values()) + circulation.outside, assessment.demand)
    np.testing.assert_allclose(sum(circulation.used.values()) + circulation.surplus, assessment.supply)
    assert (assessment.time_mismatch <= circulation.outside + 1e-9).all()


def test_sun_first_in_its_time_then_the_firm_supply(catalogue: Catalogue) -> None:
    """The world of time, by hand.

    Demand 10 each, of which sun may meet 4. Sun: a 20, b 0, c 1; dam: b 2.
    community: a takes 4 of its own sun, c 1, b its dam's 2; municipality m1: a's sun gives b 4; basin: a's sun gives
    c the 3 that its part still lacks. Left: a 6, b 10 − 4 − 2 = 4, c 6 outside; a has 9 of sun left over. Did time
    not matter, a would take 6 of it and b 3: 9 are out of time.
    """
    result = assess(world(dam_mwh=[0.0, 2.0, 0.0]), "power", catalogue)
    circulation = result.circulation
    np.testing.assert_allclose(circulation.met["community"], [4, 2, 1])
    np.testing.assert_allclose(circulation.met["municipality"], [0, 4, 0])
    np.testing.assert_allclose(circulation.met["basin"], [0, 0, 3])
    np.testing.assert_allclose(circulation.met["prefecture"], 0)
    np.testing.assert_allclose(circulation.used["community"], [4, 2, 1])
    np.testing.assert_allclose(circulation.used["municipality"], [4, 0, 0])
    np.testing.assert_allclose(circulation.used["basin"], [3, 0, 0])
    np.testing.assert_allclose(circulation.outside, [6, 4, 6])
    np.testing.assert_allclose(circulation.surplus, [9, 0, 0])
    np.testing.assert_allclose(result.time_mismatch, [6, 3, 0])
    shares_add_up(result)
    assert totals(result, world()) == {
        "supply": 23,
        "demand": 30,
        "met": {"community": 7, "municipality": 4, "basin": 3, "prefecture": 0},
        "used": {"community": 7, "municipality": 4, "basin": 3, "prefecture": 0},
        "outside": 16,
        "time_mismatch": 9,
        "surplus": 9,
    }


def test_sun_alone_names_no_scale_at_the_default_threshold(catalogue: Catalogue) -> None:
    table = world(built_km2=[1e6, 1e6, 1e6])
    result = assess(table, "power", catalogue)
    assert set(unit_table(result, table, "municipality")["closing_scale"]) == {"outside"}
    np.testing.assert_allclose(result.time_mismatch, 6)
    at_0_4 = assess(table, "power", catalogue, Settings(threshold=0.4))
    assert set(unit_table(at_0_4, table, "municipality")["closing_scale"]) == {"community"}


def test_without_sun_there_is_no_mismatch(catalogue: Catalogue) -> None:
    result = assess(world(built_km2=[0.0] * 3, dam_mwh=[2.0, 0, 0]), "power", catalogue)
    assert not result.time_mismatch.any()
    np.testing.assert_allclose(result.circulation.outside, [8, 10, 10])


def test_water_is_not_netted_over_a_divide(catalogue: Catalogue) -> None:
    """Rain on a alone, b of the same municipality beyond the divide: b is served at the prefecture only."""
    table = world(precipitation_mm=[1600.0, 0, 0], river_system_code=["r", "s", "s"], population=[1000.0, 1000, 0])
    result = assess(table.assign(river_system_code=["r", "s", "s"]), "rain", catalogue)
    assert list(result.circulation.met) == ["municipality", "basin", "prefecture"]
    np.testing.assert_allclose(result.circulation.met["municipality"], [100_000, 0, 0])
    np.testing.assert_allclose(result.circulation.met["basin"], 0)
    np.testing.assert_allclose(result.circulation.met["prefecture"], [0, 100_000, 0])
    rows = unit_table(result, table, "municipality")
    assert "met_community" not in rows
    assert rows["closing_scale"].tolist() == ["prefecture", "no_demand"]
    assert np.isnan(rows.loc["m2", "self_sufficiency"])


def test_without_basins_water_goes_from_municipality_to_prefecture(catalogue: Catalogue) -> None:
    """The same rain where no divide is known: a's municipality serves b, and another prefecture serves nobody."""
    towns = {"municipality_code": ["m1", "m1", "m2"], "prefecture_code": ["14", "14", "22"]}
    table = world(precipitation_mm=[1600.0, 0, 0], population=[500.0, 500, 1000]).assign(river_system_code="", **towns)
    result = assess(table, "rain", catalogue)
    assert list(result.circulation.met) == ["municipality", "prefecture"]
    np.testing.assert_allclose(result.circulation.met["municipality"], [50_000, 50_000, 0])
    np.testing.assert_allclose(result.circulation.outside, [0, 0, 100_000])
    rows = unit_table(result, table, "municipality")
    assert rows["closing_scale"].tolist() == ["municipality", "outside"]
    assert not {"met_basin", "used_basin"} & set(rows)
    assert unit_table(result, table, "prefecture").index.tolist() == ["14", "22"]
    assert unit_table(result, table, "basin").empty
    shares_add_up(result)


def test_nothing_given_is_changed(catalogue: Catalogue) -> None:
    table = world(dam_mwh=[0.0, 2.0, np.nan])
    before = table.copy()
    for key in catalogue.resources:
        unit_table(assess(table, key, catalogue), table, "municipality")
    pd.testing.assert_frame_equal(table, before)


def test_the_cases_and_a_setting_on_top(catalogue: Catalogue) -> None:
    results = assess_cases(world(), "logs", catalogue, Settings(factors=(("logs.use", 1.5),)))
    assert list(results) == ["low", "central", "high"]
    assert [result.demand[0] for result in results.values()] == [15, 15, 15]
    # 4 km² × 5 × 0.2 × 0.5; × 10 × 0.5 × 0.8; × 20 × 0.5 (scaled from 0.9) × 0.9.
    assert [result.supply[0] for result in results.values()] == pytest.approx([2, 16, 36])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(case="worst"), "low, central, high"),
        (Settings(threshold=0.0), "over 0"),
        (Settings(threshold=1.1), "up to 1"),
        (Settings(threshold=float("nan")), "nan"),
        (Settings(factors=(("logs.nothing", 1.0),)), "logs.nothing"),
    ],
)
def test_settings_that_cannot_be_are_refused(catalogue: Catalogue, settings: Settings, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        assess(world(), "logs", catalogue, settings)


def test_a_table_that_cannot_be_used_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(InputError, match="in_area"):
        assess(world().drop(columns="in_area"), "logs", catalogue)
    with pytest.raises(InputError, match="'in_area': expected true or false"):
        assess(world().assign(in_area="yes"), "logs", catalogue)
    for area in (np.nan, np.inf, -1.0, "wide"):
        with pytest.raises(InputError, match="'area_km2': expected finite"):
            assess(world().assign(area_km2=area), "logs", catalogue)
    with pytest.raises(InputError, match="at least one row"):
        assess(world().iloc[:0], "logs", catalogue)


@given(
    amounts=st.lists(st.tuples(*[st.floats(0, 1e6)] * 3), min_size=3, max_size=3),
    at_its_time=st.floats(0, 1),
)
def test_time_keeps_every_amount(amounts: list[tuple[float, float, float]], at_its_time: float) -> None:
    firm, variable, demand = (np.array(column) for column in zip(*amounts, strict=True))
    ladder = code_ladder(ladder_labels(world(), "default"))
    circulation, mismatch = circulate_in_time(firm, variable, demand, ladder, at_its_time=at_its_time)
    met, used = sum(circulation.met.values()), sum(circulation.used.values())
    np.testing.assert_allclose(met + circulation.outside, demand, atol=1e-6)
    np.testing.assert_allclose(used + circulation.surplus, firm + variable, atol=1e-6)
    assert (mismatch <= circulation.outside + 1e-6).all()
    assert min(met.min(), used.min(), mismatch.min(), circulation.surplus.min(), circulation.outside.min()) >= 0
    # Sun and wind never meet more than their share, whatever the firm supply.
    assert met.sum() <= firm.sum() + at_its_time * demand.sum() + 1e-6
    for scale, labels in ladder.rungs.items():
        both = labels.sums(np.column_stack([circulation.met[scale], circulation.used[scale]]))
        np.testing.assert_allclose(both[:, 0], both[:, 1], atol=1e-6)
