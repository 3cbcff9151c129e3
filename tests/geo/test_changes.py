"""Changes of a scenario: worlds worked out by hand, and what holds whatever is changed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.actuals import Actual
from geo.assessment import Assessment, Settings, assess
from geo.catalogue_reading import read_catalogue
from geo.changes import (
    LARGEST_AMOUNT,
    Change,
    FactorChange,
    IndicatorChange,
    Plant,
    changed,
    check_changes,
    plant_amounts,
    plants_of,
    relevant_changes,
    zones,
)
from geo.errors import InputError
from geo.prepared import prepare
from geo.terms import Catalogue
from geo.unit_figures import totals, unit_table
from layers.messages import LANGUAGES, error_text
from tests.geo.catalogue_world import CATALOGUE, world

RESOURCES = ("power", "home_power", "logs", "chips", "rain")
M1, M2 = ("m1",), ("m2",)


def with_halo() -> pd.DataFrame:
    """The world and a fourth fragment outside the area, in a municipality x of its own and the same river system."""
    beyond = {
        "mesh_code": "53391003",
        "community_code": "d",
        "municipality_code": "x",
        "prefecture_code": "13",
        "in_area": False,
        "population": 7.0,
        "forest_km2": 3.0,
    }
    table = world()
    return pd.concat([table, pd.DataFrame([{**table.iloc[2].to_dict(), **beyond}])], ignore_index=True)


def of(catalogue: Catalogue, resource: str, *changes: Change, table: pd.DataFrame | None = None) -> Assessment:
    return assess(world() if table is None else table, resource, catalogue, Settings(changes=changes))


def same(one: Assessment, other: Assessment) -> None:
    for name in ("supply", "demand", "variable", "time_mismatch", "unknown"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(one.circulation.outside, other.circulation.outside, rtol=1e-9, atol=1e-9)
    for scale, met in one.circulation.met.items():
        np.testing.assert_allclose(met, other.circulation.met[scale], rtol=1e-9, atol=1e-9, err_msg=scale)


def conserves(assessment: Assessment) -> None:
    circulation = assessment.circulation
    size = max(assessment.demand.max(), assessment.supply.max(), 1.0)
    close = {"rtol": 1e-9, "atol": 1e-9 * size}
    np.testing.assert_allclose(sum(circulation.met.values()) + circulation.outside, assessment.demand, **close)
    np.testing.assert_allclose(sum(circulation.used.values()) + circulation.surplus, assessment.supply, **close)
    np.testing.assert_allclose(
        sum(circulation.met.values()).sum(), sum(circulation.used.values()).sum(), rtol=1e-9, atol=1e-9 * size
    )
    for amounts in (*circulation.met.values(), *circulation.used.values(), circulation.outside, circulation.surplus):
        assert (amounts >= -1e-9 * size).all()
        assert np.isfinite(amounts).all()
    assert (assessment.variable <= assessment.supply + 1e-9 * size).all()
    assert (assessment.time_mismatch <= circulation.outside + 1e-9 * size).all()


def test_a_factor_in_one_municipality_by_hand(catalogue: Catalogue) -> None:
    """Logs: supply 4 × 10 × 0.5 × 0.8 = 16 at a, 8 at c; people need 2 each, in m1 now 1: demand 10, 10, 20.

    community: a 10, c 8; municipality m1: a gives b the 6 that it has over. b lacks 4, c 12.
    """
    result = of(catalogue, "logs", FactorChange("logs.use", 1.0, M1))
    np.testing.assert_allclose(result.supply, [16, 0, 8])
    np.testing.assert_allclose(result.demand, [10, 10, 20])
    np.testing.assert_allclose(result.circulation.met["community"], [10, 0, 8])
    np.testing.assert_allclose(result.circulation.met["municipality"], [0, 6, 0])
    np.testing.assert_allclose(result.circulation.outside, [0, 4, 12])
    # What is told as the value is that of the rest of the area.
    assert result.values["logs.use"] == 2


def test_a_local_factor_comes_on_top_of_one_of_the_whole_area(catalogue: Catalogue) -> None:
    local = Settings(factors=(("logs.use", 3.0),), changes=(FactorChange("logs.use", 1.0, M2),))
    np.testing.assert_allclose(assess(world(), "logs", catalogue, local).demand, [30, 30, 10])


@pytest.mark.parametrize("case", ["low", "central", "high"])
def test_a_local_factor_holds_in_every_case(catalogue: Catalogue, case: str) -> None:
    result = assess(world(), "logs", catalogue, Settings(case=case, changes=(FactorChange("logs.use", 7.0, M1),)))
    assert result.demand[:2].tolist() == [70, 70]
    assert result.demand[2] == {"low": 30, "central": 20, "high": 10}[case]


def test_of_two_changes_of_one_factor_the_later_holds(catalogue: Catalogue) -> None:
    both = FactorChange("logs.use", 1.0, ("m1", "m2")), FactorChange("logs.use", 3.0, M2)
    np.testing.assert_allclose(of(catalogue, "logs", *both).demand, [10, 10, 30])
    np.testing.assert_allclose(of(catalogue, "logs", *reversed(both)).demand, [10, 10, 10])


def test_an_overdrawn_pool_is_scaled_only_where_it_is_overdrawn(catalogue: Catalogue) -> None:
    """Logs take 0.9 of the forest in m1 and chips 0.3: 1.2 is too much, so there 0.9 / 1.2 = 0.75 of it are logs."""
    change = FactorChange("logs.share", 0.9, M1)
    np.testing.assert_allclose(of(catalogue, "logs", change).supply, [4 * 10 * 0.75 * 0.8, 0, 8])
    np.testing.assert_allclose(of(catalogue, "chips", change).supply, [4 * 10 * 0.25, 0, 2 * 10 * 0.3])


def test_the_share_met_in_its_time_may_be_local(catalogue: Catalogue) -> None:
    """Sun 20 at a and 1 at c; of 10 each sun may meet 8 in m1, 4 in m2: a 8, b 8 of a's 12 over, c 1 and then 3."""
    result = of(catalogue, "power", FactorChange("power.in_time", 0.8, M1))
    assert np.asarray(result.at_its_time).tolist() == [0.8, 0.8, 0.4]
    np.testing.assert_allclose(result.circulation.met["community"], [8, 0, 1])
    np.testing.assert_allclose(result.circulation.met["municipality"], [0, 8, 0])
    np.testing.assert_allclose(result.circulation.met["basin"], [0, 0, 3])


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    ("factor", "value"),
    [
        ("logs.use", 0.5),
        ("shared.growth", 17.0),
        ("logs.share", 0.95),
        ("power.in_time", 0.9),
        ("rain.evaporation", 70),
    ],
)
def test_a_factor_in_all_municipalities_is_that_of_the_whole_area(
    catalogue: Catalogue, resource: str, factor: str, value: float
) -> None:
    whole = assess(world(), resource, catalogue, Settings(factors=((factor, value),)))
    same(of(catalogue, resource, FactorChange(factor, value, ("m1", "m2"))), whole)
    same(of(catalogue, resource, FactorChange(factor, value, M1), FactorChange(factor, value, M2)), whole)


