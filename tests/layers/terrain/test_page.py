"""What drains to a point, on the Map page: offered where there is elevation and nowhere else."""

import numpy as np
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo.dataset import open_dataset
from geo.errors import InputError
from geo.resources import load_catalogue
from geo.terrain_build import write_dem
from layers import map_view
from layers.described import layers_of
from layers.live.extra import Extra, extra_message
from layers.live.scene import scene_message
from layers.messages import LANGUAGES, text
from layers.place_card import Told
from layers.state import ViewState, parse, to_query
from layers.terrain import view as terrain_view
from layers.terrain.card import terrain_card
from tests.geo.terrain_area import COLUMNS, ROWS, STEP, area_on_file, valley_file
from tests.layers.small_area import SOUTH, STEP_Y, WEST
from tests.source import ROOT

PAGE = ROOT / "pages" / "map.py"
# In the valley, near its eastern end.
POINT = (SOUTH + 2 * STEP_Y - (ROWS // 2 + 0.5) * STEP, WEST + 20.5 * STEP)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("areas")
    with_dem = area_on_file(folder, area="valley")
    write_dem(with_dem.folder, [valley_file(tmp_path_factory.mktemp("download"))])
    area_on_file(folder, area="plain")
    return folder


@pytest.fixture
def opened(data_dir, monkeypatch):
    monkeypatch.setenv("MEGURI_DATA_DIR", str(data_dir))

    def run(area="valley", **state):
        app = AppTest.from_file(PAGE, default_timeout=120)
        app.session_state["view_state"] = ViewState(area=area, **state)
        return app.run()

    return run


@pytest.fixture
def valley(data_dir):
    return open_dataset("valley", data_dir=data_dir)


def html_of(app):
    return "\n".join(part.proto.body for part in app.get("html"))


def toggles(app):
    return [toggle for toggle in app.toggle if toggle.key.startswith("map_upstream")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_offered_where_there_is_elevation_and_a_point(opened, lang):
    app = opened(lang=lang, at=POINT)
    assert not app.exception
    assert [toggle.label for toggle in toggles(app)] == [text("terrain.show", lang)]
    assert text("terrain.title", lang) not in html_of(app)


@pytest.mark.parametrize(
    ("area", "state"),
    [
        ("valley", {}),
        ("valley", {"place": "municipality:14206"}),
        ("plain", {"at": POINT}),
        ("plain", {"at": POINT, "upstream": True}),
    ],
)
def test_it_is_not_offered_without_a_point_or_without_elevation(opened, area, state):
    app = opened(area, **state)
    assert not app.exception
    assert toggles(app) == []
    assert text("terrain.title", "ja") not in html_of(app)


def test_kanagawa_has_no_elevation_and_no_offer():
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["view_state"] = ViewState(at=(35.2646, 139.1522), upstream=True)
    app.run()
    assert not app.exception
    assert 'class="meguri-card"' in html_of(app)
    assert toggles(app) == []
    assert text("terrain.title", "ja") not in html_of(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_taken_the_card_tells_area_people_forest_way_and_every_resource(opened, lang):
    app = opened(lang=lang, at=POINT)
    toggles(app)[0].set_value(True).run()
    assert not app.exception
    assert app.session_state["view_state"].upstream
    card = html_of(app)
    assert text("terrain.title", lang) in card
    # From column 20 down to column 1, 2 m a cell.
    assert ("km、高低差 38 m" if lang == "ja" else "38 m of fall") in card
    assert ("海まで" if lang == "ja" else "down to the sea") in card
    assert ("（2020年）" if lang == "ja" else "(2020)") in card
    assert text("terrain.cut", lang) in card
    for resource in load_catalogue().resources.values():
        assert (resource.name_ja if lang == "ja" else resource.name_en) in card
    assert "kW" in card
    # Every figure leads to its years and sources, the elevation's and the factors' among them.
    assert text("map.card.years", lang, years="2020") in card
    assert "国土地理院" in card
    assert ("水車と発電機の効率 0.72（0.6〜0.8）" if lang == "ja" else "turbine and generator 0.72 (0.6–0.8)") in card
    assert ("推計" if lang == "ja" else "estimate") in card


def test_a_link_reopens_it_and_closing_the_card_takes_it_off(opened):
    assert to_query(ViewState(at=POINT, upstream=True))["upstream"] == "1"
    assert parse({"upstream": "1"})[0].upstream
    assert parse({"upstream": "yes"})[1] == ("upstream",)
    app = opened(at=POINT, upstream=True)
    assert toggles(app)[0].value
    assert text("terrain.title", "ja") in html_of(app)
    app.button(key="map_close").click().run()
    assert not app.session_state["view_state"].upstream
    assert toggles(app) == []


def test_switched_off_the_card_is_the_place_s_again(opened):
    app = opened(at=POINT, upstream=True)
    toggles(app)[0].set_value(False).run()
    assert text("terrain.title", "ja") not in html_of(app)
    assert 'class="meguri-card"' in html_of(app)


def test_a_raster_that_was_changed_is_said_and_the_place_s_card_stays(opened, data_dir, tmp_path):
    broken = area_on_file(data_dir, area="broken")
    write_dem(broken.folder, [valley_file(tmp_path)])
    with (broken.folder / "rasters" / "dem.tif").open("ab") as handle:
        handle.write(b"\0")
    app = opened("broken", at=POINT, upstream=True)
    assert not app.exception
    assert "dem.tif" in app.warning[0].value
    assert text("terrain.title", "ja") not in html_of(app)
    assert "東町" in html_of(app)


def test_going_back_and_forth_between_two_areas_with_elevation_tells_each_its_own(opened, data_dir, tmp_path):
    other = area_on_file(data_dir, area="other")
    write_dem(other.folder, [valley_file(tmp_path)])
    for area in ("valley", "other", "valley"):
        app = opened(area, at=POINT, upstream=True)
        assert not app.exception
        assert text("terrain.title", "ja") in html_of(app)


def test_a_point_beyond_the_elevation_is_said_beside_the_place_s_card(opened, data_dir, tmp_path):
    partly = area_on_file(data_dir, area="partly")
    path = valley_file(tmp_path)
    # The eastern half without elevation.
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("海水面"))
    for index in range(start, start + ROWS * COLUMNS):
        if (index - start) % COLUMNS > 12:
            lines[index] = "データなし,-9999."
    path.write_text("\n".join(lines), encoding="utf-8")
    write_dem(partly.folder, [path])
    app = opened("partly", at=POINT, upstream=True)
    assert not app.exception
    assert "標高の分かる土地がありません" in app.warning[0].value
    assert "東町" in html_of(app)


def test_the_scene_carries_the_upstream_area_and_the_way_down(valley):
    state = ViewState(area="valley", at=POINT, upstream=True)
    drain = terrain_view.drain_of(state, valley)
    catalogue = load_catalogue()
    scene = map_view.scene_of(state, valley, catalogue, layers_of(valley, catalogue), extra=terrain_view.extras(drain))
    area, line = scene_message(scene, height="1px")["extra"]
    assert (area["kind"], line["kind"]) == ("area", "line")
    ring = np.cumsum(np.array(area["shapes"][0][0]).reshape(-1, 2), axis=0) * area["precision"]
    # Everything from the point's column to the eastern edge.
    assert ring[:, 0].min() == pytest.approx(WEST + 20 * STEP, abs=2 * STEP)
    assert ring[:, 0].max() == pytest.approx(WEST + COLUMNS * STEP, abs=2 * STEP)
    way = np.cumsum(np.array(line["shapes"][0][0]).reshape(-1, 2), axis=0) * line["precision"]
    assert way[0] == pytest.approx(POINT[::-1], abs=4 * STEP)
    assert way[-1, 0] == pytest.approx(WEST + 1.5 * STEP, abs=1e-5)


def test_nothing_is_computed_where_it_was_not_asked_for(valley):
    assert terrain_view.drain_of(ViewState(area="valley", at=POINT), valley) is None
    assert terrain_view.drain_of(ViewState(area="valley", upstream=True), valley) is None
    with pytest.raises(InputError):
        terrain_view.drain_of(ViewState(area="valley", at=(30.0, 139.0), upstream=True), valley)


def test_the_small_hydro_told_lies_within_the_area_and_in_its_range(valley):
    catalogue = load_catalogue()
    near, far = (
        terrain_view.drain_of(ViewState(area="valley", at=(POINT[0], WEST + column * STEP), upstream=True), valley)
        for column in (10.5, 2.5)
    )
    upper, lower = (terrain_view.hydro_of(valley, catalogue, drain) for drain in (near, far))
    assert lower.reaches >= upper.reaches > 0
    assert lower.capacity_kw[1] > upper.capacity_kw[1]
    for hydro in (upper, lower):
        assert hydro.unknown_share == 0
        assert 0 < hydro.capacity_kw[0] < hydro.capacity_kw[1] < hydro.capacity_kw[2]
        # The catalogue's capacity factor, over a year's hours.
        assert hydro.energy_kwh_per_year[1] == pytest.approx(hydro.capacity_kw[1] * 0.6 * 8760)


def test_what_the_data_say_never_becomes_markup(valley):
    catalogue = load_catalogue()
    state = ViewState(area="valley", at=POINT, upstream=True)
    drain = terrain_view.drain_of(state, valley)
    figures = terrain_view.figures_of(state, valley, catalogue, drain)
    hydro = terrain_view.hydro_of(valley, catalogue, drain)
    nasty = {**valley.meta, "census_year": "<script>alert(1)</script>"}
    marked = type(valley)(area=valley.area, folder=valley.folder, meta=nasty, layers=valley.layers)
    told = Told(sources=["<b>bold</b>"])
    html = terrain_card(drain, figures, hydro, marked, catalogue, told=told, lang="ja", threshold=0.8)
    assert "<b>bold" not in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_area_with_holes_and_parts_and_a_line_travel_as_steps():
    ring = shapely.Polygon([(0, 0), (0, 1), (1, 1), (0, 0)], [[(0.1, 0.2), (0.1, 0.3), (0.2, 0.3), (0.1, 0.2)]])
    message = extra_message(Extra("area", shapely.MultiPolygon([ring, shapely.box(2, 2, 3, 3)])))
    assert [len(rings) for rings in message["shapes"]] == [2, 1]
    assert message["shapes"][0][0][:4] == [0, 0, 0, 100_000]
    line = extra_message(Extra("line", shapely.LineString([(139.5, 35.5), (139.50001, 35.5)])))
    assert line["shapes"] == [[[13_950_000, 3_550_000, 1, 0]]]
