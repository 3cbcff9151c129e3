"""What an upload is understood as in every format, and each way in which it can be refused."""

import contextlib
import io
import json
import struct
import zipfile

import numpy as np
import pytest
from affine import Affine
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

from geo.user_layers import UploadError, check_upload
from geo.user_layers import model as limits
from layers.messages import catalogue, error_text
from tests.geo.user_layers.world import (
    SOUTH,
    STEP_X,
    STEP_Y,
    WEST,
    frame,
    geojson,
    geopackage,
    geoparquet,
    geotiff,
    shapefile,
    square,
)

TWO = [square(0, 0, 2, 1), square(0, 1)]
BOW_TIE = Polygon([(WEST, SOUTH), (WEST + 0.01, SOUTH + 0.008), (WEST + 0.01, SOUTH), (WEST, SOUTH + 0.008)])


@pytest.fixture
def check(dataset):
    def run(name, content, **told):
        return check_upload(name, content, dataset=dataset, **told)

    return run


@pytest.fixture
def refused(check):
    def run(name, content, **told):
        with pytest.raises(UploadError) as caught:
            check(name, content, **told)
        for lang in ("ja", "en"):
            words = error_text(caught.value, lang)
            assert "{" not in words
            if lang == "ja":
                assert words != str(caught.value), "no words in Japanese"
        return caught.value

    return run


def made(kind, folder, crs="EPSG:6668"):
    table = frame(TWO, n=[10.0, 5.0], name=["東", "西"]).to_crs(crs)
    if kind == "gpkg":
        return "a.gpkg", geopackage(table, folder)
    if kind == "zip":
        return "a.zip", shapefile(table, folder)
    return "a.parquet", geoparquet(table)


@pytest.mark.parametrize(
    "crs", ["EPSG:6668", "EPSG:4326", "EPSG:4612", "EPSG:6677", "EPSG:2451", "EPSG:32654", "EPSG:3857"]
)
@pytest.mark.parametrize("kind", ["gpkg", "zip", "parquet"])
def test_every_format_in_every_usual_crs_comes_out_at_the_same_place(check, tmp_path, kind, crs):
    found = check(*made(kind, tmp_path, crs))
    assert (found.kind, found.count, found.crs, found.repaired, found.outside) == ("polygons", 2, crs, 0, 0)
    assert found.table.crs.to_epsg() == 6668
    assert found.bounds == pytest.approx((WEST, SOUTH, WEST + 2 * STEP_X, SOUTH + 2 * STEP_Y), abs=1e-8)
    assert found.table["n"].tolist() == [10, 5]
    assert found.table["name"].tolist() == ["東", "西"]
    assert "n" in found.numbers()


def test_geojson_is_wgs_84_unless_it_says_otherwise(check):
    assert check("a.geojson", geojson(TWO)).crs == "EPSG:4326"
    assert check("a.json", geojson(TWO, crs="urn:ogc:def:crs:OGC:1.3:CRS84")).crs == "EPSG:4326"
    assert check("a.json", geojson(TWO, crs="urn:ogc:def:crs:EPSG::6668")).crs == "EPSG:6668"
    assert check("a.json", geojson(TWO), declared_crs="EPSG:6668").crs == "EPSG:6668"


def test_columns_are_told_with_type_and_range(check):
    found = check("a.geojson", geojson(TWO, n=[1, 2.5], t=["あ", None], f=[True, False], x=[{"a": 1}, None]))
    told = {column.name: (column.type, column.known, column.minimum, column.maximum) for column in found.columns}
    assert told == {
        "n": ("number", 2, 1.0, 2.5),
        "t": ("text", 1, None, None),
        "f": ("flag", 2, None, None),
        "x": ("text", 1, None, None),
    }


def test_a_crs_is_not_guessed(refused, check, tmp_path):
    content = shapefile(frame(TWO, n=[1.0, 2.0]), tmp_path, without=(".prj",))
    assert refused("a.zip", content).key == "upload_crs_missing"
    assert check("a.zip", content, declared_crs="EPSG:6668").crs == "EPSG:6668"
    with_crs = shapefile(frame(TWO, n=[1.0, 2.0]), tmp_path)
    assert refused("a.zip", with_crs, declared_crs="EPSG:6677").key == "upload_crs_differs"
    assert refused("a.tif", geotiff(np.ones((2, 2)), crs=None)).key == "upload_crs_missing"
    assert refused("a.parquet", geoparquet(frame(TWO, crs=None))).key == "upload_crs_missing"
    assert refused("a.gpkg", geopackage(frame(TWO, crs=None), tmp_path)).key == "upload_crs_missing"
    assert refused("a.csv", b"lat,lon,n\n35.334,139.001,1\n").key == "upload_crs_missing"