def test_the_halo_keeps_its_factors_and_follows_indicators_of_the_whole(catalogue: Catalogue) -> None:
    table = with_halo()
    local = of(catalogue, "logs", FactorChange("logs.use", 1.0, ("m1", "m2")), table=table)
    np.testing.assert_allclose(local.demand, [10, 10, 10, 14])
    whole = of(catalogue, "logs", IndicatorChange("population", "times", 2.0), table=table)
    np.testing.assert_allclose(whole.demand, [40, 40, 40, 28])
    some = of(catalogue, "logs", IndicatorChange("population", "times", 2.0, ("m1", "m2")), table=table)
    np.testing.assert_allclose(some.demand, [40, 40, 40, 14])
    # Part of a municipality may itself lie in the halo.
    cut = table.assign(municipality_code=["m1", "m1", "m2", "m2"])
    np.testing.assert_allclose(of(catalogue, "logs", FactorChange("logs.use", 1.0, M2), table=cut).demand[2:], [10, 14])
    half = IndicatorChange("population", "total", 5.0, M2)
    np.testing.assert_allclose(of(catalogue, "logs", half, table=cut).demand[2:], [10, 14])


def test_an_indicator_becomes_the_total_that_is_said(catalogue: Catalogue) -> None:
    table = world(population=[10.0, 30.0, 5.0])
    prepared = prepare(table)
    people = changed(prepared, [IndicatorChange("population", "total", 12.0, M1)]).columns["population"]
    assert people.tolist() == [3.0, 9.0, 5.0]
    # Later changes start from what the earlier made.
    twice = [IndicatorChange("population", "total", 12.0, M1), IndicatorChange("population", "times", 0.5)]
    assert changed(prepared, twice).columns["population"].tolist() == [1.5, 4.5, 2.5]
    assert prepared.columns["population"].tolist() == [10.0, 30.0, 5.0]


