"""Allocations whose flows are worked out by hand, what they are filed under, and the fitting scale."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from geo.allocation import allocate_resource, distance_quantile_km, fitting, flows_between
from geo.assessment import assess
from geo.catalogue_reading import read_catalogue
from geo.dataset import LOWLAND
from geo.errors import InputError
from geo.haul_nodes import nodes_of
from tests.geo.catalogue_world import CATALOGUE
from tests.geo.haul_world import STEP_KM, row_of_fragments

SMALL = read_catalogue(CATALOGUE)
# Logs: 8 m³/km² of forest (10 × 0.5 × 0.8) for 2 a person. a has 32 − 2 = 30 over, b lacks 20, c has 16 − 20 = −4.
PEOPLE = {"population": [1.0, 10.0, 10.0]}


def allocation(resource, *, catalogue=SMALL, by="community", detour=1.0, settings=None, **columns):
    fragments = row_of_fragments(**columns)
    nodes = nodes_of(fragments, by=by, detour=detour)
    return allocate_resource(assess(fragments, resource, catalogue, settings), nodes)


def told(found):
    """Return the flows as {(source, target): (amount, scale)}, communities by their letters."""
    names = found.nodes.community
    flows = found.flows
    rows = zip(names[flows.source], names[flows.target], flows.amount, found.scale, strict=True)
    return {(source, target): (pytest.approx(amount, rel=1e-9), scale) for source, target, amount, scale in rows}


def test_logs_by_hand():
    found = allocation("logs", forest_km2=[4.0, 0.0, 2.0], **PEOPLE)
    assert_allclose(found.supply, [16, 0, 8])
    assert_allclose(found.demand, [2, 20, 20])
    # a keeps 2 and gives b 14, one step away; c uses its own 8.
    assert told(found) == {
        ("a", "a"): (2.0, "community"),
        ("a", "b"): (14.0, "municipality"),
        ("c", "c"): (8.0, "community"),
    }
    assert_allclose(found.flows.distance_km, [0, STEP_KM, 0], rtol=1e-9)
    assert (found.resource, found.unit, found.perspective, found.reach_km) == ("logs", "m³", "demand", None)
    assert found.scales == ("community", "municipality", "basin", "prefecture")
    # 10 of 24 stay, 14 go one step: four fifths of the amount lie within one step, two fifths at home.
    assert distance_quantile_km(found, 0.8) == pytest.approx(STEP_KM)
    assert distance_quantile_km(found, 0.4) == 0.0
    assert distance_quantile_km(found, 1.0) == pytest.approx(STEP_KM)


def test_the_fitting_scale_by_hand():
    found = allocation("logs", forest_km2=[4.0, 0.0, 2.0], **PEOPLE)
    table = fitting(found, "community")
    assert table.index.to_list() == ["a", "b", "c"]
    assert_allclose(table["demand"], [2, 20, 20])
    assert_allclose(table["delivered_community"], [2, 0, 8])
    assert_allclose(table["delivered_municipality"], [0, 14, 0])
    assert_allclose(table["undelivered"], [0, 6, 12])
    assert_allclose(table["delivered_share"], [1, 0.7, 0.4])
    assert table["fitting_scale"].to_list() == ["community", "outside", "outside"]
    assert fitting(found, "community", threshold=0.7)["fitting_scale"].to_list() == [
        "community", "municipality", "outside",
    ]  # fmt: skip
    # m1 needs 22: 2 arrive within communities, 16 in all by the municipality, 0.727 of it.
    by_municipality = fitting(found, "municipality", threshold=0.72)
    assert by_municipality["fitting_scale"].to_list() == ["municipality", "outside"]
    assert_allclose(by_municipality["delivered_share"], [16 / 22, 0.4])
    assert fitting(found, "prefecture", threshold=0.5)["fitting_scale"].to_list() == ["municipality"]


def test_flows_between_units_keep_their_scales_apart():
    found = allocation("logs", forest_km2=[4.0, 0.0, 2.0], **PEOPLE)
    table = flows_between(found, "municipality")
    rows = table[["source", "target", "scale"]].to_numpy().tolist()
    assert rows == [["m1", "m1", "community"], ["m1", "m1", "municipality"], ["m2", "m2", "community"]]
    assert_allclose(table["amount"], [2, 14, 8])
    assert_array_equal(table["delivered"], table["amount"])
    assert_allclose(table["distance_km"], [0, STEP_KM, 0], rtol=1e-9)
    whole = flows_between(found, "prefecture")
    assert whole["scale"].to_list() == ["community", "municipality"]
    assert_allclose(whole["amount"], [10, 14])


def test_sun_meets_its_share_at_its_time_and_the_rest_is_for_firm_supply():
    """Sun: 20, 0, 1 for 0.4 of each 10. The dam's 9 at c go to c's other 6, and 3 to b, the nearer of the two."""
    found = allocation("power", dam_mwh=[0.0, 0.0, 9.0])
    assert told(found) == {
        ("a", "a"): (4.0, "community"),
        ("a", "b"): (4.0, "municipality"),
        ("a", "c"): (3.0, "basin"),
        ("c", "b"): (3.0, "basin"),
        ("c", "c"): (7.0, "community"),
    }
    # The same without a dam: only sun, of which 9 finds nobody at its time.
    only_sun = allocation("power")
    assert only_sun.flows.amount.sum() == pytest.approx(12)
    assert_allclose(fitting(only_sun, "community")["undelivered"], [6, 6, 6])


def test_nothing_goes_beyond_the_reach():
    """Power is worth 100 yen and costs 4 a km: 25 km. Two steps are 22.3 km in a straight line, 26.7 by a detour."""
    near, far = allocation("power"), allocation("power", detour=1.2)
    assert near.reach_km == far.reach_km == 25
    assert told(near)["a", "c"] == (3.0, "basin")
    assert told(far) == {key: flow for key, flow in told(near).items() if key != ("a", "c")}


def test_perspective_of_supply():
    """Chips: 12, 0 and 6 look for a place; each community takes 10. a's last 2 go to b."""
    found = allocation("chips")
    table = fitting(found, "community")
    assert "demand" not in table
    assert_allclose(table["supply"], [12, 0, 6])
    assert table["fitting_scale"].to_list() == ["community", "no_supply", "community"]
    assert fitting(found, "community", threshold=0.9)["fitting_scale"].to_list() == [
        "municipality", "no_supply", "community",
    ]  # fmt: skip
    assert np.isnan(table["delivered_share"].to_numpy()).tolist() == [False, True, False]


