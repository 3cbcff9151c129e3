"""Circulation in small worlds whose answer is worked out by hand in the test's text."""

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from geo.circulation import circulate, closing_scale, inside, self_sufficiency
from geo.coded_ladder import code_ladder


@pytest.fixture
def crossing_world():
    """Four fragments in two municipalities (A: 0, 1; B: 2, 3) that two basins cross (P: 0, 2; Q: 1, 3).

    supply  8 0 0 2     demand  2 2 6 4

    municipality A: S = 8, D = 4, M = 4. Supply falls by 4/8, demand by 4/4: used 4 0, met 2 2;
                    left 4 0 | 0 0.
    municipality B: S = 2, D = 10, M = 2. Supply falls by 2/2, demand by 2/10: used 0 2, met 1.2 0.8;
                    left 0 0 | 4.8 3.2.
    basin P: S = 4 (fragment 0), D = 4.8 (fragment 2), M = 4: used 4 of fragment 0, met 4 of fragment 2;
                    0.8 left.
    basin Q: S = 0, D = 3.2: nothing is met; 3.2 left in fragment 3.
    prefecture: S = 0: nothing more; outside 0 0 0.8 3.2, surplus 0.
    """
    supply, demand = np.array([8.0, 0, 0, 2]), np.array([2.0, 2, 6, 4])
    ladder = {
        "municipality": np.array(["A", "A", "B", "B"]),
        "basin": np.array(["P", "Q", "P", "Q"]),
        "prefecture": np.array(["14", "14", "14", "14"]),
    }
    return supply, demand, ladder


def test_basins_that_cross_municipalities(crossing_world):
    result = circulate(*crossing_world)
    assert list(result.met) == list(result.used) == ["municipality", "basin", "prefecture"]
    assert_allclose(result.met["municipality"], [2, 2, 1.2, 0.8], rtol=1e-15)
    assert_allclose(result.used["municipality"], [4, 0, 0, 2], rtol=1e-15)
    assert_allclose(result.met["basin"], [0, 0, 4, 0], rtol=1e-15)
    assert_allclose(result.used["basin"], [4, 0, 0, 0], rtol=1e-15)
    assert_array_equal(result.met["prefecture"], [0, 0, 0, 0])
    assert_allclose(result.outside, [0, 0, 0.8, 3.2], rtol=1e-14)
    # Used up is exactly 0, not nearly.
    assert_array_equal(result.surplus, [0, 0, 0, 0])
    assert_array_equal(result.outside[:2], [0, 0])


def test_closing_scale_of_the_crossing_world(crossing_world):
    _, _, ladder = crossing_world
    result = circulate(*crossing_world)
    # A: 4 of 4 in the municipality. B: 2 of 10, then 6 of 10.
    assert closing_scale(result, ladder["municipality"]).to_dict() == {"A": "municipality", "B": "outside"}
    assert closing_scale(result, ladder["municipality"], threshold=0.6)["B"] == "basin"
    assert closing_scale(result, ladder["municipality"], threshold=0.2)["B"] == "municipality"
    # By supply: A's 8 are used 4 in A and 4 in the basin; B's 2 all in B.
    by_supply = closing_scale(result, ladder["municipality"], perspective="supply")
    assert by_supply.to_dict() == {"A": "basin", "B": "municipality"}


def test_inside_a_unit_that_is_not_a_rung_of_its_own(crossing_world):
    """Basins seen through the crossing world.

    Municipality A (M = 4): P holds met 2 and used 4, of which 4 * 2 / 4 = 2 stay in P; Q met 2, used 0: 0.
    Municipality B (M = 2): P holds met 1.2, used 0: 0; Q holds met 0.8, used 2: 2 * 0.8 / 2 = 0.8.
    Basin P (M = 4): met 4, used 4: 4. So P: 2 + 4 = 6 inside, Q: 0.8.
    """
    _, _, ladder = crossing_world
    result = circulate(*crossing_world)
    amount = inside(result, ladder["basin"])
    assert list(amount.index) == ["P", "Q"]
    assert_allclose(amount, [6, 0.8], rtol=1e-14)
    # For the units of the first rung: all that the municipality met; the basin's rung meets 4 in B with 4
    # from A, so nothing of that is inside either.
    assert_allclose(inside(result, ladder["municipality"]), [4, 2], rtol=1e-14)
    # Everything that is met is inside the whole.
    assert_allclose(inside(result, ladder["prefecture"]), [10], rtol=1e-14)


