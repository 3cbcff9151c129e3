"""Helpers of the readers: numbers, prefectures and one file of a kind."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from pyproj import Geod

from geo.sources.archive import open_source
from geo.sources.fields import areas_km2, expect_each, numbers, once, one_format_a_folder, prefecture_of
from geo.sources.reading import SourceError


def test_the_same_bytes_are_read_once_in_the_order_of_their_names(tmp_path):
    for name, content in (("b.zip", b"1"), ("a.zip", b"2"), ("c.zip", b"1")):
        (tmp_path / name).write_bytes(content)
    kept, digests, repeated = once([tmp_path / name for name in ("c.zip", "b.zip", "a.zip")])
    assert [path.name for path in kept] == ["a.zip", "b.zip"]
    assert [name for name, _ in digests] == ["a.zip", "b.zip"]
    assert repeated == 1


def test_digests_take_in_a_shapefiles_parts_and_a_folders_files(tmp_path):
    for name in ("a.shp", "a.dbf", "a.prj", "a.geojson", "b.dbf"):
        (tmp_path / name).write_bytes(name.encode())
    _, digests, _ = once([tmp_path / "a.shp"])
    assert [name for name, _ in digests] == ["a.dbf", "a.prj", "a.shp"]
    (tmp_path / "a.dbf").write_bytes(b"changed")
    _, changed, _ = once([tmp_path / "a.shp"])
    assert [before == after for before, after in zip(digests, changed, strict=True)] == [False, True, True]
    assert len(once([tmp_path])[1]) == 5
    with pytest.raises(SourceError, match="expected a file or a folder; found none"):
        once([tmp_path / "absent.zip"])


def test_a_layer_beside_its_shapefile_is_read_once(tmp_path):
    for name in ("a.shp", "a.dbf", "a.geojson", "b.geojson"):
        (tmp_path / name).write_bytes(name.encode())
    kept, _, repeated = once([tmp_path / name for name in ("a.geojson", "b.geojson", "a.shp")])
    assert [path.name for path in kept] == ["a.shp", "b.geojson"]
    assert repeated == 1
    assert [path.name for path in once([tmp_path / "a.geojson"])[0]] == ["a.geojson"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("A13-15_14_GML.zip",), "14"),
        (("a001.shp", "A45-19_01_GML.zip"), "01"),
        (("A13-15_48_GML.zip",), ""),
        (("A13-15_5339.zip",), ""),
        (("XA13-15_14.zip",), ""),
        (("forest.zip",), ""),
    ],
)
def test_prefectures_out_of_names(names, code):
    assert prefecture_of(*names) == code


def test_numbers_and_their_marks_for_unknown():
    column = pd.Series(["1", " 2.5 ", "", "-999", "1e3", "0"])
    values = numbers(column, file="f", layer="l", field="A", unit="kW", missing=(-999.0,))
    np.testing.assert_array_equal(values, [1, 2.5, np.nan, np.nan, 1000, 0])


@pytest.mark.parametrize("wrong", ["x", "-1", "nan", "inf", "1,000", "１"])
def test_what_is_no_number_names_its_row(wrong):
    with pytest.raises(SourceError) as caught:
        numbers(pd.Series(["1", wrong]), file="f", layer="l", field="A", unit="kW")
    assert (
        caught.value.params.items()
        >= {
            "file": "f",
            "layer": "l",
            "row": "2",
            "expected": "in A a number of kW, zero or more",
            "found": f"'{wrong}'",
            "remedy": "Correct the row, or download the file again.",
        }.items()
    )


def test_areas_are_those_on_the_ellipsoid():
    outlines = [shapely.box(139, 35, 139.01, 35.01), shapely.box(141, 43, 141.3, 43.2), shapely.Point(139, 35)]
    geod = Geod(ellps="GRS80")
    dense = [shapely.segmentize(outline, 0.001) for outline in outlines[:2]]
    expected = [abs(geod.geometry_area_perimeter(outline)[0]) / 1e6 for outline in dense]
    found = areas_km2(GeoDataFrame(geometry=outlines, crs=6668))
    np.testing.assert_allclose(found, [*expected, 0], rtol=1e-6)


def test_one_format_in_every_folder(tmp_path):
    for name in (
        "a/x.shp",
        "a/x.dbf",
        "a/y.geojson",
        "a/KS-META-x.xml",
        "a/x.shp.xml",
        "b/y.geojson",
        "b/z.xml",
        "c/z.xml",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    with open_source(tmp_path) as source:
        assert one_format_a_folder(source) == (["a/x.shp", "b/y.geojson", "c/z.xml"], 2)


def test_the_first_row_that_is_not_right_is_named_with_what_stands_in_it():
    column = pd.Series(["a", "b", "c"], index=[7, 8, 9])
    told = {"file": "a.zip", "layer": "a.shp", "expected": "an a", "remedy": "Mend it."}
    expect_each(column, column.isin(["a", "b", "c"]), **told)
    with pytest.raises(SourceError) as caught:
        expect_each(column, column.eq("a"), **told)
    assert str(caught.value) == "a.zip, layer a.shp, row 2: expected an a; found 'b'. Mend it."
    with pytest.raises(SourceError, match=r"row 3: .*found 'c'"):
        expect_each(column, np.array([True, True, False]), **told)
