"""Communities in a small world: slivers join, names are told apart."""

import geopandas as gpd
import numpy as np
from shapely import box

from geo.communities import community_codes, community_table

PLANE = "EPSG:6677"


def test_slivers_join_the_longest_border_of_their_own_municipality() -> None:
    # Three 2 km meshes in a row; town A has a 20 m strip in the middle one, between its own west and town B.
    fragments = gpd.GeoDataFrame(
        {
            "mesh_code": ["53390000", "53390002", "53390002", "53390004"],
            "municipality_code": ["A", "A", "B", "B"],
            "area_km2": [4.0, 0.04, 3.96, 4.0],
        },
        geometry=[box(0, 0, 2000, 2000), box(2000, 0, 2020, 2000), box(2020, 0, 4000, 2000), box(4000, 0, 6000, 2000)],
        crs=PLANE,
    )
    assert community_codes(fragments).tolist() == ["533900005-A", "533900005-A", "533900025-B", "533900045-B"]


def test_an_islet_without_neighbour_stays() -> None:
    fragments = gpd.GeoDataFrame(
        {"mesh_code": ["53390000", "53390004"], "municipality_code": ["A", "A"], "area_km2": [0.01, 4.0]},
        geometry=[box(0, 0, 100, 100), box(4000, 0, 6000, 2000)],
        crs=PLANE,
    )
    assert len(set(community_codes(fragments).tolist())) == 2


def test_names_say_town_and_river_and_tell_twins_apart() -> None:
    fragments = gpd.GeoDataFrame(
        {
            "community_code": ["1-A", "2-A", "3-A"],
            "municipality_code": ["A", "A", "A"],
            "basin_code": ["B-1", "B-1", "lowland"],
            "area_km2": [1.0, 1.0, 1.0],
            "in_area": [True, True, True],
        },
        geometry=[box(0, 0, 1, 1), box(0, 5, 1, 6), box(9, 9, 10, 10)],
        crs=PLANE,
    )
    towns = gpd.GeoDataFrame(
        {"code": ["A"], "name_ja": ["小田原市"], "name_en": ["Odawara City"]}, geometry=[box(0, 0, 9, 9)]
    )
    basins = gpd.GeoDataFrame(
        {
            "code": ["B-1", "lowland"],
            "rivers": ["久野川;山王川", ""],
            "river_system_name": ["山王川", ""],
            "river_system_name_en": ["Sanno River", ""],
        },
        geometry=[box(0, 0, 1, 9), box(9, 9, 10, 10)],
    )
    table = community_table(fragments, towns, basins).set_index("code")
    assert table["name_ja"].tolist() == [
        "小田原市・久野川のあたり（南）",
        "小田原市・久野川のあたり（北）",
        "小田原市・川の流域に入らない低地",
    ]
    assert table.loc["2-A", "name_en"] == "Odawara City, Sanno River basin (north)"
    assert table["river_name"].tolist() == ["久野川", "久野川", ""]
    assert not np.any(table["name_ja"].duplicated())
