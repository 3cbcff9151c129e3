"""W12: unit basins with their class and codes, those that several prefectures' files have as one."""

import pytest
import shapely

from geo.sources.w12 import read_w12
from tests.geo.sources.jpgis_making import curve, document, feature, surface
from tests.geo.sources.making import JGD2000, TOKYO, packed, shapefile

FIELDS = {"W12_001": 1, "W12_002": 5, "W12_003": 4}
STEM = "W12-52A-2K-14_WatershedBoundary"
WEST, EAST, COAST = (shapely.box(139 + n / 10, 35.0, 139.1 + n / 10, 35.1) for n in range(3))
ROWS = [("0", "83032", "0001"), ("0", "83030", "0002"), ("1", "83000", "")]
# Two triangles that cross in one point, 0.005 square degrees in all.
BOW_TIE = shapely.Polygon([(139.0, 35.0), (139.1, 35.1), (139.1, 35.0), (139.0, 35.1)])


def layer(rows=ROWS, outlines=(WEST, EAST, COAST), stem=STEM, prj=JGD2000):
    return shapefile(stem, outlines, FIELDS, rows, prj=prj)


@pytest.fixture
def zipped(tmp_path):
    def save(members, name="W12-52A-14-01.0a_GML.zip"):
        return packed(tmp_path / name, members)

    return save


def told(reading):
    return reading.table.drop(columns="geometry").to_numpy().tolist()


def differs_by(outline, wanted):
    """Area of which only one of two outlines holds, square degrees."""
    return outline.symmetric_difference(wanted).area


def test_basins_and_land_without_catchment_are_told_apart(zipped):
    reading = read_w12([zipped(layer())])
    assert list(reading.table.columns) == ["code", "water_system_code", "kind", "geometry"]
    assert told(reading) == [
        ["83000-0000", "83000", "lowland"],
        ["83030-0002", "83030", "basin"],
        ["83032-0001", "83032", "basin"],
    ]
    assert reading.table.crs == "EPSG:6668"
    for outline, wanted in zip(reading.table.geometry, (COAST, EAST, WEST), strict=True):
        assert outline.equals_exact(wanted, 1e-9, normalize=True)
    assert dict(reading.counts) == {
        "rows": 3,
        "repaired": 0,
        "dissolved": 0,
        "united": 0,
        "lowland": 1,
        "repeated": 0,
    }


def test_a_basin_that_two_prefectures_have_is_one(tmp_path):
    """Each file has the basin 83030-0002 as far as it knows it; the parts overlap by half."""
    ours = packed(tmp_path / "W12-52A-14-01.0a_GML.zip", layer(ROWS[:2], (WEST, EAST)))
    wider = shapely.box(139.15, 35.0, 139.25, 35.1)
    theirs = packed(
        tmp_path / "W12-52A-13-01.0a_GML.zip",
        layer([ROWS[1], ("0", "83031", "0001")], (wider, COAST.buffer(1)), "W12-52A-2K-13_WatershedBoundary"),
    )
    reading = read_w12([ours, theirs])
    assert [row[0] for row in told(reading)] == ["83030-0002", "83031-0001", "83032-0001"]
    assert reading.counts["united"] == 1
    assert differs_by(reading.table.geometry[0], shapely.box(139.1, 35.0, 139.25, 35.1)) < 1e-12
    assert read_w12([theirs, ours]).table.equals(reading.table)


def test_the_same_polygon_in_two_files_stays_as_it_is(tmp_path):
    one = packed(tmp_path / "W12-52A-14-01.0a_GML.zip", layer())
    two = packed(tmp_path / "W12-52A-13-01.0a_GML.zip", layer(stem="W12-52A-2K-13_WatershedBoundary"))
    reading = read_w12([one, two])
    assert reading.counts["united"] == 3
    assert reading.table.equals(read_w12([one]).table)


def test_parts_of_one_code_in_a_file_are_united(zipped):
    reading = read_w12([zipped(layer([ROWS[0], ROWS[0], ROWS[1]]))])
    assert reading.counts["dissolved"] == 1
    assert differs_by(reading.table.geometry[1], shapely.box(139.0, 35.0, 139.2, 35.1)) < 1e-12


def test_broken_rings_are_repaired_and_counted(zipped):
    reading = read_w12([zipped(layer(ROWS[:2], (BOW_TIE, EAST)))])
    assert reading.counts["repaired"] == 1
    assert reading.table.is_valid.all()
    assert shapely.area(reading.table.geometry.to_numpy()) == pytest.approx([0.01, 0.005], rel=1e-9)


