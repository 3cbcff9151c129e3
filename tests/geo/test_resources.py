"""Supply and demand of a world of three fragments, worked out by hand; cases, pools, settings, unknown land."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.catalogue_reading import read_catalogue
from geo.errors import CatalogueError, InputError
from geo.prepared import prepare
from geo.resources import (
    Amounts,
    check_factors,
    factor_values,
    get_factor,
    get_resource,
    load_catalogue,
    outside_range,
    pool_scales,
    side_amounts,
)
from geo.terms import Catalogue
from tests.geo.catalogue_world import CATALOGUE, world


def amounts(
    catalogue: Catalogue, key: str, side: str, table: pd.DataFrame, case: str = "central", **settings: float
) -> Amounts:
    resource = catalogue.resources[key]
    given_values = check_factors(catalogue, [(name.replace("__", "."), value) for name, value in settings.items()])
    values = factor_values(catalogue, resource, case=case, settings=given_values)
    return side_amounts(resource, side, prepare(table).columns, values, case=case)


def test_an_indicator_times_its_factors(catalogue: Catalogue) -> None:
    # 10, 0, 0.5 km² × 2 MWh/km², all of it sun; 10 people × 1 MWh.
    supply = amounts(catalogue, "power", "supply", world())
    np.testing.assert_allclose(supply.variable, [20, 0, 1])
    np.testing.assert_allclose(supply.firm, 0)
    np.testing.assert_allclose(amounts(catalogue, "power", "demand", world()).firm, [10, 10, 10])


def test_a_term_divides_by_per(catalogue: Catalogue) -> None:
    # 10 people ÷ 2 a household × 3 MWh.
    np.testing.assert_allclose(amounts(catalogue, "home_power", "demand", world()).firm, [15, 15, 15])


def test_a_share_of_a_pool_and_what_is_taken_off(catalogue: Catalogue) -> None:
    # 4, 0, 2 km² × 10 m³/km² × share 0.5 × (1 − 0.2).
    np.testing.assert_allclose(amounts(catalogue, "logs", "supply", world()).firm, [16, 0, 8])


def test_only_the_rain_beyond_evaporation_counts(catalogue: Catalogue) -> None:
    # 1 km² × (1600 − 600) mm × 1000; the third's 500 mm all evaporate.
    np.testing.assert_allclose(amounts(catalogue, "rain", "supply", world()).firm, [1e6, 1e6, 0])


def test_the_low_case_takes_the_end_that_makes_things_worse(catalogue: Catalogue) -> None:
    logs = catalogue.resources["logs"]
    low, high = (factor_values(catalogue, logs, case=case) for case in ("low", "high"))
    assert low == {"shared.growth": 5, "logs.share": 0.2, "logs.loss": 0.5, "logs.use": 3}
    # 0.9 and the 0.9 of the chips overdraw the forest: each gets a half.
    assert high == {"shared.growth": 20, "logs.share": 0.5, "logs.loss": 0.1, "logs.use": 1}
    homes = catalogue.resources["home_power"]
    # More persons a household is less demand, so the low case has few.
    assert factor_values(catalogue, homes, case="low")["shared.per_household"] == 1
    assert factor_values(catalogue, homes, case="low")["power.in_time"] == 0.2
    assert factor_values(catalogue, catalogue.resources["rain"], case="low")["rain.evaporation"] == 800


def test_a_factor_on_both_sides_stays_central(catalogue: Catalogue) -> None:
    chips = catalogue.resources["chips"]
    assert chips.directions["shared.growth"] == 0
    assert {case: factor_values(catalogue, chips, case=case)["shared.growth"] for case in ("low", "high")} == {
        "low": 10,
        "high": 10,
    }


def test_a_setting_holds_in_every_case(catalogue: Catalogue) -> None:
    logs = catalogue.resources["logs"]
    for case in ("low", "central", "high"):
        assert factor_values(catalogue, logs, case=case, settings={"logs.loss": 0.3})["logs.loss"] == 0.3


def test_a_setting_that_overdraws_a_pool_scales_its_shares_down(catalogue: Catalogue) -> None:
    settings = {"logs.share": 0.9, "chips.share": 0.6}
    assert pool_scales(catalogue, settings=settings) == {"forest": pytest.approx(1 / 1.5)}
    assert factor_values(catalogue, catalogue.resources["logs"], settings=settings)["logs.share"] == pytest.approx(0.6)
    assert factor_values(catalogue, catalogue.resources["chips"], settings=settings)["chips.share"] == pytest.approx(
        0.4
    )


def test_a_pool_within_its_bounds_is_left_alone(catalogue: Catalogue) -> None:
    assert pool_scales(catalogue, settings={"logs.share": 0.7}) == {"forest": 1}


def test_a_view_counts_once_in_its_pool() -> None:
    viewed = CATALOGUE.replace(
        'times = ["panel"]\nvariable = true',
        'times = ["panel"]\npool = "forest"\nshare = "logs.share"\nvariable = true',
    )
    viewed = viewed.replace("low = 0.2\ncentral = 0.5\nhigh = 0.9", "low = 0.1\ncentral = 0.35\nhigh = 0.9")
    # 0.35 (logs) + 0.3 (chips) + 0.35 (power) = 1; a second 0.35 of home power would overdraw it.
    assert pool_scales(read_catalogue(viewed)) == {"forest": 1}


@given(
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    case=st.sampled_from(["low", "central", "high"]),
)
def test_no_setting_takes_more_of_a_pool_than_there_is(shares: tuple[float, float], case: str) -> None:
    catalogue = read_catalogue(CATALOGUE)
    settings = {"logs.share": shares[0], "chips.share": shares[1]}
    taken = sum(
        factor_values(catalogue, catalogue.resources[key], case=case, settings=settings)[f"{key}.share"]
        for key in ("logs", "chips")
    )
    assert taken <= 1 + 1e-9
    if sum(shares) <= 1:
        assert taken == pytest.approx(sum(shares))


def test_unknown_land_counts_as_nothing_and_is_told(catalogue: Catalogue) -> None:
    supply = amounts(catalogue, "logs", "supply", world(forest_km2=[np.nan, 1.0, 2.0]))
    np.testing.assert_allclose(supply.firm, [0, 4, 8])
    np.testing.assert_allclose(supply.unknown, [1, 0, 0])


def test_an_unknown_term_weighs_what_it_is_where_it_is_known(catalogue: Catalogue) -> None:
    # Sun is 20, 0, 1 (mean 7); the dam, known in a and c, is 20 and 22 (mean 21): where it is unknown, 21 of 28 is.
    supply = amounts(catalogue, "power", "supply", world(dam_mwh=[20.0, np.nan, 22.0]))
    np.testing.assert_allclose(supply.firm, [20, 0, 22])
    np.testing.assert_allclose(supply.unknown, [0, 21 / 28, 0])


def test_nothing_known_anywhere_is_all_unknown(catalogue: Catalogue) -> None:
    supply = amounts(catalogue, "logs", "supply", world(forest_km2=[np.nan] * 3))
    np.testing.assert_allclose(supply.unknown, 1)
    np.testing.assert_allclose(supply.firm, 0)


def test_bounds_of_an_indicator_follow_the_case(catalogue: Catalogue) -> None:
    table = world(
        forest_km2_low=[3.0, 0, 2], forest_km2_high=[6.0, 0, 2], population_low=[5.0] * 3, population_high=[20.0] * 3
    )
    # Low: 3 km² × 5 × 0.2 × (1 − 0.5) and 20 people × 3; high: 6 km² × 20 × 0.5 × (1 − 0.1) and 5 people × 1.
    np.testing.assert_allclose(amounts(catalogue, "logs", "supply", table, "low").firm, [1.5, 0, 1])
    np.testing.assert_allclose(amounts(catalogue, "logs", "demand", table, "low").firm, 60)
    np.testing.assert_allclose(amounts(catalogue, "logs", "supply", table, "high").firm, [54, 0, 18])
    np.testing.assert_allclose(amounts(catalogue, "logs", "demand", table, "high").firm, 5)
    np.testing.assert_allclose(amounts(catalogue, "logs", "supply", table).firm, [16, 0, 8])


def test_bounds_of_an_indicator_on_both_sides_are_left_alone() -> None:
    """Chips whose demand, too, grows with the forest: it cannot be small for one side and large for the other."""
    text = CATALOGUE.replace(
        'name_en = "Grows"\nindicator = "population"', 'name_en = "Grows"\nindicator = "forest_km2"'
    )
    table = world(forest_km2_low=[3.0, 0, 2], forest_km2_high=[6.0, 0, 2])
    # Supply × share 0.1 (low), demand × conversion 0.1; growth stands on both sides too.
    for side in ("supply", "demand"):
        low = amounts(read_catalogue(text), "chips", side, table, "low")
        np.testing.assert_allclose(low.firm, [4, 0, 2])


def test_a_share_with_a_weight_takes_only_its_part_of_a_pool() -> None:
    """Logs under nets, by hand: 0.5 × loss 0.2 = 0.1 of the forest, so chips may take 0.9 but not 0.95 of it."""
    weighted = CATALOGUE.replace('reduced_by = ["loss"]', 'pool_weight = ["loss"]').replace(
        "low = 0.1\ncentral = 0.3\nhigh = 0.9", "low = 0.1\ncentral = 0.9\nhigh = 1"
    )
    weighted = weighted.replace('effect = "decreasing"\nsource', "source", 1).replace(
        'times = ["growth"]\npool = "forest"\nshare = "share"\npool_weight',
        'times = ["growth", "loss"]\npool = "forest"\nshare = "share"\npool_weight',
    )
    catalogue = read_catalogue(weighted)
    assert pool_scales(catalogue) == {"forest": 1}
    assert pool_scales(catalogue, settings={"chips.share": 0.95}) == {"forest": pytest.approx(1 / 1.05)}
    with pytest.raises(CatalogueError, match=r"1\.05 .*logs\.trees 0\.1, chips\.trees 0\.95"):
        read_catalogue(weighted.replace("central = 0.9", "central = 0.95"))


def test_an_optional_layer_that_is_missing_is_skipped_and_told(catalogue: Catalogue) -> None:
    assert amounts(catalogue, "power", "supply", world()).skipped == ("dam",)
    with_dam = amounts(catalogue, "power", "supply", world(dam_mwh=[1.0, 2.0, 3.0]))
    assert with_dam.skipped == ()
    np.testing.assert_allclose(with_dam.firm, [1, 2, 3])


def test_a_layer_that_is_needed_and_missing_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(CatalogueError, match=r"logs\.trees.*forest_km2") as caught:
        amounts(catalogue, "logs", "supply", world().drop(columns="forest_km2"))
    assert caught.value.params["indicator"] == "forest_km2"


def test_a_factor_is_found_by_its_full_key_and_through_its_resource(catalogue: Catalogue) -> None:
    assert get_factor(catalogue, "logs.share").key == "logs.share"
    assert get_factor(catalogue, "logs.growth").key == "shared.growth"
    assert get_factor(catalogue, "home_power.panel").key == "power.panel"


def test_an_unknown_factor_names_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(InputError, match=r"'rain\.evaportion'.*did you mean 'rain\.evaporation'"):
        get_factor(catalogue, "rain.evaportion")
    with pytest.raises(InputError, match="did you mean 'logs'"):
        get_resource(catalogue, "log")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("logs.loss", float("nan"), "share"),
        ("logs.loss", 1.2, "within 0 and 1"),
        ("shared.growth", -1.0, "at least 0"),
        ("shared.growth", float("inf"), "finite"),
        ("shared.per_household", 0.0, "not 0"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(catalogue: Catalogue, name: str, value: float, expected: str) -> None:
    with pytest.raises(InputError, match=expected) as caught:
        check_factors(catalogue, [(name, value)])
    assert name in str(caught.value)


def test_a_factor_set_twice_to_different_values_is_refused(catalogue: Catalogue) -> None:
    assert check_factors(catalogue, [("logs.growth", 7.0), ("shared.growth", 7.0)]) == {"shared.growth": 7.0}
    with pytest.raises(InputError, match="twice"):
        check_factors(catalogue, [("logs.growth", 7.0), ("shared.growth", 8.0)])


def test_a_setting_beyond_the_range_is_allowed_and_flagged(catalogue: Catalogue) -> None:
    settings = check_factors(catalogue, [("shared.growth", 50.0), ("logs.loss", 0.3)])
    assert [factor.key for factor in outside_range(catalogue, settings)] == ["shared.growth"]


def test_shipped_amounts_per_person_and_per_square_kilometre() -> None:
    """The shipped catalogue on 1,000 people, 1 km² of each land and 1,730 mm of rain, worked out by hand."""
    catalogue = load_catalogue()
    table = world(
        area_km2=[1.0, 0, 0], population=[1000.0, 0, 0], forest_km2=[1.0, 0, 0], built_km2=[1.0, 0, 0],
        paddy_km2=[1.0, 0, 0], farmland_km2=[1.0, 0, 0], precipitation_mm=[1730.0, 0, 0],
    )  # fmt: skip

    def both(key: str) -> tuple[float, float]:
        supply = amounts(catalogue, key, "supply", table)
        return float((supply.firm + supply.variable)[0]), float(amounts(catalogue, key, "demand", table).firm[0])

    roofs = 1e6 * 0.3 * 0.45 * (0.31 * 0.166 + 0.69 * 0.111) * 8.76 * 0.145
    fields = 1e6 * (0.1 + 0.05) * 0.05 * 8.76 * 0.183
    assert both("electricity") == pytest.approx((roofs + fields, 7500))
    assert both("household_electricity") == pytest.approx((roofs + fields, 1000 / 2.2 * 4.175))
    assert both("wood_heat") == pytest.approx((270 * 0.225 * 0.36 * 18, 1000 / 2.2 * 16))
    assert both("timber") == pytest.approx((270 * 0.225, 650))
    assert both("water") == pytest.approx((1000 * 1000 * 0.29, 1000 * 0.331 * 365))
    assert both("rice") == pytest.approx((539 * 0.7 * (1 - 0.05 * 0.2), 54 / 0.9))
    assert both("vegetables") == pytest.approx((3000 * 0.5 * (1 - 0.1 * 0.2), 86))
    assert both("compost") == pytest.approx((0.15 * 365 * 0.5 * 0.35, 2 * 1500))
