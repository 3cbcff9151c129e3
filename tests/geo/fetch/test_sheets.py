"""Which primary meshes an area touches, and its neighbours; on boxes worked out by hand and on Japan itself."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo.errors import CrsError
from geo.fetch import FetchError, area_of, read_municipalities
from geo.fetch.sheets import neighbouring, primary_meshes

# The primary mesh 5339: 35°20′ to 36°N, 139° to 140°E.
SOUTH, WEST = 53 / 1.5, 139.0


def world(*rows: tuple[str, float, float, float, float], crs: str | None = "EPSG:6668") -> gpd.GeoDataFrame:
    codes, boxes = zip(*((code, shapely.box(*box)) for code, *box in rows), strict=True)
    return gpd.GeoDataFrame({"code": list(codes)}, geometry=list(boxes), crs=crs)


def test_inside_one_sheet() -> None:
    towns = world(("14001", WEST + 0.4, SOUTH + 0.2, WEST + 0.5, SOUTH + 0.3))
    assert primary_meshes(towns, ["14"]) == ("5339",)


def test_near_a_corner_all_four_are_asked_for() -> None:
    towns = world(("14001", WEST + 0.01, SOUTH + 0.01, WEST + 0.5, SOUTH + 0.3))
    assert primary_meshes(towns, ["14"]) == ("5238", "5239", "5338", "5339")


def test_far_enough_from_the_edge_only_one() -> None:
    towns = world(("14001", WEST + 0.021, SOUTH + 0.021, WEST + 0.979, SOUTH + 0.645))
    assert primary_meshes(towns, ["14"]) == ("5339",)


def test_an_island_far_away_brings_its_own_sheet_and_nothing_between() -> None:
    towns = world(("13001", 139.4, 35.6, 139.5, 35.7), ("13421", 142.15, 27.1, 142.2, 27.2))
    assert primary_meshes(towns, ["13"]) == ("4042", "5339")


def test_other_prefectures_bring_none() -> None:
    towns = world(("13001", 139.4, 35.6, 139.5, 35.7), ("22001", 138.4, 34.8, 138.5, 34.9))
    assert primary_meshes(towns, ["13"]) == ("5339",)
    assert primary_meshes(towns, ["47"]) == ()


def test_neighbours_touch() -> None:
    towns = world(
        ("14001", 139.0, 35.4, 139.5, 35.5),
        ("13001", 139.5, 35.4, 139.6, 35.5),
        ("19001", 138.9, 35.4, 138.99, 35.5),
        ("12001", 139.7, 35.4, 139.8, 35.5),
    )
    assert neighbouring(towns, ["14"]) == ("13", "19")
    assert neighbouring(towns, ["13", "14", "19"]) == ()


@pytest.mark.parametrize("crs", [None, "EPSG:6677"])
def test_outlines_that_are_not_in_degrees(crs: str | None) -> None:
    with pytest.raises(CrsError):
        primary_meshes(world(("14001", 1.0, 1.0, 2.0, 2.0), crs=crs), ["14"])


def test_kanagawa() -> None:
    area = area_of(read_municipalities(), ["14"], neighbours=True)
    assert area.prefectures == ("14",)
    assert area.sheets == ("5238", "5239", "5338", "5339")
    assert area.neighbours == ("13", "19", "22")


def test_the_nation() -> None:
    area = area_of(read_municipalities(), [], nation=True, neighbours=True)
    assert len(area.prefectures) == 47
    assert area.neighbours == ()
    # 176 primary meshes hold land of Japan, some of it uninhabited or in the north.
    assert 150 < len(area.sheets) <= 176
    assert {"3036", "3622", "3653", "5339", "6840"} <= set(area.sheets)


@pytest.mark.parametrize(("code", "expected"), [("1", "01"), ("01", "01"), (" 47 ", "47")])
def test_a_prefecture_s_code(code: str, expected: str) -> None:
    assert area_of(world(("01001", 141.0, 43.0, 141.1, 43.1)), [code]).prefectures == (expected,)


@pytest.mark.parametrize("code", ["0", "48", "014", "神奈川", "", "-1"])
def test_what_is_no_prefecture_s_code(code: str) -> None:
    with pytest.raises(FetchError, match="01 to 47") as caught:
        area_of(world(("01001", 141.0, 43.0, 141.1, 43.1)), [code])
    assert caught.value.key == "fetch_prefecture"