def test_a_total_where_there_was_nothing_is_spread_by_area() -> None:
    table = world(population=[0.0, np.nan, 5.0], area_km2=[1.0, 3.0, 2.0])
    made = changed(prepare(table), [IndicatorChange("population", "total", 8.0, M1)]).columns["population"]
    assert made.tolist() == [2.0, 6.0, 5.0]


def test_unknown_stays_unknown_under_times_and_beside_what_is_known() -> None:
    table = world(forest_km2=[4.0, np.nan, 2.0])
    for change in (IndicatorChange("forest_km2", "times", 3.0), IndicatorChange("forest_km2", "total", 12.0, M1)):
        made = changed(prepare(table), [change]).columns["forest_km2"]
        assert made[0] == 12
        assert np.isnan(made[1])


def test_an_indicator_s_own_range_goes_with_it() -> None:
    table = world(forest_km2_low=[2.0, 0.0, 1.0], forest_km2_high=[8.0, 0.0, 4.0])
    made = changed(prepare(table), [IndicatorChange("forest_km2", "total", 6.0, M1)]).columns
    assert [made[f"forest_km2{end}"][0] for end in ("_low", "", "_high")] == [3, 6, 12]
    assert made["forest_km2_low"][2] == 1


def test_population_is_exact_in_every_municipality(catalogue: Catalogue) -> None:
    table = world(population=[0.1, 0.2, 0.7])
    wanted = {"m1": 12345.678, "m2": 0.3}
    changes = [IndicatorChange("population", "total", value, (code,)) for code, value in wanted.items()]
    people = changed(prepare(table), changes).columns["population"]
    assert people[:2].sum() == pytest.approx(wanted["m1"], rel=1e-15)
    assert people[2] == pytest.approx(wanted["m2"], rel=1e-15)


def test_a_plant_by_hand(catalogue: Catalogue) -> None:
    """A dam of 9 MWh at b: demand 10 each, sun 20 at a, of which 4 each may be met in time.

    The sun gives a 4, b 4 (municipality) and c 1 + 3; the dam gives b, of what is still open after the sun, 6 at home
    and a the 3 left over. c lacks 6.
    """
    plant = Plant("ダム", "power", "supply", 9.0, "53391001", "m1")
    result = of(catalogue, "power", plant)
    np.testing.assert_allclose(result.supply, [20, 9, 1])
    np.testing.assert_allclose(result.variable, [20, 0, 1])
    np.testing.assert_allclose(result.circulation.met["community"], [4, 6, 1])
    np.testing.assert_allclose(result.circulation.met["municipality"], [3, 4, 0])
    np.testing.assert_allclose(result.circulation.outside, [3, 0, 6])


def test_a_plant_counts_for_views_of_its_resource_and_once(catalogue: Catalogue) -> None:
    plant = Plant("風車", "power", "supply", 9.0, "53391001", "m1", variable=True)
    needs = Plant("工場", "power", "demand", 5.0, "53391002", "m2")
    power = of(catalogue, "power", plant, needs)
    assert power.supply.sum() == of(catalogue, "power").supply.sum() + 9
    assert power.variable.tolist() == [20, 9, 1]
    assert power.demand.tolist() == [10, 10, 15]
    home = of(catalogue, "home_power", plant, needs)
    assert home.supply.tolist() == power.supply.tolist()
    # A factory's need is none of the households'.
    assert home.demand.tolist() == of(catalogue, "home_power").demand.tolist()
    for other in ("logs", "chips", "rain"):
        same(of(catalogue, other, plant, needs), of(catalogue, other))


def test_two_plants_alike_are_two(catalogue: Catalogue) -> None:
    plant = Plant("x", "logs", "supply", 3.0, "53391000", "m1")
    assert of(catalogue, "logs", plant, plant).supply[0] == 16 + 6


def test_a_plant_is_spread_over_its_cell_within_its_municipality_by_area() -> None:
    table = world(area_km2=[1.0, 3.0, 2.0], mesh_code=["53391000"] * 3)
    firm, variable = plant_amounts([Plant("x", "logs", "supply", 8.0, "53391000", "m1")], "supply", prepare(table))
    assert firm.tolist() == [2, 6, 0]
    assert not variable.any()
    empty = world(area_km2=[0.0, 0.0, 2.0], mesh_code=["53391000"] * 3)
    firm, _ = plant_amounts([Plant("x", "logs", "supply", 8.0, "53391000", "m1")], "supply", prepare(empty))
    assert firm.tolist() == [4, 4, 0]


