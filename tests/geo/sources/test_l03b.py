"""Land use of 100 m cells (L03-b): every vintage counted by third mesh, no cell lost or counted twice."""

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from rasterio import Affine
from shapely import box

from geo.landuse import L03B_CLASSES
from geo.mesh import codes_of_points
from geo.sources.l03b import read_l03b
from geo.sources.l03b_codes import CLASSES, EDITIONS, RASTER
from geo.sources.l03b_counts import third_mesh_codes
from geo.sources.reading import SourceError
from tests.geo.sources.making import JGD2000, JGD2011, TOKYO, cells_of, dbf, packed, shapefile, tiff

THIRD = "53394611"
NEXT = "53394612"
FIELDS_2021 = {"L03b_001": 10, "L03b_002": 4, "L03b_003": 8}


def tile_2021(folder: Path, rows: list[tuple[str, str, str]], **more: bytes) -> Path:
    members = {"L03-b-21_5339.dbf": dbf(FIELDS_2021, rows), "L03-b-21_5339.prj": JGD2011}
    return packed(folder / "L03-b-21_5339-jgd2011_GML.zip", {**members, **more})


def rows_2021(third: str, codes: list[str]) -> list[tuple[str, str, str]]:
    return [(cell, code, "20210401") for cell, code in zip(cells_of(third), codes, strict=True)]


def refusal(*paths: Path) -> dict[str, object]:
    with pytest.raises(SourceError) as caught:
        read_l03b(paths)
    return caught.value.params


def test_cells_of_the_2021_edition_are_counted_by_third_mesh(tmp_path):
    codes = ["0500"] * 60 + ["0100"] * 30 + ["0901"] * 7 + ["0902"] * 3
    rows = rows_2021(THIRD, codes) + rows_2021(NEXT, ["1500"] * 99 + ["1400"])
    reading = read_l03b([tile_2021(tmp_path, rows)])
    table = reading.table.set_index("mesh_code")
    assert list(reading.table.columns) == ["mesh_code", *CLASSES, "cells"]
    assert table.loc[THIRD, ["forest", "paddy", "road", "railway", "sea", "cells"]].tolist() == [60, 30, 7, 3, 0, 100]
    assert table.loc[NEXT, ["sea", "beach", "forest", "cells"]].tolist() == [99, 1, 0, 100]
    assert (reading.table[[*CLASSES, "cells"]].dtypes == np.int64).all()
    assert reading.provenance.year == "2021"
    assert reading.provenance.resolution == "100 m"
    assert reading.counts == {"files": 1, "twins": 0, "repeated": 0, "outside": 0, "partial": 0}
    assert reading.files[0][0] == "L03-b-21_5339-jgd2011_GML.zip"


def test_the_classes_are_those_that_the_land_use_is_made_of():
    assert {part for parts in L03B_CLASSES.values() for part in parts} | {"beach", "sea"} == set(CLASSES)


def test_japanese_field_names_in_cp932_without_a_word_about_it(tmp_path):
    rows = [(cell, "0200") for cell in cells_of(THIRD)]
    members = {
        "L03-b-14_5339/L03-b-14_5339-jgd.dbf": dbf({"メッシュ": 10, "土地利用種": 4}, rows),
        "L03-b-14_5339/L03-b-14_5339-jgd.prj": JGD2000,
    }
    reading = read_l03b([packed(tmp_path / "L03-b-14_5339-jgd_GML.zip", members)])
    assert reading.table[["mesh_code", "other_farmland"]].to_numpy().tolist() == [[THIRD, 100]]
    assert reading.provenance.year == "2014"


def test_japanese_field_names_cut_off_in_utf8(tmp_path):
    rows = [(cell, "0700") for cell in cells_of(THIRD)]
    members = {
        "L03-b-16_5339.dbf": dbf({"メッシ": 10, "土地利": 4}, rows, "utf-8"),
        "L03-b-16_5339.cpg": b"UTF-8",
        "L03-b-16_5339.prj": JGD2000,
    }
    reading = read_l03b([packed(tmp_path / "L03-b-16_5339-jgd_GML.zip", members)])
    assert reading.table["built_up"].tolist() == [100]


def test_the_geojson_twin_is_not_counted_again(tmp_path):
    twin = geojson([("53394611" + "00", "0100")], "メッシュ", "土地利用種")
    rows = rows_2021(THIRD, ["0500"] * 100)
    reading = read_l03b([tile_2021(tmp_path, rows, **{"L03-b-21_5339.geojson": twin})])
    assert reading.table[["paddy", "forest", "cells"]].to_numpy().tolist() == [[0, 100, 100]]
    assert reading.counts["twins"] == 1


