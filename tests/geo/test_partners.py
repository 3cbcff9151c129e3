"""Partners of a place, by hand: what is left, what could be covered, how places lie to each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.nearness import nearness_of
from geo.partners import own_netting, partners
from tests.geo.circle_world import DETOUR, STEP_KM, assessed, fragments, nodes

PREPARED = fragments()
AROUND = nearness_of(PREPARED, "municipality", nodes())
# m1 lacks 50; m2 has 30 left in s1 and 20 in the lowland; m3 has 100 left in s2.
NEEDY = assessed([10, 0, 40, 20, 110, 0], [30, 30, 10, 0, 10, 0])


def told(found):
    return [(p.code, p.relation, p.amount, p.could, pytest.approx(p.share), p.is_within_reach) for p in found]


def test_who_has_left_what_a_place_lacks_the_same_basin_first():
    netting = own_netting(NEEDY, PREPARED, "municipality")
    standing = netting.standing("m1")
    assert (standing.supply, standing.demand, standing.missing, standing.left) == (10, 60, 50, 0)
    assert standing.direction == "need"
    found = partners(netting, AROUND, "m1", sent={"m3": 7.0})
    assert told(found) == [("m2", "basin", 50, 50, 1.0, True), ("m3", "prefecture", 100, 50, 1.0, True)]
    assert [p.shared_basin for p in found] == ["s1", ""]
    assert [p.sent for p in found] == [0.0, 7.0]
    # m1's centre lies between its cells 0 and 1, m2's between 2 and 3, m3's in 4: two and three and a half cells.
    assert [p.distance_km for p in found] == pytest.approx([2 * STEP_KM * DETOUR, 3.5 * STEP_KM * DETOUR], rel=1e-3)


def test_a_place_with_something_left_is_told_who_lacks_it():
    found = partners(own_netting(NEEDY, PREPARED, "municipality"), AROUND, "m2")
    assert told(found) == [("m1", "basin", 50, 50, 1.0, True)]
    assert own_netting(NEEDY, PREPARED, "municipality").standing("m2").direction == "give"


def test_what_lies_beyond_reach_comes_last_and_is_marked():
    netting = own_netting(NEEDY, PREPARED, "municipality")
    # From m1's eastern cell to m2's western one it is one cell, to m3's three.
    found = partners(netting, AROUND, "m1", reach_km=2 * STEP_KM * DETOUR)
    assert [(p.code, p.is_within_reach) for p in found] == [("m2", True), ("m3", False)]


def test_water_is_held_against_water_of_the_same_basin_only():
    amounts = assessed([10, 0, 40, 20, 110, 0], [30, 30, 10, 0, 10, 0], ladder="water")
    netting = own_netting(amounts, PREPARED, "municipality")
    assert netting.pools == ("lowland", "s1", "s2")
    found = partners(netting, AROUND, "m1")
    # m2's lowland has 20 left as well, but only its 30 in s1 could be shared; m3 shares no basin.
    assert [(p.code, p.amount, p.could) for p in found] == [("m2", 50, 30), ("m3", 100, 0)]


def test_together_partners_cover_no_more_than_is_lacking_and_take_no_more_than_is_left():
    netting = own_netting(NEEDY, PREPARED, "municipality")
    # m2 has 50 left and m3 100, m1 lacks 50.
    assert netting.together("m1", ["m2", "m3"]) == 50
    assert netting.together("m2", ["m1"]) == 50
    assert netting.together("m3", ["m1"]) == 50
    assert netting.together("m1", []) == 0
    # 4 of m2's sun and 4 of m3's would come at one and the same time, in which m1 has room for 4.
    sunny = assessed([20, 0, 200, 0, 200, 0], [60, 0, 0, 0, 0, 0], variable=[20, 0, 200, 0, 200, 0], at_its_time=0.4)
    assert own_netting(sunny, PREPARED, "municipality").together("m1", ["m2", "m3"]) == pytest.approx(4)


def test_water_of_a_sliver_of_a_basin_is_not_shared():
    prepared = fragments(
        river_system_code=["s1", "s1", "s1", "s2", "s2", "s1"], area_km2=[5.0, 5.0, 0.01, 5.0, 5.0, 1.0]
    )
    amounts = assessed([0, 0, 30, 0, 0, 0], [30, 0, 0, 0, 0, 0], ladder="water")
    (found,) = partners(
        own_netting(amounts, prepared, "municipality"), nearness_of(prepared, "municipality", nodes()), "m1"
    )
    assert (found.code, found.relation, found.could) == ("m2", "prefecture", 0.0)


def test_sun_that_is_left_covers_only_what_arises_in_its_time():
    """m1 needs 60, 24 of it in time, and has 20 of sun: 4 more of sun and no more than 40 in all are of use."""
    amounts = assessed([20, 0, 200, 10, 0, 0], [60, 0, 10, 0, 0, 0], variable=[20, 0, 200, 0, 0, 0], at_its_time=0.4)
    (found,) = partners(own_netting(amounts, PREPARED, "municipality"), AROUND, "m1")
    # m2 uses 4 of its sun and 6 of its firm 10: 196 of sun are left and 4 firm.
    assert (found.amount, found.could) == pytest.approx((200, 8))
    assert found.share == pytest.approx(8 / 40)


def test_a_supply_without_a_place_is_told_who_has_one():
    amounts = assessed([100, 0, 0, 0, 0, 0], [10, 0, 40, 0, 200, 0], perspective="supply")
    netting = own_netting(amounts, PREPARED, "municipality")
    assert netting.standing("m1").direction == "give"
    assert told(partners(netting, AROUND, "m1")) == [
        ("m2", "basin", 40, 40, 40 / 90, True),
        ("m3", "prefecture", 200, 90, 1.0, True),
    ]
    assert netting.standing("m3").direction == "need"


def test_a_place_that_has_what_it_needs_has_no_partners():
    netting = own_netting(assessed([10, 0, 5, 0, 0, 0], [6, 4, 0, 0, 0, 0]), PREPARED, "municipality")
    assert netting.standing("m1").direction == "even"
    assert partners(netting, AROUND, "m1") == ()
    assert netting.standing("m3").direction == "nothing"
    assert partners(netting, AROUND, "m3") == ()


def test_communities_of_one_municipality_come_before_the_basin():
    around = nearness_of(PREPARED, "community", nodes())
    netting = own_netting(assessed([0, 40, 40, 0, 40, 0], [30, 0, 0, 0, 0, 0]), PREPARED, "community")
    found = partners(netting, around, "m1-x")
    assert [(p.code, p.relation) for p in found] == [
        ("m1-y", "municipality"),
        ("m2-x", "basin"),
        ("m3-x", "prefecture"),
    ]


def test_basins_stand_beside_each_other_and_the_lowland_is_none():
    around = nearness_of(PREPARED, "basin", nodes())
    netting = own_netting(assessed([0, 0, 0, 40, 40, 0], [30, 0, 0, 0, 0, 0]), PREPARED, "basin")
    assert [(p.code, p.relation, p.shared_basin) for p in partners(netting, around, "s1")] == [("s2", "prefecture", "")]


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError) as refused:
        own_netting(NEEDY, PREPARED, "cells")
    assert refused.value.key == "by"
    with pytest.raises(InputError) as refused:
        own_netting(NEEDY, PREPARED, "municipality").standing("zz")
    assert refused.value.key == "partners_place"


amounts_of_six = st.lists(st.integers(0, 100), min_size=6, max_size=6)


@given(
    amounts_of_six, amounts_of_six, amounts_of_six, st.sampled_from([0.3, 1.0]), st.sampled_from(["default", "water"])
)
def test_nobody_covers_more_than_it_has_or_than_is_needed(firm, variable, demand, at_its_time, ladder):
    amounts = assessed(np.add(firm, variable), demand, variable=variable, at_its_time=at_its_time, ladder=ladder)
    netting = own_netting(amounts, PREPARED, "municipality")
    for code in netting.units:
        standing = netting.standing(code)
        assert (netting.could_cover(code) <= np.minimum(netting.left(), standing.missing) + 1e-9).all()
        assert (netting.could_take(code) <= np.minimum(netting.missing.sum(axis=1), standing.left) + 1e-9).all()
        # What one could cover of another is what the other could take of it.
        for other in netting.units:
            assert netting.could_cover(code)[netting.row(other)] == pytest.approx(
                netting.could_take(other)[netting.row(code)]
            )
