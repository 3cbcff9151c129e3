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
# Beyond what is kept of the neighbours a map that is higher or wider than the area shows this much more land.
_FAR_M = 100_000.0
_FAR_SHARE = 1.5
# It is seen from far off only.
_FAR_TOLERANCE_M = 300.0
# The two sources overlap by so much (about 3 km), so that no gap stands open where one ends.
_OVERLAP_DEGREES = 0.03


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


def land_beyond(dataset: Dataset, around: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the land that lies beyond what :func:`land_around` found: one shape, EPSG:6668, coarse (300 m).

    It reaches 100 km from the area, or one and a half times its longer side where that is more; empty without
    ``data/japan``. A narrow strip of ``around`` is in it too.
    """
    bounds = tuple(float(edge) for edge in dataset.municipalities.total_bounds)
    nearer = tuple(float(edge) for edge in around.total_bounds)
    try:
        overview = open_overview(dataset.folder.parent)
        return _beyond(overview.folder, overview.meta["tables"]["municipalities"], bounds, nearer)
    except (DatasetError, KeyError):
        return gpd.GeoSeries([shapely.Polygon()], crs=STORAGE_CRS)


@lru_cache(maxsize=8)
def _beyond(folder: Path, digest: str, bounds: tuple[float, ...], nearer: tuple[float, ...]) -> gpd.GeoSeries:
    """``digest`` as for :func:`_from_overview`."""
    towns = open_overview(folder.parent).municipalities
    own = gpd.GeoSeries([shapely.box(*bounds)], crs=STORAGE_CRS).to_crs(EQUAL_AREA)
    west, south, east, north = own.total_bounds
    reach_m = max(_FAR_M, _FAR_SHARE * max(east - west, north - south))
    far = own.buffer(reach_m, join_style="mitre").to_crs(STORAGE_CRS).total_bounds
    inner = shapely.box(*nearer).buffer(-_OVERLAP_DEGREES, join_style="mitre")
    shapes = np.asarray(towns.geometry.array)
    shapes = shapes[shapely.intersects(shapes, shapely.box(*far)) & ~shapely.covers(inner, shapes)]
    land = gpd.GeoSeries([shapely.coverage_union_all(shapes)], crs=STORAGE_CRS).to_crs(EQUAL_AREA)
    land = land.simplify(_FAR_TOLERANCE_M).make_valid().to_crs(STORAGE_CRS)
    return land.intersection(shapely.box(*far)).difference(inner)


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