def geojson(cells: list[tuple[str, str]], mesh_field: str, class_field: str, crs: str = "") -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {mesh_field: mesh, class_field: code},
            "geometry": {"type": "Polygon", "coordinates": [[[139, 35], [139.1, 35], [139.1, 35.1], [139, 35]]]},
        }
        for mesh, code in cells
    ]
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", **named, "features": features}, ensure_ascii=False).encode()


def test_geojson_alone_is_read_where_the_name_tells_the_datum(tmp_path):
    cells = [(cell, "1100") for cell in cells_of(THIRD)]
    content = geojson(cells, "メッシュ", "土地利用種")
    path = packed(tmp_path / "L03-b-21_5339-jgd2011_GML.zip", {"L03-b-21_5339.geojson": content})
    assert read_l03b([path]).table["river_lake"].tolist() == [100]
    bare = tmp_path / "L03-b-21_5339.geojson"
    bare.write_bytes(content)
    assert refusal(bare)["found"] == "nothing"
    bare.write_bytes(geojson(cells, "メッシュ", "土地利用種", "urn:ogc:def:crs:EPSG::6668"))
    assert read_l03b([bare]).table["river_lake"].tolist() == [100]
    bare.write_bytes(geojson(cells, "メッシュ", "土地利用種", "urn:ogc:def:crs:EPSG::4301"))
    assert "Tokyo" in refusal(bare)["found"]


def test_one_letter_codes_of_2006_with_zero_for_sea(tmp_path):
    codes = "1256779ABEFG" + "0" * 88
    rows = list(zip(cells_of(THIRD), codes, strict=True))
    members = {"L03-b-06_5339.dbf": dbf({"L03b_001": 10, "L03b_002": 1}, rows), "L03-b-06_5339.prj": JGD2000}
    reading = read_l03b([packed(tmp_path / "L03-b-06_5339-jgd_GML.zip", members)])
    row = reading.table.iloc[0]
    counted = {name: row[name] for name in CLASSES}
    assert counted == {**dict.fromkeys(CLASSES, 1), "built_up": 2, "railway": 0, "sea": 89}
    assert any("道路と鉄道を分けない" in caveat for caveat in reading.provenance.caveats_ja)


def test_the_same_codes_mean_other_things_in_1976(tmp_path):
    rows = list(zip(cells_of(THIRD), "12348CD" + "5" * 93, strict=True))
    members = {"L03-b-76_5339.dbf": dbf({"L03b_001": 10, "L03b_002": 1}, rows), "L03-b-76_5339.prj": JGD2000}
    row = read_l03b([packed(tmp_path / "L03-b-76_5339.zip", members)]).table.iloc[0]
    assert [row[name] for name in ("paddy", "other_farmland", "built_up", "river_lake", "forest")] == [1, 3, 1, 2, 93]


@pytest.mark.parametrize("year", ["76", "87", "91", "97"])
def test_editions_on_tokyo_datum_are_refused_with_the_reason(tmp_path, year):
    table = dbf({"L03b_001": 10, "L03b_002": 1}, [(THIRD + "00", "1")])
    path = packed(tmp_path / f"L03-b-{year}_5339_GML.zip", {f"L03-b-{year}_5339.dbf": table})
    found = refusal(path)
    assert "Tokyo datum" in found["found"]
    assert "400 m" in found["found"]
    assert "-jgd" in found["remedy"]


def test_tokyo_datum_of_a_new_edition_is_refused(tmp_path):
    table = dbf(FIELDS_2021, rows_2021(THIRD, ["0500"] * 100))
    by_name = packed(tmp_path / "L03-b-21_5339-tky_GML.zip", {"L03-b-21_5339.dbf": table, "L03-b-21_5339.prj": JGD2011})
    assert "Tokyo datum" in refusal(by_name)["found"]
    by_prj = packed(
        tmp_path / "L03-b-21_5339-jgd2011_GML.zip", {"L03-b-21_5339.dbf": table, "L03-b-21_5339.prj": TOKYO}
    )
    assert "Tokyo datum" in refusal(by_prj)["found"]
    elsewhere = packed(
        tmp_path / "L03-b-21_5339-jgd2011_GML.zip",
        {"L03-b-21_5339.dbf": table, "L03-b-21_5339.prj": CRS.from_epsg(4326).to_wkt("WKT1_ESRI").encode()},
    )
    assert "WGS" in refusal(elsewhere)["found"]
    silent = packed(tmp_path / "L03-b-21_5339.zip", {"L03-b-21_5339.dbf": table})
    assert refusal(silent)["found"] == "nothing"
    for words in (b"GEOGCS[", b"EPSG:6668", b"+proj=longlat +nadgrids=/etc/passwd", b""):
        garbled = packed(tmp_path / "L03-b-21_5338.zip", {"L03-b-21_5338.dbf": table, "L03-b-21_5338.prj": words})
        assert refusal(garbled)["expected"] == "a CRS that can be read"