def test_inside_draws_the_same_mixture_in_every_part():
    """One basin over the parts T and U: supply 6 in T and 2 in U, demand 3 in T and 1 in U (M = 4).

    Half of every supply is used, 3 of T and 1 of U; T's demand of 3 draws 3/4 of each: 2.25 of its own, 0.75 of
    U's. U's demand of 1 draws 0.25 of its own.
    """
    parts = ["T", "U"]
    result = circulate([6, 2], [3, 1], {"basin": ["P", "P"]})
    assert_allclose(inside(result, parts), [2.25, 0.25], rtol=1e-14)


def test_units_of_inside_without_a_label_are_left_out(crossing_world):
    result = circulate(*crossing_world)
    amount = inside(result, ["P", None, "P", ""])
    assert amount.index.to_list() == ["P"]
    assert_allclose(amount, [6], rtol=1e-14)


def test_land_in_no_basin_and_a_halo_in_no_prefecture():
    """Three fragments: 0 in basin P, 1 on lowland (no basin), 2 in basin P but outside the prefecture (halo).

    supply  1 5 9     demand  4 1 3

    municipality (each its own): M = 1, 1, 3; left supply 0 4 6, demand 3 0 0.
    basin P (0 and 2): S = 6, D = 3, M = 3: fragment 2 gives 3, fragment 0 is met; fragment 1 takes no part.
    prefecture (0 and 1): S = 4, D = 0: nothing. Surplus 0 4 3.
    """
    result = circulate(
        [1, 5, 9],
        [4, 1, 3],
        {"municipality": ["a", "b", "c"], "basin": ["P", None, "P"], "prefecture": ["14", "14", None]},
    )
    assert_array_equal(result.met["municipality"], [1, 1, 3])
    assert_array_equal(result.met["basin"], [3, 0, 0])
    assert_array_equal(result.used["basin"], [0, 0, 3])
    assert_array_equal(result.met["prefecture"], [0, 0, 0])
    assert_array_equal(result.surplus, [0, 4, 3])
    assert_array_equal(result.outside, [0, 0, 0])


def test_a_supply_that_looks_for_a_place_to_go():
    """Food waste (supply) of a town and fields (demand) of a village in one basin; a hamlet has neither.

    town 10 | 1, village 2 | 6: the town uses 1 of 10 itself; the village 2 of 2, 4 of room are left; the
    basin takes 4 of the town's 9. So 5 of the 10 are used by the basin's rung, 5 find no place.
    """
    units = ["town", "village", "hamlet"]
    result = circulate([10, 2, 0], [1, 6, 0], {"municipality": units, "basin": ["P", "P", "P"]})
    assert closing_scale(result, units, perspective="supply").to_dict() == {
        "hamlet": "no_supply",
        "town": "outside",
        "village": "municipality",
    }
    assert closing_scale(result, units, perspective="supply", threshold=0.5)["town"] == "basin"
    assert closing_scale(result, units).to_dict() == {
        "hamlet": "no_demand",
        "town": "municipality",
        "village": "basin",
    }
    assert_allclose(result.surplus, [5, 0, 0])


@pytest.mark.parametrize(
    ("met", "named"),
    [(0.8, "here"), (0.8 - 0.9e-9, "here"), (0.8 - 1.2e-9, "outside"), (0.81, "here"), (0.79, "outside")],
)
def test_threshold_is_reached_within_1e_9(met, named):
    result = circulate([met], [1.0], {"here": ["u"]})
    assert closing_scale(result, ["u"])["u"] == named


def test_self_sufficiency_is_plain_supply_over_demand():
    ratio = self_sufficiency([8, 0, 0, 2, 1], [2, 2, 6, 4, 0], ["A", "A", "B", "B", "C"])
    assert ratio.index.to_list() == ["A", "B", "C"]
    assert_allclose(ratio[["A", "B"]], [2.0, 0.2])
    assert math.isnan(ratio["C"])


