"""An assessment's figures unit by unit, in worlds of a few fragments, every one worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.assessment import Settings, assess
from geo.basin_exchange import exchange_of_parts
from geo.errors import InputError
from geo.money import money_table
from geo.prepared import prepare
from geo.terms import CASES, Catalogue, Price
from geo.unit_figures import NO_DATA, totals, unit_table
from tests.geo.catalogue_world import world


def test_the_unit_table(catalogue: Catalogue) -> None:
    """Logs, by hand: supply 16, 0, 8 m³; demand 20 each.

    community: a 16, c 8. Nothing is left to give: a lacks 4, b 20, c 12.
    """
    table = unit_table(assess(world(), "logs", catalogue), world(), "municipality")
    assert table.index.tolist() == ["m1", "m2"]
    assert table.index.name == "code"
    m1 = table.loc["m1"]
    assert m1["supply"] == 16
    assert m1["demand"] == 40
    assert m1["self_sufficiency"] == 0.4
    assert m1["met_community"] == 16
    assert m1["outside"] == 24
    assert m1["met_from_inside"] == 16
    assert m1["met_from_other_units"] == 0
    assert m1["sent_out"] == 0
    assert m1["closing_scale"] == "outside"
    assert m1["unknown_share"] == 0


def test_inside_and_from_others_are_told_apart(catalogue: Catalogue) -> None:
    """Logs of a forest in a alone: supply 40, 0, 0; demand 20 each: a 20 at home, b 20 in m1, c 0."""
    table = world(forest_km2=[10.0, 0, 0])
    by_community = unit_table(assess(table, "logs", catalogue), table, "community")
    assert by_community["met_from_inside"].tolist() == pytest.approx([20, 0, 0])
    assert by_community["met_from_other_units"].tolist() == pytest.approx([0, 20, 0])
    assert by_community["sent_out"].tolist() == pytest.approx([20, 0, 0])
    assert by_community["closing_scale"].tolist() == ["community", "municipality", "outside"]
    by_municipality = unit_table(assess(table, "logs", catalogue), table, "municipality")
    assert by_municipality["met_from_inside"].tolist() == pytest.approx([40, 0])
    assert by_municipality["closing_scale"].tolist() == ["municipality", "outside"]


def test_the_perspective_of_supply(catalogue: Catalogue) -> None:
    """Chips, by hand: supply 4, 0, 2 km² × 10 × 0.3 = 12, 0, 6; demand 10 people × 10 × 0.1 = 10 each.

    community: a uses 10, c 6; municipality: a's last 2 go to b. m1 uses 10 of 12 (83 %) in its communities.
    """
    settings = Settings(threshold=0.9)
    rows = unit_table(assess(world(), "chips", catalogue, settings), world(), "municipality")
    assert rows["used_community"].tolist() == pytest.approx([10, 6])
    assert rows["used_municipality"].tolist() == pytest.approx([2, 0])
    assert rows["closing_scale"].tolist() == ["municipality", "community"]
    assert unit_table(assess(world(), "chips", catalogue), world(), "municipality")["closing_scale"].tolist() == [
        "community",
        "community",
    ]
    nothing = world(forest_km2=[0.0] * 3)
    assert set(unit_table(assess(nothing, "chips", catalogue), nothing, "basin")["closing_scale"]) == {"no_supply"}


def test_the_halo_serves_itself_and_is_in_no_total(catalogue: Catalogue) -> None:
    """c is halo: the basin r is judged by a and b, with c's amounts beside; c's 40 still reach b through the basin."""
    table = world(
        in_area=[True, True, False],
        prefecture_code=["14", "14", "22"],
        forest_km2=[0.0, 0.0, 15.0],
        municipality_code=["m1", "m1", "m9"],
    )
    table["in_area"] = [True, True, False]
    table["prefecture_code"], table["municipality_code"] = ["14", "14", "22"], ["m1", "m1", "m9"]
    result = assess(table, "logs", catalogue)
    rows = unit_table(result, table, "basin")
    row = rows.loc["r"]
    assert (row["supply"], row["demand"]) == (0, 40)
    assert (row["halo_supply"], row["halo_demand"]) == (60, 20)
    # c keeps 20 for itself; its other 40 meet a and b through the basin.
    assert row["met_basin"] == 40
    assert row["met_from_inside"] == 0
    assert row["met_from_other_units"] == 40
    assert totals(result, table)["supply"] == 0
    assert totals(result, table)["demand"] == 40
    assert unit_table(result, table, "municipality").index.tolist() == ["m1"]
    assert unit_table(result, table, "prefecture").index.tolist() == ["14"]
    assert not row["is_single_municipality"]


def test_what_the_prefecture_gets_from_beyond_is_one_amount_everywhere(catalogue: Catalogue) -> None:
    """a and b in 14 need 20 each and have 10 km² of forest in a (40); c, of the same basin in 22, has 15 km² (60).

    a's 40 meet a and b (m1), c's 20 itself. With 7.5 km² (30) in a, 10 are open there: c's other 40 could meet them.
    """
    changes = {"in_area": [True, True, False], "prefecture_code": ["14", "14", "22"]}
    table = world(**changes, forest_km2=[7.5, 0.0, 15.0], municipality_code=["m1", "m1", "m9"])
    prepared = prepare(table)
    result = assess(prepared, "logs", catalogue)
    whole = unit_table(result, prepared, "prefecture").loc["14"]
    assert (whole["demand"], whole["met_from_inside"], whole["outside"]) == (40, 30, 0)
    assert whole["met_from_other_units"] == 10
    # The Basin page books the same 10 to the part in 22, and Money 10 times its price.
    parts = exchange_of_parts(result, prepared, "r")
    assert parts.loc["22", "given"] == parts.loc["m1", "taken"] == 10
    price = Price(*(replace(next(iter(catalogue.factors.values())), central=value) for value in (7.0, 0.25)))
    yen = money_table(dict.fromkeys(CASES, whole.to_frame().T.drop(columns="closing_scale").astype(float)), price)
    assert yen.loc["14", ["value", "from_inside", "from_other_units", "outside"]].tolist() == [280, 210, 70, 0]


def test_a_basin_inside_one_municipality_is_told(catalogue: Catalogue) -> None:
    table = world(area_km2=[96.0, 1.0, 3.0])
    assert unit_table(assess(table, "logs", catalogue), table, "basin")["is_single_municipality"].tolist() == [True]
    table = world(area_km2=[95.0, 0.0, 5.0])
    assert unit_table(assess(table, "logs", catalogue), table, "basin")["is_single_municipality"].tolist() == [False]


def test_what_is_mostly_unknown_is_no_data_unless_it_is_reached(catalogue: Catalogue) -> None:
    # m1: two fragments of 1 km², one unknown (half of it); m2 unknown altogether.
    table = world(forest_km2=[np.nan, 0.0, np.nan])
    result = assess(table, "logs", catalogue)
    rows = unit_table(result, table, "municipality")
    assert rows["unknown_share"].tolist() == [0.5, 1]
    assert rows["closing_scale"].tolist() == [NO_DATA, NO_DATA]
    plain = unit_table(result, table, "municipality", mark_unknown=False)
    assert plain["closing_scale"].tolist() == ["outside", "outside"]
    reached = world(forest_km2=[np.nan, 100.0, 100.0])
    rows = unit_table(assess(reached, "logs", catalogue), reached, "municipality")
    assert rows["closing_scale"].tolist() == ["municipality", "community"]


def test_an_unknown_demand_is_no_data_and_not_no_demand(catalogue: Catalogue) -> None:
    table = world(population=[np.nan, np.nan, 10.0])
    rows = unit_table(assess(table, "logs", catalogue), table, "municipality")
    assert rows["unknown_share"].tolist() == [1, 0]
    # m2 has 8 of 20 at home, the rest from a's 16 through the basin.
    assert rows["closing_scale"].tolist() == [NO_DATA, "basin"]


def test_cells_are_units_too(catalogue: Catalogue) -> None:
    table = world(mesh_code=["1", "1", "2"]).assign(mesh_code=["53391000", "53391000", "53391002"])
    rows = unit_table(assess(table, "logs", catalogue), table, "cells")
    assert rows.index.tolist() == ["53391000", "53391002"]
    assert rows["demand"].tolist() == [40, 20]


def test_prepared_fragments_give_the_same(catalogue: Catalogue) -> None:
    table, prepared = world(), prepare(world())
    for key in catalogue.resources:
        pd.testing.assert_frame_equal(
            unit_table(assess(table, key, catalogue), table, "basin"),
            unit_table(assess(prepared, key, catalogue), prepared, "basin"),
        )


def test_units_that_are_no_partition_are_refused(catalogue: Catalogue) -> None:
    with pytest.raises(InputError, match="by: expected one of"):
        unit_table(assess(world(), "logs", catalogue), world(), "village")
