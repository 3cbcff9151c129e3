"""The Data page's own layers: brought in, refused, taken out, put back, read only; then drawn and exported like any."""

import gzip
import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import streamlit as st
from rasterio.transform import from_bounds
from streamlit.testing.v1 import AppTest

from geo.dataset import open_dataset
from geo.resources import load_catalogue
from geo.user_layers import list_user_layers
from layers import map_view
from layers.described import layers_of
from layers.live.own_shapes import pack_shapes
from layers.live.scene import Scene, Shown, scene_message
from layers.messages import LANGUAGES, text
from layers.state import ViewState
from layers.take_away import take_aways
from layers.upload.layers import brought, class_limits
from layers.upload.painting import paint_own
from tests.source import ROOT

PAGE = ROOT / "pages" / "data.py"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_LOCAL_DIR", str(tmp_path))
    monkeypatch.delenv("MEGURI_READ_ONLY", raising=False)
    return tmp_path


def features(shapes, **columns):
    table = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    return json.loads(table.to_json()) | {"crs": None}


def polygons():
    squares = [shapely.box(139.1 + 0.05 * i, 35.4, 139.14 + 0.05 * i, 35.44) for i in range(6)]
    return json.dumps(features(squares, kw=[10.0 * i for i in range(6)], ward=list("abcdef"))).encode()


def lines():
    return json.dumps(features([shapely.LineString([(139.1, 35.4), (139.3, 35.5)])], flow=[3.0])).encode()


def points():
    spots = [shapely.Point(139.2, 35.4), shapely.Point(139.3, 35.5)]
    return json.dumps(features(spots, kw=[5.0, 7.0])).encode()


def raster():
    values = np.arange(24, dtype=np.float32).reshape(4, 6)
    values[0, 0] = np.nan
    memory = io.BytesIO()
    with rasterio.io.MemoryFile() as file:
        profile = {"driver": "GTiff", "width": 6, "height": 4, "count": 1, "dtype": "float32", "nodata": np.nan}
        with file.open(**profile, crs="EPSG:6668", transform=from_bounds(139.1, 35.3, 139.4, 35.5, 6, 4)) as grid:
            grid.write(values, 1)
        memory.write(file.read())
    return memory.getvalue()


CSV = "市町村コード,利用量\n14206,100\n14207,200\n14100,300\n".encode("cp932")


def opened(lang="ja"):
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["view_state"] = ViewState(lang=lang)
    app.session_state["upload_panel"] = True
    app.run()
    assert not app.exception
    return app


def send(app, name, content):
    app.file_uploader[-1].set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


def describe(app, *, measure=None, serial=0, **fields):
    told = {
        "title_ja": "太陽光の実測",
        "title_en": "Solar",
        "unit": "kW",
        "year": "2023",
        "source": "市",
        "licence": "CC0",
    }
    for name, value in (told | fields).items():
        app.text_input(key=f"upload_{name}_{serial}").set_value(value)
    if measure:
        app.selectbox(key=f"upload_measure_{serial}").set_value(measure)
    return app


def save(app, serial=0):
    app.button(key=f"upload_save_{serial}").click().run()
    assert not app.exception
    return app


def listed():
    return list_user_layers("kanagawa")


def bring(name, content, **told):
    app = save(describe(send(opened(), name, content), **told))
    assert not app.error
    return app


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_layer_is_previewed_described_and_kept(lang):
    app = send(opened(lang), "solar.geojson", polygons())
    assert any("GeoJSON" in part.value and text("own.kind.polygons", lang) in part.value for part in app.markdown)
    assert list(app.dataframe[-1].value.columns) == ["kw", "ward"]
    app = save(describe(app, measure="extensive"))
    assert not app.error
    (own,) = listed()
    assert (own.title_ja, own.title_en, own.unit, own.column, own.measure, own.count) == (
        "太陽光の実測", "Solar", "kW", "kw", "extensive", 6
    )  # fmt: skip
    assert any(own.title_ja in part.value or own.title_en in part.value for part in app.text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("far.geojson", json.dumps(features([shapely.box(0, 0, 1, 1)], a=[1.0])).encode(), "upload_outside"),
        ("text.csv", b"\x00\x01\x02" * 50, "upload_binary"),
        ("broken.geojson", polygons()[:200], "upload_damaged"),
    ],
)
def test_what_cannot_be_used_is_said_in_the_user_s_language_and_nothing_is_kept(lang, name, content, key, own_folder):
    app = send(opened(lang), name, content)
    assert len(app.error) == 1
    assert name in app.error[0].value
    assert not list(own_folder.rglob("layers.toml"))
    with pytest.raises(KeyError):
        app.button(key="upload_save_0")


def test_a_description_that_lacks_something_is_refused_and_the_upload_stays():
    app = save(describe(send(opened(), "solar.geojson", polygons()), title_ja="", measure="extensive"))
    assert len(app.error) == 1
    assert listed() == ()
    app = save(describe(app, measure="extensive"))
    assert len(listed()) == 1


def test_a_file_without_crs_asks_for_it():
    content = b"name,lat,lon,kw\nx,35.4,139.2,5\ny,35.5,139.3,7\n"
    app = send(opened(), "spots.csv", content)
    assert len(app.error) == 1
    app.selectbox(key="upload_crs_0").set_value("EPSG:6668").run()
    assert not app.error
    save(describe(app, measure="extensive"))
    assert [own.kind for own in listed()] == ["points"]


