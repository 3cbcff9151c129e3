"""Circles: joint netting worked out by hand, and what must hold for any amounts."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.circle import balances, join, neighbours
from geo.errors import InputError
from tests.geo.circle_world import assessed, fragments

PREPARED = fragments()


def test_a_circle_of_two_nets_from_the_community_to_itself():
    """By hand: a has 30 over its 10, b lacks 10; e and the halo do not count.

    community: a 10 of its own, the 10 of c and d meet half of their 15 + 5; municipality: a gives b 10; basin s1:
    a gives c the 7.5 it lacks; d lies in the lowland: a gives it its 2.5 in the circle.
    """
    joined = join(assessed([40, 0, 0, 10, 99, 99], [10, 10, 15, 5, 0, 0]), PREPARED, ["m2", "m1", "m1"])
    assert joined.members == ("m1", "m2")
    assert (joined.supply, joined.demand) == (50, 40)
    assert dict(joined.met) == pytest.approx({"community": 20, "municipality": 10, "basin": 7.5, "circle": 2.5})
    assert dict(joined.used) == pytest.approx({"community": 20, "municipality": 10, "basin": 7.5, "circle": 2.5})
    assert (joined.outside, joined.surplus) == pytest.approx((0, 10))
    assert joined.closing_scale == "basin"
    assert joined.share == pytest.approx(1.0)


def test_what_no_basin_holds_is_met_by_the_circle_as_a_whole():
    """m3 lies in another basin than m1: its 50 reach m1's need of 40 only in the circle."""
    amounts = assessed([0, 0, 0, 0, 60, 0], [20, 20, 0, 0, 10, 0])
    joined = join(amounts, PREPARED, ["m1", "m3"])
    assert dict(joined.met) == pytest.approx({"community": 10, "municipality": 0, "basin": 0, "circle": 40})
    assert joined.closing_scale == "circle"
    alone = join(amounts, PREPARED, ["m1"])
    assert (alone.share, alone.closing_scale, alone.outside) == (0.0, "outside", 40.0)


def test_what_the_rest_of_the_area_has_is_not_counted():
    joined = join(assessed([0, 0, 0, 0, 99, 99], [10, 10, 10, 10, 0, 0]), PREPARED, ["m1", "m2"])
    assert (joined.share, joined.outside, joined.surplus) == (0.0, 40.0, 0.0)


def test_sun_meets_no_more_than_its_time():
    """Sun of 100 in m1, a need of 40 in each, 30 % of it in time: 24 met, of the 56 left the sun could cover all."""
    amounts = assessed(
        [100, 0, 0, 0, 0, 0], [40, 0, 40, 0, 0, 0], variable=[100, 0, 0, 0, 0, 0], at_its_time=np.full(6, 0.3)
    )
    joined = join(amounts, PREPARED, ["m1", "m2"])
    assert dict(joined.met) == pytest.approx({"community": 12, "municipality": 0, "basin": 12, "circle": 0})
    assert (joined.outside, joined.time_mismatch, joined.surplus) == pytest.approx((56, 56, 76))
    assert join(amounts, PREPARED, ["m1", "m2"], threshold=0.3).closing_scale == "basin"


def test_water_has_no_community_and_crosses_the_divide_only_in_the_circle():
    joined = join(assessed([0, 0, 0, 0, 60, 0], [20, 20, 0, 0, 10, 0], ladder="water"), PREPARED, ["m1", "m3"])
    assert dict(joined.met) == pytest.approx({"municipality": 10, "basin": 0, "circle": 40})


def test_of_a_supply_it_is_the_use_that_is_judged():
    joined = join(assessed([100, 0, 0, 0, 0, 0], [10, 0, 75, 0, 0, 0], perspective="supply"), PREPARED, ["m1", "m2"])
    assert joined.closing_scale == "basin"
    assert joined.share == pytest.approx(0.85)


def test_nothing_needed_is_no_scale():
    assert join(assessed([1] * 6, [0] * 6), PREPARED, ["m1"]).closing_scale == "no_demand"


@pytest.mark.parametrize("members", [[], ["m1", "zz"], ["m9"]])
def test_only_municipalities_of_the_area_join(members):
    with pytest.raises(InputError) as refused:
        join(assessed([1] * 6, [1] * 6), PREPARED, members)
    assert refused.value.key == "circle_member"


amounts_of_six = st.lists(st.integers(0, 100), min_size=6, max_size=6)


@given(amounts_of_six, amounts_of_six, amounts_of_six, st.sampled_from([0.3, 1.0]))
def test_joined_and_balances_say_the_same_whatever_the_amounts(firm, variable, demand, at_its_time):
    amounts = assessed(np.add(firm, variable), demand, variable=variable, at_its_time=at_its_time)
    own = balances(amounts, PREPARED)
    assert own.codes == ("m1", "m2", "m3")
    for members in (["m1"], ["m1", "m3"], ["m1", "m2", "m3"]):
        joined = join(amounts, PREPARED, members)
        met = sum(joined.met.values())
        assert met == pytest.approx(own.met(np.isin(own.codes, members)), abs=1e-9)
        assert met + joined.outside == pytest.approx(joined.demand, abs=1e-9)
        assert sum(joined.used.values()) + joined.surplus == pytest.approx(joined.supply, abs=1e-9)


def test_neighbours_share_more_than_a_corner():
    squares = gpd.GeoDataFrame(
        {"code": ["b", "a", "c", "d"]},
        geometry=[shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1), shapely.box(2, 1, 3, 2), shapely.box(9, 9, 10, 10)],
        crs="EPSG:6668",
    )
    # a and b share a side, b and c a corner, d is an island.
    wanted = np.zeros((4, 4), dtype=bool)
    wanted[0, 1] = wanted[1, 0] = True
    np.testing.assert_array_equal(neighbours(squares, ["a", "b", "c", "d"]), wanted)
