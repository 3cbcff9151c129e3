"""The live map's Python side: packed outlines, the scene's message, what a click brings."""

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import layers.live
from layers.catalogue import available_layers, outlines, paint
from layers.layer import GEOMETRIES
from layers.live import MapEvent, Scene, Shown, map_event, stage_script, stage_style
from layers.live.geometry import PRECISION, pack_geometry, unit_codes
from layers.live.scene import scene_message
from tests.layers.small_area import SOUTH, STEP_X, STEP_Y, WEST, small_area


@pytest.fixture(scope="module")
def area():
    return small_area()


@pytest.fixture(scope="module")
def known(area):
    return available_layers(area, object())


@pytest.fixture(scope="module")
def packed(area):
    return json.loads(gzip.decompress(pack_geometry(area, version="v1")))


def unpacked(ring):
    return np.cumsum(np.array(ring).reshape(-1, 2), axis=0) * PRECISION


def test_the_packed_outlines_are_those_of_the_dataset(packed):
    towns = packed["layers"]["municipality"]
    assert towns["codes"] == ["14206", "14999"]
    assert towns["ja"][0] == "小田原市"
    corners = unpacked(towns["shapes"][0][0][0])
    assert corners.min(axis=0) == pytest.approx([WEST, SOUTH], abs=2 * PRECISION)
    assert corners.max(axis=0) == pytest.approx([WEST + STEP_X, SOUTH + 2 * STEP_Y], abs=2 * PRECISION)


def test_neighbours_share_their_border_point_by_point(packed):
    west, east = (
        {tuple(point) for point in np.round(unpacked(shape[0][0]) / PRECISION).astype(int).tolist()}
        for shape in packed["layers"]["municipality"]["shapes"]
    )
    assert len(west & east) >= 2


def test_every_geometry_is_packed_in_the_order_in_which_it_is_painted(area, packed):
    for geometry in GEOMETRIES:
        assert packed["layers"][geometry]["codes"] == unit_codes(geometry, area)
        assert unit_codes(geometry, area) == sorted(outlines(geometry, area).index)


def test_cut_basins_and_estimated_names_travel_with_the_outlines(packed):
    assert packed["layers"]["river_system"]["cut"] == [0]
    assert packed["layers"]["community"]["estimated"] == [0]
    assert packed["layers"]["municipality"]["cut"] == packed["layers"]["municipality"]["estimated"] == []


def test_the_legend_says_once_what_a_dashed_outline_means(area, known):
    closing = paint(known["closing_scale"], area, closing=pd.Series({"83268": "basin"}), by="basin")
    scene = Scene(area, shown=(Shown(paint(known["river_system"], area)), Shown(closing)))
    said = [entry for block in scene_message(scene, height="1px")["legend"] for entry in block["entries"]]
    lines = [entry for entry in said if entry["is_line"]]
    assert [entry["label"] for entry in lines] == ["データの端で切れた流域"]
    assert "repeating-linear-gradient" in lines[0]["background"]
    towns = scene_message(closing_scene(area, known, {"14206": "basin"}), height="1px")
    assert not any(entry["is_line"] for block in towns["legend"] for entry in block["entries"])


def test_the_same_data_packs_to_the_same_bytes(area):
    assert pack_geometry(area, version="v1") == pack_geometry(small_area(), version="v1")


def test_an_area_without_neighbours_on_file_packs_none(packed):
    assert packed["surroundings"] == []


def closing_scene(area, known, closing, **options):
    painting = paint(known["closing_scale"], area, closing=pd.Series(closing), by="municipality")
    return Scene(area, shown=(Shown(painting),), **options)


def test_how_sure_a_closing_scale_is_travels_as_one_letter_a_unit(area, known):
    def message(closing, words):
        layer = replace(known["closing_scale"], perspective="supply")
        sure = pd.Series(words, dtype=object)
        painting = paint(layer, area, closing=pd.Series(closing), by="municipality", certainty=sure)
        return scene_message(Scene(area, shown=(Shown(painting),)), height="10px")

    told = message({"14206": "basin", "14999": "outside"}, {"14206": "likely", "14999": "open"})
    [layer] = told["layers"]
    drawn = layer["certainty"]
    first, second = (drawn["words"][int(letter)] for letter in drawn["letters"])
    assert (first, second) == ("たぶん", "まだ決められない")
    assert int(drawn["letters"][0]) not in drawn["marked"]
    assert int(drawn["letters"][1]) in drawn["marked"]
    assert drawn["pattern"] in told["patterns"]
    assert told["legend"][-1]["entries"][0]["label"] == "まだ決められない"
    sure = message({"14206": "outside", "14999": "no_data"}, {"14206": "sure", "14999": ""})
    [layer] = sure["layers"]
    letters = layer["certainty"]["letters"]
    assert layer["certainty"]["words"][int(letters[0])] == "使いきれないのは確か"
    assert letters[1] == "."
    assert "まだ決められない" not in [entry["label"] for block in sure["legend"] for entry in block["entries"]]


def test_where_nobody_asked_no_unit_is_marked(area, known):
    message = scene_message(closing_scene(area, known, {"14999": "basin"}), height="10px")
    assert "certainty" not in message["layers"][0]
    assert "undecided" not in message["patterns"]


def test_classes_travel_as_one_letter_a_unit(area, known):
    scene = closing_scene(area, known, {"14999": "basin"})
    [layer] = scene_message(scene, height="10px")["layers"]
    assert layer["classes"] == ".2"
    assert layer["fills"][2] == {"fill": "#3a7aac", "pattern": ""}


def test_a_message_carries_styles_and_words_but_no_outline(area, known):
    scene = closing_scene(area, known, {"14206": "basin", "14999": "no_data"})
    text = json.dumps(scene_message(scene, height="10px"))
    assert "shapes" not in text
    assert len(text) < 12_000


