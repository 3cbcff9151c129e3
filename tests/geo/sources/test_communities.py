"""School districts and small areas as communities: one outline a code, water left out, nothing summed."""

import pytest
import shapely

from geo.sources.communities import read_school_districts, read_small_areas
from tests.geo.sources.making import JGD2000, TOKYO, packed, shapefile

SCHOOLS = {"A27_001": 5, "A27_002": 20, "A27_003": 14, "A27_004": 60, "A27_005": 80}
OLD = {"A27_005": 5, "A27_006": 20, "A27_007": 60, "A27_008": 80}
AREAS = {"KEY_CODE": 11, "PREF": 2, "CITY": 3, "S_AREA": 6, "S_NAME": 60, "HCODE": 4, "JINKO": 8}


def box(column, row=0):
    return shapely.box((1390 + column) / 10, (350 + row) / 10, (1391 + column) / 10, (351 + row) / 10)


def school(code, name, town="14101"):
    return (town, "横浜市", code, name, "神奈川県")


@pytest.fixture
def zipped(tmp_path):
    def save(members, name="A27-21_14_GML.zip"):
        return packed(tmp_path / name, members)

    return save


def told(reading):
    return reading.table.drop(columns="geometry").to_numpy().tolist()


def test_the_parts_of_a_school_are_one_district(zipped):
    rows = [school("B2", "本町小学校"), school("B1", "鶴見小学校", "14201"), school("B2", "本町小学校")]
    reading = read_school_districts([zipped(shapefile("A27-21_14", [box(0), box(1), box(3)], SCHOOLS, rows))])
    assert list(reading.table.columns) == ["code", "name_ja", "municipality_code", "geometry"]
    assert told(reading) == [["B1", "鶴見小学校", "14201"], ["B2", "本町小学校", "14100"]]
    assert reading.table.crs == "EPSG:6668"
    assert reading.table.geometry[1].equals_exact(shapely.MultiPolygon([box(0), box(3)]), 1e-9, normalize=True)
    assert dict(reading.counts) == {
        "rows": 3,
        "repaired": 0,
        "dissolved": 1,
        "uneven": 0,
        "points": 0,
        "repeated": 0,
    }
    assert reading.provenance.year == "2021"
    assert "市町村ごとに異なる" in reading.provenance.caveats_ja[0]


def test_old_districts_are_numbered_by_name_and_the_schools_points_passed_over(zipped):
    rows = [("14201", "市", "い小学校", ""), ("14201", "市", "あ小学校", ""), ("14204", "市", "う小学校", "")]
    members = shapefile("A27-10_14-g_SchoolDistrict", [box(0), box(1), box(2)], OLD, [*rows], prj=JGD2000)
    points = {"A27_001": 5, "A27_002": 20, "A27_003": 60, "A27_004": 80}
    members |= shapefile(
        "A27-10_14-g_PublicElementarySchool", [shapely.Point(139, 35)], points, [("14201", "市", "あ小学校", "")]
    )
    reading = read_school_districts([zipped(members, "A27-10_14_GML.zip")])
    assert told(reading) == [
        ["14201-001", "あ小学校", "14201"],
        ["14201-002", "い小学校", "14201"],
        ["14204-001", "う小学校", "14204"],
    ]
    assert reading.counts["points"] == 1
    assert reading.provenance.year == "2010"


def test_districts_that_overlap_are_kept_and_counted(zipped):
    rows = [school("B1", "甲"), school("B2", "乙")]
    wide = shapely.box(139.0, 35.0, 139.15, 35.1)
    reading = read_school_districts([zipped(shapefile("A27-21_14", [wide, box(1)], SCHOOLS, rows))])
    assert reading.counts["uneven"] == 2
    assert shapely.area(reading.table.geometry.to_numpy()) == pytest.approx([0.015, 0.01], rel=1e-9)


def test_the_prefectures_come_in_any_order(tmp_path):
    one = packed(tmp_path / "A27-21_14_GML.zip", shapefile("A27-21_14", [box(0)], SCHOOLS, [school("B1", "甲")]))
    other = shapefile("A27-21_13", [box(1)], SCHOOLS, [school("A1", "乙", "13101")])
    two = packed(tmp_path / "A27-21_13_GML.zip", other)
    assert read_school_districts([one, two]).table.equals(read_school_districts([two, one]).table)
    assert told(read_school_districts([one, two])) == [["A1", "乙", "13101"], ["B1", "甲", "14100"]]