def test_water_is_not_hauled():
    assert allocation("rain") is None


@pytest.mark.parametrize(
    ("columns", "scale"),
    [
        ({"municipality_code": ["m1", "m1", "m1"]}, "municipality"),
        ({}, "basin"),
        ({"river_system_code": ["r", "r", "s"]}, "prefecture"),
        # Land outside every basin is no basin that two places could share.
        ({"river_system_code": [LOWLAND] * 3}, "prefecture"),
        ({"river_system_code": ["r", "r", "s"], "prefecture_code": ["14", "14", "13"]}, "outside"),
    ],
)
def test_a_flow_is_filed_under_the_smallest_scale_that_holds_both_ends(columns, scale):
    """All of a's forest is needed at c."""
    found = allocation("logs", population=[0.0, 0.0, 10.0], forest_km2=[2.0, 0.0, 0.0], **columns)
    assert told(found) == {("a", "c"): (8.0, scale)}
    assert flows_between(found, "community")["scale"].to_list() == [scale]
    table = fitting(found, "community", threshold=0.4)
    assert table["fitting_scale"].to_list() == ["no_demand", "no_demand", scale]
    assert table.loc["c", f"delivered_{scale}"] == pytest.approx(8)
    assert table.loc["c", "delivered_share"] == pytest.approx(0.4)


def test_scales_without_a_unit_are_left_out():
    lowland = allocation("logs", river_system_code=[LOWLAND] * 3)
    assert lowland.scales == ("community", "municipality", "prefecture")
    towns = allocation("logs", by="municipality")
    assert towns.scales == ("municipality", "basin", "prefecture")
    assert "delivered_community" not in fitting(towns, "municipality")
    with pytest.raises(InputError) as caught:
        fitting(towns, "community")
    assert caught.value.key == "by"


def test_the_halo_neither_gives_nor_takes():
    found = allocation("logs", in_area=[True, True, False], **PEOPLE)
    assert len(found.supply) == 2
    assert found.flows.amount.sum() == pytest.approx(16)


def test_losses_on_the_way_count_where_they_arrive():
    """A hundredth is lost per km: of the 14 that a sends, 11.13 % are lost; from its own forest nothing is."""
    lossy = read_catalogue(CATALOGUE.replace("[resources.logs.factors.share]", "[resources.logs.reach]\nloss_per_km = 0.01\n\n[resources.logs.factors.share]"))  # fmt: skip # noqa: E501
    found = allocation("logs", catalogue=lossy, **PEOPLE)
    arrives = 1 - 0.01 * STEP_KM
    table = flows_between(found, "municipality")
    assert_allclose(table["amount"], [2, 14, 8], rtol=1e-8)
    assert_allclose(table["delivered"], [2, 14 * arrives, 8], rtol=1e-8)
    assert_allclose(fitting(found, "community")["delivered_share"], [1, 0.7 * arrives, 0.4], rtol=1e-8)


def test_nodes_of_another_table_are_refused():
    nodes = nodes_of(row_of_fragments(), detour=1.0)
    other = assess(pd.concat([row_of_fragments()] * 2), "logs", SMALL)
    with pytest.raises(InputError) as caught:
        allocate_resource(other, nodes)
    assert caught.value.key == "haul_nodes"


def test_no_flow_at_all():
    found = allocation("logs", forest_km2=[0.0, 0.0, 0.0])
    assert len(found.flows) == len(flows_between(found, "municipality")) == 0
    assert np.isnan(distance_quantile_km(found, 0.8))
    assert fitting(found, "community")["fitting_scale"].to_list() == ["outside"] * 3