def test_only_patterns_in_the_legend_are_sent_and_their_swatch_is_the_same_tile(area, known):
    message = scene_message(closing_scene(area, known, {"14206": "no_data"}), height="10px")
    assert "no_data" in message["patterns"]
    [block] = message["legend"]
    labels = {entry["label"]: entry["background"] for entry in block["entries"]}
    assert "svg" in labels["データ未整備"]
    assert "必要なし" not in labels


def test_a_legend_keeps_the_steps_of_the_ladder_and_leaves_out_those_it_lacks(area, known):
    painting = paint(known["closing_scale"], area, closing=pd.Series({"14206": "basin"}), by="municipality")
    labels = {"municipality": "M", "basin": "B", "prefecture": "P", "outside": "O"}
    scene = Scene(area, shown=(Shown(painting, labels=labels),))
    [block] = scene_message(scene, height="10px")["legend"]
    assert [entry["label"] for entry in block["entries"]] == ["M", "B", "P", "O"]


def test_a_legend_has_unit_year_and_that_it_is_an_estimate(area, known):
    scene = Scene(area, lang="en", shown=(Shown(paint(known["forest_share"], area)),))
    [block] = scene_message(scene, height="10px")["legend"]
    assert block["note"] == "%, 2020, estimate"


def test_cells_travel_as_one_letter_a_cell_in_the_order_of_the_packed_mesh(area, known, packed):
    layer = known["forest_share"]
    painting = paint(layer, area)
    [message] = scene_message(Scene(area, shown=(Shown(painting),)), height="1px")["layers"]
    mesh = packed["cells"]
    rows, columns = np.cumsum(mesh["rows"]), np.cumsum(mesh["columns"])
    assert len(message["classes"]) == len(rows) == len(columns) == len(area.cells)
    assert rows.min() / mesh["per_degree"][0] == pytest.approx(SOUTH)
    assert 100 + columns.min() / mesh["per_degree"][1] == pytest.approx(WEST)
    for letter, code in zip(message["classes"], unit_codes("cells", area), strict=True):
        assert letter == (chr(ord("0") + painting.classes[code]) if painting.classes[code] >= 0 else ".")


def test_nothing_is_asked_of_the_network(area, known):
    scene = closing_scene(area, known, {"14206": "no_data"})
    message = scene_message(scene, height="1px")
    assert "://" not in json.dumps(message)
    fetched = re.findall(r"url\(([^)]*)\)", stage_style())
    # Leaflet's own icons, for controls that this map does not have.
    assert all(address.startswith(("images/", "#", "data:")) for address in fetched)


def test_data_never_becomes_markup():
    folder = Path(layers.live.__file__).parent
    for name in (
        "stage.js",
        "scene.js",
        "outlines.js",
        "names.js",
        "furniture.js",
        "view.js",
        "cells.js",
        "previews.js",
        "painting.js",
        "pointer.js",
    ):
        script = (folder / name).read_text(encoding="utf-8")
        assert not any(word in script for word in ("innerHTML", "insertAdjacentHTML", "outerHTML", "document.write"))


def test_scripts_are_text_and_not_taken_for_paths():
    assert "\n" in stage_script()
    assert "leafletjs.com" in stage_script()[:400]


def test_a_click_is_read():
    event = map_event({"lat": 35.25, "lon": 139.15, "view": [35.3, 139.2, 10.25]})
    assert event == MapEvent(35.25, 139.15, (35.3, 139.2, 10.25))
    assert map_event({"lat": 35, "lon": 139}) == MapEvent(35.0, 139.0, None)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["lat", "lon", "view", "x"]), inner),
    max_leaves=8,
)


@given(json_values)
def test_whatever_the_browser_sends_is_a_place_on_the_globe_or_nothing(value):
    event = map_event(value)
    assert event is None or (abs(event.lat) <= 90 and abs(event.lon) <= 180)


def two_fills(area, known, *, opacity=100, classes=None):
    above = paint(known["forest_share"], area)
    if classes is not None:
        above = replace(above, classes=above.classes * 0 + classes)
    below = paint(known["closing_scale"], area, closing=pd.Series({"14206": "basin", "14999": "basin"}))
    return Scene(area, shown=(Shown(above, opacity), Shown(below)))


def test_a_fill_that_is_covered_has_no_colours_in_the_legend_and_says_why(area, known):
    above, below = scene_message(two_fills(area, known, classes=0), height="1px")["legend"]
    assert len(above["entries"]) > 1
    assert below["entries"] == []
    assert "かくれています" in below["note"]


def test_a_fill_that_shows_through_or_beside_another_keeps_its_colours(area, known):
    for scene in (two_fills(area, known, opacity=60, classes=0), two_fills(area, known, classes=-1)):
        _, below = scene_message(scene, height="1px")["legend"]
        assert below["entries"]


def test_basins_that_go_on_beyond_the_area_are_not_hidden_by_its_cells(area, known):
    above = paint(known["forest_share"], area)
    above = replace(above, classes=above.classes * 0)
    below = paint(known["closing_scale"], area, closing=pd.Series({"83268": "basin"}), by="basin")
    _, told, *_ = scene_message(Scene(area, shown=(Shown(above), Shown(below))), height="1px")["legend"]
    assert told["entries"]


def test_municipalities_travel_with_their_people(area, packed):
    inside = area.fragments[area.fragments["in_area"]]
    expected = inside.groupby("municipality_code")["population"].sum()
    assert packed["layers"]["municipality"]["people"] == [round(expected[code]) for code in ("14206", "14999")]
    assert packed["around"] is None
