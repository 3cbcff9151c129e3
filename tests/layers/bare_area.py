"""An area as a build of few official products leaves it: two prefectures, no basins, nobody counted, no land use.

Only outlines, communities and climate are known: 4 × 2 mesh cells, the western half in prefecture
14, the eastern in 22.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import tomli_w
from shapely.geometry import box

from geo.dataset import Dataset, open_dataset

CRS = "EPSG:6668"
WEST, SOUTH = 139.0, 35 + 1 / 3
STEP_X, STEP_Y = 1 / 80, 1 / 120
UNKNOWN = (
    *("population", "population_mesh", "population_2010", "population_2015", "forest_km2", "paddy_km2"),
    *("farmland_km2", "built_km2", "grass_km2", "water_km2", "other_km2"),
    *("forest_km2_low", "forest_km2_high", "farmland_km2_low", "farmland_km2_high"),
)
MISSING = [
    {
        "key": "w12",
        "title_ja": "流域界・非集水域（W12）",
        "title_en": "River basins (W12)",
        "lacks_ja": "流域の段と、流域ごとの水の収支がありません。",
        "lacks_en": "no basin rung, and no water by basin",
    },
    {
        "key": "census_mesh",
        "title_ja": "国勢調査の地域メッシュ人口",
        "title_en": "Census mesh population",
        "lacks_ja": "人口がなく、必要な量が分かりません。",
        "lacks_en": "no population, so no demand is known",
    },
    {
        "key": "l03b",
        "title_ja": "土地利用細分メッシュ（L03-b）",
        "title_en": "Land use mesh (L03-b)",
        "lacks_ja": "森林・農地・建物用地の面積がありません。",
        "lacks_en": "no areas of forest, farmland or built-up land",
    },
]


def _square(column: float, row: float, columns: float = 1, rows: float = 1) -> object:
    west, south = WEST + column * STEP_X, SOUTH + row * STEP_Y
    return box(west, south, west + columns * STEP_X, south + rows * STEP_Y)


def write_bare_area(data_dir: Path, area: str = "bare") -> Dataset:
    """Write the area into ``data_dir`` and open it; every cell has 1 km² and 1500 mm of rain."""
    folder = data_dir / area
    folder.mkdir(parents=True)
    places = [(column, row) for row in range(2) for column in range(4)]
    meshes = [f"533900{row}{column}" for column, row in places]
    towns = ["14206", "14207", "22203", "22205"]
    own = [towns[column] for column, _ in places]
    squares = [_square(*place) for place in places]
    amounts = {"area_km2": 1.0, **dict.fromkeys(UNKNOWN, np.nan), "precipitation_mm": 1500.0, "temperature_c": 15.0}
    labels = {
        "mesh_code": meshes,
        "municipality_code": own,
        "basin_code": "",
        "river_system_code": "",
        "community_code": [f"c-{code}" for code in own],
        "prefecture_code": [code[:2] for code in own],
        "in_area": True,
    }
    columns = [_square(number, 0, 1, 2) for number in range(4)]
    names = ["小田原市", "茅ヶ崎市", "沼津市", "三島市"]
    english = ["Odawara City", "Chigasaki City", "Numazu City", "Mishima City"]
    tables = {
        "cells": gpd.GeoDataFrame({"mesh_code": meshes, **amounts}, geometry=squares, crs=CRS),
        "fragments": gpd.GeoDataFrame({**labels, **amounts, "has_mesh": False}, geometry=squares, crs=CRS),
        "municipalities": gpd.GeoDataFrame(
            {
                "code": towns,
                "name_ja": names,
                "name_kana": ["おだわらし", "ちがさきし", "ぬまづし", "みしまし"],
                "name_en": english,
                "prefecture_code": [code[:2] for code in towns],
            },
            geometry=columns,
            crs=CRS,
        ),
        "communities": gpd.GeoDataFrame(
            {
                "code": [f"c-{code}" for code in towns],
                "name_ja": [f"{name}のまん中" for name in names],
                "name_en": [f"Middle of {name}" for name in english],
                "municipality_code": towns,
            },
            geometry=columns,
            crs=CRS,
        ),
        "basins": gpd.GeoDataFrame(
            {
                **{
                    name: np.array([], dtype=object)
                    for name in ("code", "river_system_code", "river_system_name", "river_system_name_en", "rivers")
                },
                "is_cut": np.array([], dtype=bool),
                "is_estimated": np.array([], dtype=bool),
            },
            geometry=[],
            crs=CRS,
        ),
    }
    digests = {}
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
        digests[name] = hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest()
    (folder / "dataset.toml").write_text(tomli_w.dumps(_description(area, digests)), encoding="utf-8")
    return open_dataset(area, data_dir=data_dir)


def _description(area: str, digests: dict[str, str]) -> dict[str, object]:
    common = {
        "file": "",
        "resolution": "",
        "licence": "CC BY 4.0",
        "processing_ja": "そのまま",
        "processing_en": "as is",
    }
    common |= {"caveats_ja": [], "caveats_en": [], "sha256": "0" * 64}
    return {
        "area": area,
        "name_ja": "神奈川と静岡",
        "name_en": "Kanagawa and Shizuoka",
        "prefecture_code": "14",
        "prefecture_codes": ["14", "22"],
        "prefecture_name_ja": "神奈川県",
        "prefecture_name_en": "Kanagawa Prefecture",
        "plane_crs": "EPSG:6677",
        "ladder": ["community", "municipality", "prefecture"],
        "community_kind": {
            "ja": "約2 km四方・コミュニティの目安",
            "en": "about 2 km square, a stand-in for communities",
        },
        "columns": {"extensive": ["area_km2", *UNKNOWN], "intensive": ["precipitation_mm", "temperature_c"]},
        "layers": [
            {
                **common,
                "key": "municipalities",
                "title_ja": "行政区域",
                "title_en": "Municipal boundaries",
                "source": "国土数値情報 行政区域",
                "year": "2021",
                "attribution": "「国土数値情報（行政区域データ）（国土交通省）を加工して作成」",
                "columns": ["municipality_code"],
            },
            {
                **common,
                "key": "climate",
                "title_ja": "降水量・気温",
                "title_en": "Precipitation and temperature",
                "source": "ERA5",
                "year": "2000–2025",
                "attribution": "Contains modified Copernicus Climate Change Service information",
                "columns": ["precipitation_mm", "temperature_c"],
            },
        ],
        "missing": MISSING,
        "tables": digests,
    }