def test_a_wrong_crs_is_refused(refused, tmp_path):
    assert refused(*made("gpkg", tmp_path, "EPSG:4301")).key == "upload_crs_tokyo"
    assert refused(*made("zip", tmp_path, "EPSG:30169")).key == "upload_crs_tokyo"
    assert refused(*made("parquet", tmp_path, "EPSG:27700")).key == "upload_crs_other"
    assert refused("a.json", geojson(TWO, crs="EPSG:999999")).key == "upload_crs_unknown"
    in_metres = frame(TWO).to_crs("EPSG:6677").geometry
    assert refused("a.json", geojson(in_metres, crs="EPSG:6668")).key == "upload_no_degrees"
    # The neighbouring zone: 1.5° further west.
    assert refused("a.json", geojson(in_metres, crs="EPSG:6675")).key == "upload_outside"


def test_swapped_coordinates_are_told_from_another_place(refused):
    swapped = [Point(SOUTH + 0.001, WEST + 0.001)]
    assert refused("a.json", geojson(swapped)).key == "upload_swapped"
    assert refused("a.csv", b"lat,lon,n\n139.001,35.334,1\n", declared_crs="EPSG:4326").key == "upload_swapped"
    plane = frame([square(0, 0)]).to_crs("EPSG:6677").geometry[0]
    turned = Polygon([(y, x) for x, y in plane.exterior.coords])
    assert refused("a.json", geojson([turned], crs="EPSG:6677")).key == "upload_swapped"
    error = refused("a.json", geojson([Point(135, 34)]))
    assert error.key == "upload_outside"
    assert "135.000" in str(error)


def test_what_lies_outside_is_counted(check):
    found = check("a.json", geojson([square(0, 0), square(9, 9), square(0.5, 0, 9, 1)]))
    assert (found.count, found.outside) == (3, 1)


def test_empty_uploads(refused, check):
    assert refused("a.json", b"").key == "upload_no_bytes"
    assert refused("a.json", geojson([])).key == "upload_empty"
    assert refused("a.json", geojson([None])).key == "upload_empty"
    assert refused("a.csv", b"code,n\n").key == "upload_empty"
    assert refused("a.tif", geotiff(np.full((2, 2), np.nan))).key == "upload_empty"
    found = check("a.json", geojson([square(0, 0), None]))
    assert [note.key for note in found.notes] == ["no_outline"]


def test_a_self_intersecting_outline_is_repaired_and_counted(check):
    found = check("a.json", geojson([BOW_TIE, square(1, 1)]))
    assert found.repaired == 1
    assert found.table.is_valid.all()
    assert found.table.geometry[0].area == pytest.approx(0.01 * 0.008 / 2)


def test_an_outline_beyond_repair_is_refused_with_its_number(refused):
    line = Polygon([(WEST, SOUTH), (WEST + 0.001, SOUTH), (WEST + 0.002, SOUTH)])
    error = refused("a.json", geojson([square(0, 0), line]))
    assert (error.key, error.params["row"]) == ("upload_beyond_repair", 2)


def test_mixed_geometry(refused, check):
    both = [square(0, 0), Point(WEST, SOUTH)]
    assert refused("a.json", geojson(both)).key == "upload_mixed"
    assert refused("a.json", geojson([GeometryCollection(both)])).key == "upload_mixed"
    assert check("a.json", geojson([Point(WEST, SOUTH), MultiPoint([(WEST, SOUTH)])])).kind == "points"
    assert check("a.json", geojson([GeometryCollection([square(0, 0), square(1, 0)])])).kind == "polygons"


def test_heights_are_left_out_and_told(check, tmp_path):
    line = LineString([(WEST, SOUTH, 5), (WEST + 0.01, SOUTH + 0.01, 6)])
    for name, content in (("a.json", geojson([line])), ("a.gpkg", geopackage(frame([line]), tmp_path))):
        found = check(name, content)
        assert not found.table.has_z.any()
        assert "flattened" in [note.key for note in found.notes]


def test_an_outline_over_the_antimeridian(refused):
    assert refused("a.json", geojson([box(139, 35, 190, 36)])).key == "upload_antimeridian"
    assert refused("a.json", geojson([box(-179, 35, 179, 36)])).key == "upload_antimeridian"


