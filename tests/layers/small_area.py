"""A hand-made area of two towns, a basin and lowland on 2 × 2 mesh cells, to test what is drawn or exported.

The towns split the square into west and east, basin and lowland into north and south.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from geo.dataset import Dataset
from geo.layer_info import LayerInfo

CRS = "EPSG:6668"
WEST, SOUTH = 139.0, 35 + 1 / 3
STEP_X, STEP_Y = 1 / 80, 1 / 120
MESHES = ("53390000", "53390001", "53390010", "53390011")


def layer_info(key: str, **changes: object) -> LayerInfo:
    fields: dict[str, object] = {
        "key": key,
        "title_ja": f"{key}の資料",
        "title_en": f"{key} data",
        "file": "mesh.csv",
        "source": f"{key} office",
        "year": "2020",
        "resolution": "1 km",
        "licence": "CC BY 4.0",
        "attribution": f"「{key}」を加工して作成",
        "processing_ja": "そのまま使用",
        "processing_en": "used as it is",
        "caveats_ja": ("粗い",),
        "caveats_en": ("coarse",),
        "sha256": "0" * 64,
        "columns": ("population",),
    }
    return LayerInfo(**{**fields, **changes})  # type: ignore[arg-type]


def _square(column: float, row: float, columns: float = 1, rows: float = 1) -> object:
    west, south = WEST + column * STEP_X, SOUTH + row * STEP_Y
    return box(west, south, west + columns * STEP_X, south + rows * STEP_Y)


def small_area() -> Dataset:
    """Return the area: every cell has 1 km² and 100, 200, 300, 400 people."""
    places = [(0, 0), (1, 0), (0, 1), (1, 1)]
    squares = [_square(x, y) for x, y in places]
    amounts = pd.DataFrame(
        {
            "area_km2": 1.0,
            "population": [100.0, 200.0, 300.0, 400.0],
            "forest_km2": [0.0, 0.2, 0.6, 1.0],
            "farmland_km2": [0.4, 0.0, 0.0, np.nan],
            "built_km2": [0.6, 0.8, 0.4, 0.0],
        }
    )
    cells = gpd.GeoDataFrame(amounts.assign(mesh_code=MESHES), geometry=squares, crs=CRS)
    towns = gpd.GeoDataFrame(
        {
            "code": ["14206", "14999"],
            "name_ja": ["小田原市", "<b>危険</b>町"],
            "name_kana": ["おだわらし", "きけんまち"],
            "name_en": ["Odawara", "<script>alert(1)</script>"],
            "prefecture_code": "14",
        },
        geometry=[_square(0, 0, 1, 2), _square(1, 0, 1, 2)],
        crs=CRS,
    )
    basins = gpd.GeoDataFrame(
        {
            "code": ["83268-0001", "lowland"],
            "river_system_code": ["83268", "lowland"],
            "river_system_name": ["酒匂川", ""],
            "river_system_name_en": ["Sakawa", ""],
            "rivers": ["酒匂川", ""],
            "is_cut": [True, False],
            "is_estimated": [False, False],
            "reaches_area": [True, True],
        },
        geometry=[_square(0, 1, 2, 1), _square(0, 0, 2, 1)],
        crs=CRS,
    )
    communities = gpd.GeoDataFrame(
        {
            "code": ["a", "b"],
            "name_ja": ["小田原市・久野川のあたり", "町"],
            "name_kana": ["おだわらし・くのがわ", "きけんまち"],
            "name_en": ["Around Kuno", "Town"],
            "municipality_code": ["14206", "14999"],
            "river_name": ["久野川", ""],
        },
        geometry=[_square(0, 0, 1, 2), _square(1, 0, 1, 2)],
        crs=CRS,
    )
    fragments = gpd.GeoDataFrame(
        amounts.assign(
            mesh_code=MESHES,
            municipality_code=["14206", "14999", "14206", "14999"],
            basin_code=["lowland", "lowland", "83268-0001", "83268-0001"],
            river_system_code=["lowland", "lowland", "83268", "83268"],
            community_code=["a", "b", "a", "b"],
            prefecture_code="14",
            in_area=True,
        ),
        geometry=squares,
        crs=CRS,
    )
    meta = {
        "name_ja": "小さな県",
        "name_en": "Small prefecture",
        "prefecture_name_ja": "小さな県",
        "prefecture_name_en": "Small prefecture",
        "prefecture_code": "14",
        "plane_crs": "EPSG:6677",
        "columns": {"extensive": list(amounts.columns), "intensive": []},
    }
    keys = ("population", "landcover", "landuse", "basins", "municipalities", "climate", "census")
    dataset = Dataset(area="small", folder=Path("small"), meta=meta, layers=tuple(layer_info(key) for key in keys))
    dataset.__dict__.update(
        cells=cells, municipalities=towns, basins=basins, communities=communities, fragments=fragments
    )
    # No folder holds it, so its fingerprint is made up.
    dataset.__dict__["_description_digest"] = "0123456789ab" + 52 * "c"
    return dataset
