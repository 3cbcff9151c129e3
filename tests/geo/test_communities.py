"""Communities in a small world: slivers join, names are told apart."""

import geopandas as gpd
import pandas as pd
from shapely import box

from geo.communities import community_codes, community_table
from geo.readings import Reading

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


READINGS = {
    "久野川": Reading("くのがわ", "Kuno River"),
    "芦ノ湖": Reading("あしのこ", "Lake Ashi"),
    "山王川": Reading("さんのうがわ", "Sanno River"),
}


def named(basin_codes: list[str]) -> pd.DataFrame:
    """Name communities 1-A, 2-A ... (squares from south to north), each in the given unit basin."""
    count = range(len(basin_codes))
    fragments = gpd.GeoDataFrame(
        {
            "community_code": [f"{row + 1}-A" for row in count],
            "municipality_code": "A",
            "basin_code": basin_codes,
            "area_km2": 1.0,
            "in_area": True,
        },
        geometry=[box(0, 5 * row, 1, 5 * row + 1) for row in count],
        crs=PLANE,
    )
    towns = gpd.GeoDataFrame(
        {"code": ["A"], "name_ja": ["小田原市"], "name_kana": ["おだわらし"], "name_en": ["Odawara City"]},
        geometry=[box(0, 0, 9, 9)],
    )
    basins = gpd.GeoDataFrame(
        {
            "code": ["kuno", "unread", "lake", "system", "nameless", "lowland"],
            "rivers": ["久野川;山王川", "坊所川", "芦ノ湖", "", "岩村水無川", ""],
            "river_system_name": ["山王川", "山王川", "早川", "山王川", "", ""],
            "river_system_name_en": ["Sanno River", "Sanno River", "Haya River", "Sanno River", "", ""],
        },
        geometry=[box(0, 0, 1, 9)] * 6,
    )
    return community_table(fragments, towns, basins, READINGS).set_index("code")


def test_names_say_town_and_river_and_tell_twins_apart() -> None:
    table = named(["kuno", "kuno", "lowland"])
    assert table["name_ja"].tolist() == [
        "小田原市・久野川のあたり（南）",
        "小田原市・久野川のあたり（北）",
        "小田原市・川の流域に入らない低地",
    ]
    assert table["name_en"].tolist() == [
        "Odawara City, around the Kuno River (south)",
        "Odawara City, around the Kuno River (north)",
        "Odawara City, lowland outside any basin",
    ]
    assert table["name_kana"].tolist() == ["おだわらし・くのがわ", "おだわらし・くのがわ", "おだわらし"]
    assert table["river_name"].tolist() == ["久野川", "久野川", ""]


def test_a_river_without_a_reading_is_named_by_its_system_in_english_and_by_its_town_in_kana() -> None:
    table = named(["unread", "nameless"])
    assert table["name_ja"].tolist() == ["小田原市・坊所川のあたり", "小田原市・岩村水無川のあたり"]
    assert table["name_en"].tolist() == ["Odawara City, Sanno River basin", "Odawara City, an unnamed basin"]
    assert table["name_kana"].tolist() == ["おだわらし", "おだわらし"]


def test_a_basin_that_lists_no_river_goes_by_its_system_and_a_lake_has_no_article() -> None:
    table = named(["system", "lake"])
    assert table["name_en"].tolist() == ["Odawara City, around the Sanno River", "Odawara City, around Lake Ashi"]
    assert table["name_kana"].tolist() == ["おだわらし・さんのうがわ", "おだわらし・あしのこ"]
