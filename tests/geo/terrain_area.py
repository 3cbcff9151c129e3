"""A hand-made area on file, a valley of 2 × 2 mesh cells whose water runs west into the sea, with its elevation."""

import geopandas as gpd
import numpy as np
import tomli_w

from geo.dataset import open_dataset
from geo.sources.dem import LAND, SEA, Dem
from tests.geo.dem_files import sheet_xml
from tests.layers.small_area import SOUTH, STEP_Y, WEST, small_area

COLUMNS, ROWS = 30, 20
KINDS = ("forest", "paddy", "farmland", "built", "grass")
# 3″: fifteen columns and ten rows of elevation a mesh cell.
STEP = 3 / 3600


def valley():
    """Elevations (20, 30): a trough along the middle that falls 2 m a cell to the west; the first column is sea."""
    rows, columns = np.indices((ROWS, COLUMNS))
    return 2.0 * columns + 10.0 * np.abs(rows - ROWS // 2)


def valley_dem():
    elevation = valley().astype(np.float32)
    surface = np.full((ROWS, COLUMNS), LAND, dtype=np.uint8)
    elevation[:, 0], surface[:, 0] = np.nan, SEA
    return Dem(elevation, surface, WEST, SOUTH + 2 * STEP_Y, STEP, STEP)


def valley_file(folder, name="FG-GML-5339-00-dem10b-20200101.xml"):
    """The valley as a file of the elevation model."""
    lines = [
        "海水面,-9999." if column == 0 else f"地表面,{value:.2f}"
        for row in valley()
        for column, value in enumerate(row)
    ]
    text = sheet_xml("\n".join(lines), rows=ROWS, columns=COLUMNS, south=SOUTH, west=WEST, step=STEP)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def area_on_file(data_dir, *, area="valley"):
    """Write the small area of the drawing tests as a dataset with climate; return it opened."""
    made = small_area()
    folder = data_dir / area
    folder.mkdir(parents=True)
    extra = {"precipitation_mm": 1730.0, "temperature_c": 15.0, "paddy_km2": 0.1, "grass_km2": 0.0}
    made.municipalities["name_ja"] = ["小田原市", "東町"]
    made.municipalities["name_en"] = ["Odawara City", "Higashi Town"]
    tables = {
        "cells": made.cells.assign(**extra),
        "municipalities": made.municipalities,
        "basins": made.basins,
        "communities": made.communities,
        "fragments": made.fragments.assign(**extra),
    }
    for name, table in tables.items():
        gpd.GeoDataFrame(table).to_parquet(folder / f"{name}.parquet", index=False)
    meta = {
        **made.meta,
        "area": area,
        "census_year": 2020,
        "ladder": ["community", "municipality", "basin", "prefecture"],
        "community_kind": {"ja": "目安", "en": "a stand-in"},
        "columns": {
            "extensive": [
                "area_km2",
                "population",
                "forest_km2",
                "paddy_km2",
                "farmland_km2",
                "built_km2",
                "grass_km2",
            ],
            "intensive": ["precipitation_mm", "temperature_c"],
        },
        "layers": [
            {
                **{name: value for name, value in vars(info).items() if not isinstance(value, tuple)},
                **{name: list(value) for name, value in vars(info).items() if isinstance(value, tuple)},
            }
            for info in made.layers
        ],
    }
    (folder / "dataset.toml").write_text(tomli_w.dumps(meta), encoding="utf-8")
    return open_dataset(area, data_dir=data_dir)
