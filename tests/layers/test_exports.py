"""Files to take away: readable elsewhere, traceable to their sources, safe in a spreadsheet, repeatable."""

import csv
import io
import json
import sqlite3
import zipfile
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.resources import load_catalogue
from layers.catalogue import available_layers, paint
from layers.export_layers import export_layers
from layers.exports import ExportLayer, SourceLine, csv_table, geojson, geopackage
from tests.layers.small_area import CRS, small_area

SOURCE = SourceLine("人口", "総務省統計局", "2020", "CC BY 4.0", "「国勢調査」を加工して作成")
# Clockwise, so that RFC 7946 wants it turned round.
SQUARE = shapely.Polygon([(139, 35), (139, 36), (140, 36), (140, 35)])


def layer(key="towns", **columns):
    table = gpd.GeoDataFrame({"code": ["01100", "14206"], **columns}, geometry=[SQUARE, SQUARE], crs=CRS)
    return ExportLayer(key, "市町村", table, (SOURCE,), {"water_m3": "m³"})


def test_a_geopackage_has_a_layer_a_map_layer_and_a_table_of_sources(tmp_path):
    path = tmp_path / "x.gpkg"
    path.write_bytes(geopackage([layer(water_m3=[1.5, np.nan]), layer("basins")], stem="x").data)
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["towns", "basins", "meguri_sources"]
    towns = pyogrio.read_dataframe(path, layer="towns")
    assert towns.crs.equals(CRS)
    assert towns["code"].tolist() == ["01100", "14206"]
    assert towns["water_m3"].iloc[0] == 1.5
    assert towns["water_m3"].isna().iloc[1]
    assert towns.geometry.iloc[0].equals(SQUARE)
    sources = pyogrio.read_dataframe(path, layer="meguri_sources", read_geometry=False)
    assert sources["layer"].tolist() == ["towns", "basins"]
    assert sources.loc[0, ["column", "unit", "year", "attribution"]].tolist() == [
        "water_m3",
        "m³",
        "2020",
        "「国勢調査」を加工して作成",
    ]


def test_the_same_layers_give_the_same_bytes_whenever_they_are_written(tmp_path):
    first = geopackage([layer()], stem="x")
    path = tmp_path / "x.gpkg"
    path.write_bytes(first.data)
    with sqlite3.connect(path) as database:
        moments = {row[0] for row in database.execute("select last_change from gpkg_contents")}
    assert moments == {"2020-01-01T00:00:00.000Z"}
    assert geopackage([layer()], stem="x").data == first.data
    assert geojson([layer(), layer("b")], stem="x").data == geojson([layer(), layer("b")], stem="x").data


def test_writing_leaves_the_given_table_and_gdal_as_they_were():
    given_layer = layer()
    before = given_layer.table.copy()
    geopackage([given_layer], stem="x")
    geojson([given_layer], stem="x")
    pd.testing.assert_frame_equal(given_layer.table, before)
    assert not pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")


def test_geojson_follows_rfc_7946():
    plane = layer(water_m3=[1.5, np.nan])
    plane = replace(plane, table=plane.table.to_crs("EPSG:6677"))
    download = geojson([plane], stem="x")
    assert (download.name, download.mime) == ("x.geojson", "application/geo+json")
    collection = json.loads(download.data)
    assert "crs" not in collection
    assert collection["units"] == {"water_m3": "m³"}
    assert collection["sources"][0]["attribution"] == "「国勢調査」を加工して作成"
    first, second = collection["features"]
    assert first["properties"]["code"] == "01100"
    assert second["properties"]["water_m3"] is None
    ring = first["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw
    assert np.allclose(sorted(ring), sorted([[139, 35], [140, 35], [140, 36], [139, 36], ring[0]]), atol=1e-5)


def test_several_layers_come_in_one_zip():
    download = geojson([layer(), layer("basins")], stem="x")
    with zipfile.ZipFile(io.BytesIO(download.data)) as archive:
        assert archive.namelist() == ["towns.geojson", "basins.geojson"]
        assert json.loads(archive.read("basins.geojson"))["name"] == "basins"


@pytest.mark.parametrize(
    ("layers", "key"),
    [
        ([], "export_empty"),
        ([layer("a b")], "export_key"),
        ([layer(), layer()], "export_key"),
        ([layer("meguri_sources")], "export_key"),
        ([replace(layer(), table=layer().table.set_crs(None, allow_override=True))], "export_crs"),
    ],
)
@pytest.mark.parametrize("write", [geopackage, geojson])
def test_what_cannot_be_written_is_refused_by_name(write, layers, key):
    with pytest.raises(InputError) as caught:
        write(layers, stem="x")
    assert caught.value.key == key


def read(download):
    return list(csv.reader(io.StringIO(download.data.decode("utf-8-sig"), newline="")))


def test_a_csv_opens_in_excel_and_stays_machine_readable():
    table = pd.DataFrame({"code": ["01100", "14206"], "water": [0.1 + 0.2, np.nan], "in": [True, False], "n": [3, 4]})
    header = {"code": "コード", "water": "水 m³/年", "in": "県内", "n": "数"}
    download = csv_table(table, stem="x", header=header, constants={"出典": "「国勢調査」"})
    assert download.data.startswith(b"\xef\xbb\xbf")
    assert download.data.count(b"\r\n") == download.data.count(b"\n") == 3
    assert read(download) == [
        ["コード", "水 m³/年", "県内", "数", "出典"],
        ["01100", "0.3", "TRUE", "3", "「国勢調査」"],
        ["14206", "", "FALSE", "4", "「国勢調査」"],
    ]
    # A code is quoted, a number is not: that is how the two are told apart.
    assert b'"01100",0.3,' in download.data


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (65649244970.4, "65649244970"),
        (1e20, "100000000000000000000"),
        (1809.47655, "1809.48"),
        (0.30951813, "0.309518"),
        (0.000012345678, "0.0000123457"),
        (-2.5, "-2.5"),
        (100.0, "100"),
        (1.136868377e-12, "0"),
        (-1e-12, "0"),
        (0.0, "0"),
    ],
)
def test_a_number_is_a_plain_decimal_without_false_precision(value, written):
    assert read(csv_table(pd.DataFrame({"x": [value]}), stem="x", header={"x": "x"}))[1] == [written]


