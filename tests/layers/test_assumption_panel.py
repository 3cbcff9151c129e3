"""The sliders' numbers: round steps, readable values."""

import pytest

from geo.resources import load_catalogue
from layers.assessed import usable
from layers.assumption_panel import number, slider_step


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [(0, 1, 0.01), (20, 50, 0.2), (610, 850, 2.0), (3719, 5833, 20.0), (2, 5, 0.02), (0.13, 0.2, 0.0005)],
)
def test_a_slider_moves_in_round_steps_of_a_hundredth_or_less(low, high, step):
    assert slider_step(low, high) == pytest.approx(step)


def test_numbers_are_written_short():
    assert number(7500) == "7,500"
    assert number(0.166) == "0.166"
    assert number(29.0) == "29"


def test_settings_of_a_link_that_cannot_be_are_left_out_by_name():
    kept, refused = usable(
        load_catalogue(), (("water.dependable_share", 0.4), ("water.nothing", 1.0), ("rice.planted_share", 7.0))
    )
    assert kept == (("water.dependable_share", 0.4),)
    assert refused == ("water.nothing", "rice.planted_share")
