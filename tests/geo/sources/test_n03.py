"""N03: wards and islands become municipalities, codes are checked, no boundary moves."""

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.sources.codes import DESIGNATED_CITIES, check_digit, city_of, five_digits, is_ward
from geo.sources.n03 import read_n03
from tests.geo.sources.making import JGD2000, TOKYO, packed, shapefile

FIELDS_2021 = {"N03_001": 12, "N03_002": 60, "N03_003": 60, "N03_004": 60, "N03_007": 6}
FIELDS_2024 = {"N03_001": 12, "N03_002": 60, "N03_003": 60, "N03_004": 60, "N03_005": 60, "N03_007": 6}


def box(column, row=0, width=1.0):
    """A square of 0.1 degrees in a grid over Kanagawa."""
    return shapely.box((1390 + column) / 10, (350 + row) / 10, (1390 + column + width) / 10, (351 + row) / 10)


# Two wards of Yokohama side by side and an island of the first, a town in a district, land of nobody.
OLD_ROWS = [
    ("神奈川県", "", "横浜市", "鶴見区", "14101"),
    ("神奈川県", "", "横浜市", "神奈川区", "14102"),
    ("神奈川県", "", "横浜市", "鶴見区", "14101"),
    ("神奈川県", "", "三浦郡", "葉山町", "14301"),
    ("神奈川県", "", "", "所属未定地", ""),
    ("神奈川県", "", "", "横須賀市", "14201"),
]
NEW_ROWS = [
    ("神奈川県", "", "", "横浜市", "鶴見区", "14101"),
    ("神奈川県", "", "", "横浜市", "神奈川区", "14102"),
    ("神奈川県", "", "", "横浜市", "鶴見区", "14101"),
    ("神奈川県", "", "三浦郡", "葉山町", "", "14301"),
    ("神奈川県", "", "", "所属未定地", "", "14000"),
    ("神奈川県", "", "", "横須賀市", "", "14201"),
]
OUTLINES = [box(0), box(1), box(5, 5), box(0, 1), box(1, 1), box(2)]
TOKYO_ROWS = [("東京都", "", "", "千代田区", "13101"), ("東京都", "", "", "八王子市", "13201")]


def old(rows=OLD_ROWS, outlines=OUTLINES, stem="N03-21_14_210101", **options):
    return shapefile(stem, outlines, FIELDS_2021, rows, **options)


def new(rows=NEW_ROWS, outlines=OUTLINES, stem="N03-20240101_14", **options):
    return shapefile(stem, outlines, FIELDS_2024, rows, **options)


