"""Differences between two views: worked out by hand, mirrored when the sides are changed over, told apart by sight."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.resources import load_catalogue
from layers import palette
from layers.catalogue import available_layers
from layers.difference import (
    KINDS,
    Change,
    change_classes,
    covered_share,
    difference_layer,
    differences,
    paint_difference,
    paint_share,
    share_layer,
)
from layers.layer import NOT_DRAWN
from tests.layers.colour_vision import SIGHTS, delta_e_2000, seen_lab
from tests.layers.small_area import small_area
from tests.layers.whatif_world import AFTER, BEFORE, COMPOST, WATER, table


@pytest.fixture(scope="module")
def area():
    return small_area()


@pytest.fixture(scope="module")
def closing(area):
    return available_layers(area, object())["closing_scale"]


def test_shares_points_and_rungs_are_those_worked_out_by_hand():
    found = differences(BEFORE, AFTER, WATER)
    assert found.loc["a", ["covered_before", "covered_after"]].tolist() == [0.5, 0.9]
    assert found["points"].tolist()[:3] == pytest.approx([40.0, 0.0, -2.0])
    # From outside (the fourth) to the basin (the second): two rungs narrower.
    assert found["rungs"].tolist()[:3] == [2.0, 0.0, 0.0]
    assert math.isnan(found.loc["d", "points"])
    assert math.isnan(found.loc["d", "rungs"])
    assert found["demand_after"].tolist() == [100.0, 100.0, 100.0, 0.0]


def test_of_a_supply_the_share_used_is_compared():
    used = pd.DataFrame(
        {
            "supply": [10.0],
            "demand": [99.0],
            "used_community": [2.0],
            "used_municipality": [3.0],
            "met_community": [50.0],
        }
    )
    assert covered_share(used, COMPOST).tolist() == [0.5]


def test_rungs_that_the_area_lacks_are_left_out():
    assert covered_share(BEFORE.drop(columns="met_prefecture"), WATER).tolist()[:3] == [0.5, 0.9, 0.9]


def test_classes_by_size_and_side():
    found = differences(BEFORE, AFTER, WATER)
    assert change_classes(found, kind="points").tolist() == ["more_3", "same", "less_1", "no_demand"]
    assert change_classes(found, kind="rungs").tolist() == ["more_2", "same", "same", "no_demand"]


@pytest.mark.parametrize(
    ("points", "named"),
    [
        (0.49, "same"),
        (0.5, "more_1"),
        (-0.5, "less_1"),
        (4.99, "more_1"),
        (5.0, "more_2"),
        (-20.0, "less_3"),
        (0.0, "same"),
    ],
)
def test_a_limit_belongs_to_the_larger_change_on_both_sides(points, named):
    before = table(u=(40.0, 0.0, 100.0, "outside"))
    after = table(u=(40.0 + points, 0.0, 100.0, "outside"))
    assert change_classes(differences(before, after, WATER), kind="points").tolist() == [named]


amounts = st.tuples(
    st.floats(0, 50),
    st.floats(0, 50),
    st.just(100.0),
    st.sampled_from(["municipality", "basin", "prefecture", "outside"]),
)


@given(amounts, amounts)
def test_changing_the_sides_over_mirrors_the_difference(one, other):
    there, back = (
        differences(table(u=first), table(u=second), WATER) for first, second in ((one, other), (other, one))
    )
    assert there["points"].iloc[0] == -back["points"].iloc[0]
    assert there["rungs"].iloc[0] == -back["rungs"].iloc[0]
    mirrored = {"less": "more", "more": "less", "same": "same"}
    for kind in KINDS:
        side, _, level = change_classes(there, kind=kind).iloc[0].partition("_")
        expected = f"{mirrored[side]}_{level}" if level else "same"
        assert change_classes(back, kind=kind).iloc[0] == expected


@pytest.mark.parametrize(
    ("change", "is_telling"),
    [
        (Change("w", 0.5, 0.504, "outside", "outside"), False),
        (Change("w", 0.5, 0.506, "outside", "outside"), True),
        (Change("w", 0.799, 0.8, "outside", "basin"), True),
        (Change("w", math.nan, math.nan, "no_demand", "no_demand"), False),
    ],
)
def test_what_is_worth_a_word(change, is_telling):
    assert change.is_telling is is_telling


def test_the_layer_has_a_legend_in_both_languages_and_paints_every_unit(area, closing):
    found = differences(BEFORE, AFTER, WATER).set_axis(["14206", "14999", "x", "y"])
    for kind in KINDS:
        layer = difference_layer(closing, load_catalogue().resources["water"], area, kind=kind)
        assert {entry.key for entry in layer.legend} >= set(palette.CHANGE_COLOURS)
        assert all(entry.label_ja and entry.label_en for entry in layer.legend)
        assert layer.unit_ja
        assert layer.is_estimate
        painting = paint_difference(layer, area, found, by="municipality", kind=kind)
        assert [layer.legend[place].key for place in painting.classes] == change_classes(found, kind=kind).tolist()
        assert NOT_DRAWN not in painting.classes.to_numpy()


def test_shares_are_painted_by_class_and_states_stay_states(area, closing):
    layer = share_layer(closing, WATER)
    painting = paint_share(layer, area, BEFORE, WATER, by="municipality")
    labels = [layer.legend[place].key for place in painting.classes]
    # 50 % lies in 40–60 (the fourth class), 90 % in the last; nobody's town says why.
    assert labels == ["3", "5", "5", "no_demand"]
    assert layer.legend[3].label_ja == "40–60"


@pytest.mark.parametrize("sight", SIGHTS)
def test_neighbouring_changes_differ_for_every_sight(sight):
    for (one, first), (other, second) in pairwise(palette.CHANGE_COLOURS.items()):
        assert delta_e_2000(seen_lab(first, sight), seen_lab(second, sight)) >= 10, (sight, one, other)


@pytest.mark.parametrize("sight", ["normal", "protanopia", "deuteranopia", "tritanopia"])
def test_less_and_more_of_a_size_differ_by_colour(sight):
    for level in (1, 2, 3):
        less, more = (seen_lab(palette.CHANGE_COLOURS[f"{side}_{level}"], sight) for side in ("less", "more"))
        assert delta_e_2000(less, more) >= 20


def test_less_is_told_by_lines_too_and_both_sides_darken_alike():
    assert set(palette.CHANGE_PATTERNS) == {"less_1", "less_2", "less_3"}
    grey = {key: seen_lab(colour, "greyscale")[0] for key, colour in palette.CHANGE_COLOURS.items()}
    for level in (1, 2, 3):
        assert grey[f"less_{level}"] == pytest.approx(grey[f"more_{level}"], abs=3)
    assert np.all(np.diff([grey["same"], grey["more_1"], grey["more_2"], grey["more_3"]]) < -10)