def test_codes_that_lost_their_zeros_are_filled_up(zipped):
    assert told(read_w12([zipped(layer([("0", "83030", "7")], (WEST,)))]))[0][0] == "83030-0007"


@pytest.mark.parametrize(
    ("row", "match"),
    [
        (("2", "83030", "0001"), r"row 2.*W12_001 0 \(basin\) or 1.*found '2'"),
        (("", "83030", "0001"), "W12_001.*found ''"),
        (("0", "14030", "0001"), "W12_002 five digits that begin with 81 to 90; found '14030'"),
        (("0", "8303", "0001"), "W12_002.*found '8303'"),
        (("0", "83030", ""), "W12_003 the four digits of a unit basin; found ''"),
        (("0", "83030", "00A1"), "W12_003.*found '00A1'"),
    ],
)
def test_a_code_that_is_not_of_the_lists_is_refused(zipped, refused, row, match):
    refused(read_w12, [zipped(layer([ROWS[0], row], (WEST, EAST)))], match=match)


def test_the_old_edition_without_a_datum_is_refused_until_it_is_declared(zipped, refused):
    path = zipped(layer(stem="W12-52A-14_WatershedBoundary", prj=None), "W12-52A-14-01.1_GML.zip")
    refused(read_w12, [path], match=r"the edition 01\.0a.*Tokyo's datum, 400 m off")
    assert len(read_w12([path], declared_crs="EPSG:4612").table) == 3


def test_the_edition_named_2k_is_jgd2000_without_a_prj(zipped):
    assert len(read_w12([zipped(layer(prj=None))]).table) == 3


@pytest.mark.parametrize("stem", [STEM, "W12-52A-14_WatershedBoundary"])
def test_tokyos_datum_is_refused_whatever_the_name_says(zipped, refused, stem):
    refused(read_w12, [zipped(layer(stem=stem, prj=TOKYO))], match="found Tokyo")
    refused(read_w12, [zipped(layer(stem=stem, prj=TOKYO))], declared_crs="EPSG:4612", match="found Tokyo")


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({"readme.txt": b""}, "_WatershedBoundary; found readme.txt"),
        (shapefile(STEM, (WEST,), {"W12_001": 1, "W12_002": 5}, [("0", "83030")]), "a field W12_003"),
        (shapefile("W05-08_14-g_Stream", (WEST,), FIELDS, ROWS[:1]), "_WatershedBoundary"),
    ],
)
def test_another_product_is_refused(zipped, refused, members, match):
    refused(read_w12, [zipped(members)], match=match)


def ring(outline):
    return list(outline.exterior.coords)


def gml(tags, *, srs="JGD2000 / (B, L)", rows=ROWS, outlines=(WEST, EAST, COAST)):
    parts = [
        curve(f"c{n}", ring(outline))
        + surface(f"s{n}", [f"c{n}"])
        + feature("WatershedBoundary", dict(zip(tags, row, strict=True)), f"#s{n}")
        for n, (row, outline) in enumerate(zip(rows, outlines, strict=True))
    ]
    return document(*parts, srs=srs)


def test_a_document_says_the_same_as_the_shapefile(zipped):
    reading = read_w12([zipped({"W12-52A-14.xml": gml(FIELDS), "KS-META-W12-52A-14.xml": b"<meta/>"})])
    assert reading.table.equals(read_w12([zipped(layer())]).table.assign(geometry=reading.table.geometry))
    assert shapely.equals_exact(
        reading.table.geometry.to_numpy(), read_w12([zipped(layer())]).table.geometry.to_numpy(), 1e-9, normalize=True
    ).all()


def test_a_documents_fields_are_known_by_what_they_hold(zipped, refused):
    """The names of the elements are not published; the three codes cannot be taken for one another."""
    rows = [*ROWS[:2], ("1", "83000", "0003")]
    path = zipped({"W12-52A-14.xml": gml(("kubun", "suikei", "ryuiki"), rows=rows)})
    assert [row[0] for row in told(read_w12([path]))] == ["83000-0003", "83030-0002", "83032-0001"]
    twice = [(*row, row[1]) for row in rows]
    path = zipped({"W12-52A-14.xml": gml(("kubun", "suikei", "ryuiki", "suikei2"), rows=twice)})
    refused(read_w12, [path], match="W12_002.*found kubun, suikei, ryuiki, suikei2")


@pytest.mark.parametrize(("srs", "match"), [("TD / (B, L)", "Tokyo"), ("", "a CRS")])
def test_a_document_on_tokyos_datum_or_none_is_refused(zipped, refused, srs, match):
    refused(read_w12, [zipped({"W12-52A-14.xml": gml(FIELDS, srs=srs)})], match=match)
