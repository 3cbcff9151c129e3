"""Forest areas (A13): classes by either list of codes, and what is asked where they conflict."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.sources.a13 import read_a13
from geo.sources.reading import SourceError
from tests.geo.sources.making import JGD2000, TOKYO, packed, shapefile

SQUARES = [shapely.box(139 + 0.01 * i, 35.4, 139.02 + 0.01 * i, 35.42) for i in range(4)]
CLASSES = ["forest_region", "national", "private_planned", "protection"]


def refusal(*paths: Path, **options: str) -> dict[str, object]:
    with pytest.raises(SourceError) as caught:
        read_a13(paths, **options)
    return caught.value.params


def layer_no_parts(codes: list[str], stem: str = "a001140020160207") -> dict[str, bytes]:
    fields = {"OBJECTID": 9, "layer_no": 4, "Shape_Area": 12}
    rows = [(str(number), code, "0.0004") for number, code in enumerate(codes, 1)]
    return shapefile(stem, SQUARES[: len(codes)], fields, rows, prj=JGD2000)


def geojson(field: str, codes: list[str]) -> bytes:
    features = [
        {"type": "Feature", "properties": {field: code}, "geometry": shapely.geometry.mapping(square)}
        for code, square in zip(codes, SQUARES, strict=False)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6668"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def test_layer_numbers_of_2015(tmp_path):
    path = packed(tmp_path / "A13-15_14_GML.zip", layer_no_parts(["7", "8", "9", "10"]))
    reading = read_a13([path])
    assert list(reading.table.columns) == ["forest_class", "prefecture_code", "geometry"]
    assert reading.table["forest_class"].tolist() == CLASSES
    assert reading.table["prefecture_code"].tolist() == ["14"] * 4
    assert reading.table.crs == "EPSG:6668"
    np.testing.assert_allclose(reading.table.bounds, shapely.bounds(SQUARES), atol=1e-7)
    assert reading.provenance.year == "2015"
    assert reading.counts["rows"] == 4


def test_overlapping_classes_stay_as_they_are(tmp_path):
    path = packed(tmp_path / "A13-15_14_GML.zip", layer_no_parts(["7", "10"]))
    reading = read_a13([path])
    first, second = reading.table.geometry
    assert first.intersection(second).area == pytest.approx(0.01 * 0.02)
    assert any("足してはならない" in caveat for caveat in reading.provenance.caveats_ja)
    assert any("never sum" in caveat for caveat in reading.provenance.caveats_en)


def test_old_fields_follow_their_own_list(tmp_path):
    fields = {"A13_001": 2, "A13_002": 4, "A13_003": 2}
    rows = [("22", "", "1"), ("22", "", "2"), ("5", "", "3"), ("", "", "4")]
    path = packed(tmp_path / "A13-06.zip", shapefile("A13-06_14-g_ForestArea", SQUARES, fields, rows, prj=JGD2000))
    reading = read_a13([path])
    assert reading.table["forest_class"].tolist() == CLASSES
    assert reading.table["prefecture_code"].tolist() == ["22", "22", "05", "14"]


def test_a13_001_alone_is_asked_for_and_read_as_told(tmp_path):
    path = packed(tmp_path / "A13-15_14_GML.zip", {"A13-15_14.geojson": geojson("A13_001", ["1", "2", "3", "4"])})
    found = refusal(path)
    assert "two ways" in found["found"]
    for word in ("class_table='ForestAreaCd'", "class_table='category'", "1 国有林", "1 森林地域"):
        assert word in found["remedy"]
    as_list = read_a13([path], class_table="ForestAreaCd").table["forest_class"].tolist()
    as_category = read_a13([path], class_table="category").table["forest_class"].tolist()
    assert as_list == CLASSES
    assert as_category == ["national", "private_planned", "protection", "protection"]
    assert "class_table" in refusal(path, class_table="nonsense")["expected"]


def test_the_twin_under_another_name_is_left_out(tmp_path):
    members = layer_no_parts(["7", "8"]) | {
        "A13-15_14.geojson": geojson("A13_001", ["1", "2"]),
        "KS-META-A13-15_14.xml": b"<a/>",
        "a001140020160207.shp.xml": b"<a/>",
    }
    reading = read_a13([packed(tmp_path / "A13-15_14_GML.zip", members)])
    assert reading.table["forest_class"].tolist() == ["forest_region", "national"]
    assert reading.counts["twins"] == 1


def test_unpacked_the_folder_tells_the_prefecture_and_the_edition(tmp_path):
    folder = tmp_path / "A13-15_14_GML"
    folder.mkdir()
    for name, content in layer_no_parts(["7"]).items():
        (folder / name).write_bytes(content)
    for path in (folder, folder / "a001140020160207.shp"):
        reading = read_a13([path])
        assert reading.table["prefecture_code"].tolist() == ["14"]
        assert reading.provenance.year == "2015"


def test_an_unknown_class_is_refused_with_its_row(tmp_path):
    found = refusal(packed(tmp_path / "A13-15_14_GML.zip", layer_no_parts(["7", "11"])))
    assert (found["row"], found["found"], found["layer"]) == ("2", "'11'", "a001140020160207.shp")
    assert found["expected"] == "in layer_no one of 7, 8, 9, 10"
    assert refusal(packed(tmp_path / "A13-15_14_GML.zip", layer_no_parts(["7", ""])))["row"] == "2"


def test_missing_fields_tokyo_datum_and_points_are_refused(tmp_path):
    path = tmp_path / "A13-15_14_GML.zip"
    packed(path, shapefile("a", SQUARES[:1], {"name": 4}, [("x",)], prj=JGD2000))
    assert refusal(path)["found"] == "name"
    packed(path, shapefile("a", SQUARES[:1], {"layer_no": 4}, [("7",)], prj=TOKYO))
    assert "EPSG:6668" in refusal(path)["expected"]
    packed(path, shapefile("a", [shapely.Point(139, 35)], {"layer_no": 4}, [("7",)], prj=JGD2000))
    assert refusal(path)["found"] == "Point"
    packed(path, {"readme.txt": b""})
    assert refusal(path)["found"] == "none"


def test_invalid_outlines_are_repaired_and_counted(tmp_path):
    bow = shapely.Polygon([(139, 35), (139.02, 35.02), (139.02, 35), (139, 35.02)])
    parts = shapefile("a", [bow, SQUARES[0]], {"layer_no": 4}, [("7",), ("8",)], prj=JGD2000)
    reading = read_a13([packed(tmp_path / "A13-15_14_GML.zip", parts)])
    assert reading.counts["repaired"] == 1
    assert reading.table.geometry.is_valid.all()
    assert reading.table.geometry.iloc[0].area == pytest.approx(2 * 0.5 * 0.02 * 0.01)


def test_several_prefectures_in_the_order_of_their_names(tmp_path):
    west = packed(tmp_path / "A13-15_22_GML.zip", layer_no_parts(["9"], "a001220020160207"))
    east = packed(tmp_path / "A13-15_14_GML.zip", layer_no_parts(["8"]))
    forward, backward = read_a13([west, east]), read_a13([east, west])
    assert forward.table["prefecture_code"].tolist() == ["14", "22"]
    assert forward.table.equals(backward.table)
    assert [name for name, _ in forward.files] == ["A13-15_14_GML.zip", "A13-15_22_GML.zip"]