@pytest.mark.parametrize(
    ("members", "match"),
    [
        (shapefile("A27-21_14", [box(0)], SCHOOLS, [school("B1", "甲", "99101")]), "row 1.*A27_001.*found '99101'"),
        (shapefile("A27-21_14", [box(0)], SCHOOLS, [school("B1", "")]), "the name of the school; found an empty field"),
        (shapefile("A27-21_14", [box(0)], SCHOOLS, [school("B1", "甲")], prj=TOKYO), "found Tokyo"),
        (shapefile("A27-21_14", [box(0)], SCHOOLS, [school("B1", "甲")], prj=None), "a CRS"),
        (shapefile("A27-21_14", [shapely.Point(139, 35)], SCHOOLS, [school("B1", "甲")]), "found points only"),
        (shapefile("A27-21_14", [box(0)], {"A27_001": 5}, [("14101",)]), "a field A27_003"),
        ({"R3_Terms_of_use_municipality_data.xlsx": b""}, "a layer A27-.*found R3_Terms"),
    ],
)
def test_what_is_no_layer_of_districts_is_refused(zipped, refused, members, match):
    refused(read_school_districts, [zipped(members)], match=match)


def area(key, name, kind="8101", people="100"):
    return (key, key[:2], key[2:5], key[5:], name, kind, people)


def small_areas(rows, stem="r2ka14", **options):
    return shapefile(stem, [box(number) for number in range(len(rows))], AREAS, rows, **options)


def test_small_areas_are_one_a_key_and_water_is_left_out(zipped):
    rows = [
        area("142010020", "走水"),
        area("14101001001", "朝日町一丁目"),
        area("142010020", "走水"),
        area("142010000", "", "8154"),
    ]
    path = zipped(small_areas(rows), "A002005212020DDSWC14-JGD2011.zip")
    reading = read_small_areas([path])
    assert list(reading.table.columns) == ["code", "name_ja", "municipality_code", "geometry"]
    assert told(reading) == [["14101001001", "朝日町一丁目", "14100"], ["142010020", "走水", "14201"]]
    assert reading.table.geometry[1].equals_exact(shapely.MultiPolygon([box(0), box(2)]), 1e-9, normalize=True)
    assert dict(reading.counts) == {
        "rows": 4,
        "repaired": 0,
        "water": 1,
        "dissolved": 1,
        "uneven": 0,
        "repeated": 0,
    }
    assert reading.provenance.year == "2020"


def test_the_edition_of_2015_is_in_jgd2000(zipped):
    reading = read_small_areas(
        [zipped(small_areas([area("142010020", "走水")], "h27ka14", prj=JGD2000), "h27ka14.zip")]
    )
    assert (told(reading), reading.provenance.year) == ([["142010020", "走水", "14201"]], "2015")


def test_a_key_that_lost_its_zero_gets_it_back(zipped):
    rows = [("1217001001", "1", "217", "", "町", "8101", "1")]
    assert told(read_small_areas([zipped(small_areas(rows, "r2ka01"))])) == [["01217001001", "町", "01217"]]


@pytest.mark.parametrize(
    ("members", "match"),
    [
        (
            small_areas([("142040020", "14", "201", "", "x", "8101", "1")]),
            "a KEY_CODE that begins with 14201; found '14",
        ),
        (small_areas([("992010020", "99", "201", "", "x", "8101", "1")]), "PREF and CITY.*found '99201'"),
        (small_areas([area("142010000", "", "8154")]), "an area that is not water"),
        (small_areas([area("142010020", "走水")], prj=TOKYO), "found Tokyo"),
        (small_areas([area("142010020", "走水")], "A27-21_14"), "a layer r2ka"),
        (shapefile("r2ka14", [shapely.Point(139, 35)], AREAS, [area("142010020", "走水")]), "a polygon; found Point"),
    ],
)
def test_what_is_no_layer_of_small_areas_is_refused(zipped, refused, members, match):
    refused(read_small_areas, [zipped(members)], match=match)
