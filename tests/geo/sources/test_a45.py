"""National forest stands (A45): figures in their units, repeats united, unknown marks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.sources.a45 import read_a45
from geo.sources.reading import SourceError
from tests.geo.sources.making import packed, shapefile

FIELDS = {
    f"A45_{number:03d}": width
    for number, width in ((1, 20), (8, 12), (12, 10), (14, 30), (15, 10), (16, 4), (17, 4), (18, 10), (27, 10))
}
STAND = shapely.box(139.0, 35.4, 139.002, 35.402)
NEXT = shapely.box(139.002, 35.4, 139.004, 35.402)
HA = abs(Geod(ellps="GRS80").geometry_area_perimeter(STAND)[0]) / 10_000


def row(stand: str = "1", stock: str = "3500", age: str = "60", latest: str = "63", area: str = "") -> tuple[str, ...]:
    return (stand, "関東", stock, "神奈川県箱根町", "スギ", age, latest, "ヒノキ", area or f"{HA:.4f}")


def stands(folder: Path, rows: Sequence[Sequence[str]], outlines: Sequence[shapely.Geometry] = (STAND, NEXT)) -> Path:
    parts = shapefile("A45-19_14", outlines[: len(rows)], FIELDS, rows)
    return packed(folder / "A45-19_14_GML.zip", parts)


def refusal(*paths: Path) -> dict[str, object]:
    with pytest.raises(SourceError) as caught:
        read_a45(paths)
    return caught.value.params


def test_a_stand(tmp_path):
    reading = read_a45([stands(tmp_path, [row()])])
    assert list(reading.table.columns) == [
        "stand_id", "prefecture_code", "municipality_ja", "area_ha", "stock_m3", "species", "age_years", "geometry",
    ]  # fmt: skip
    one = reading.table.iloc[0]
    assert (one.stand_id, one.prefecture_code, one.municipality_ja, one.species) == (
        "1", "14", "神奈川県箱根町", "スギ",
    )  # fmt: skip
    assert one.area_ha == pytest.approx(HA, abs=1e-3)
    assert (one.stock_m3, one.age_years) == (3500, 63)
    assert reading.table.crs == "EPSG:6668"
    assert reading.provenance.year == "2018"
    assert reading.provenance.licence == "CC BY 4.0"


def test_unknown_figures_are_nan_and_counted(tmp_path):
    rows = [row("1", stock="", age="40", latest=""), row("2", stock="99999999", age="999", latest="")]
    reading = read_a45([stands(tmp_path, rows)])
    assert reading.table["stock_m3"].isna().all()
    assert reading.counts["unknown_stock"] == 2
    np.testing.assert_array_equal(reading.table["age_years"], [40, np.nan])


def test_a_stand_that_repeats_its_figures_counts_once(tmp_path):
    reading = read_a45([stands(tmp_path, [row("1", area="7.3"), row("1", area="7.3")])])
    assert reading.table["stock_m3"].tolist() == [3500]
    assert reading.counts["dissolved"] == 1
    assert reading.table.geometry.iloc[0].equals(shapely.box(139.0, 35.4, 139.004, 35.402))


def test_parts_with_figures_of_their_own_both_count(tmp_path):
    reading = read_a45([stands(tmp_path, [row("1", stock="3500"), row("1", stock="10")])])
    assert reading.table["stock_m3"].tolist() == [3500, 10]
    assert reading.counts["dissolved"] == 0


def test_a_stand_in_two_prefectures_files_counts_once(tmp_path):
    here = stands(tmp_path, [row("1")])
    there = packed(tmp_path / "A45-19_22_GML.zip", shapefile("A45-19_22", [STAND, NEXT], FIELDS, [row("1"), row("9")]))
    table = read_a45([there, here]).table
    assert table["stand_id"].tolist() == ["1", "9"]
    assert table["prefecture_code"].tolist() == ["14", "22"]


def test_repeated_rows_with_unknown_figures_are_united_too(tmp_path):
    reading = read_a45([stands(tmp_path, [row("1", stock="", latest="", age="")] * 2)])
    assert reading.counts["dissolved"] == 1
    assert len(reading.table) == 1
    assert pd.isna(reading.table["stock_m3"].iloc[0])


@pytest.mark.parametrize(
    ("rows", "field"),
    [([row(), row("2", stock="-5")], "A45_012"), ([row(), row("2", age="old", latest="old")], "A45_017"),
     ([row(), row("2", area="x")], "A45_027")],
)  # fmt: skip
def test_what_is_no_figure_is_refused_with_its_row(tmp_path, rows, field):
    found = refusal(stands(tmp_path, rows))
    assert found["row"] == "2"
    assert field in found["expected"]


def test_areas_in_another_unit_are_refused(tmp_path):
    found = refusal(stands(tmp_path, [row(area=f"{HA * 10_000:.0f}")]))
    assert "ha" in found["expected"]
    assert refusal(stands(tmp_path, [row(area=f"{HA / 100:.5f}")]))["expected"] == found["expected"]


def test_a_stand_without_an_id_and_a_missing_field_are_refused(tmp_path):
    assert refusal(stands(tmp_path, [row(""), row("2")]))["row"] == "1"
    parts = shapefile("A45-19_14", [STAND], {"A45_001": 4}, [("1",)])
    assert "A45_014" in refusal(packed(tmp_path / "A45-19_14_GML.zip", parts))["expected"]
    assert refusal(packed(tmp_path / "A45-19_14_GML.zip", {}))["found"] == "none"