def test_too_many_vertices_or_features(refused, monkeypatch):
    ring = Point(WEST + 0.01, SOUTH + 0.005).buffer(0.004, quad_segs=30)
    monkeypatch.setattr("geo.user_layers.outlines.MOST_VERTICES", 100)
    assert refused("a.json", geojson([ring])).key == "upload_vertices"
    monkeypatch.setattr("geo.user_layers.geojson.MOST_VERTICES", 100)
    monkeypatch.setattr("geo.user_layers.geojson.MOST_FEATURES", 1)
    assert refused("a.json", geojson([ring] * 3)).key == "upload_vertices"
    monkeypatch.setattr("geo.user_layers.parts.MOST_FEATURES", 1)
    assert refused("a.csv", b"code,n\n14201,1\n14203,2\n").key == "upload_features"


def test_five_million_brackets_are_refused_before_they_are_parsed(refused):
    content = b'{"type":"FeatureCollection","features":[' + b"[" * (limits.MOST_VERTICES + 4 * limits.MOST_FEATURES + 1)
    assert refused("a.json", content).key == "upload_vertices"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(refused, tmp_path):
    big = tmp_path / "big.gpkg"
    with big.open("wb") as handle:
        handle.truncate(2_000_000_000)
    error = refused("big.gpkg", big, limit_bytes=limits.COMMAND_LIMIT_BYTES)
    assert (error.key, error.params["found"]) == ("upload_size", "2,000.0")
    assert refused("a.json", b"x" * 11, limit_bytes=10).key == "upload_size"
    assert refused("a.json", tmp_path / "none.json").key == "upload_file"