def test_what_floats_leave_over_beside_large_amounts_is_nothing_and_coordinates_keep_their_digits():
    table = pd.DataFrame({"yen": [4.4e10, 3.6e-6], "share": [3.6e-6, 0.5], "longitude": [139.12345, 1e-9]})
    rows = read(csv_table(table, stem="x", header={name: name for name in table}, exact=("longitude",)))
    assert rows[1:] == [["44000000000", "0.0000036", "139.12345"], ["0", "0.5", "0.000000001"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_text_is_never_run_as_a_formula(start):
    table = pd.DataFrame({"name": [f"{start}HYPERLINK(1)"], "amount": [-2.5]})
    header = {"name": f"{start}name", "amount": "amount"}
    rows = read(csv_table(table, stem="x", header=header, constants={f"{start}c": f"{start}d"}))
    assert all(cell.startswith("'") for cell in (rows[0][0], rows[0][2], rows[1][0], rows[1][2]))
    assert rows[1][1] == "-2.5", "a negative number stays a number"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1, max_size=5))
def test_no_cell_of_text_starts_a_formula_and_none_is_lost(names):
    rows = read(csv_table(pd.DataFrame({"name": names}), stem="x", header={"name": "name"}))[1:]
    assert len(rows) == len(names)
    for (cell,), name in zip(rows, names, strict=True):
        assert cell in (name, f"'{name}")
        assert not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_a_column_that_the_table_lacks_is_named():
    with pytest.raises(InputError, match="rain"):
        csv_table(pd.DataFrame({"a": [1]}), stem="x", header={"rain": "雨"})


def test_visible_layers_carry_values_units_years_and_sources():
    dataset = small_area()
    layers = available_layers(dataset, object())
    closing = pd.Series({"14206": "basin", "14999": "no_data"})
    figures = pd.DataFrame({"demand": [5.0, 7.0]}, index=["14206", "14999"])
    paintings = [
        paint(layers["municipality"], dataset),
        paint(layers["forest_share"], dataset),
        paint(layers["closing_scale"], dataset, closing=closing),
    ]
    towns, forest, scale = export_layers(paintings, dataset, lang="en", closing=figures)
    assert towns.table["code"].tolist() == ["14206", "14999"]
    assert "value" not in towns.table
    by_cell = forest.table.set_index("code")
    assert by_cell["value"].to_dict() == {"53390000": 0, "53390001": 20, "53390010": 60, "53390011": 100}
    assert set(by_cell["unit"]) == {"%"}
    assert forest.units == {"value": "%"}
    assert by_cell["year"].eq("2020").all()
    assert by_cell["is_estimate"].all()
    assert by_cell["source"].iloc[0] == "「landcover」を加工して作成 / 「landuse」を加工して作成"
    assert [source.source for source in forest.sources] == ["landcover office", "landuse office"]
    by_town = scale.table.set_index("code")
    assert by_town["class_key"].to_dict() == {"14206": "basin", "14999": "no_data"}
    assert by_town["demand"].to_dict() == {"14206": 5, "14999": 7}
    geopackage([towns, forest, scale], stem="x")


def test_figures_of_a_resource_carry_its_name_and_unit():
    dataset = small_area()
    layer = available_layers(dataset, object())["closing_scale"]
    figures = pd.DataFrame({"demand": [5.0, 7.0], "unknown_share": [0.0, 0.5]}, index=["14206", "14999"])
    painting = paint(layer, dataset, closing=pd.Series({"14206": "basin", "14999": "no_data"}))
    water = load_catalogue().resources["water"]
    (scale,) = export_layers([painting], dataset, lang="en", closing=figures, resource=water)
    assert set(scale.table["unit"]) == {"m³/yr"}
    assert set(scale.table["resource"]) == {"water"}
    assert scale.units == {"demand": "m³/yr"}