def geojson(rows, outlines, fields=FIELDS_2021, **more):
    features = [
        {
            "type": "Feature",
            "properties": {name: value or None for name, value in zip(fields, row, strict=True)},
            "geometry": shapely.geometry.mapping(outline),
        }
        for row, outline in zip(rows, outlines, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", **more, "features": features}).encode()


@pytest.fixture
def zipped(tmp_path):
    def save(members, name="N03-21_14_210101_GML.zip"):
        return packed(tmp_path / name, members)

    return save


@pytest.mark.parametrize(
    ("members", "year"),
    [
        (old(), "2021"),
        (old(prj=JGD2000), "2021"),
        (new(encoding="utf-8") | {"N03-20240101_14.cpg": b"UTF-8"}, "2024"),
        ({"N03-20240101_14.geojson": geojson(NEW_ROWS, OUTLINES, FIELDS_2024)}, "2024"),
    ],
)
def test_wards_and_islands_become_their_city(zipped, members, year):
    reading = read_n03([zipped(members)])
    table = reading.table
    assert list(table.columns) == ["code", "name_ja", "prefecture_code", "prefecture_ja", "geometry"]
    assert table.drop(columns="geometry").to_numpy().tolist() == [
        ["14100", "横浜市", "14", "神奈川県"],
        ["14201", "横須賀市", "14", "神奈川県"],
        ["14301", "葉山町", "14", "神奈川県"],
    ]
    assert table.crs == "EPSG:6668"
    # Both wards as one, and the island.
    assert table.geometry[0].equals(shapely.MultiPolygon([box(0, width=2.0), box(5, 5)]))
    assert dict(reading.counts) == {
        "rows": 6,
        "repaired": 0,
        "unassigned": 1,
        "wards": 2,
        "dissolved": 2,
        "uneven": 0,
        "repeated": 0,
    }
    assert reading.provenance.year == year
    assert [name for name, _ in reading.files] == ["N03-21_14_210101_GML.zip"]


def test_the_special_wards_of_tokyo_stay(zipped):
    table = read_n03([zipped(old(TOKYO_ROWS, OUTLINES[:2], "N03-21_13_210101"))]).table
    assert table["code"].tolist() == ["13101", "13201"]
    assert table["name_ja"].tolist() == ["千代田区", "八王子市"]


def test_prefectures_are_put_together_in_the_order_of_the_codes_whatever_is_given_first(tmp_path):
    one = packed(tmp_path / "N03-21_14_210101_GML.zip", old())
    two = packed(tmp_path / "N03-21_13_210101_GML.zip", old(TOKYO_ROWS, [box(0, 3), box(1, 3)], "N03-21_13_210101"))
    reading = read_n03([one, two])
    assert reading.table["code"].tolist() == ["13101", "13201", "14100", "14201", "14301"]
    again = read_n03([two, one, one])
    assert again.table.equals(reading.table)
    assert again.files == reading.files
    assert again.counts["repeated"] == 1


def test_the_nations_archive_in_several_formats_and_parts_is_read_once(zipped):
    members = new(stem="N03-20240101") | new(stem="N03-20240101_prefecture")
    members |= {"N03-20240101.geojson": geojson(NEW_ROWS, OUTLINES, FIELDS_2024), "KS-META-N03-20240101.xml": b"<x/>"}
    reading = read_n03([zipped(members)])
    assert reading.counts["rows"] == 6


@pytest.mark.parametrize("code", ["142018", "14201"])
def test_six_digits_end_in_the_check_digit(zipped, refused, code):
    # s = 6·1 + 5·4 + 4·2 + 3·0 + 2·1 = 36; (11 − 36 mod 11) mod 10 = 8
    assert check_digit("14201") == "8"
    rows = [("神奈川県", "", "", "横須賀市", code)]
    assert read_n03([zipped(old(rows, OUTLINES[:1]))]).table["code"].tolist() == ["14201"]
    wrong = [("神奈川県", "", "", "横須賀市", "142017")]
    refused(read_n03, [zipped(old(wrong, OUTLINES[:1]))], match=r"row 1.*check digit.*'142017' \(横須賀市\)")


@pytest.mark.parametrize(("code", "digit"), [("13104", "1"), ("01100", "2"), ("27100", "4"), ("14100", "3")])
def test_published_check_digits(code, digit):
    assert check_digit(code) == digit
    assert five_digits(code + digit) == code


@given(st.integers(1, 47), st.integers(100, 799), st.integers(0, 4), st.integers(1, 9))
def test_one_wrong_digit_of_a_code_never_passes(prefecture, rest, place, change):
    """But for remainders 0 and 10 of the weighted sum, which both end in 1 (11 is written 1)."""
    code = f"{prefecture:02d}{rest}"
    wrong = code[:place] + str((int(code[place]) + change) % 10) + code[place + 1 :]
    remainders = {sum(w * int(d) for w, d in zip((6, 5, 4, 3, 2), one, strict=True)) % 11 for one in (code, wrong)}
    assert len(remainders) == 2
    if remainders != {0, 10}:
        assert five_digits(wrong + check_digit(code)) is None


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("01101", "01100"),
        ("14118", "14100"),
        ("14131", "14130"),
        ("14153", "14150"),
        ("22138", "22130"),
        ("27128", "27100"),
        ("27141", "27140"),
        ("40137", "40130"),
        ("43105", "43100"),
        ("13123", "13123"),
        ("14201", "14201"),
        ("14100", "14100"),
        ("02101", None),
        ("13101", "13101"),
    ],
)
def test_the_city_of_a_ward(code, city):
    assert city_of(code) == city


def test_there_are_twenty_designated_cities():
    assert len(DESIGNATED_CITIES) == 20
    assert not any(is_ward(code) for code in DESIGNATED_CITIES)


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (("神奈川県", "", "", "横須賀市", "13201"), r"row 1.*a code of 神奈川県.*'13201' \(横須賀市\)"),
        (("神奈川県", "", "", "横須賀市", "99201"), "found '99201'"),
        (("神奈川県", "", "", "横須賀市", "1420X"), "found '1420X'"),
        (("足柄県", "", "", "横須賀市", "14201"), "one of the 47 prefectures; found '足柄県'"),
        (("神奈川県", "", "川崎市", "鶴見区", "14101"), r"a ward of 横浜市; found '14101' \(川崎市鶴見区\)"),
        (("青森県", "", "青森市", "中央区", "02101"), "a known city; found '02101'"),
        (("神奈川県", "", "", "所属未定地", ""), "a municipality; found none"),
    ],
)
def test_a_row_whose_code_and_names_disagree_is_refused(zipped, refused, row, match):
    refused(read_n03, [zipped(old([row], OUTLINES[:1]))], match=match)


def test_a_code_with_two_names_is_refused(zipped, refused):
    rows = [("神奈川県", "", "", "横須賀市", "14201"), ("神奈川県", "", "", "平塚市", "14201")]
    refused(read_n03, [zipped(old(rows, OUTLINES[:2]))], match="one name for 14201; found 平塚市, 横須賀市")


def test_a_numeric_code_that_lost_its_zero_is_still_read(tmp_path):
    path = tmp_path / "sapporo.geojson"
    content = json.loads(geojson([("北海道", "石狩振興局", "", "江別市", "1217")], [box(0)]))
    content["features"][0]["properties"]["N03_007"] = 1217
    path.write_text(json.dumps(content), encoding="utf-8")
    reading = read_n03([path])
    assert reading.table["code"].tolist() == ["01217"]
    # A bare file is taken whatever it is called; its name then tells no year.
    assert reading.provenance.year == ""


