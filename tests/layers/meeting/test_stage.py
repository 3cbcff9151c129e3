"""The stage: which scenes an item shows, where its map looks, and what a press on it means."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from geo.dataset import open_whole
from geo.meeting import AgendaItem
from geo.resources import load_catalogue
from geo.scenario import new_scenario
from geo.store import open_store
from layers import session
from layers.certainty import with_certainty
from layers.ladder_view.words import certainty, certainty_said
from layers.live import Extra, MapEvent
from layers.live.scene import scene_message
from layers.meeting import stage
from layers.meeting.picture import look_of, picture_of
from layers.state import ViewState

ODAWARA = ViewState(place="municipality:14206", resource="water")
ROOFS = "electricity.usable_roof_share"


@pytest.fixture(scope="module")
def area():
    return open_whole("kanagawa")


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path):
    """The store of this test's server."""
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    return open_store()


def item(view="", key="aaaaaaaaaaaa", kind="map"):
    return AgendaItem(key, "題", "", (), kind, (("view", view),) if view else ())


@pytest.mark.parametrize(
    ("view", "looks"),
    [
        ("35.3,139.1,11.25", (35.3, 139.1, 11.25)),
        ("", None),
        ("35.3,139.1", None),
        ("35.3,139.1,11,4", None),
        ("north,139.1,11", None),
        ("nan,139.1,11", None),
        ("95,139.1,11", None),
        ("35.3,139.1,99", None),
    ],
)
def test_an_item_s_map_looks_where_its_query_says(view, looks):
    found = look_of(item(view))
    assert (found and found[1]) == looks


def test_every_item_asks_anew_and_the_same_item_asks_once(area, catalogue):
    asked = [
        picture_of("map", ODAWARA, area, catalogue, item=each).scenes[0]
        for each in (item("35.3,139.1,11"), item("35.3,139.1,11"), item("35.3,139.1,11", key="bbbbbbbbbbbb"))
    ]
    assert asked[0].look == asked[1].look != asked[2].look
    assert asked[0].fit == asked[1].fit != asked[2].fit
    message = scene_message(asked[0], height="10px")
    assert message["look"] == {"token": "aaaaaaaaaaaa@35.3,139.1,11", "view": [35.3, 139.1, 11.0]}
    assert scene_message(replace(asked[0], look=None), height="10px")["look"] is None


def test_a_map_that_was_never_moved_shows_the_whole_area(area, catalogue):
    scene = picture_of("map", ODAWARA, area, catalogue, item=item()).scenes[0]
    assert scene.look is None
    west, south, east, north = area.prefecture.total_bounds
    assert scene.fit[1] == pytest.approx((south, west, north, east))


def test_without_an_item_the_map_goes_to_the_place_that_is_picked(area, catalogue):
    scene = picture_of("map", ODAWARA, area, catalogue, item=None).scenes[0]
    towns = area.municipalities.set_index("code")
    west, south, east, north = towns.loc[["14206"]].total_bounds
    assert scene.fit[1] == pytest.approx((south, west, north, east))


def test_the_wall_says_one_thing_and_the_desk_all(area, catalogue):
    far, near = (
        picture_of("ladder", ODAWARA, area, catalogue, item=None, is_wall=is_wall) for is_wall in (True, False)
    )
    assert [row.resource for row in far.rows] == [row.resource for row in near.rows]
    assert len(far.rows) == len(catalogue.resources)
    assert far.words.startswith("小田原市では、計算上、")
    assert far.words.count("。") == 1
    assert near.words.count("。") > 1
    assert far.scenes[0].chosen == (("municipality", "14206"),)


def test_what_was_drawn_lies_on_every_map_of_the_item(area, catalogue, kept):
    scenario = kept.save(new_scenario("屋根", "kanagawa", factors=[(ROOFS, 0.6)]))
    drawn = (Extra("pin", area.prefecture.geometry.iloc[0].representative_point(), label="1"),)
    state = replace(ODAWARA, scenario=scenario.key)
    for kind, count in (("map", 1), ("ladder", 1), ("comparison", 2)):
        scenes = picture_of(kind, state, area, catalogue, item=None, extra=drawn).scenes
        assert len(scenes) == count
        assert all(drawn[0] in scene.extra for scene in scenes)


def test_a_comparison_without_a_scenario_is_a_ladder(area, catalogue):
    for state in (ODAWARA, replace(ODAWARA, scenario="gone5678")):
        found = picture_of("comparison", state, area, catalogue, item=None)
        assert (found.kind, len(found.scenes), found.pair) == ("ladder", 1, None)


def test_the_sliders_move_the_side_of_the_scenario_in_force(area, catalogue, kept):
    scenario = kept.save(new_scenario("水", "kanagawa", factors=[("water.dependable_share", 0.3)]))
    state = replace(ODAWARA, scenario=scenario.key)
    before, after = (
        picture_of("comparison", replace(state, factors=factors), area, catalogue, item=None).pair
        for factors in ((("water.dependable_share", 0.3),), (("water.dependable_share", 0.5),))
    )
    assert before.before["water"] == after.before["water"]
    # Supply is proportional to the share that can be counted on.
    assert after.after["water"].supply == pytest.approx(before.after["water"].supply * 0.5 / 0.3)
    assert before.sides.after.assumed.factors != after.sides.after.assumed.factors
    assert before.sides.after.name("ja") == "水"


