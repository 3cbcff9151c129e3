"""The land around an area: what its build kept of its neighbours, else what the overview of Japan has."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.dataset import STORAGE_CRS, Dataset
from geo.errors import DatasetError
from geo.japan import EQUAL_AREA, open_overview

_FILE = "surroundings.parquet"
_WITHIN_M = 40_000.0


def land_around(dataset: Dataset) -> gpd.GeoDataFrame | None:
    """Return the neighbouring prefectures' land within about 40 km, EPSG:6668; None where nothing is known of it.

    From ``surroundings.parquet`` where the area has one, else from ``data/japan`` beside it. The two have outlines of
    different exactness: it is a backdrop, not to be measured.
    """
    path = dataset.folder / _FILE
    if path.is_file():
        return gpd.read_parquet(path).to_crs(STORAGE_CRS)
    bounds = tuple(float(edge) for edge in dataset.municipalities.total_bounds)
    try:
        overview = open_overview(dataset.folder.parent)
        return _from_overview(
            overview.folder, overview.meta["tables"]["municipalities"], dataset.prefecture_codes, bounds
        )
    except (DatasetError, KeyError):
        return None


@lru_cache(maxsize=8)
def _from_overview(
    folder: Path, digest: str, own: tuple[str, ...], bounds: tuple[float, ...]
) -> gpd.GeoDataFrame | None:
    """``digest`` names the overview's content, so that one built anew is read again."""
    towns = open_overview(folder.parent).municipalities
    frame = gpd.GeoSeries([shapely.box(*bounds)], crs=STORAGE_CRS).to_crs(EQUAL_AREA)
    near = frame.buffer(_WITHIN_M, join_style="mitre").to_crs(STORAGE_CRS).iloc[0]
    others = towns[~towns["prefecture_code"].isin(own) & towns.intersects(near)]
    if others.empty:
        return None
    cut = shapely.intersection(np.asarray(others.geometry.array), shapely.box(*near.bounds))
    return others.assign(geometry=cut).dissolve("prefecture_code").reset_index()[["prefecture_code", "geometry"]]