def test_leading_zeros_that_a_spreadsheet_took_and_small_letters(tmp_path):
    rows = list(zip(cells_of(THIRD), ["100", "500"] * 50, strict=True))
    members = {"L03-b-14_5339.dbf": dbf({"L03b_001": 10, "L03b_002": 4}, rows), "L03-b-14_5339.prj": JGD2000}
    table = read_l03b([packed(tmp_path / "L03-b-14_5339.zip", members)]).table
    assert table[["paddy", "forest", "other"]].to_numpy().tolist() == [[50, 50, 0]]
    members = {
        "L03-b-06_5339.dbf": dbf({"L03b_001": 10, "L03b_002": 1}, [(THIRD + "00", "g"), (THIRD + "01", "a")]),
        "L03-b-06_5339.prj": JGD2000,
    }
    table = read_l03b([packed(tmp_path / "L03-b-06_5339.zip", members)]).table
    assert table[["golf_course", "other"]].to_numpy().tolist() == [[1, 1]]


def test_the_code_list_of_1987_is_not_known(tmp_path):
    table = dbf({"L03b_001": 10, "L03b_002": 1}, [(THIRD + "00", "1")])
    path = packed(tmp_path / "L03-b-87_5339-jgd_GML.zip", {"L03-b-87_5339.dbf": table})
    assert "LandUseCd-88" in refusal(path)["found"]


def test_an_unknown_code_is_refused_with_its_row(tmp_path):
    rows = rows_2021(THIRD, ["0500"] * 99 + ["0300"])
    found = refusal(tile_2021(tmp_path, rows))
    assert (found["row"], found["found"]) == ("100", "'0300'")
    assert "0902" in found["expected"]
    assert found["layer"] == "L03-b-21_5339.dbf"


@pytest.mark.parametrize("code", ["533946115", "5339961100", "53394611AA", "9939461100", "", "5399461100"])
def test_a_mesh_code_that_is_none_is_refused_with_its_row(tmp_path, code):
    rows = [*rows_2021(THIRD, ["0500"] * 100), (code, "0500", "")]
    found = refusal(tile_2021(tmp_path, rows))
    assert (found["row"], found["found"]) == ("101", f"'{code}'")


def test_rows_are_numbered_across_batches(tmp_path):
    rows = [row for third in third_mesh_codes(5339)[:700] for row in rows_2021(third, ["0500"] * 100)]
    good = rows[69_998]
    for bad in ((good[0], "9999", ""), ("5339", good[1], "")):
        rows[69_998] = bad
        assert refusal(tile_2021(tmp_path, rows))["row"] == "69999"


def test_missing_fields_are_named(tmp_path):
    path = packed(
        tmp_path / "L03-b-21_5339-jgd2011.zip",
        {"L03-b-21_5339.dbf": dbf({"A": 10, "B": 4}, [("1", "2")]), "L03-b-21_5339.prj": JGD2011},
    )
    found = refusal(path)
    assert found["found"] == "A, B"
    assert "L03b_001" in found["expected"]


