"""Draws: strata, distribution, the same for all resources, pools never overdrawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.catalogue_reading import read_catalogue
from geo.draws import Sample, drawn_values, moving_factors, pool_scale
from geo.errors import InputError
from geo.terms import Catalogue
from tests.geo.catalogue_world import CATALOGUE


def triangle(value: np.ndarray, low: float, peak: float, high: float) -> np.ndarray:
    """Return the distribution function of a triangle, worked out from its two areas."""
    rising = (value - low) ** 2 / ((high - low) * (peak - low))
    falling = 1 - (high - value) ** 2 / ((high - low) * (high - peak))
    return np.where(value < peak, rising, falling)


def test_one_draw_falls_in_every_stratum_of_the_triangle(catalogue: Catalogue) -> None:
    factor = catalogue.factors["shared.growth"]
    values = Sample(200).of_factor(factor)
    strata = np.sort(triangle(values, factor.low, factor.central, factor.high)) * 200
    assert np.floor(strata).tolist() == list(range(200))


def test_a_column_of_the_data_lies_between_its_ends_and_around_its_centre() -> None:
    position = Sample(400).of_column("forest_km2")
    assert -1 < position.min() < -0.9
    assert 0.9 < position.max() < 1
    assert abs(position.mean()) < 0.01


def test_a_factor_has_its_own_draws_whatever_stands_beside_it(catalogue: Catalogue) -> None:
    sample = Sample(50)
    logs, chips = (drawn_values(catalogue, catalogue.resources[key], {}, sample) for key in ("logs", "chips"))
    np.testing.assert_array_equal(logs["shared.growth"], chips["shared.growth"])
    other = sample.of_factor(catalogue.factors["logs.use"])
    assert abs(np.corrcoef(other, logs["shared.growth"])[0, 1]) < 0.4
    again = Sample(50, seed=7).of_factor(catalogue.factors["logs.use"])
    assert not np.array_equal(other, again)


def test_what_is_set_by_hand_is_held(catalogue: Catalogue) -> None:
    values = drawn_values(catalogue, catalogue.resources["logs"], {"logs.use": 9.0}, Sample(5))
    assert values["logs.use"].tolist() == [9.0] * 5


def test_shares_that_overdraw_a_pool_are_scaled_down_in_that_draw(catalogue: Catalogue) -> None:
    """Logs held at 0.8 leave 0.2: a draw of chips above it scales both by 1 / (0.8 + chips)."""
    sample = Sample(60)
    chips = sample.of_factor(catalogue.factors["chips.share"])
    values = drawn_values(catalogue, catalogue.resources["logs"], {"logs.share": 0.8}, sample)
    np.testing.assert_allclose(values["logs.share"], 0.8 / np.maximum(0.8 + chips, 1))
    assert (values["logs.share"] < 0.8).any()
    assert (values["logs.share"] == 0.8).any()


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_pool_is_ever_overdrawn(logs: float, chips: float) -> None:
    catalogue = read_catalogue(CATALOGUE)
    sample = Sample(3)
    held = {"logs.share": logs, "chips.share": chips}
    for given_shares in (held, {"logs.share": logs}, {}):
        scale = pool_scale(catalogue, "forest", given_shares, sample)
        taken = sum(
            given_shares.get(key, sample.of_factor(catalogue.factors[key])) for key in ("logs.share", "chips.share")
        )
        assert (taken * scale <= 1 + 1e-9).all()
        assert (scale[np.asarray(taken * np.ones(3)) <= 1] == 1).all()


def test_moving_factors_are_those_that_can_move_the_amounts(catalogue: Catalogue) -> None:
    logs = catalogue.resources["logs"]
    terms = (*logs.supply, *logs.demand)
    every = moving_factors(catalogue, logs, terms, {}, Sample(200))
    assert set(every) == {"shared.growth", "logs.share", "logs.loss", "logs.use", "chips.share"}
    # With few logs and few chips the pool is never overdrawn, and what chips take is no matter.
    few = moving_factors(catalogue, logs, terms, {"logs.share": 0.05, "logs.use": 2.0}, Sample(200))
    assert set(few) == {"shared.growth", "logs.loss"}


@pytest.mark.parametrize("count", [0, -1, 2.5, 10_001])
def test_a_number_of_draws_that_cannot_be(count: float) -> None:
    with pytest.raises(InputError) as found:
        Sample(count)  # type: ignore[arg-type]
    assert found.value.key == "draws"
