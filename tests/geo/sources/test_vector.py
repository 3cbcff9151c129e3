"""Layers out of a download: fields, encoding, CRS and validity checked; one reader per format and no other."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.sources.archive import open_source
from geo.sources.vector import fields_of, one_format, read_attributes, read_vector
from tests.geo.sources.making import JGD2000, JGD2011, TOKYO, shapefile

SQUARE = shapely.box(139.0, 35.0, 139.1, 35.1)
NAME = {"name": ("N03_004", "名称")}
# A bow tie: two triangles of 0.1 × 0.05 / 2 square degrees that cross in one point.
BOW_TIE = shapely.Polygon([(139.0, 35.0), (139.1, 35.1), (139.1, 35.0), (139.0, 35.1)])


@pytest.fixture
def folder(tmp_path):
    def save(members):
        for name, content in members.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
        return tmp_path

    return save


def read(folder, member, columns=NAME, **options):
    with open_source(folder) as source:
        return read_vector(source, member, columns=columns, **options)


def geojson(features, **more):
    rows = [
        {"type": "Feature", "properties": properties, "geometry": geometry and shapely.geometry.mapping(geometry)}
        for properties, geometry in features
    ]
    return json.dumps({"type": "FeatureCollection", **more, "features": rows}).encode()


def crs_member(code):
    return {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}}


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
@pytest.mark.parametrize("says", [None, "its name", "ISO-8859-1", "ISO8859-1", "1252", "nonsense"])
def test_japanese_is_read_in_either_encoding_whatever_the_cpg_says(folder, encoding, says):
    parts = shapefile("a", [SQUARE], {"N03_004": 20, "other": 5}, [("神奈川県", "x")], encoding=encoding)
    if says is not None:
        parts["a.cpg"] = (encoding if says == "its name" else says).encode()
    assert read(folder(parts), "a.shp")[0]["name"].tolist() == ["神奈川県"]


@pytest.mark.parametrize("says", ["932", "SJIS", "Shift_JIS", "UTF-8"])
def test_a_cpg_may_be_wrong_or_use_another_word(folder, says):
    parts = shapefile("a", [SQUARE], {"名称": 20}, [("表ソ能",)]) | {"a.cpg": says.encode()}
    assert read(folder(parts), "a.shp")[0]["name"].tolist() == ["表ソ能"]


def test_a_value_that_its_field_cuts_inside_a_letter_loses_that_letter(folder):
    """UTF-8 has three bytes a letter: 'N03_004' holds 20, of which the last two are half of a letter."""
    long = "国土数値情報行政区域" * 4
    parts = shapefile(
        "a", [SQUARE, SQUARE], {"N03_004": 20, "名": 120}, [("x" * 20, long), ("", long)], encoding="utf-8"
    )
    cut = "神奈川県横浜市".encode()[:20]
    parts["a.dbf"] = parts["a.dbf"].replace(b"x" * 20, cut)
    table, _ = read(folder(parts), "a.shp", {"name": ("N03_004",), "long": ("名",)})
    assert table["name"].tolist() == ["神奈川県横浜", ""]
    assert table["long"].tolist() == [long, long]


def test_an_encoding_asked_for_is_the_only_one(folder, refused):
    parts = shapefile("a", [SQUARE], {"N03_004": 20}, [("神奈川県",)])
    refused(read, folder(parts), "a.shp", encoding="utf-8", match=r"a ESRI Shapefile file|utf-8")


@pytest.mark.parametrize("prj", [JGD2011, JGD2000])
def test_outlines_come_in_jgd2011(folder, prj):
    table, repaired = read(folder(shapefile("a", [SQUARE], {"N03_004": 9}, [("x",)], prj=prj)), "a.shp")
    assert table.crs == "EPSG:6668"
    assert repaired == 0
    assert table.geometry[0].equals_exact(SQUARE, 1e-9, normalize=True)


@pytest.mark.parametrize(
    ("prj", "match"),
    [
        (TOKYO, "expected CRS EPSG:6668 or EPSG:4612; found Tokyo"),
        (None, r"expected a CRS, one of .*found none \(no \.prj\)"),
        (b"", "found none"),
    ],
)
def test_a_datum_that_is_tokyos_or_missing_is_refused(folder, refused, prj, match):
    parts = shapefile("a", [SQUARE], {"N03_004": 9}, [("x",)], prj=prj)
    refused(read, folder(parts), "a.shp", match=match)


def test_a_plane_crs_is_refused(folder, refused, tmp_path):
    gpd.GeoDataFrame({"N03_004": ["x"]}, geometry=[SQUARE], crs=6668).to_crs(6677).to_file(tmp_path / "a.shp")
    refused(read, tmp_path, "a.shp", match="JGD2011 / Japan Plane")


def test_a_declared_crs_counts_only_where_the_file_has_none(folder, refused):
    row = ({"N03_004": "x"}, SQUARE)
    silent, told, other = geojson([row]), geojson([row], **crs_member(4612)), geojson([row], **crs_member(4301))
    path = folder({"silent.geojson": silent, "told.geojson": told, "tokyo.geojson": other})
    refused(read, path, "silent.geojson", match="found WGS 84")
    assert read(path, "silent.geojson", declared_crs="EPSG:6668")[0].geometry[0].equals(SQUARE)
    assert len(read(path, "told.geojson", declared_crs="EPSG:6668")[0]) == 1
    refused(read, path, "tokyo.geojson", declared_crs="EPSG:6668", match="found Tokyo")
    refused(read, path, "told.geojson", allowed_crs=("EPSG:6668",), match="found JGD2000")


def test_what_is_not_valid_is_repaired_and_counted(folder):
    rows = [({"N03_004": "x"}, BOW_TIE), ({"N03_004": "y"}, SQUARE)]
    table, repaired = read(folder({"a.geojson": geojson(rows)}), "a.geojson", declared_crs="EPSG:6668")
    assert repaired == 1
    assert table.is_valid.all()
    assert table["name"].tolist() == ["x", "y"]
    assert shapely.area(table.geometry.to_numpy()) == pytest.approx([0.005, 0.01], rel=1e-9)


def test_an_outline_without_area_is_left_out_and_counted(folder):
    to_and_fro = shapely.Polygon([(139.0, 35.0), (139.1, 35.1), (139.2, 35.2)])
    rows = [({"N03_004": "x"}, to_and_fro), ({"N03_004": "y"}, SQUARE)]
    table, repaired = read(folder({"a.geojson": geojson(rows, **crs_member(6668))}), "a.geojson")
    assert (table["name"].tolist(), repaired) == (["y"], 1)


def test_a_shape_of_inner_rings_only_keeps_its_area(folder):
    """Some basins are written counter-clockwise, which a Shapefile reserves for holes."""
    hole = shapely.box(139.0, 35.0, 139.1, 35.1, ccw=True)
    parts = shapefile("a", [SQUARE], {"N03_004": 9}, [("x",)])
    turned = bytearray(parts["a.shp"])
    ring = np.array(hole.exterior.coords, dtype="<f8").tobytes()
    turned[-len(ring) :] = ring
    assert bytes(turned) != parts["a.shp"]
    table, _ = read(folder(parts | {"a.shp": bytes(turned)}), "a.shp")
    assert table.geometry[0].equals_exact(SQUARE, 1e-9, normalize=True)


def test_heights_are_left_out(folder):
    solid = shapely.Polygon([(139.0, 35.0, 1.0), (139.1, 35.0, 2.0), (139.1, 35.1, 3.0)])
    table, _ = read(folder({"a.geojson": geojson([({"名称": "x"}, solid)], **crs_member(6668))}), "a.geojson")
    assert not table.has_z.any()


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (geojson([], **crs_member(6668)), "at least one row; found none"),
        (
            geojson([({"N03_004": "x"}, SQUARE), ({"N03_004": "y"}, None)], **crs_member(6668)),
            "row 2: expected an outline",
        ),
        (geojson([({"N03_001": "x"}, SQUARE)], **crs_member(6668)), "a field N03_004 or 名称; found N03_001"),
        (geojson([({"N03_004": "x"}, SQUARE)])[:-30], "a GeoJSON file"),
        (b"", "a GeoJSON file"),
        (b"\x00\x01\x02", "a GeoJSON file"),
    ],
)
def test_a_layer_that_is_not_what_it_should_be_is_refused(folder, refused, content, match):
    path = folder({"a.geojson": content})
    error = refused(read, path, "a.geojson", match=match)
    assert str(path) not in str(error)
    assert "meguri-" not in str(error)


def test_a_shapefile_without_its_parts_or_cut_short_is_refused(folder, refused):
    parts = shapefile("a", [SQUARE], {"N03_004": 9}, [("x",)])
    cut = {f"cut{name[1:]}": content[:90] if name.endswith(".shp") else content for name, content in parts.items()}
    fake = {f"fake{name[1:]}": b"GIF89a" if name.endswith(".shp") else content for name, content in parts.items()}
    lone = {"lone.shp": parts["a.shp"], "lone.prj": parts["a.prj"]}
    path = folder({**cut, **fake, **lone})
    refused(read, path, "cut.shp", match="cut.shp: expected")
    refused(read, path, "fake.shp", match="a Shapefile; found a file that begins with")
    refused(read, path, "lone.shp", match="lone.shp: expected")
    refused(read, path, "a.kml", match="one of .*found .kml")


def test_optional_fields_numbers_and_nulls_become_text(folder):
    rows = [({"code": 14101, "share": 0.5, "n03_004": None}, SQUARE), ({"code": 1100, "share": None}, SQUARE)]
    table, _ = read(
        folder({"a.geojson": geojson(rows, **crs_member(6668))}),
        "a.geojson",
        columns={"code": ("CODE",), "share": ("share",)},
        optional={"name": ("N03_004",), "ward": ("N03_005",)},
    )
    assert table.drop(columns="geometry").to_numpy().tolist() == [["14101", "0.5", "", ""], ["1100", "", "", ""]]


def test_attributes_are_read_without_the_outlines(folder, refused):
    parts = shapefile(
        "表", [SQUARE, SQUARE], {"W07_001": 10, "W07_004": 20}, [("5339000000", "相模川"), ("5339000001", "")]
    )
    path = folder({name: content for name, content in parts.items() if not name.endswith((".shp", ".shx"))})
    with open_source(path) as source:
        table = read_attributes(source, "表.dbf", columns={"name": ("W07_004",)})
        assert table["name"].tolist() == ["相模川", ""]
        refused(read_attributes, source, "b.shp", columns=NAME, match=r"its \.dbf")
        refused(read_attributes, source, "表.dbf", columns=NAME, match="a field N03_004")


def test_the_fields_of_a_layer_are_told(folder):
    parts = shapefile("a", [SQUARE], {"A27_005": 5, "A27_007": 20}, [("14201", "x")])
    with open_source(folder(parts)) as source:
        assert fields_of(source, "a.shp") == (("A27_005", "A27_007"), "Polygon")


def test_each_layer_is_taken_in_one_format(folder):
    names = [
        "a/x.shp",
        "a/x.geojson",
        "a/x.xml",
        "a/KS-META-x.xml",
        "b/y.geojson",
        "b/y.json",
        "c/z.xml",
        "a/w.geojson",
    ]
    with open_source(folder(dict.fromkeys(names, b""))) as source:
        assert one_format(source, names) == ["a/w.geojson", "a/x.shp", "b/y.geojson", "c/z.xml"]


ATTACKS = {
    "a pipeline": '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {secret} ! filter"}}',
    "a virtual layer": "<OGRVRTDataSource><OGRVRTLayer name='secret'><SrcDataSource>{secret}</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>",
    "a path": "{secret}",
    "a service": '{{"type": "FeatureCollection", "links": [{{"rel": "next", "href": "http://127.0.0.1:9/"}}]}}',
}


@pytest.mark.parametrize("suffix", [".geojson", ".json", ".gpkg", ".shp", ".xml", ".gml"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_file_that_names_another_file_does_not_get_it_read(folder, refused, tmp_path, suffix, attack):
    secret = tmp_path / "secret.geojson"
    content = ATTACKS[attack].format(secret=secret).encode()
    path = folder({"secret.geojson": geojson([({"N03_004": "hidden"}, SQUARE)]), f"a{suffix}": content})
    with open_source(path) as source:
        assert "hidden" not in str(refused(read_vector, source, f"a{suffix}", columns=NAME, match=f"a{suffix}"))
        refused(read_vector, source, f"a{suffix}", columns=NAME, declared_crs="EPSG:6668", match=f"a{suffix}")