@pytest.mark.parametrize("kind", ["gpkg", "zip", "parquet", "tif", "json"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_file(refused, tmp_path, kind, share):
    if kind == "tif":
        name, content = "a.tif", geotiff(np.random.default_rng(1).random((50, 50)))
    elif kind == "json":
        name, content = "a.json", geojson(TWO, n=[1, 2])
    else:
        name, content = made(kind, tmp_path)
    assert refused(name, content[: int(len(content) * share)]).key == "upload_damaged"


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_a_part(refused, tmp_path, part):
    content = shapefile(frame(TWO, n=[1.0, 2.0]), tmp_path, without=(part,))
    assert refused("a.zip", content).key == "upload_shapefile_part"


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_a_shapefile_whose_part_is_cut_off(refused, tmp_path, part):
    shapefile(frame(TWO, n=[1.0, 2.0]), tmp_path)
    cut = {f"x{p.suffix}": p.read_bytes()[: -20 if p.suffix == part else None] for p in tmp_path.glob("made.*")}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in cut.items():
            archive.writestr(name, content)
    assert refused("a.zip", buffer.getvalue()).key == "upload_damaged"


def test_zip_bombs_and_other_zips(refused, tmp_path):
    good = frame(TWO, n=[1.0, 2.0])
    assert refused("a.zip", shapefile(good, tmp_path, extra={"x.bin": b"0" * 20_000_000})).key == "upload_bomb"
    many = {f"{i}.txt": b"" for i in range(600)}
    assert refused("a.zip", shapefile(good, tmp_path, extra=many)).key == "upload_zip_members"
    two = shapefile(good, tmp_path, extra={"other.shp": b"x"})
    assert refused("a.zip", two).key == "upload_layers"
    assert refused("a.zip", two, layer="none").key == "upload_layer_unknown"
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refused("a.zip", empty.getvalue()).key == "upload_no_shapefile"
    with zipfile.ZipFile(empty, "a") as archive:
        archive.writestr("[Content_Types].xml", "x")
    assert refused("a.zip", empty.getvalue()).key == "upload_office"
    locked = bytearray(shapefile(good, tmp_path))
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refused("a.zip", bytes(locked)).key == "upload_zip_encrypted"


def test_a_zip_that_lies_about_its_size(refused, tmp_path):
    content = bytearray(shapefile(frame(TWO, n=[1.0, 2.0]), tmp_path))
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", 10)
    assert refused("a.zip", bytes(content)).key == "upload_damaged"


def test_attributes_in_cp932_and_utf_8(check, tmp_path):
    table = frame([square(0, 0)], 名=["横浜①"])
    for encoding in ("cp932", "utf-8"):
        content = shapefile(table, tmp_path, encoding=encoding, without=())
        assert check("a.zip", content).table["名"].tolist() == ["横浜①"]
    assert check("a.zip", shapefile(table, tmp_path, without=(".cpg",))).table["名"].tolist() == ["横浜①"]


def test_layers_of_a_geopackage(refused, check, tmp_path):
    geopackage(frame([square(0, 0)], n=[1.0]), tmp_path, "one")
    import pyogrio

    pyogrio.write_dataframe(frame([square(1, 0)], n=[2.0]), tmp_path / "one.gpkg", layer="two", driver="GPKG")
    content = (tmp_path / "one.gpkg").read_bytes()
    assert refused("a.gpkg", content).key == "upload_layers"
    assert refused("a.gpkg", content, layer="three").key == "upload_layer_unknown"
    assert check("a.gpkg", content, layer="two").table["n"].tolist() == [2.0]


def test_duplicate_and_nameless_columns(refused):
    twice = geojson(TWO, n=[1, 2]).replace(b'"n": 1', b'"n": 1, "n": 3')
    assert refused("a.json", twice).key == "upload_column_twice"
    assert refused("a.json", geojson(TWO, n=[1, 2], N=[1, 2])).key == "upload_column_twice"
    assert refused("a.csv", b"code,n,n\n14201,1,2\n").key == "upload_column_twice"
    assert refused("a.csv", b"code,,n\n14201,1,2\n").key == "upload_column_name"
    assert refused(
        "a.csv", ("code," + ",".join(f"c{i}" for i in range(600)) + "\n14201" + ",1" * 600).encode()
    ).key == ("upload_columns")


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.csv", b"code,n\n\x00\x01\x02\xff", "upload_binary"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "upload_binary"),
        ("a.csv", geotiff(np.ones((2, 2))), "upload_not_as_named"),
        ("a.tif", b"code,n\n14201,1\n", "upload_not_as_named"),
        ("a.tif", b"\x89PNG\r\n\x1a\n\x00\x00", "upload_not_as_named"),
        ("a.geojson", b"PAR1xxxxPAR1", "upload_not_as_named"),
        ("a.exe", b"MZ", "upload_suffix"),
        ("a.csv", b"code,n\n\x81\xff\x81\xff\xfd,1", "upload_encoding"),
        ("a.kml", b"<kml/>", "upload_xml"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 200, "upload_not_geopackage"),
        ("a.json", b'{"type": "Nothing"}', "upload_not_geojson"),
        ("a.json", b"[1, 2]", "upload_not_geojson"),
        ("a.json", b'{"type": "FeatureCollection", "features": [NaN]}', "upload_damaged"),
        ("a.json", b"[" * 100_000, "upload_damaged"),
        ("a.json", b'{"type": "Feature", "geometry": {"type": "Point", "coordinates": ["a"]}}', "upload_damaged"),
    ],
)
def test_what_is_not_what_it_is_called(refused, name, content, key):
    assert refused(name, content).key == key


def test_a_plain_parquet_and_other_encodings_of_geometry(refused):
    import pandas as pd

    buffer = io.BytesIO()
    pd.DataFrame({"a": [1]}).to_parquet(buffer)
    assert refused("a.parquet", buffer.getvalue()).key == "upload_no_geometry"
    buffer = io.BytesIO()
    frame(TWO).to_parquet(buffer, geometry_encoding="geoarrow")
    assert refused("a.parquet", buffer.getvalue()).key == "upload_encoding_geometry"


