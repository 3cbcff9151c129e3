"""Assumptions: pools keep their sum, only what bears on a resource is shown or keyed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.resources import load_catalogue
from layers.assumptions import keep_sum, own_factors, pool_mates, relevant, reset_factor, set_factor, value_of

CATALOGUE = load_catalogue()
COLUMNS = ("population", "forest_km2", "farmland_km2", "paddy_km2", "built_km2", "area_km2", "precipitation_mm")
ALIKE = {"a": 1.0, "b": 1.0, "c": 1.0}
CENTRAL = {"a": 0.4, "b": 0.3, "c": 0.1}


def test_moving_one_up_takes_from_the_others_in_proportion():
    moved = keep_sum(CENTRAL, weights=ALIKE, central=CENTRAL, moved="a", value=0.6)
    # 0.8 in all; 0.2 is left for b and c, 3 : 1.
    assert moved == pytest.approx({"a": 0.6, "b": 0.15, "c": 0.05})


def test_moving_back_gives_the_room_again():
    there = keep_sum(CENTRAL, weights=ALIKE, central=CENTRAL, moved="a", value=0.6)
    assert keep_sum(there, weights=ALIKE, central=CENTRAL, moved="a", value=0.4) == pytest.approx(CENTRAL)


def test_moving_below_the_centre_leaves_the_others_at_theirs():
    moved = keep_sum(CENTRAL, weights=ALIKE, central=CENTRAL, moved="a", value=0.1)
    assert moved == pytest.approx({"a": 0.1, "b": 0.3, "c": 0.1})


def test_in_a_pool_that_is_not_full_the_others_stay_as_they_were_set():
    values = {"a": 0.4, "b": 0.1, "c": 0.1}
    moved = keep_sum(values, weights=ALIKE, central=CENTRAL, moved="a", value=0.3)
    assert moved == pytest.approx({"a": 0.3, "b": 0.1, "c": 0.1})


def test_more_than_the_sum_leaves_the_others_nothing():
    moved = keep_sum(CENTRAL, weights=ALIKE, central=CENTRAL, moved="a", value=0.9)
    assert moved == pytest.approx({"a": 0.9, "b": 0.0, "c": 0.0})


def test_a_share_that_weighs_little_takes_little():
    central = {"panels": 0.1, "crop": 0.5}
    moved = keep_sum(central, weights={"panels": 0.2, "crop": 1.0}, central=central, moved="panels", value=0.3)
    # 0.52 in all; panels take 0.06.
    assert moved == pytest.approx({"panels": 0.3, "crop": 0.46})


shares = st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares, st.floats(0.05, 1)), min_size=1, max_size=5), shares)
def test_the_pool_is_never_overdrawn_by_others_and_nothing_is_negative(members, value):
    names = [str(place) for place in range(len(members))]
    values = dict(zip(names, (m[0] for m in members), strict=True))
    central = dict(zip(names, (m[1] for m in members), strict=True))
    weights = dict(zip(names, (m[2] for m in members), strict=True))
    moved = keep_sum(values, weights=weights, central=central, moved="0", value=value)
    total = math.fsum(weights[name] * central[name] for name in names)
    taken = math.fsum(weights[name] * moved[name] for name in names)
    assert moved["0"] == value
    assert all(share >= 0 for share in moved.values())
    assert taken <= max(total, weights["0"] * value) + 1e-9


def test_wood_and_timber_share_the_growth_of_the_forest():
    wood, timber = "wood_heat.growth_share", "timber.growth_share"
    settings = dict(set_factor(CATALOGUE, (), wood, 0.3))
    before = CATALOGUE.factors[wood].central + CATALOGUE.factors[timber].central
    assert settings[wood] + settings[timber] == pytest.approx(before)
    assert reset_factor(CATALOGUE, tuple(settings.items()), wood) == ()


def test_a_factor_without_a_pool_moves_alone_and_the_centre_is_not_kept():
    key = "water.dependable_share"
    assert set_factor(CATALOGUE, (), key, 0.4) == ((key, 0.4),)
    assert set_factor(CATALOGUE, ((key, 0.4),), key, CATALOGUE.factors[key].central) == ()


def test_the_value_is_the_users_or_the_central_one():
    factor = CATALOGUE.factors["water.dependable_share"]
    assert value_of(factor, ()) == factor.central
    assert value_of(factor, ((factor.key, 0.4),)) == 0.4


def test_only_what_can_change_a_resource_keys_its_cache():
    factors = (("water.dependable_share", 0.4), ("timber.growth_share", 0.2), ("timber.use_per_person", 0.6))
    assert relevant(CATALOGUE, CATALOGUE.resources["water"], factors) == (("water.dependable_share", 0.4),)
    # An overdrawn pool scales wood's share with timber's; how much timber a person uses does not touch wood.
    assert relevant(CATALOGUE, CATALOGUE.resources["wood_heat"], factors) == (("timber.growth_share", 0.2),)


def test_factors_without_data_are_not_shown_and_the_widest_come_first():
    keys = [factor.key for factor in own_factors(CATALOGUE.resources["electricity"], COLUMNS)]
    assert "electricity.wind_density" not in keys
    assert "electricity.use_per_person" in keys
    widths = [
        (factor.high - factor.low) / factor.central
        for factor in own_factors(CATALOGUE.resources["electricity"], COLUMNS)
    ]
    assert widths == sorted(widths, reverse=True)


def test_pool_mates_are_the_other_resources_shares():
    mates = [factor.key for factor in pool_mates(CATALOGUE, CATALOGUE.resources["wood_heat"])]
    assert mates == ["timber.growth_share"]
    assert pool_mates(CATALOGUE, CATALOGUE.resources["water"]) == ()
