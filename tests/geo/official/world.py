"""A small world in four tiles, whose every figure can be worked out: two prefectures, three basins, a coast.

All outlines are rectangles along the mesh (cells of 30″ × 45″), given in cells from the south-west corner of primary
mesh 5339: tile edges run through column 40 and row 40, so the corner of all four tiles is in the middle.

    rows 44 ┌───────────────┬───────┐
            │ 14102         │ 22101 │   basin 83001-0001: columns 38–46, rows 40–44 (goes on into prefecture 22)
         40 ├───────┬───────┤       │   basin 83501-0002: columns 36–38, rows 36–38 ┐ a composite code,
            │ 14101 │ 14103 │       │   basin 83501-0003: columns 40–42, rows 36–38 ┘ two parts that do not touch
         36 └───────┴───────┴───────┘
          36       40      44      48 columns
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.official.grid import codes_of
from geo.official.inputs import OfficialInputs
from geo.sources.l03b_codes import CLASSES

ROW, COLUMN = 53 * 80, 39 * 80


def rectangle(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Cells of primary mesh 5339 -> degrees."""
    columns, rows = [COLUMN + west, COLUMN + east], [ROW + south, ROW + north]
    return shapely.box(columns[0] / 80 + 100, rows[0] / 120, columns[1] / 80 + 100, rows[1] / 120)


TOWNS = {
    "14101": (36, 36, 40, 40),
    "14102": (36, 40, 44, 44),
    "14103": (40, 36, 44, 40),
    "22101": (44, 36, 48, 44),
}
BASINS = {
    "83001-0001": (38, 40, 46, 44),
    "83501-0002": (36, 36, 38, 38),
    "83501-0003": (40, 36, 42, 38),
}


def towns(boxes: dict[str, tuple[float, float, float, float]]) -> gpd.GeoDataFrame:
    codes = sorted(boxes)
    columns = {
        "code": codes,
        "name_ja": [f"町{code}" for code in codes],
        "prefecture_code": [code[:2] for code in codes],
        "prefecture_ja": [f"県{code[:2]}" for code in codes],
    }
    return gpd.GeoDataFrame(columns, geometry=[rectangle(*boxes[code]) for code in codes], crs="EPSG:6668")


def basins(boxes: dict[str, tuple[float, float, float, float]]) -> gpd.GeoDataFrame:
    codes = sorted(boxes)
    columns = {"code": codes, "water_system_code": [code[:5] for code in codes], "kind": "basin"}
    return gpd.GeoDataFrame(columns, geometry=[rectangle(*boxes[code]) for code in codes], crs="EPSG:6668")


def cell(row: int, column: int) -> str:
    """Mesh code of a cell of primary mesh 5339."""
    return str(codes_of(np.array([ROW + row]), np.array([COLUMN + column]))[0])


def layer(key: str) -> dict[str, object]:
    texts = (
        "title_ja", "title_en", "file", "source", "year", "resolution", "licence", "attribution", "processing_ja",
        "processing_en",
    )  # fmt: skip
    return {"key": key, **dict.fromkeys(texts, key), "caveats_ja": [], "caveats_en": [], "sha256": "", "columns": []}


def inputs(**changes: object) -> OfficialInputs:
    """The world; every cell of the land has 100 persons in 2020, and land use 60 forest, 20 paddy, 20 sea."""
    cells = [cell(row, column) for row in range(36, 44) for column in range(36, 48)]
    landuse = pd.DataFrame({"mesh_code": cells} | dict.fromkeys(CLASSES, 0)).assign(forest=60, paddy=20, sea=20)
    everyone = towns(TOWNS).assign(name_kana="まち", name_en="Town")
    latitude = [lat for lat in (35.0, 36.0, 37.0) for _ in range(3)]
    longitude = [139.0, 140.0, 141.0] * 3
    climate = pd.DataFrame({"latitude": latitude, "longitude": longitude, "precipitation_mm": 1000.0})
    given: dict[str, object] = {
        "municipalities": towns(TOWNS),
        "japan": everyone,
        "basins": basins(BASINS),
        "landuse": landuse,
        "census": {2020: pd.DataFrame({"mesh_code": cells, "population": 100.0})},
        "climate": climate.assign(temperature_c=climate["latitude"] - 20),
        "layers": (layer("municipalities"), layer("landuse")),
        "counts": {"n03": {"repaired": 0}},
    }
    return OfficialInputs(**(given | changes))
