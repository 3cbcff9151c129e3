"""The map page, run by Streamlit's own test runner in both languages."""

import io

import geopandas as gpd
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.dataset import open_dataset
from geo.resources import load_catalogue
from layers import map_view, take_away
from layers.described import closing_layer, layers_of
from layers.live import MapEvent
from layers.messages import LANGUAGES, text
from layers.state import ViewState
from tests.source import ROOT

PAGE = ROOT / "pages" / "map.py"
ODAWARA = {"place": "municipality:14206", "at": (35.2646, 139.1522)}


def opened(**state):
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["view_state"] = ViewState(**state)
    return app.run()


def state_of(app):
    return app.session_state["view_state"]


def card_of(app):
    return "\n".join(part.proto.body for part in app.get("html"))


def kind_box(app):
    return next(box for box in app.selectbox if box.key.startswith("map_kind"))


def hits(app):
    return [button.label for button in app.button if button.key.startswith("hit_")]


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("kanagawa")


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_opens_with_the_find_box_and_the_files_and_no_card(lang):
    app = opened(lang=lang)
    assert not app.exception
    assert app.text_input[0].label == text("map.find.label", lang)
    assert 'class="meguri-card"' not in card_of(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_names_the_place_and_every_resource(lang, dataset, catalogue):
    app = opened(lang=lang, **ODAWARA)
    assert not app.exception
    card = card_of(app)
    assert ("小田原市" if lang == "ja" else "Odawara City") in card
    for resource in catalogue.resources.values():
        assert (resource.name_ja if lang == "ja" else resource.name_en) in card
    assert text("common.estimate", lang) in card


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_card_leads_to_its_sources(lang):
    app = opened(lang=lang, **ODAWARA)
    assert "国勢調査" in card_of(app)
    assert text("common.river_estimated", lang) in card_of(app)
    assert {link.proto.page for link in app.get("page_link")} == {"scale", "data"}


def test_a_point_without_a_unit_tells_the_municipality_s_figures():
    app = opened(at=(35.2646, 139.1522))
    assert 'class="chosen"><span>市町村' in card_of(app)
    assert kind_box(app).value == "municipality"


def test_another_unit_tells_other_figures():
    app = opened(**ODAWARA)
    before = card_of(app)
    kind_box(app).select("prefecture").run()
    assert state_of(app).place == "prefecture:14"
    assert card_of(app) != before


@pytest.mark.parametrize("query", ["小田原", "おだわら", "odawara"])
def test_a_name_that_fits_one_place_goes_there(query):
    app = opened()
    app.text_input[0].set_value(query).run()
    assert state_of(app).place == "municipality:14206"
    assert "小田原市" in card_of(app)


def test_a_coordinate_goes_to_its_place():
    app = opened()
    app.text_input[0].set_value("３５．２５, 139.15").run()
    assert state_of(app).at == (35.25, 139.15)
    assert state_of(app).place == "municipality:14206"


def test_namesakes_are_offered_and_told_apart():
    app = opened()
    app.text_input[0].set_value("森戸川").run()
    assert state_of(app).place == ""
    labels = [button.label for button in app.button if button.key.startswith("hit_basin")]
    assert all(text("common.river_estimated", "ja") in label for label in labels)
    assert len(labels) == len(set(labels)) == 2
    app.button(key=next(b.key for b in app.button if b.key.startswith("hit_basin"))).click().run()
    assert state_of(app).place.startswith("basin:")


def test_what_was_found_goes_once_a_place_is_gone_to_and_comes_with_the_next_search():
    app = opened()
    app.text_input[0].set_value("はこね").run()
    assert state_of(app).place == "municipality:14382"
    assert hits(app) == []
    app.text_input[0].set_value("森戸川").run()
    assert len(hits(app)) > 1
    app.button(key=next(b.key for b in app.button if b.key.startswith("hit_"))).click().run()
    assert hits(app) == []


@pytest.mark.parametrize(
    ("lang", "state", "said"),
    [
        ("ja", {"resource": "water"}, "33の市町村のうち19で、水が"),
        ("en", {"resource": "water", "threshold": 0.5}, "(50\u00a0% or more of it"),
        ("ja", {"resource": "compost"}, "使いきれる"),
    ],
)
def test_it_opens_with_the_closing_scale_and_says_in_how_many_units_it_closes(lang, state, said):
    app = opened(lang=lang, **state)
    assert "closing_scale" in dict(map_view.DEFAULT_VISIBLE)
    assert any(said in caption.value for caption in app.caption)


@pytest.mark.parametrize("state", [{"by": "cells"}, {"by": "prefecture"}, {"by": "community", "resource": "water"}])
def test_where_counting_units_says_nothing_there_is_no_sentence(state, dataset, catalogue):
    assert map_view.closing_sentence(ViewState(**state), dataset, catalogue) == ""


def test_the_sentence_counts_what_the_table_has(dataset, catalogue):
    state = ViewState(resource="vegetables", by="municipality", lang="en")
    table = map_view.figures(state, dataset, catalogue, resource="vegetables", by="municipality")
    inside = int(table["closing_scale"].isin(["community", "municipality"]).sum())
    assert f"{inside} of 33 municipalities" in map_view.closing_sentence(state, dataset, catalogue)


@pytest.mark.parametrize(
    ("still_open", "inside", "ja", "en"),
    [
        ("bcd", "ab", "このうちの1と、ほかの2", "1 of these and 2 of the others"),
        ("ab", "ab", "このうちの2", "2 of these"),
        ("cd", "ab", "ほかの2", "2 of the others"),
        ("c", "", "1", "1 of them"),
    ],
)
def test_how_many_are_still_open_is_told_of_those_counted_and_of_the_others(still_open, inside, ja, en):
    units = pd.Index(list("abcd"))
    told = pd.Series(units.isin(list(still_open)), units), pd.Series(units.isin(list(inside)), units)
    assert map_view.still_open_words(*told, "demand", "ja") == f"どの規模で足りるかは、{ja}でまだ決められません。"
    assert map_view.still_open_words(*told, "supply", "ja") == f"どの規模で使いきれるかは、{ja}でまだ決められません。"
    assert map_view.still_open_words(*told, "demand", "en") == f"The scale is still open for {en}."


def test_where_nothing_is_open_nothing_is_said_of_it():
    units = pd.Series([True, False], list("ab"))
    assert map_view.still_open_words(~units & units, units, "demand", "ja") == ""


def test_the_sentence_counts_as_open_what_the_map_hatches(dataset, catalogue):
    state = ViewState(resource="water", by="municipality", lang="en", layers=(("closing_scale", 100),))
    [(painting, _)] = map_view.paintings(state, dataset, catalogue, layers_of(dataset, catalogue))
    assert (painting.certainty == "open").sum() == 6
    assert map_view.closing_sentence(state, dataset, catalogue).endswith("The scale is still open for 6 of the others.")
    # Of wood heat every municipality's scale is sure.
    sure = map_view.closing_sentence(ViewState(resource="wood_heat", lang="en"), dataset, catalogue)
    assert sure.endswith("estimate).")


def test_what_is_not_found_says_so_and_what_to_do():
    app = opened()
    app.text_input[0].set_value("札幌").run()
    assert any("札幌" in caption.value for caption in app.caption)
    assert state_of(app).at is None


def test_closing_the_card_forgets_the_place():
    app = opened(**ODAWARA)
    app.button(key="map_close").click().run()
    assert (state_of(app).place, state_of(app).at) == ("", None)


def test_the_resource_in_colour_is_chosen_by_key_whatever_the_language():
    shown = (("closing_scale", 100),)
    for lang in LANGUAGES:
        app = opened(lang=lang, layers=shown)
        app.selectbox(key=f"map_resource_{lang}").select("rice").run()
        app.selectbox(key=f"map_by_{lang}").select("cells").run()
        assert (state_of(app).resource, state_of(app).by) == ("rice", "cells")


@pytest.mark.parametrize(
    "state",
    [
        {"layers": ()},
        {"layers": (("moon", 50), ("forest_share", 50), ("forest_share", 70))},
        {"resource": "moon", "layers": (("closing_scale", 100),)},
        {"place": "municipality:99999"},
        {"place": "basin:83268"},
        {"at": (0.0, 0.0)},
        {"factors": (("water.moon", 3.0),), "layers": (("closing_scale", 100),)},
    ],
)
def test_a_link_that_names_what_is_not_there_still_opens(state):
    assert not opened(**state).exception


def test_a_click_finds_the_place_and_keeps_the_kind_of_unit(dataset):
    at = MapEvent(35.2646, 139.1522)
    assert map_view.place_after(at, ViewState(), dataset).place == "municipality:14206"
    basin = map_view.place_after(at, ViewState(place="basin:83030"), dataset).place
    assert basin.startswith("basin:")
    assert basin != "basin:83030"
    assert map_view.place_after(MapEvent(0.0, 0.0), ViewState(), dataset) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_file_to_take_away_can_be_made(lang, dataset, catalogue):
    layers = layers_of(dataset, catalogue)
    state = ViewState(lang=lang, layers=(("prefecture", 100), ("closing_scale", 80)), resource="compost")
    files = {
        file.key: file for file in take_away.take_aways(state, dataset, catalogue, layers, view=(35.3, 139.2, 10.0))
    }
    made = {key: file.make() for key, file in files.items()}
    assert made["html"].lstrip().startswith(b"<!DOCTYPE html>")
    assert made["geopackage"].startswith(b"SQLite format 3")
    assert made["geojson"].startswith(b"PK")
    assert made["csv"].startswith(b"\xef\xbb\xbf")
    rows = made["csv"].decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 33


def table_of(files, key="csv"):
    made = next(file for file in files if file.key == key).make()
    return pd.read_csv(io.BytesIO(made), encoding="utf-8-sig", dtype={"コード": str})


def test_the_table_has_resource_unit_years_and_what_lies_beyond_the_prefecture(dataset, catalogue):
    layers = layers_of(dataset, catalogue)
    state = ViewState(layers=(("closing_scale", 100),), resource="rice", by="basin")
    table = table_of(take_away.take_aways(state, dataset, catalogue, layers, view=None)).set_index("コード")
    assert set(table["資源"]) == {"米"}
    assert set(table["単位"]) == {"t/年"}
    assert set(table["データの年"]) == {"2016, 2020"}
    assert table.loc["83268", "名前"] == "酒匂川流域（データのある部分）"
    assert table.loc["83268", "県の外に続く部分の供給 (t/年)"] > 0
    assert table.loc["83545-12", "名前についての注"] == "川の名は推定"
    # A basin that goes on beyond the data is likely at best.
    assert table.loc["83268", ["確かさ", "いちばん効く前提"]].tolist() == ["たぶん足りない", "田のうち米を作る割合"]


def test_every_visible_layer_of_cells_has_a_table_named_for_what_is_in_it(dataset, catalogue):
    layers = layers_of(dataset, catalogue)
    state = ViewState(layers=(("prefecture", 100), ("forest_share", 100)))
    files = {file.key: file for file in take_away.take_aways(state, dataset, catalogue, layers, view=None)}
    assert [key for key in files if key.startswith("csv")] == ["csv_forest_share", "csv"]
    assert files["csv_forest_share"].title == "表：森林の割合・1 kmメッシュごと（CSV）"
    assert files["csv"].title == "表：水の循環の規模・市町村ごと（CSV）"
    assert files["csv_forest_share"].name == "meguri_kanagawa_forest_share_cells.csv"
    table = table_of(files.values(), "csv_forest_share")
    cells = dataset.cells.set_index("mesh_code")
    row = table[table["コード"] == "53390455"]
    assert len(row) == 1
    expected = 100 * cells.loc["53390455", "forest_km2"] / cells.loc["53390455", "area_km2"]
    assert row["森林の割合 (%)"].item() == pytest.approx(expected, rel=1e-5)
    # Third mesh 5339-04-55: the cell's south-west corner is 53 / 1.5 + 5/120 degrees north, 139.5 + 5/80 degrees east.
    assert row["緯度"].item() == pytest.approx(53 / 1.5 + 5 / 120 + 1 / 240, abs=1e-5)
    assert row["経度"].item() == pytest.approx(139.5 + 5 / 80 + 1 / 160, abs=1e-5)
    assert set(table["データの年"]) == {layers["forest_share"].year}


def test_the_table_of_cells_says_nothing_of_sure(dataset, catalogue):
    state = ViewState(resource="rice", by="cells")
    table = table_of(take_away.take_aways(state, dataset, catalogue, layers_of(dataset, catalogue), view=None))
    assert "確かさ" not in table


def test_where_the_supply_is_looked_at_the_table_tells_what_is_used(dataset, catalogue):
    layers = layers_of(dataset, catalogue)
    state = ViewState(resource="compost", by="prefecture")
    [row] = table_of(take_away.take_aways(state, dataset, catalogue, layers, view=None)).to_dict("records")
    used = [value for name, value in row.items() if "使いきれる量" in name]
    assert sum(used) + row["余る量 (t/年)"] == pytest.approx(row["供給 (t/年)"], rel=1e-6)


def test_the_layers_carry_resource_unit_and_year(dataset, catalogue, tmp_path):
    layers = layers_of(dataset, catalogue)
    state = ViewState(layers=(("closing_scale", 100), ("river_system", 100)), resource="water", by="basin")
    files = {file.key: file for file in take_away.take_aways(state, dataset, catalogue, layers, view=None)}
    path = tmp_path / "view.gpkg"
    path.write_bytes(files["geopackage"].make())
    closing = gpd.read_file(path, layer="closing_scale")
    assert set(closing["resource_name"]) == {"水"}
    assert set(closing["unit"]) == {"m³/年"}
    assert set(closing["year"]) == {"2020, 2000–2025"}
    assert set(closing.loc[closing["is_cut"], "code"]) == {"83030", "83032", "83268"}
    assert gpd.read_file(path, layer="river_system")["year"].eq("1977").all()


def test_a_potential_is_that_of_a_year(dataset, catalogue):
    layer = layers_of(dataset, catalogue)["potential_rooftop_solar"]
    assert (layer.unit("ja"), layer.unit("en")) == ("MWh/年・1 km メッシュ", "MWh/yr per 1 km cell")


def test_the_closing_scale_bears_its_resource_s_name_words_and_ladder(dataset, catalogue):
    layer = layers_of(dataset, catalogue)["closing_scale"]
    water = closing_layer(layer, catalogue.resources["water"], dataset)
    assert water.title_ja == "循環の規模：水"
    assert "community" not in [entry.key for entry in water.legend]
    compost = closing_layer(layer, catalogue.resources["compost"], dataset)
    assert compost.legend[0].label_ja == "コミュニティで使いきれる"
    assert {entry.key for entry in compost.legend if entry.pattern} == {"no_demand", "no_supply", "no_data"}


@pytest.mark.parametrize(
    ("raw", "view"),
    [
        ("35.3,139.2,10.25", (35.3, 139.2, 10.25)),
        ("35.3,139.2,99", (35.3, 139.2, 16.0)),
        ("nan,139.2,9", None),
        ("90,139.2,9", None),
        ("35.3,139.2", None),
        ("", None),
        (None, None),
    ],
)
def test_the_view_of_an_address(raw, view):
    assert take_away.view_of(raw) == view


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"place": "municipality:99999"}, "municipality:99999"),
        ({"layers": "prefecture:100,gold:50"}, "gold"),
        ({"resource": "gold"}, "gold"),
        ({"at": "0,0"}, "0, 0"),
    ],
)
def test_what_a_link_names_and_the_dataset_lacks_is_said_and_left_out(query, named):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert named in app.toast[0].value
    assert named not in str(dict(app.query_params))


def test_a_coordinate_outside_the_area_is_said_and_moves_nothing():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.text_input(key="map_query").set_value("25,139").run()
    assert app.toast
    assert "at" not in app.query_params
    assert "map_fit" not in app.session_state
