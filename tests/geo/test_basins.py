"""Unit basins in small worlds: coverage, river systems, slivers."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from geo import basins

PLANE = "EPSG:6677"


def world(*rows: tuple[str, str, str, str, shapely.Polygon]) -> gpd.GeoDataFrame:
    """Rows of (unit code, system code, estimated name, rivers, outline in m)."""
    columns = ["code", "water_system_code", "river_system_estimated", "rivers", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, crs=PLANE)


def test_cleaning_closes_a_gap_and_removes_an_overlap() -> None:
    left, right, below = box(0, 0, 1000, 1000), box(1030, 0, 2000, 1000), box(0, -1000, 2000, 20)
    cleaned = basins.clean_coverage(np.array([left, right, below]))
    assert shapely.coverage_is_valid(cleaned)
    assert shapely.area(cleaned).sum() == pytest.approx(shapely.area(shapely.union_all(cleaned)))
    assert len(shapely.get_parts(shapely.union_all(cleaned))) == 1


def test_area_change_is_told_against_the_published_area() -> None:
    table = gpd.GeoDataFrame({"code": ["a"], "area_km2": [1.0]}, geometry=[box(0, 0, 1000, 1030)], crs=PLANE)
    change = basins.area_changes(table)[0]
    assert (change.code, change.relative) == ("a", pytest.approx(0.03))


def test_borders_are_lines_not_corners() -> None:
    squares = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), box(1, 1, 2, 2)])
    pairs = basins.shared_borders(squares)
    assert sorted(zip(pairs["left"], pairs["right"], pairs["length_m"], strict=True)) == [
        (0, 1, 1.0), (1, 0, 1.0), (1, 2, 1.0), (2, 1, 1.0),
    ]  # fmt: skip


def test_a_code_with_a_name_is_one_system_whatever_its_polygons_are_called() -> None:
    table = world(
        ("A-1", "A", "", "", box(0, 0, 1, 1)),
        ("A-2", "A", "別の川", "", box(5, 0, 6, 1)),
    )
    found = basins.river_systems(table, composite=[], names={"A": "大川"})
    assert found["river_system_code"].tolist() == ["A", "A"]
    assert found["river_system_name"].tolist() == ["大川", "大川"]
    assert found["doubt_en"].tolist() == ["", "estimated otherwise than 大川"]


def test_composites_split_into_connected_groups_of_one_name() -> None:
    table = world(
        ("C-1", "C", "森戸川", "森戸川", box(0, 0, 1, 1)),
        ("C-2", "C", "森戸川", "森戸川", box(1, 0, 2, 1)),
        ("C-3", "C", "森戸川", "森戸川", box(9, 0, 10, 1)),  # same name elsewhere: another river
        ("C-4", "C", "", "", box(2, 0, 3, 1)),  # touches, shares no river: stays unnamed
        ("C-5", "C", "", "", box(3, 0, 4, 1)),  # touches the unnamed one: one unnamed system
        ("C-6", "C", "", "", box(20, 0, 21, 1)),  # unnamed apart: a system of its own
    )
    found = basins.river_systems(table, composite=["C"], names={})
    assert found["river_system_code"].tolist() == ["C-01", "C-01", "C-02", "C-03", "C-03", "C-04"]
    assert found["river_system_name"].tolist() == ["森戸川", "森戸川", "森戸川", "", "", ""]


def test_an_unnamed_polygon_takes_the_name_of_a_neighbour_it_shares_a_river_with() -> None:
    table = world(
        ("C-1", "C", "千歳川", "千歳川;藤木川", box(0, 0, 1, 1)),
        ("C-2", "C", "", "竹の沢;藤木川", box(1, 0, 2, 1)),
    )
    found = basins.river_systems(table, composite=["C"], names={})
    assert found["river_system_code"].nunique() == 1
    assert found["river_system_name"].tolist() == ["千歳川", "千歳川"]
    assert "千歳川" in found["doubt_ja"].iloc[1]


def test_an_estimate_that_names_a_system_of_another_code_is_listed_and_corrected() -> None:
    table = world(
        ("S-1", "S", "相模川", "相模川", box(-1, 0, 0, 1)),
        ("C-1", "C", "相模川", "渋田川", box(0, 0, 1, 1)),
        ("C-2", "C", "金目川", "渋田川", box(1, 0, 2, 1)),
    )
    found = basins.river_systems(table, composite=["C"], names={"S": "相模川"})
    assert found["river_system_name"].tolist() == ["相模川", "金目川", "金目川"]
    assert found["river_system_code"].tolist() == ["S", "C-01", "C-01"]
    assert found["doubt_en"].iloc[1] == "estimated as 相模川, which is code S; taken as the adjacent 金目川"


def test_an_open_edge_is_one_without_neighbour_away_from_home_and_coast() -> None:
    # A 4 km square: home covers its east half; west edge (4 km) and the west halves of two edges (2 km each) are
    # away. To the south lies another basin, to the north the sea.
    table = world(("A-1", "A", "", "", box(0, 0, 4000, 4000)), ("B-1", "B", "", "", box(0, -4000, 4000, 0)))
    table = table.assign(river_system_code=["A", "B"])
    home, coast = box(2000, -4000, 4000, 4000), shapely.LineString([(-9000, 4000), (9000, 4000)])
    edges = basins.open_edges_km(table, home, coast)
    assert edges["A"] == pytest.approx(4 - 0.5 - 0.05, abs=0.01)  # less the coast's 500 m and the neighbour's 50 m


def test_a_thin_inland_strip_joins_its_basin_and_the_coast_stays_lowland() -> None:
    basin = box(0, 0, 1000, 1000)
    land = box(-50, 0, 2000, 1000)  # a 50 m strip on the inland side, 1000 m of lowland on the other
    coast = shapely.LineString([(2000, 0), (2000, 1000)])
    grown = basins.absorb_slivers(np.array([basin]), land, coast)
    assert shapely.area(grown)[0] == pytest.approx(1050 * 1000)
    at_sea = shapely.LineString([(-50, 0), (-50, 1000)])
    assert shapely.area(basins.absorb_slivers(np.array([basin]), land, at_sea))[0] == pytest.approx(1e6)