def test_a_municipality_in_two_files_is_refused(tmp_path, refused):
    one = packed(tmp_path / "N03-21_14_210101_GML.zip", old())
    two = packed(tmp_path / "N03-20240101_14_GML.zip", new())
    refused(read_n03, [one, two], match=r"14100, which is in N03-20240101_14_GML\.zip too.*one edition only")


def test_a_historical_edition_is_refused_and_a_dated_one_read(zipped, refused):
    fields = {"N03_001": 12, "N03_003": 60, "N03_004": 60, "N03_005": 20, "N03_006": 20, "N03_007": 6}
    there = [
        ("神奈川県", "", "横須賀市", "1889-04-01", "", "14201"),
        ("神奈川県", "横浜市", "鶴見区", "1927-10-01", "", "14101"),
    ]
    gone = [("神奈川県", "", "浦賀町", "1889-04-01", "1943-04-01", "14201")]
    stem = "N03-120331_14"
    reading = read_n03([zipped(shapefile(stem, OUTLINES[:2], fields, there), "N03-120331_14_GML.zip")])
    assert reading.table["name_ja"].tolist() == ["横浜市", "横須賀市"]
    assert reading.provenance.year == "2012"
    refused(
        read_n03,
        [zipped(shapefile(stem, OUTLINES[:3], fields, there + gone))],
        match="one day; found one that was abolished on 1943-04-01",
    )


@pytest.mark.parametrize(
    ("members", "match"),
    [
        (old(prj=TOKYO), "found Tokyo"),
        (old(prj=None), "a CRS"),
        ({"N03-21_14_210101.csv": b"a,b"}, "a layer N03-… of municipalities; found N03-21_14_210101.csv"),
        (shapefile("A13-15_14", OUTLINES[:1], FIELDS_2021, OLD_ROWS[:1]), "a layer N03-"),
        (shapefile("N03-21_14_210101", OUTLINES[:1], {"N03_001": 9}, [("x",)]), "a field N03_003"),
    ],
)
def test_another_product_or_datum_is_refused(zipped, refused, members, match):
    refused(read_n03, [zipped(members)], match=match)


def test_points_are_refused(tmp_path, refused):
    path = tmp_path / "N03.geojson"
    path.write_bytes(geojson(OLD_ROWS[:1], [shapely.Point(139, 35)]))
    refused(read_n03, [path], match="row 1: expected a polygon; found Point")


def test_edges_that_do_not_meet_are_counted_and_left_as_they_are(zipped):
    """The second square begins 0.5 m (5e-6 degrees) east of where the first ends."""
    apart = shapely.box(139.1 + 5e-6, 35.0, 139.2, 35.1)
    rows = [OLD_ROWS[0], OLD_ROWS[1], ("神奈川県", "", "", "横須賀市", "14201")]
    reading = read_n03([zipped(old(rows, [box(0), apart, box(0, 1)]))])
    assert reading.counts["uneven"] == 2
    city = reading.table.geometry[0]
    assert len(city.geoms) == 2
    assert city.area == pytest.approx(0.02 - 5e-7, rel=1e-9)
    assert read_n03([zipped(old(rows, [box(0), box(1), box(0, 1)]))]).counts["uneven"] == 0


@pytest.mark.parametrize("prefecture", ["13", "14", "19", "22"])
def test_a_real_prefecture_keeps_its_area_and_stays_a_coverage(official: Path, prefecture):
    path = official / f"s0010_N03-21_{prefecture}_210101.json"
    content = json.loads(path.read_text(encoding="utf-8"))["features"]
    outlines = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in content])
    is_known = [bool(feature["properties"]["N03_007"]) for feature in content]
    reading = read_n03([path])
    assert reading.counts["repaired"] == 0
    assert reading.counts["uneven"] == 0
    assert reading.counts["unassigned"] == is_known.count(False)
    united = reading.table.geometry.to_numpy()
    assert shapely.area(united).sum() == pytest.approx(shapely.area(outlines[is_known]).sum(), rel=1e-12)
    assert shapely.coverage_is_valid(united)
    assert set(reading.table["prefecture_code"]) == {prefecture}
    assert reading.provenance.year == "2021"


def test_the_real_kanagawa_has_its_33_municipalities(official: Path):
    table = read_n03([official / "s0010_N03-21_14_210101.json"]).table.set_index("code")
    assert len(table) == 33
    assert table.loc[["14100", "14130", "14150", "14382"], "name_ja"].tolist() == [
        "横浜市",
        "川崎市",
        "相模原市",
        "箱根町",
    ]


def test_the_four_real_prefectures_read_together(official: Path):
    reading = read_n03(sorted(official.glob("*.json")))
    assert len(reading.table) == 62 + 33 + 27 + 35
    assert dict(reading.counts) == {
        "rows": 191,
        "repaired": 0,
        "unassigned": 1,
        "wards": 38,
        "dissolved": 33,
        "uneven": 0,
        "repeated": 0,
    }