def test_columns_are_resources_computed_side_by_side(crossing_world):
    supply, demand, ladder = crossing_world
    # The second resource is the first with supply and demand exchanged.
    supplies, demands = np.column_stack([supply, demand]), np.column_stack([demand, supply])
    both = circulate(supplies, demands, ladder)
    first, second = circulate(supply, demand, ladder), circulate(demand, supply, ladder)
    for column, single in enumerate((first, second)):
        for scale in ladder:
            assert_array_equal(both.met[scale][:, column], single.met[scale])
            assert_array_equal(both.used[scale][:, column], single.used[scale])
        assert_array_equal(both.outside[:, column], single.outside)
        assert_array_equal(both.surplus[:, column], single.surplus)
    units = ladder["municipality"]
    named = closing_scale(both, units)
    assert isinstance(named, pd.DataFrame)
    assert named[0].to_list() == closing_scale(first, units).to_list()
    assert named[1].to_list() == closing_scale(second, units).to_list()
    assert_array_equal(inside(both, units)[1], inside(second, units))
    assert_array_equal(self_sufficiency(supplies, demands, units)[0], self_sufficiency(supply, demand, units))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("columns", [None, 3])
def test_threads_and_memory_order_do_not_change_the_result(order, columns, monkeypatch):
    random = np.random.default_rng(2)
    shape = (20_000,) if columns is None else (20_000, columns)
    supply, demand = random.random(shape), random.random(shape)
    ladder = {"small": random.integers(0, 500, 20_000), "large": random.integers(0, 3, 20_000)}
    expected = circulate(supply, demand, ladder)
    monkeypatch.setattr("geo.circulation._THREADED_FROM", 0)
    found = circulate(np.asarray(supply, order=order), np.asarray(demand, order=order), ladder)
    assert_array_equal(found.outside, expected.outside)
    assert_array_equal(found.used["large"], expected.used["large"])


def test_arguments_are_left_as_they_were(crossing_world):
    supply, demand, ladder = crossing_world
    before = supply.copy(), demand.copy(), {scale: labels.copy() for scale, labels in ladder.items()}
    for argument in (supply, demand, *ladder.values()):
        argument.flags.writeable = False
    result = circulate(supply, demand, ladder)
    closing_scale(result, ladder["basin"])
    inside(result, ladder["basin"])
    assert_array_equal(supply, before[0])
    assert_array_equal(demand, before[1])
    for scale, labels in ladder.items():
        assert_array_equal(labels, before[2][scale])
    for amounts in (*result.met.values(), *result.used.values(), result.outside, result.surplus):
        assert not np.shares_memory(amounts, supply)
        assert not np.shares_memory(amounts, demand)


def test_a_result_cannot_be_rebound(crossing_world):
    result = circulate(*crossing_world)
    with pytest.raises(FrozenInstanceError):
        result.outside = np.zeros(4)


def test_a_ladder_coded_once_serves_many_calls(crossing_world):
    supply, demand, ladder = crossing_world
    coded = code_ladder(ladder)
    assert coded.scales == ("municipality", "basin", "prefecture")
    assert coded.length == 4
    assert code_ladder(coded) is coded
    assert_array_equal(circulate(supply, demand, coded).outside, circulate(supply, demand, ladder).outside)


def test_no_fragments_at_all():
    result = circulate(np.zeros((0, 2)), np.zeros((0, 2)), {"here": []})
    assert result.outside.shape == result.met["here"].shape == (0, 2)
    assert closing_scale(result, []).empty
    assert inside(result, []).empty


def test_nothing_to_give_and_nothing_needed_is_not_zero_by_zero():
    with np.errstate(all="raise"):
        result = circulate([0, 0], [0, 0], {"here": ["u", "u"]})
        assert_array_equal(result.met["here"], [0, 0])
        assert closing_scale(result, ["u", "u"])["u"] == "no_demand"
        assert_array_equal(inside(result, ["u", "u"]), [0])
        assert math.isnan(self_sufficiency([0], [0], ["u"])["u"])