def test_measured_values_move_as_their_estimate_does_and_plants_come_on_top(catalogue: Catalogue) -> None:
    """Measured: m1 needs 60 logs in place of 40. Half the people: 30, of which a and b had 15 each. A plant adds 4."""
    measured = (Actual("m1", "logs", "demand", 60.0, "m³", 2020, "x"),)
    half = IndicatorChange("population", "times", 0.5, M1)
    plant = Plant("x", "logs", "demand", 4.0, "53391000", "m1")
    result = assess(world(), "logs", catalogue, Settings(actuals=measured, changes=(half, plant)))
    np.testing.assert_allclose(result.demand, [15 + 4, 15, 20])
    np.testing.assert_allclose(result.supply, [16, 0, 8])


def test_zones_part_the_fragments(catalogue: Catalogue) -> None:
    prepared = prepare(with_halo())
    found = zones(prepared, [FactorChange("logs.use", 1.0, M1), FactorChange("logs.loss", 0.1, M2)], {"logs.use": 3.0})
    assert np.sum([zone.rows for zone in found], axis=0).tolist() == [1, 1, 1, 1]
    assert [dict(zone.factors) for zone in found] == [
        {"logs.use": 3.0},
        {"logs.use": 1.0},
        {"logs.use": 3.0, "logs.loss": 0.1},
    ]
    assert found[0].rows.tolist() == [False, False, False, True]
    one = zones(prepared, [], {"logs.use": 3.0})
    assert len(one) == 1
    assert one[0].rows.all()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (FactorChange("logs.use", 1.0, ()), "change_municipality"),
        (FactorChange("logs.use", 1.0, ("m9",)), "change_municipality"),
        (FactorChange("logs.use", 1.0, ("x",)), "change_municipality"),
        (FactorChange("logs.uses", 1.0, M1), "factor_unknown"),
        (FactorChange("logs.use", -1.0, M1), "factor_value"),
        (FactorChange("logs.share", 1.1, M1), "factor_value"),
        (FactorChange("shared.per_household", 0.0, M1), "factor_value"),
        (FactorChange("logs.use", np.nan, M1), "factor_value"),
        (IndicatorChange("people", "times", 1.0), "change_column"),
        (IndicatorChange("area_km2", "times", 1.0), "change_column"),
        (IndicatorChange("population", "plus", 1.0), "change_value"),
        (IndicatorChange("population", "times", -1.0), "change_value"),
        (IndicatorChange("population", "times", np.inf), "change_value"),
        (IndicatorChange("population", "times", 10.1), "change_value"),
        (IndicatorChange("population", "total", LARGEST_AMOUNT * 10, M1), "change_value"),
        (IndicatorChange("population", "total", 5.0), "change_municipality"),
        (IndicatorChange("population", "total", 5.0, ("m1", "m2")), "change_municipality"),
        (IndicatorChange("population", "times", 5.0, ("m9",)), "change_municipality"),
        (Plant("x", "gold", "supply", 1.0, "53391000", "m1"), "resource_unknown"),
        (Plant("x", "home_power", "supply", 1.0, "53391000", "m1"), "change_plant"),
        (Plant("x", "logs", "installed", 1.0, "53391000", "m1"), "change_plant"),
        (Plant("x", "logs", "supply", -1.0, "53391000", "m1"), "change_plant"),
        (Plant("x", "logs", "supply", np.nan, "53391000", "m1"), "change_plant"),
        (Plant("x", "logs", "supply", 1.0, "53391000", "m2"), "change_plant"),
        (Plant("x", "logs", "supply", 1.0, "99999999", "m1"), "change_plant"),
        (Plant("x", "logs", "supply", 1.0, "53391003", "x"), "change_plant"),
        (Plant("x", "logs", "supply", 1.0, "53391000", "m1", variable=True), "change_plant"),
        (Plant("x", "power", "demand", 1.0, "53391000", "m1", variable=True), "change_plant"),
    ],
)
def test_changes_that_cannot_be_are_refused(catalogue: Catalogue, change: Change, key: str) -> None:
    table = with_halo()
    with pytest.raises(InputError) as caught:
        check_changes([change], prepare(table), catalogue)
    assert caught.value.key == key
    assert all(error_text(caught.value, lang) != str(caught.value) for lang in LANGUAGES)
    with pytest.raises(InputError):
        assess(table, "rain", catalogue, Settings(changes=(change,)))


