"""The kiosk's maps: what is sent in two parts is the live map's message again; basins and legends."""

import itertools

import pandas as pd
import pytest
import shapely

from geo.dataset import open_whole
from geo.resources import load_catalogue
from layers.catalogue import available_layers, paint
from layers.described import closing_layer
from layers.kiosk.maps import basins_painting, cells_legend, closing_legend, closing_painting, map_scene, map_words
from layers.live.scene import Scene, Shown, scene_message
from layers.outlines import outlines
from tests.layers.kiosk.kiosk_world import plain
from tests.layers.small_area import small_area

CATALOGUE = load_catalogue()


def put_together(message, words, lang):
    """Do what the browser does with a map scene."""
    own, same = message[lang], message["same"]
    layers = [{**layer, **told} for layer, told in zip(same["layers"], own["layers"], strict=True)]
    return {**same, **own, "words": words[lang], "layers": layers}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_parts_make_the_live_map_s_own_message(lang):
    area = small_area()
    layers = available_layers(area, CATALOGUE)
    shown = [paint(layers["prefecture"], area), paint(layers["population_density"], area)]
    west, south, east, north = area.municipalities.total_bounds
    scene = Scene(
        area,
        lang=lang,
        shown=tuple(Shown(one) for one in shown),
        with_legend=False,
        fit=("area=small", (south, west, north, east)),
    )
    found = put_together(map_scene(area, shown), map_words(area), lang)
    assert found == scene_message(scene, height="")


def test_classes_are_sent_once():
    area = small_area()
    layers = available_layers(area, CATALOGUE)
    message = map_scene(area, [paint(layers["population_density"], area)])
    # 100, 200, 300 and 400 people on a km² each: one below 100 is none of them.
    assert message["same"]["layers"][0]["classes"] == "1111"
    assert "classes" not in message["ja"]["layers"][0]


def test_neighbouring_basins_differ_and_the_lowland_is_none():
    area = open_whole("kanagawa")
    painting = basins_painting(area)
    assert "lowland" not in painting.classes.index
    assert len(painting.classes) == 30
    shapes = outlines("river_system", area).geometry
    near = [
        (one, other)
        for one, other in itertools.combinations(painting.classes.index, 2)
        if shapely.intersects(shapes[one], shapes[other])
    ]
    assert near
    assert all(painting.classes[one] != painting.classes[other] for one, other in near)


def test_the_closing_legend_has_the_resource_s_rungs_and_what_occurs():
    area = small_area()
    resource = CATALOGUE.resources["water"]
    layer = closing_layer(available_layers(area, CATALOGUE)["closing_scale"], resource, area)
    painting = closing_painting(layer, area, pd.Series({"14206": "basin", "14999": "no_data"}))
    told = closing_legend(painting, resource)
    assert [entry["label"]["ja"] for entry in told["entries"]] == [
        "市町村",
        "流域",
        "都道府県",
        "県の中だけでは足りない",
        "データ未整備",
    ]
    assert told["title"]["en"] == "Water: enough within"
    assert told["note"]["en"] == "2020, estimates"


def test_classes_of_cells_are_told_with_limits_unit_and_year():
    area = small_area()
    told = cells_legend(available_layers(area, CATALOGUE)["population_density"])
    assert [entry["label"]["en"] for entry in told["entries"]] == [
        *("under 100", "100–500", "500–2,000", "2,000–5,000", "5,000–10,000", "10,000 and more")
    ]
    assert told["title"]["en"] == "Population density (people per km²)"
    assert told["note"]["ja"] == "2020年"


def test_a_potential_has_its_unit_and_says_that_it_is_an_estimate():
    area = open_whole("kanagawa")
    layer = available_layers(area, CATALOGUE)["potential_wood_heat"]
    told = cells_legend(layer)
    assert told["title"]["ja"] == "森の木から得られる熱（GJ/年）"
    assert told["title"]["en"].endswith("(GJ/yr)")
    assert told["note"]["ja"] == "1 km四方ごと・2016年・推計"
    assert len(told["entries"]) == len(layer.legend)
    assert "だいたいの 計算" in plain(told["note"]["easy"])
