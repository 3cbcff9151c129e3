"""Draws of supply and demand, each held against an assessment with the drawn values set by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.actuals import Actual
from geo.assessment import Settings, assess
from geo.changes import FactorChange, IndicatorChange, Plant
from geo.dataset import open_whole
from geo.drawn_netting import unit_sums
from geo.drawn_sides import drawn_sides
from geo.draws import Sample
from geo.factor_uses import bearing_factors
from geo.prepared import PreparedFragments, prepare
from geo.resources import load_catalogue
from geo.terms import Catalogue
from geo.unit_figures import unit_table
from tests.geo.catalogue_world import world

KANAGAWA = load_catalogue()
PARTITIONS = ("community", "municipality", "basin", "prefecture")
SAMPLE = Sample(1, seed=11)


@pytest.fixture(scope="module")
def kanagawa() -> pd.DataFrame:
    return pd.DataFrame(open_whole("kanagawa").fragments.drop(columns="geometry"))


def in_one_draw(fragments: pd.DataFrame, draw: int, sample: Sample = SAMPLE) -> PreparedFragments:
    """Return fragments whose columns with a range take their place in it in a draw, and have none any more."""
    moved = {}
    for name in fragments.columns:
        if f"{name}_low" in fragments:
            position = sample.of_column(name)[draw]
            end = fragments[f"{name}_{'high' if position > 0 else 'low'}"]
            moved[name] = fragments[name] + abs(position) * (end - fragments[name])
    ranges = [name for name in fragments.columns if name.endswith(("_low", "_high"))]
    return prepare(fragments.assign(**moved).drop(columns=ranges))


def agrees(
    fragments: pd.DataFrame, catalogue: Catalogue, key: str, by: str, settings: Settings, sample: Sample = SAMPLE
) -> None:
    """Hold every draw against an assessment with all factors set by hand to what the draw took."""
    prepared = prepare(fragments)
    resource = catalogue.resources[key]
    units, ladder = prepared.units(by), prepared.ladders[resource.ladder]
    sides = drawn_sides(prepared, resource, catalogue, settings, sample, units=units, ladder=ladder)
    steps, whole = unit_sums(sides, resource, sample)
    what, part = ("demand", "met") if resource.perspective == "demand" else ("supply", "used")
    for draw in range(sample.count):
        drawn = {name: float(sample.of_factor(catalogue.factors[name])[draw]) for name in catalogue.factors}
        held = {name: drawn[name] for name in bearing_factors(catalogue, resource)} | dict(settings.factors)
        by_hand = replace(settings, factors=tuple(held.items()))
        moved = in_one_draw(fragments, draw, sample)
        expected = unit_table(assess(moved, key, catalogue, by_hand), moved, by)
        largest = max(float(expected[what].max()), 1e-9)
        np.testing.assert_allclose(whole[:, draw], expected[what], rtol=1e-9, atol=1e-9 * largest)
        for scale, met in steps.items():
            np.testing.assert_allclose(met[:, draw], expected[f"{part}_{scale}"], rtol=1e-9, atol=1e-9 * largest)


@pytest.mark.parametrize("by", PARTITIONS)
@pytest.mark.parametrize("key", KANAGAWA.resources)
def test_every_draw_is_an_assessment(kanagawa: pd.DataFrame, key: str, by: str) -> None:
    agrees(kanagawa, KANAGAWA, key, by, Settings())


def test_summed_to_nodes_and_no_further(kanagawa: pd.DataFrame) -> None:
    prepared = prepare(kanagawa)
    units = prepared.units("municipality")
    count = {}
    for key in ("timber", "water"):
        resource = KANAGAWA.resources[key]
        ladder = prepared.ladders[resource.ladder]
        sides = drawn_sides(prepared, resource, KANAGAWA, Settings(), Sample(1), units=units, ladder=ladder)
        count[key] = len(sides.nodes)
    assert 1_000 < count["timber"] < 2_500
    assert count["water"] < 250


CHANGES = (
    FactorChange("logs.use", 1.5, ("m1",)),
    FactorChange("power.in_time", 0.9, ("m2",)),
    FactorChange("rain.evaporation", 700.0, ("m2",)),
    IndicatorChange("population", "times", 3.0, ("m2",)),
    IndicatorChange("forest_km2", "times", 2.0, ("m1",)),
    IndicatorChange("built_km2", "total", 9.0, ("m2",)),
    Plant("dam", "power", "supply", 5.0, "53391001", "m1"),
    Plant("mill", "logs", "demand", 7.0, "53391002", "m2"),
    Plant("roof", "power", "supply", 4.0, "53391000", "m1", variable=True),
)
ACTUALS = (
    Actual("m1", "logs", "supply", 33.0, "m³", 2020, "test"),
    Actual("m2", "logs", "demand", 5.0, "m³", 2020, "test"),
    Actual("m2", "power", "supply", 8.0, "MWh", 2020, "test"),
    Actual("m1", "power", "demand", 15.0, "MWh", 2020, "test"),
    Actual("m2", "rain", "supply", 900.0, "m³", 2020, "test"),
    Actual("m1", "chips", "supply", 4.0, "m³", 2020, "test"),
)


@pytest.mark.parametrize("actuals", [(), ACTUALS])
@pytest.mark.parametrize("changes", [(), CHANGES])
@pytest.mark.parametrize("by", PARTITIONS)
@pytest.mark.parametrize("key", ["power", "home_power", "logs", "chips", "rain"])
def test_measured_values_and_changes_hold_in_every_draw(
    catalogue: Catalogue, key: str, by: str, changes: tuple[object, ...], actuals: tuple[Actual, ...]
) -> None:
    fragments = world(
        dam_mwh=[0.0, 2.0, 0.0],
        built_km2=[10.0, 0.0, 0.0],
        forest_km2=[4.0, 0.0, np.nan],
        forest_km2_low=[3.0, 0.0, np.nan],
        forest_km2_high=[6.0, 1.0, np.nan],
        precipitation_mm=[1600.0, np.nan, 650.0],
    )
    settings = Settings(factors=(("power.use", 1.2),), changes=changes, actuals=actuals)  # type: ignore[arg-type]
    agrees(fragments, catalogue, key, by, settings, Sample(5))


def test_rain_that_exceeds_in_some_draws_only(catalogue: Catalogue) -> None:
    """Evaporation is drawn from 500 to 800 mm: 1,600 always exceed it, 450 never, 650 sometimes."""
    fragments = world(precipitation_mm=[1600.0, 450.0, 650.0])
    resource = catalogue.resources["rain"]
    sample = Sample(40)
    prepared = prepare(fragments)
    units, ladder = prepared.units("community"), prepared.ladders[resource.ladder]
    sides = drawn_sides(prepared, resource, catalogue, Settings(), sample, units=units, ladder=ladder)
    firm, variable = sides.amounts("supply", slice(0, 40))
    over = sample.of_factor(catalogue.factors["rain.evaporation"])
    order = sides.nodes.first.argsort()
    np.testing.assert_allclose(firm[order[0]], (1600 - over) * 1000)
    assert not firm[order[1]].any()
    np.testing.assert_allclose(firm[order[2]], np.maximum(650 - over, 0) * 2000)
    assert 0 < (firm[order[2]] > 0).sum() < 40
    assert not variable.any()
