"""W07: names by 100 m cell, what is unknown empty, Tokyo's mesh refused."""

import pytest
import shapely

from geo.sources.w07 import read_w07
from tests.geo.sources.making import JGD2000, TOKYO, packed, shapefile

WIDTHS = {"W07_001": 10, "W07_002": 10, "W07_003": 12, "W07_004": 40, "W07_005": 40, "W07_006": 10}
STEM = "W07-09_5339-jgd_ValleyMesh"
SQUARE = shapely.box(139.0, 35.0, 139.1, 35.1)
ROWS = [
    ("5339001201", "830307", "8303070001", "相模川", "道志川", "0012"),
    ("5339001200", "unknown", "unkown", "名称不明", "unknown", "unknown"),
    ("5339001210", "830307", "", "相模川", "", ""),
]


def layer(rows=ROWS, stem=STEM, prj=JGD2000, widths=WIDTHS, **options):
    return shapefile(stem, [SQUARE] * len(rows), widths, rows, prj=prj, **options)


@pytest.fixture
def zipped(tmp_path):
    def save(members, name="W07-09_5339-jgd_GML.zip"):
        return packed(tmp_path / name, members)

    return save


def test_every_cell_has_its_names_and_the_unknown_is_empty(zipped):
    reading = read_w07([zipped(layer())])
    table = reading.table
    assert list(table.columns) == [
        "mesh10",
        "mesh_code",
        "water_system_code",
        "river_code",
        "water_system_name",
        "river_name",
        "unit_basin_code",
    ]
    assert table.to_numpy().tolist() == [
        ["5339001200", "53390012", "", "", "", "", ""],
        ["5339001201", "53390012", "830307", "8303070001", "相模川", "道志川", "0012"],
        ["5339001210", "53390012", "830307", "", "相模川", "", ""],
    ]
    assert dict(reading.counts) == {"rows": 3, "unknown": 1, "dissolved": 0, "conflicting": 0, "repeated": 0}
    assert reading.provenance.year == "2009"


def test_tiles_of_different_widths_are_put_together_in_order(tmp_path):
    narrow = {name: max(width // 2, 10) for name, width in WIDTHS.items()}
    one = packed(tmp_path / "W07-09_5339-jgd_GML.zip", layer(ROWS[:1]))
    rows = [("5239771201", "850307", "8503070001", "狩野川", "", "0001")]
    two = packed(tmp_path / "W07-09_5239-jgd_GML.zip", layer(rows, "W07-09_5239-jgd_ValleyMesh", widths=narrow))
    reading = read_w07([one, two])
    assert reading.table["mesh10"].tolist() == ["5239771201", "5339001201"]
    assert read_w07([two, one, two]).table.equals(reading.table)
    assert read_w07([two, one, two]).counts["repeated"] == 1


def test_rows_that_repeat_and_rows_that_disagree_are_counted(zipped):
    other = (ROWS[0][0], "830308", "", "境川", "", "")
    reading = read_w07([zipped(layer([ROWS[0], ROWS[0], other]))])
    assert reading.table["water_system_name"].tolist() == ["相模川"]
    assert (reading.counts["dissolved"], reading.counts["conflicting"]) == (1, 1)


def test_the_table_alone_is_enough(tmp_path):
    parts = layer()
    for suffix in (".dbf", ".prj"):
        (tmp_path / f"{STEM}{suffix}").write_bytes(parts[STEM + suffix])
    assert len(read_w07([tmp_path / f"{STEM}.dbf"]).table) == 3


@pytest.mark.parametrize(
    ("members", "match"),
    [
        (layer(prj=TOKYO), "the mesh of JGD2000 or JGD2011; found Tokyo"),
        (layer(prj=b"nonsense"), r"found a \.prj that is none"),
        (layer(stem="W07-09_5339_ValleyMesh", prj=None), "does not say -jgd"),
        (layer(stem="W07-09_5339-tky_ValleyMesh", prj=None), "does not say -jgd"),
        (layer([("533900120", *ROWS[0][1:])]), r"row 1.*a 100 m mesh code \(ten digits\); found '533900120'"),
        (layer([ROWS[0], ("5339801201", *ROWS[0][1:])]), "row 2.*found '5339801201'"),
        (layer([("9939001201", *ROWS[0][1:])]), "found '9939001201'"),
        (shapefile(STEM, [SQUARE], {"W07_001": 10}, [("5339001201",)]), "a field W07_002"),
        ({"readme.txt": b""}, "_ValleyMesh.shp; found readme.txt"),
    ],
)
def test_another_mesh_or_product_is_refused(zipped, refused, members, match):
    refused(read_w07, [zipped(members)], match=match)


def test_without_a_prj_the_name_tells_the_datum(zipped):
    assert len(read_w07([zipped(layer(prj=None))]).table) == 3