@pytest.mark.parametrize(("is_wall", "told"), [(True, 2), (False, 0)])
def test_the_wall_s_comparison_says_how_sure_both_sides_are(monkeypatch, area, catalogue, kept, is_wall, told):
    scenario = kept.save(new_scenario("水", "kanagawa", factors=[("water.dependable_share", 0.5)]))
    state = replace(ODAWARA, scenario=scenario.key, factors=scenario.factors)
    picture = picture_of("comparison", state, area, catalogue, item=None, is_wall=is_wall)
    drawn = []
    monkeypatch.setattr(session, "current", lambda: state)
    monkeypatch.setattr(stage, "_mount", lambda body, **options: drawn.append(body))
    stage._pair(picture.pair, picture, area, catalogue, is_wall=is_wall)
    [body] = drawn
    sure = [
        with_certainty([rows["water"]], area, catalogue, side.assumed, kind="municipality", code="14206")[0]
        for rows, side in zip(
            (picture.pair.before, picture.pair.after),
            (picture.pair.sides.before, picture.pair.sides.after),
            strict=True,
        )
    ]
    expected = [(row.certainty_word, certainty(row, "ja")) for row in sure][:told]
    assert re.findall(r'<span class="certainty (\w+)">([^<]+)</span>', body) == expected
    assert all(word for _, word in expected)
    assert "A（今の前提）" in body
    assert "B（水）" in body


def test_the_wall_s_ladder_has_the_words_alone_and_the_desk_s_the_shares(monkeypatch, area, catalogue):
    picture = picture_of("ladder", ODAWARA, area, catalogue, item=None)
    drawn = []
    monkeypatch.setattr(session, "current", lambda: ODAWARA)
    monkeypatch.setattr(stage, "_mount", lambda body, **options: drawn.append(body))
    for is_wall in (True, False):
        stage._ladder(picture, area, is_wall=is_wall)
    for words, body in zip((certainty, certainty_said), drawn, strict=True):
        told = re.findall(r'<span class="certainty \w+"[^>]*>([^<]+)', body)
        assert told == [words(row, "ja") for row in picture.rows]


def test_two_maps_show_shares_where_no_scale_changes(area, catalogue, kept):
    # More roofs: no municipality reaches the threshold, and yet each covers more.
    scenario = kept.save(new_scenario("屋根", "kanagawa", factors=[(ROOFS, 0.6)]))
    state = replace(ODAWARA, resource="electricity", scenario=scenario.key, factors=((ROOFS, 0.6),))
    shares = picture_of("comparison", state, area, catalogue, item=None)
    assert [scene.shown[-1].painting.layer.key for scene in shares.scenes] == ["covered", "covered"]
    assert "すべての電気" in shares.legend
    # Nothing changes for water: both sides show its scales.
    same = picture_of("comparison", replace(state, resource="water"), area, catalogue, item=None)
    assert {scene.shown[-1].painting.layer.key for scene in same.scenes} == {"closing_scale"}
    assert same.scenes[1].fit is None


def test_two_maps_mark_what_is_open_under_their_own_assumptions(area, catalogue, kept):
    # A thousandth of the water can be counted on: it closes in no draw.
    little = (("water.dependable_share", 0.001),)
    scenario = kept.save(new_scenario("水", "kanagawa", factors=little))
    state = replace(ODAWARA, scenario=scenario.key, factors=little)
    found = picture_of("comparison", state, area, catalogue, item=None)
    before, after = (scene.shown[-1].painting.certainty for scene in found.scenes)
    assert (before == "open").any()
    assert not (after == "open").any()
    assert "まだ決められない" in found.legend
    cells = picture_of("comparison", replace(state, by="cells"), area, catalogue, item=None)
    assert "まだ決められない" not in cells.legend


@pytest.mark.parametrize("kind", ["map", "ladder", "comparison"])
def test_a_press_is_a_point_while_something_is_drawn(monkeypatch, area, kind):
    taken, moved = [], []
    here = SimpleNamespace(item=None)
    monkeypatch.setattr(stage, "map_pressed", lambda meeting, event: not taken.append((meeting, event)))
    monkeypatch.setattr(session, "update", lambda **changes: moved.append(changes))
    event = MapEvent(35.2646, 139.1522)
    stage.press(here, event, area, kind)
    assert taken == [(here, event)]
    assert moved == []


@pytest.mark.parametrize(
    ("kind", "fields"), [("map", {"at", "place"}), ("ladder", {"place"}), ("comparison", {"place"})]
)
@pytest.mark.parametrize("here", [None, SimpleNamespace(item=None)])
def test_any_other_press_chooses_the_place(monkeypatch, area, kind, fields, here):
    moved = []
    monkeypatch.setattr(stage, "map_pressed", lambda meeting, event: False)
    monkeypatch.setattr(session, "update", lambda **changes: moved.append(changes))
    monkeypatch.setattr(session, "current", ViewState)
    stage.press(here, MapEvent(35.2646, 139.1522), area, kind)
    [changes] = moved
    assert set(changes) == fields
    assert changes["place"] == "municipality:14206"
