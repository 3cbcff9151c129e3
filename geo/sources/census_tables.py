"""The mesh tables of the census that are known: which year, which cell size, and where they come from."""

from __future__ import annotations

from typing import NamedTuple

from geo.sources.product_names import CENSUS_TABLES
from geo.sources.reading import Provenance

LEVEL_OF_DIGITS = {8: 1000, 9: 500, 10: 250}
# In tblT001141H5339.txt.
LEVEL_OF_LETTER = {"S": 1000, "H": 500, "Q": 250}


class Table(NamedTuple):
    """A table of the mesh statistics: census year and cell size in metres."""

    year: int
    level: int


# By e-Stat's table id, without its T; the last one is a table by prefecture that says people only.
TABLES = {name: Table(year, level) for name, (year, level, _) in CENSUS_TABLES.items()} | {"001171": Table(2020, 1000)}
_FIRST_NATIONAL_250_M = 2015
_NAMES = {1000: "1 km", 500: "500 m", 250: "250 m"}


def provenance(table_id: str, year: int, level: int, is_by_prefecture: bool) -> Provenance:
    """Return where a table's figures come from, and what to keep in mind about them."""
    caveats_ja = ["人口の少ない区画の内訳は秘匿され、近くの区画に合算されている。"]
    caveats_en = ["Details of cells with few people are hidden and counted in a cell nearby."]
    if is_by_prefecture:
        caveats_ja.append("都道府県別の表では、県境の区画は、読み込んだ県の分だけを含む。")
        caveats_en.append("In tables by prefecture a border cell holds the people of the prefectures read only.")
    if level == min(_NAMES) and year < _FIRST_NATIONAL_250_M:
        caveats_ja.append("この年の250 mの表は、都市を含む一部の地域だけにある。")
        caveats_en.append("The 250 m table of this year covers parts of the country only, those with large cities.")
    return Provenance(
        key="census_mesh",
        title_ja=f"国勢調査の人口（{_NAMES[level]}メッシュ）",
        title_en=f"Census population ({_NAMES[level]} mesh)",
        source=f"{year}年国勢調査 地域メッシュ統計（総務省統計局, e-Stat 統計表 T{table_id}）",
        year=str(year),
        resolution=_NAMES[level],
        licence="政府統計の総合窓口（e-Stat）利用規約（CC BY 4.0 互換）",
        attribution="「政府統計の総合窓口（e-Stat）」のデータを加工して作成",
        url="https://www.e-stat.go.jp/gis/statmap-search",
        processing_ja="人口総数と世帯総数を読み込み、県をまたぐ区画は各県の分を足した。",
        processing_en="People and households in total were read; parts of a cell in several prefectures were summed.",
        caveats_ja=tuple(caveats_ja),
        caveats_en=tuple(caveats_en),
    )