def test_a_layer_is_taken_out_and_put_back():
    app = bring("solar.geojson", polygons(), measure="extensive")
    (own,) = listed()
    app.button(key=f"own_remove_{own.key}").click().run()
    assert listed() == ()
    app.button(key="own_restore").click().run()
    assert listed() == (own,)
    assert not app.exception


def test_a_kiosk_lists_but_changes_nothing(monkeypatch):
    bring("solar.geojson", polygons(), measure="extensive")
    monkeypatch.setenv("MEGURI_READ_ONLY", "1")
    app = opened()
    assert any("太陽光の実測" in part.value for part in app.text)
    assert not [button.key for button in app.button if button.key and button.key.startswith("own_")]
    assert not app.file_uploader


def test_a_damaged_layer_is_told_and_can_be_removed_and_the_others_stay(own_folder):
    bring("solar.geojson", polygons(), measure="extensive")
    bring("plants.geojson", points(), measure="extensive", title_ja="発電所", title_en="Plants")
    next(own_folder.rglob("solar.parquet")).write_bytes(b"rubbish")
    # The list is described anew when a layer comes or goes, or at the next start.
    st.cache_resource.clear()
    assert list(brought(open_dataset("kanagawa")).layers) == ["own_plants"]
    app = opened()
    assert "太陽光の実測" in app.error[0].value
    app.button(key="own_remove_solar").click().run()
    assert not app.exception
    assert not app.error
    assert [own.key for own in listed()] == ["plants"]


@pytest.mark.parametrize(
    ("name", "content", "kind", "units"),
    [
        ("a.geojson", polygons(), "polygons", 6),
        ("b.geojson", lines(), "lines", 1),
        ("c.geojson", points(), "points", 2),
        ("d.tif", raster(), "image", 0),
    ],
)
def test_every_kind_is_drawn_on_the_map_and_taken_away(name, content, kind, units):
    bring(name, content, measure="none" if kind == "lines" else "extensive")
    dataset, catalogue = open_dataset("kanagawa"), load_catalogue()
    (layer,) = brought(dataset).layers.values()
    layers = layers_of(dataset, catalogue)
    assert layers[layer.key] == layer
    painting = paint_own(layer, dataset)

    packed = json.loads(gzip.decompress(pack_shapes(painting)))
    assert packed["kind"] == kind
    assert len(packed["shapes"]) == units
    message = scene_message(Scene(dataset, "ja", (Shown(painting),)), height="1px")
    assert len(message["layers"][0]["classes"]) == len(painting.units)
    assert message["sources"] == ["市 / 2023 / CC0"]
    assert message["legend"][0]["title"] == "太陽光の実測"
    state = ViewState(layers=((layer.key, 80), ("municipality", 100)))
    files = {file.key: file for file in take_aways(state, dataset, catalogue, layers, view=None)}
    with zipfile.ZipFile(io.BytesIO(files["geojson"].make())) as packed_files:
        names = packed_files.namelist()
        mine = next(name for name in names if layer.key in name)
        collection = json.loads(packed_files.read(mine))
    assert collection["features"]
    assert collection["sources"][0]["source"] == "市"
    assert collection["sources"][0]["licence"] == "CC0"
    page = files["html"].make().decode("utf-8")
    assert "太陽光の実測" in page
    assert files["geopackage"].make().startswith(b"SQLite format 3")


def test_polygons_are_packed_where_they_are():
    bring("a.geojson", polygons(), measure="extensive")
    dataset = open_dataset("kanagawa")
    (layer,) = brought(dataset).layers.values()

    packed = json.loads(gzip.decompress(pack_shapes(paint_own(layer, dataset))))
    steps = np.array(packed["shapes"][2][0][0]).reshape(-1, 2)
    ring = np.cumsum(steps, axis=0) * packed["precision"]
    assert ring.min(axis=0) == pytest.approx([139.2, 35.4])
    assert ring.max(axis=0) == pytest.approx([139.24, 35.44])


def test_a_table_by_code_colours_the_municipalities():
    app = send(opened(), "use.csv", CSV)
    save(describe(app, unit="t", measure="extensive"))
    assert not app.error
    dataset = open_dataset("kanagawa")
    (layer,) = brought(dataset).layers.values()
    painting = paint_own(layer, dataset)
    assert (painting.geometry, painting.units) == ("municipality", None)
    assert painting.classes.loc[["14206", "14207", "14100"]].is_monotonic_increasing
    assert set(painting.classes.index) == {"14100", "14206", "14207"}
    letters = scene_message(Scene(dataset, "ja", (Shown(painting),)), height="1px")["layers"][0]["classes"]
    assert (len(letters), len(letters.replace(".", ""))) == (len(dataset.municipalities), 3)


def test_the_list_on_the_map_has_a_group_of_its_own():
    bring("a.geojson", polygons(), measure="extensive")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["layers"] = "own_solar:100,municipality:100"
    app.run()
    assert not app.exception
    assert not app.info
    state = app.session_state["view_state"]
    dataset = open_dataset("kanagawa")
    layers = layers_of(dataset, load_catalogue())
    assert [key for key, _ in map_view.visible_layers(state, layers)] == ["own_solar", "municipality"]


@pytest.mark.parametrize(
    ("values", "limits"),
    [([], ()), ([5.0, 5.0], ()), ([0.0, 1.0], (1.0,)), ([-2.0, -1.0, 0.0, 1.0], (-1.5, -1.0, -0.5, 0.0, 0.5))],
)
def test_class_limits_have_values_on_both_sides(values, limits):
    found = class_limits(np.array(values), 6)
    assert all(min(values) < limit <= max(values) for limit in found)
    assert list(found) == sorted(set(found))
    if not limits:
        assert found == ()