def test_no_other_driver_gets_at_a_file_by_what_it_holds(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("".join(f"{line}\n" for line in ["L03b_001,L03b_002", "5339461100,0500"]))
    image = tmp_path / "secret.tif"
    image.write_bytes(tiff(np.full((800, 800), 50, dtype=np.uint8)))
    layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    table = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>".encode()
    band = f"<SimpleSource><SourceFilename>{image}</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
    mosaic = (
        '<VRTDataset rasterXSize="800" rasterYSize="800">'
        f"<GeoTransform>139, {1 / 800}, 0, 36, 0, {-1 / 1200}</GeoTransform>"
        f'<VRTRasterBand dataType="Byte" band="1">{band}</VRTRasterBand></VRTDataset>'
    ).encode()
    virtual = tmp_path / "virtual.vrt"
    virtual.write_bytes(table)
    assert len(pyogrio.read_dataframe(virtual)) == 1
    virtual.write_bytes(mosaic)
    with rasterio.open(virtual) as opened:
        assert (opened.read(1) == 50).all()
    for name, content in (("5339.dbf", table), ("5339.geojson", table), ("5339.tif", mosaic)):
        path = packed(tmp_path / "L03-b-21_5339-jgd2011.zip", {f"L03-b-21_{name}": content})
        assert refusal(path)["layer"] == f"L03-b-21_{name}"


def test_a_cell_twice_is_refused(tmp_path):
    rows = rows_2021(THIRD, ["0500"] * 100)
    assert "101 cells" in refusal(tile_2021(tmp_path, [*rows, rows[0]]))["found"]
    first = tile_2021(tmp_path, rows)
    again = packed(
        tmp_path / "L03-b-21_5339-copy-jgd.zip",
        {"L03-b-21_5339.dbf": dbf(FIELDS_2021, rows[:50]), "L03-b-21_5339.prj": JGD2011},
    )
    assert THIRD in refusal(first, again)["found"]


def test_a_file_given_twice_is_read_once(tmp_path):
    first = tile_2021(tmp_path, rows_2021(THIRD, ["0500"] * 100))
    second = tmp_path / "copy L03-b-21_5339-jgd2011_GML.zip"
    second.write_bytes(first.read_bytes())
    reading = read_l03b([first, second])
    assert reading.table["cells"].tolist() == [100]
    assert reading.counts["repeated"] == 1


def test_two_editions_are_refused(tmp_path):
    new = tile_2021(tmp_path, rows_2021(THIRD, ["0500"] * 100))
    members = {
        "L03-b-14_5340.dbf": dbf({"メッシュ": 10, "土地利用種": 4}, [("5340000000", "0500")]),
        "L03-b-14_5340.prj": JGD2000,
    }
    old = packed(tmp_path / "L03-b-14_5340-jgd_GML.zip", members)
    found = refusal(new, old)
    assert "2014" in found["found"]
    assert "2021" in found["found"]


def test_unpacked_tiles_are_read_as_a_folder_and_as_a_bare_shapefile(tmp_path):
    folder = tmp_path / "L03-b-21_5339-jgd2011_GML"
    folder.mkdir()
    parts = shapefile("L03-b-21_5339", [box(139, 36, 139.1, 36.1)], FIELDS_2021, [(THIRD + "00", "0500", "")])
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    (folder / "L03-b-21_5339.geojson").write_bytes(geojson([(THIRD + "00", "0500")], "メッシュ", "土地利用種"))
    shp, twin = folder / "L03-b-21_5339.shp", folder / "L03-b-21_5339.geojson"
    for given_paths in ([folder], [shp], [twin, shp]):
        assert read_l03b(given_paths).table["forest"].tolist() == [1]
    assert [name for name, _ in read_l03b([twin, shp]).files] == sorted(parts)


def test_several_tiles_come_sorted_whatever_their_order(tmp_path):
    east = packed(
        tmp_path / "L03-b-21_5340-jgd2011_GML.zip",
        {"L03-b-21_5340.dbf": dbf(FIELDS_2021, rows_2021("53400000", ["0500"] * 100)), "L03-b-21_5340.prj": JGD2011},
    )
    west = tile_2021(tmp_path, rows_2021(THIRD, ["0100"] * 100))
    forward, backward = read_l03b([east, west]), read_l03b([west, east])
    assert forward.table["mesh_code"].tolist() == [THIRD, "53400000"]
    assert forward.table.equals(backward.table)
    assert forward.files == backward.files


def test_partial_third_meshes_are_counted(tmp_path):
    reading = read_l03b([tile_2021(tmp_path, rows_2021(THIRD, ["0500"] * 100)[:40])])
    assert reading.table["cells"].tolist() == [40]
    assert reading.counts["partial"] == 1


def test_nothing_to_read_and_an_unknown_edition(tmp_path):
    assert refusal(packed(tmp_path / "other.zip", {"readme.txt": b""}))["found"] == "none"
    table = dbf(FIELDS_2021, [])
    assert refusal(packed(tmp_path / "L03-b-99_5339-jgd.zip", {"L03-b-99_5339.dbf": table}))["found"] == "99"
    assert refusal(tmp_path / "absent.zip")["found"] == "none"


def test_the_north_row_of_a_raster_comes_first(tmp_path):
    values = np.zeros((800, 800), dtype=np.uint8)
    values[0, 0] = 10  # north-west corner of the primary mesh
    values[799, 799] = 50  # south-east corner
    values[799, 0] = 160  # south-west corner
    values[799 - 461, 611] = 92
    path = packed(tmp_path / "L03-b-14_5339.zip", {"L03-b-14_5339.tif": tiff(values)})
    reading = read_l03b([path])
    table = reading.table.set_index("mesh_code")
    assert table.loc["53397090", "paddy"] == 1
    assert table.loc["53390709", "forest"] == 1
    assert table.loc["53390000", "golf_course"] == 1
    # Row 461 from the south and column 611 from the west: second mesh 4 and 6, third mesh 6 and 1.
    assert table.loc["53394661", "railway"] == 1
    latitude, longitude = 53 / 1.5 + 461.5 / 1200, 139 + 611.5 / 800
    assert codes_of_points(np.array([latitude]), np.array([longitude])).tolist() == ["53394661"]
    assert reading.table["cells"].sum() == 4
    assert reading.counts["outside"] == 640_000 - 4


def test_a_raster_and_the_table_of_the_same_cells_agree(tmp_path):
    random = np.random.default_rng(3)
    by_value = dict(zip(RASTER, EDITIONS["14"].codes, strict=True))
    values = np.zeros((800, 800), dtype=np.uint8)
    part = random.choice(list(RASTER), size=(100, 200))
    values[700:, :200] = part
    rows = []
    for row in range(100):
        for column in range(200):
            second, third = column // 100, f"{row // 10 % 10}{column // 10 % 10}"
            mesh = f"53390{second}{third}{row % 10}{column % 10}"
            rows.append((mesh, by_value[int(values[799 - row, column])]))
    members = {"L03-b-14_5339.dbf": dbf({"メッシュ": 10, "土地利用種": 4}, rows), "L03-b-14_5339.prj": JGD2000}
    table = read_l03b([packed(tmp_path / "L03-b-14_5339-jgd_GML.zip", members)]).table
    image = read_l03b([packed(tmp_path / "L03-b-14_5339.zip", {"L03-b-14_5339.tif": tiff(values)})]).table
    assert table.equals(image)


def test_a_raster_that_says_where_it_lies_must_lie_there(tmp_path):
    values = np.full((800, 800), 50, dtype=np.uint8)
    right = Affine(1 / 800, 0, 139, 0, -1 / 1200, 54 / 1.5)
    wrong = Affine(1 / 800, 0, 138, 0, -1 / 1200, 54 / 1.5)
    upside_down = Affine(1 / 800, 0, 139, 0, 1 / 1200, 53 / 1.5)
    path = packed(tmp_path / "L03-b-14_5339.zip", {"L03-b-14_5339.tif": tiff(values, right, "EPSG:4612")})
    assert read_l03b([path]).table["forest"].sum() == 640_000
    for transform in (wrong, upside_down):
        packed(path, {"L03-b-14_5339.tif": tiff(values, transform)})
        assert "west" in refusal(path)["expected"]
    packed(path, {"L03-b-14_5339.tif": tiff(values, right, "EPSG:4301")})
    assert refusal(path)["found"] == "Tokyo"


def test_rasters_of_another_kind_are_refused(tmp_path):
    path = tmp_path / "L03-b-14_5339.zip"
    packed(path, {"L03-b-14_5339.tif": tiff(np.zeros((10, 10), dtype=np.uint8))})
    assert "10 × 10" in refusal(path)["found"]
    values = np.zeros((800, 800), dtype=np.uint8)
    values[5, 7] = 30
    packed(path, {"L03-b-14_5339.tif": tiff(values)})
    found = refusal(path)
    assert (found["row"], found["found"]) == ("6", "30 in column 8")
    packed(path, {"L03-b-14.tif": tiff(values)})
    assert "800 × 800" not in refusal(path)["expected"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6399), st.sampled_from(sorted(EDITIONS["21"].codes))), max_size=60))
def test_no_cell_is_lost_or_made(tmp_path_factory, drawn):
    cells = {f"{third_mesh_codes(5339)[index]}{number % 100:02d}": code for number, (index, code) in enumerate(drawn)}
    if not cells:
        return
    folder = tmp_path_factory.mktemp("tile")
    table = read_l03b([tile_2021(folder, [(mesh, code, "") for mesh, code in cells.items()])]).table
    assert table["cells"].sum() == len(cells)
    assert (table[list(CLASSES)].sum(axis=1) == table["cells"]).all()
    assert set(table["mesh_code"]) == {mesh[:8] for mesh in cells}
    for name in CLASSES:
        codes = {code for code, known in EDITIONS["21"].codes.items() if known == name}
        assert table[name].sum() == sum(code in codes for code in cells.values())
