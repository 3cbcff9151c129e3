"""The palette keeps apart for every sight, and its text can be read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from layers import palette
from tests.layers.colour_vision import SIGHTS, delta_e_2000, seen_lab

# Rows 1, 5, 7, 16, 17, 20, 24, 25, 34 of the test data of Sharma, Wu & Dalal (2005), table 1.
SHARMA_2005 = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("first", "second", "published"), SHARMA_2005)
def test_the_difference_formula_gives_the_published_values(first, second, published):
    assert delta_e_2000(first, second) == pytest.approx(published, abs=5e-5)
    assert delta_e_2000(second, first) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("sight", SIGHTS)
def test_neighbouring_steps_of_the_ladder_differ_for_every_sight(sight):
    for (one, a), (other, b) in pairwise(palette.SCALE_COLOURS.items()):
        assert delta_e_2000(seen_lab(a, sight), seen_lab(b, sight)) >= 10, (sight, one, other)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_ladder_goes_from_dark_to_light_for_every_sight(sight):
    lightness = [seen_lab(colour, sight)[0] for colour in palette.SCALE_COLOURS.values()]
    assert lightness == sorted(lightness)


def test_ground_is_green_water_is_blue_outside_is_grey():
    _, green_a, _ = seen_lab(palette.SCALE_COLOURS["community"], "normal")
    _, _, blue_b = seen_lab(palette.SCALE_COLOURS["basin"], "normal")
    _, grey_a, grey_b = seen_lab(palette.SCALE_COLOURS["outside"], "normal")
    assert green_a < -8
    assert blue_b < -20
    assert np.hypot(grey_a, grey_b) < 5


@pytest.mark.parametrize("paper", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_text_meets_wcag_aa_on_paper_and_surface(paper):
    for ground in (paper.paper, paper.surface):
        for ink in (paper.ink, paper.muted, paper.accent):
            assert palette.contrast(ink, ground) >= 4.5, (ink, ground)
    assert palette.contrast(paper.on_accent, paper.accent) >= 4.5


def test_text_on_every_step_and_pattern_meets_wcag_aa():
    grounds = [*palette.SCALE_COLOURS.values(), *(p.background for p in palette.PATTERNS.values())]
    for ground in grounds:
        assert palette.contrast(palette.text_on(ground), ground) >= 4.5, ground


def test_contrast_of_black_and_white_is_21():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_ink_of_a_pattern_stands_out_from_its_ground():
    # WCAG 2.1, 1.4.11: graphical objects need 3:1.
    for pattern in palette.PATTERNS.values():
        assert palette.contrast(pattern.ink, pattern.background) >= 3, pattern.name


def test_three_states_that_must_never_look_alike():
    looks = {palette.fill_css(state) for state in ("outside", "no_demand", "no_data")}
    shapes = {palette.NO_NEED.shape, palette.NO_DATA.shape, palette.TIME_MISMATCH.shape}
    assert len(looks) == 3
    assert len(shapes) == 3


@pytest.mark.parametrize("name", palette.RAMPS)
def test_ramps_fall_steadily_in_lightness(name):
    lightness = [seen_lab(colour, "greyscale")[0] for colour in palette.RAMPS[name]]
    assert all(later < earlier - 5 for earlier, later in pairwise(lightness))


def test_a_ramp_starts_and_ends_on_its_outer_stops_and_clips():
    colours = palette.ramp_rgb("forest", np.array([-1.0, 0.0, 1.0, 2.0, np.nan]))
    first, last = palette.rgb(palette.RAMPS["forest"][0]), palette.rgb(palette.RAMPS["forest"][-1])
    assert colours.tolist() == [list(first), list(first), list(last), list(last), list(first)]


@pytest.mark.parametrize("pattern", palette.PATTERNS.values(), ids=palette.PATTERNS)
def test_a_tile_has_ink_and_ground_and_fetches_nothing(pattern):
    ink = palette.tile_ink(pattern)
    assert ink.shape == (pattern.tile_px, pattern.tile_px)
    assert 0.05 < ink.mean() < 0.6
    assert "http://www.w3.org" not in palette.css_background(pattern).replace("http%3A//www.w3.org/2000/svg", "")
    assert palette.svg_pattern(pattern, prefix="a-").startswith(f'<pattern id="a-{pattern.name}"')
