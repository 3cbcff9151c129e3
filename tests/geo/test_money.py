"""Money: amounts × prices, worked out by hand; nothing is lost between what is covered, what stays and what leaves."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.assessment import Settings, assess
from geo.catalogue_reading import read_catalogue
from geo.errors import InputError
from geo.money import RANGED, money_table, per_person, population_of, total_money
from geo.prepared import prepare
from geo.terms import CASES
from geo.unit_figures import unit_table
from tests.geo.catalogue_world import CATALOGUE, world
from tests.geo.test_prices import price

PRICED = read_catalogue("\n".join((CATALOGUE, price(), price("rain", paid=(1, 2, 3)), price("power", "yen/MWh"))))
LOGS = PRICED.resources["logs"].price


def unit(demand, met, outside, *, inside=None, mismatch=0.0):
    return {
        "demand": demand,
        "met_community": met,
        "outside": outside,
        "time_mismatch": mismatch,
        "met_from_inside": met if inside is None else inside,
        "met_from_other_units": 0.0 if inside is None else met - inside,
    }


def cases(low, central, high):
    return {case: pd.DataFrame([row], index=["u"]) for case, row in zip(CASES, (low, central, high), strict=True)}


def money_of(fragments, resource, by):
    prepared = prepare(fragments)
    found = {case: assess(prepared, resource, PRICED, Settings(case=case)) for case in CASES}
    tables = {case: unit_table(assessment, prepared, by) for case, assessment in found.items()}
    return money_table(tables, PRICED.resources[resource].price)


def test_amounts_become_yen_and_a_price_has_two_parts():
    # 100 yen, a quarter of which stays: 60 bought make 6,000 yen, 1,500 of them stay.
    given_cases = cases(unit(120, 20, 100), unit(100, 40, 60, inside=30, mismatch=10), unit(90, 70, 20))
    money = money_table(given_cases, LOGS).loc["u"]
    assert money["value"] == 10_000
    assert money["met_community"] == 4_000
    assert (money["from_inside"], money["from_other_units"]) == (3_000, 1_000)
    assert (money["outside"], money["time_mismatch"]) == (6_000, 1_000)
    assert (money["staying"], money["leaving"]) == (1_500, 4_500)


def test_ranges_are_the_outer_ends_of_cases_and_prices():
    money = money_table(cases(unit(120, 20, 100), unit(100, 40, 60), unit(90, 70, 20)), LOGS).loc["u"]
    # The price is 80 to 150, the share that stays 0.1 to 0.5.
    assert (money["outside_low"], money["outside_high"]) == (20 * 80, 100 * 150)
    assert (money["value_low"], money["value_high"]) == (90 * 80, 120 * 150)
    assert (money["from_inside_low"], money["from_inside_high"]) == (20 * 80, 70 * 150)
    assert (money["staying_low"], money["staying_high"]) == pytest.approx((160, 7_500))
    assert (money["leaving_low"], money["leaving_high"]) == pytest.approx((800, 13_500))


def test_a_central_case_beyond_the_others_still_lies_in_its_range():
    money = money_table(cases(unit(100, 50, 50), unit(100, 40, 60), unit(100, 50, 50)), LOGS).loc["u"]
    assert money["outside_low"] <= money["outside"] <= money["outside_high"] == 60 * 150


def test_a_place_of_the_small_world_by_hand():
    # Logs: 10 × 0.5 × 0.8 = 4 a km² of forest, 2 needed a person. a has 16 for 20, b nothing, c 8 for 20.
    money = money_of(world(), "logs", "municipality")
    assert money["value"].to_dict() == {"m1": 4_000, "m2": 2_000}
    assert money["met_community"].to_dict() == {"m1": 1_600, "m2": 800}
    assert money["outside"].to_dict() == {"m1": 2_400, "m2": 1_200}
    assert money["leaving"].to_dict() == {"m1": 1_800, "m2": 900}
    each = per_person(money, population_of(world(), "municipality"))
    assert each["outside"].to_dict() == {"m1": 120, "m2": 120}


def test_where_nobody_lives_there_is_no_amount_per_person():
    each = per_person(
        money_of(world(), "logs", "municipality"), population_of(world(population=[5.0, 5.0, 0.0]), "municipality")
    )
    assert each.loc["m1", "outside"] == 240
    assert np.isnan(each.loc["m2", "outside"])


def test_people_outside_the_area_are_not_counted_and_unknown_counts_nothing():
    fragments = world(population=[10.0, np.nan, 7.0], in_area=[True, True, False])
    assert population_of(fragments, "municipality").to_dict() == {"m1": 10.0}


def test_a_total_adds_unlike_ladders():
    logs, rain = (money_of(world(), key, "municipality") for key in ("logs", "rain"))
    assert "met_community" not in rain
    total = total_money([logs, rain])
    for name in ("value", "outside", "staying", "leaving", "met_municipality", "outside_high"):
        assert total[name].to_numpy() == pytest.approx((logs[name] + rain[name]).to_numpy())
    assert total["met_community"].to_dict() == logs["met_community"].to_dict()


amounts = st.lists(st.just(0.0) | st.floats(1e-3, 1e6), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(population=amounts, forest=amounts, built=amounts)
def test_nothing_is_lost_and_municipalities_add_up_to_the_prefecture(population, forest, built):
    fragments = prepare(world(population=population, forest_km2=forest, built_km2=built))
    for resource in ("logs", "rain", "power"):
        towns, whole = (money_of(fragments, resource, by) for by in ("municipality", "prefecture"))
        for money in (towns, whole):
            met = money[[name for name in money if name.startswith("met_")]].sum(axis=1)
            close = {"rtol": 1e-9, "atol": 1e-9 * max(money["value"].max(), 1.0)}
            np.testing.assert_allclose(met + money["staying"] + money["leaving"], money["value"], **close)
            np.testing.assert_allclose(money["from_inside"] + money["from_other_units"], met, **close)
            np.testing.assert_allclose(money["staying"] + money["leaving"], money["outside"], **close)
            assert (money["time_mismatch"] <= money["outside"] * (1 + 1e-9) + close["atol"]).all()
            for name in RANGED:
                assert (money[f"{name}_low"] <= money[name] + close["atol"]).all()
                assert (money[name] <= money[f"{name}_high"] + close["atol"]).all()
        # What a town gets from inside it is no sum: the prefecture's inside holds what towns give each other.
        for name in ("value", "outside", "staying", "leaving", "time_mismatch", "outside_low", "outside_high"):
            assert towns[name].sum() == pytest.approx(whole[name].sum(), rel=1e-9, abs=1e-6)


def test_cases_that_are_missing_or_of_other_units_are_refused():
    given_cases = cases(unit(1, 1, 0), unit(1, 1, 0), unit(1, 1, 0))
    with pytest.raises(InputError, match="'high'"):
        money_table({case: given_cases[case] for case in ("low", "central")}, LOGS)
    with pytest.raises(InputError, match="'low'"):
        money_table(given_cases | {"low": given_cases["low"].set_axis(["v"])}, LOGS)


def test_a_total_of_nothing_or_of_other_units_is_refused():
    money = money_of(world(), "logs", "municipality")
    with pytest.raises(InputError, match="at least one"):
        total_money([])
    with pytest.raises(InputError, match="same units"):
        total_money([money, money.iloc[:1]])