FACTORS = {
    "logs.use": (0.0, 9.0),
    "logs.share": (0.0, 1.0),
    "chips.share": (0.0, 1.0),
    "logs.loss": (0.0, 1.0),
    "shared.growth": (0.0, 50.0),
    "shared.per_household": (0.5, 5.0),
    "power.in_time": (0.0, 1.0),
    "power.panel": (0.0, 9.0),
    "rain.evaporation": (0.0, 2000.0),
}
towns = st.sampled_from([M1, M2, ("m1", "m2")])


def numbers(least: float, most: float) -> st.SearchStrategy[float]:
    """Numbers as a person writes them: six decimals at most."""
    return st.floats(least, most, allow_subnormal=False).map(lambda value: round(value, 6))


@st.composite
def factor_changes(draw: st.DrawFn) -> FactorChange:
    key = draw(st.sampled_from(sorted(FACTORS)))
    return FactorChange(key, draw(numbers(*FACTORS[key])), draw(towns))


indicator_changes = st.one_of(
    st.builds(
        IndicatorChange,
        st.sampled_from(["population", "forest_km2", "built_km2"]),
        st.just("times"),
        numbers(0, 10),
        st.sampled_from([(), M1, M2]),
    ),
    st.builds(
        IndicatorChange,
        st.sampled_from(["population", "forest_km2", "built_km2"]),
        st.just("total"),
        numbers(0, 1e6),
        st.sampled_from([M1, M2]),
    ),
)
plants = st.one_of(
    st.builds(
        Plant,
        st.just("x"),
        st.sampled_from(["power", "logs", "chips", "rain"]),
        st.sampled_from(["supply", "demand"]),
        numbers(0, 1e6),
        st.sampled_from(["53391000", "53391001"]),
        st.just("m1"),
    ),
    st.builds(
        Plant,
        st.just("y"),
        st.just("power"),
        st.just("supply"),
        numbers(0, 1e6),
        st.just("53391002"),
        st.just("m2"),
        st.just(True),
    ),
)
any_changes = st.lists(st.one_of(factor_changes(), indicator_changes, plants), max_size=6).map(tuple)
TABLES = {"area": world(), "halo": with_halo(), "gaps": with_halo().assign(forest_km2=[np.nan, 0.0, 2.0, np.nan])}


