"""The list of layers: what ticking, moving and fading do to the choice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalogue import available_layers
from layers.layer_list import changed_layers, list_message
from tests.layers.small_area import small_area

LAYERS = available_layers(small_area(), object())
VISIBLE = (("prefecture", 100), ("municipality", 100), ("forest_share", 80))


def event(key, action, value=None):
    return {"key": key, "action": action, "value": value}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (event("river_system", "show"), (("river_system", 100), *VISIBLE)),
        (event("closing_scale", "show"), (*VISIBLE[:2], ("closing_scale", 100), VISIBLE[2])),
        (event("municipality", "hide"), (VISIBLE[0], VISIBLE[2])),
        (event("forest_share", "up"), (VISIBLE[0], VISIBLE[2], VISIBLE[1])),
        (event("prefecture", "up"), VISIBLE),
        (event("prefecture", "down"), (VISIBLE[1], VISIBLE[0], VISIBLE[2])),
        (event("forest_share", "down"), VISIBLE),
        (event("forest_share", "opacity", 40), (*VISIBLE[:2], ("forest_share", 40))),
        (event("forest_share", "opacity", 400), VISIBLE),
        (event("forest_share", "opacity", "40"), VISIBLE),
        (event("moon", "show"), VISIBLE),
        (event("municipality", "show"), VISIBLE),
        (event("river_system", "up"), VISIBLE),
        (event("municipality", "explode"), VISIBLE),
        (None, VISIBLE),
        ([1], VISIBLE),
    ],
)
def test_one_step(asked, expected):
    assert changed_layers(VISIBLE, asked, LAYERS) == expected


steps = st.builds(
    event,
    st.sampled_from([*LAYERS, "moon"]),
    st.sampled_from(["show", "hide", "up", "down", "opacity", ""]),
    st.none() | st.integers(-50, 200),
)


@given(st.lists(steps, max_size=20))
def test_no_series_of_steps_loses_or_doubles_a_layer(asked):
    visible = VISIBLE
    for step in asked:
        before = {key for key, _ in visible}
        visible = changed_layers(visible, step, LAYERS)
        keys = [key for key, _ in visible]
        assert len(keys) == len(set(keys))
        assert set(keys) <= set(LAYERS)
        assert len(before ^ set(keys)) <= 1
        assert all(10 <= opacity <= 100 for _, opacity in visible)


def test_the_list_is_grouped_and_says_what_the_dataset_lacks():
    missing = {"potential_biomass": ("potential", "バイオマス")}
    message = list_message(LAYERS, VISIBLE, lang="ja", missing=missing)
    titles = [group["title"] for group in message["groups"]]
    assert titles == ["境界", "水", "森と土地", "人", "再エネの可能性", "循環の規模"]
    [lacking] = message["groups"][4]["rows"]
    assert lacking["missing"] is True
    rows = {row["key"]: row for group in message["groups"] for row in group["rows"]}
    assert (rows["forest_share"]["place"], rows["forest_share"]["last"], rows["forest_share"]["opacity"]) == (
        3,
        True,
        80,
    )
    assert rows["unit_basin"]["place"] == 0