def test_grids(check, refused, monkeypatch):
    values = np.array([[1, 2], [3, -9999.0]])
    found = check("a.tif", geotiff(values, nodata=-9999))
    assert (found.kind, found.count, found.roles) == ("raster", 3, ("layer", "indicator", "potential"))
    assert np.isnan(found.raster.values[1, 1])
    assert [note.key for note in found.notes] == ["nodata"]
    found = check("a.tif", geotiff(np.array([[1, np.inf], [np.nan, 2]])))
    assert (found.count, [note.key for note in found.notes]) == (2, ["nodata", "infinite"])
    turned = Affine(STEP_X, 0.001, WEST, 0.001, -STEP_Y, SOUTH + 2 * STEP_Y)
    assert refused("a.tif", geotiff(np.ones((2, 2)), turned)).key == "upload_rotated"
    mirrored = Affine(-STEP_X, 0, WEST + 2 * STEP_X, 0, -STEP_Y, SOUTH + 2 * STEP_Y)
    assert refused("a.tif", geotiff(np.ones((2, 2)), mirrored)).key == "upload_rotated"
    assert refused("a.tif", geotiff(np.ones((2, 2, 3)))).key == "upload_bands"
    assert refused("a.tif", geotiff(np.ones((2, 2), dtype="complex64"))).key == "upload_complex"
    assert refused("a.tif", geotiff(np.ones((2, 2)), Affine.identity())).key == "upload_not_placed"
    away = Affine(STEP_X, 0, 135, 0, -STEP_Y, 34)
    assert refused("a.tif", geotiff(np.ones((2, 2)), away)).key == "upload_outside"
    swapped = Affine(STEP_Y, 0, SOUTH, 0, -STEP_X, WEST + 2 * STEP_X)
    assert refused("a.tif", geotiff(np.ones((2, 2)), swapped)).key == "upload_swapped"
    monkeypatch.setattr("geo.user_layers.geotiff.MOST_PIXELS", 3)
    assert refused("a.tif", geotiff(np.ones((2, 2)))).key == "upload_pixels"


def test_a_grid_that_runs_from_south_to_north_is_turned(check):
    upward = Affine(STEP_X, 0, WEST, 0, STEP_Y, SOUTH)
    found = check("a.tif", geotiff(np.array([[1.0, 2], [3, 4]]), upward))
    assert found.raster.values.tolist() == [[3, 4], [1, 2]]
    assert found.raster.transform.e < 0
    assert found.raster.transform.f == pytest.approx(SOUTH + 2 * STEP_Y)


def test_scale_and_offset_of_a_grid_are_applied(check):
    from rasterio.io import MemoryFile

    with MemoryFile(geotiff(np.array([[1, 2], [3, 4]], dtype="int16"))) as memory:
        with memory.open() as raster:
            profile, values = raster.profile, raster.read(1)
        with MemoryFile() as other:
            with other.open(**profile) as raster:
                raster.write(values, 1)
                raster.scales, raster.offsets = (0.5,), (10,)
            content = other.read()
    assert check("a.tif", content).raster.values.tolist() == [[10.5, 11], [11.5, 12]]


def test_every_refusal_and_note_has_words_in_both_languages():
    import ast

    from tests.source import modules

    keys = set()
    for path, tree in modules("geo").items():
        if "user_layers" in str(path) or path.name in ("commands_layers.py", "local.py"):
            for node in ast.walk(tree):
                if isinstance(node, ast.keyword) and node.arg == "key" and isinstance(node.value, ast.Constant):
                    keys.add(f"errors.{node.value.value}")
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Note":
                    keys.add(f"upload_note.{node.args[0].value}")
    assert len(keys) > 70
    assert keys - {"errors.key"} <= set(catalogue())
    told = {key for key in catalogue() if key.startswith(("errors.upload_", "upload_note."))}
    assert told - keys == set(), "words that nothing says"


def test_nothing_is_written_by_a_check(check, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = sorted(dataset.folder.parent.rglob("*"))
    check("a.zip", made("zip", tmp_path)[1])
    assert sorted(dataset.folder.parent.rglob("*")) == before
    assert not list(tmp_path.glob("meguri-*"))


def test_json_text_is_kept_as_text(check):
    content = json.dumps({"type": "Point", "coordinates": [WEST + 0.001, SOUTH + 0.001]}).encode()
    assert check("a.json", content).kind == "points"


@pytest.mark.parametrize("kind", ["gpkg", "zip", "parquet", "tif", "json", "csv"])
def test_whatever_is_wrong_with_the_bytes_the_answer_is_a_refusal(check, tmp_path, kind):
    if kind in ("gpkg", "zip", "parquet"):
        name, content = made(kind, tmp_path)
    elif kind == "tif":
        name, content = "a.tif", geotiff(np.arange(16.0).reshape(4, 4), tags={"": {"a": "b"}})
    else:
        csv = '市町村コード,値\n14201,"1,234"\n14203,5\n'.encode("cp932")
        name, content = ("a.json", geojson(TWO, n=[1, 2])) if kind == "json" else ("a.csv", csv)
    chance = np.random.default_rng(5)
    for _ in range(80):
        broken = bytearray(content)
        for at in chance.integers(0, min(len(content), int(chance.choice([200, 3000, len(content)]))), size=8):
            broken[at] = chance.integers(256)
        with contextlib.suppress(UploadError):
            check(name, bytes(broken))