@settings(deadline=None, max_examples=80)
@given(changes=any_changes, resource=st.sampled_from(RESOURCES), table=st.sampled_from(sorted(TABLES)))
def test_whatever_changes_every_fragment_s_amounts_add_up(changes, resource, table) -> None:
    fragments, catalogue = TABLES[table], read_catalogue(CATALOGUE)
    result = assess(fragments, resource, catalogue, Settings(changes=changes))
    conserves(result)
    whole = totals(result, fragments)
    for by in ("community", "municipality", "basin", "prefecture"):
        units = unit_table(result, fragments, by)
        assert units["demand"].sum() == pytest.approx(whole["demand"], rel=1e-9)
        assert units["supply"].sum() == pytest.approx(whole["supply"], rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(changes=any_changes, resource=st.sampled_from(RESOURCES))
def test_a_change_that_cannot_move_a_resource_is_rightly_left_out(changes, resource) -> None:
    catalogue = read_catalogue(CATALOGUE)
    left = relevant_changes(changes, catalogue, catalogue.resources[resource])
    same(
        assess(TABLES["halo"], resource, catalogue, Settings(changes=left)),
        assess(TABLES["halo"], resource, catalogue, Settings(changes=changes)),
    )


@settings(deadline=None, max_examples=60)
@given(changes=any_changes, resource=st.sampled_from(RESOURCES))
def test_plants_add_their_amounts_exactly_once(changes, resource) -> None:
    catalogue = read_catalogue(CATALOGUE)
    found = catalogue.resources[resource]
    without = tuple(change for change in changes if not isinstance(change, Plant))
    before = assess(TABLES["halo"], resource, catalogue, Settings(changes=without))
    after = assess(TABLES["halo"], resource, catalogue, Settings(changes=changes))
    added = {
        side: sum(plant.amount_per_year for plant in plants_of(changes, found) if plant.side == side)
        for side in ("supply", "demand")
    }
    assert after.supply.sum() - before.supply.sum() == pytest.approx(added["supply"], rel=1e-9, abs=1e-6)
    assert after.demand.sum() - before.demand.sum() == pytest.approx(added["demand"], rel=1e-9, abs=1e-6)
    # Nothing new stands in the halo.
    assert after.supply[3] == before.supply[3]
    assert after.demand[3] == before.demand[3]


@settings(deadline=None, max_examples=40)
@given(changes=any_changes, order=st.permutations(range(4)), resource=st.sampled_from(RESOURCES))
def test_the_order_of_the_fragments_does_not_matter(changes, order, resource) -> None:
    catalogue, table = read_catalogue(CATALOGUE), TABLES["halo"]
    straight = assess(table, resource, catalogue, Settings(changes=changes))
    turned = assess(table.iloc[list(order)].reset_index(drop=True), resource, catalogue, Settings(changes=changes))
    np.testing.assert_allclose(straight.supply[list(order)], turned.supply, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        straight.circulation.outside[list(order)], turned.circulation.outside, rtol=1e-7, atol=1e-6
    )


@settings(deadline=None, max_examples=40)
@given(changes=any_changes, resource=st.sampled_from(RESOURCES))
def test_other_municipalities_estimates_are_left_alone(changes, resource) -> None:
    catalogue, table = read_catalogue(CATALOGUE), TABLES["halo"]
    here = tuple(
        change
        for change in changes
        if (change.municipality == "m1" if isinstance(change, Plant) else change.municipalities == M1)
    )
    result = assess(table, resource, catalogue, Settings(changes=here))
    before = assess(table, resource, catalogue, Settings())
    np.testing.assert_allclose(result.supply[2:], before.supply[2:], rtol=1e-12)
    np.testing.assert_allclose(result.demand[2:], before.demand[2:], rtol=1e-12)


@pytest.mark.parametrize("resource", RESOURCES)
def test_no_changes_change_nothing(catalogue: Catalogue, resource: str) -> None:
    prepared = prepare(with_halo())
    assert changed(prepared, ()) is prepared
    plain = assess(prepared, resource, catalogue, Settings())
    same(assess(prepared, resource, catalogue, Settings(changes=())), plain)
    idle = (
        IndicatorChange("population", "times", 1.0),
        Plant("x", "power", "supply", 0.0, "53391000", "m1"),
        FactorChange("logs.use", 2.0, M1),
    )
    same(assess(prepared, resource, catalogue, Settings(changes=idle)), plain)


def test_labels_ladders_and_areas_are_those_of_before(catalogue: Catalogue) -> None:
    prepared = prepare(with_halo())
    made = changed(prepared, [IndicatorChange("population", "times", 2.0)])
    assert made.ladders is prepared.ladders
    assert made.columns["area_km2"] is prepared.columns["area_km2"]
    assert replace(Settings(), changes=(FactorChange("logs.use", 1.0, M1),)) != Settings()


def test_a_shared_factor_under_its_resource_s_name_counts_or_is_refused(catalogue: Catalogue) -> None:
    change = FactorChange("logs.growth", 20.0, M1)
    try:
        check_changes([change], prepare(world()), catalogue)
    except InputError:
        return
    assert of(catalogue, "logs", change).supply.tolist() == [32, 0, 8]


def test_an_end_of_a_range_is_not_changed_on_its_own(catalogue: Catalogue) -> None:
    table = world(forest_km2_low=[2.0, 0.0, 1.0], forest_km2_high=[8.0, 0.0, 4.0])
    with pytest.raises(InputError):
        check_changes([IndicatorChange("forest_km2_low", "times", 10.0)], prepare(table), catalogue)


def test_a_total_stands_where_there_is_no_area_to_spread_it_by() -> None:
    table = world(population=[0.0, 0.0, 5.0], area_km2=[0.0, 0.0, 2.0])
    with np.errstate(invalid="ignore"):
        made = changed(prepare(table), [IndicatorChange("population", "total", 8.0, M1)]).columns["population"]
    assert made[:2].sum() == 8


def test_what_a_scenario_makes_known_is_known_beside_measured_values(catalogue: Catalogue) -> None:
    table = world(forest_km2=[np.nan, np.nan, 2.0])
    made = (IndicatorChange("forest_km2", "total", 5.0, M1),)
    measured = (Actual("m2", "logs", "supply", 3.0, "m³", 2020, "x"),)
    result = assess(table, "logs", catalogue, Settings(changes=made, actuals=measured))
    assert result.supply[:2].sum() == pytest.approx(5 * 10 * 0.5 * 0.8)
    assert result.unknown.tolist() == [0, 0, 0]
