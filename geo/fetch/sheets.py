"""Which primary meshes a prefecture touches, and which prefectures lie next to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.dataset import DATA_DIR
from geo.errors import CrsError
from geo.fetch.addresses import ALL_PREFECTURES, Area
from geo.fetch.errors import FetchError
from geo.japan import JAPAN, open_overview

# The outlines at hand are simplified to segments of about 1 km: this much more, in degrees, is asked for around them.
MARGIN_DEG = 0.02


def read_municipalities(data_dir: Path = DATA_DIR) -> gpd.GeoDataFrame:
    """Return the outlines of all municipalities: those of ``data_dir/japan``, or the embedded ones where it has none.

    Raises
    ------
    DatasetError
        The overview cannot be used.
    """
    return open_overview(data_dir if (data_dir / JAPAN).is_dir() else DATA_DIR).municipalities


def area_of(
    municipalities: gpd.GeoDataFrame, prefectures: Sequence[str], *, nation: bool = False, neighbours: bool = False
) -> Area:
    """Return what an area of these prefectures (or the nation) needs.

    Parameters
    ----------
    municipalities
        ``code`` (5 digits) and outlines in a geographic CRS.
    prefectures
        Two-digit codes; not used with ``nation``.
    neighbours
        Whether the prefectures next to them are wanted too, for what crosses borders.

    Raises
    ------
    CrsError
        The outlines have no CRS, or not a geographic one.
    FetchError
        ``fetch_prefecture``: a code is not 01 to 47.
    """
    chosen = ALL_PREFECTURES if nation else tuple(sorted({_prefecture(code) for code in prefectures}))
    return Area(
        prefectures=chosen,
        sheets=primary_meshes(municipalities, chosen),
        neighbours=neighbouring(municipalities, chosen) if neighbours and not nation else (),
        nation=nation,
    )


def primary_meshes(municipalities: gpd.GeoDataFrame, prefectures: Sequence[str]) -> tuple[str, ...]:
    """Return the codes (4 digits, sorted) of the primary meshes within ``MARGIN_DEG`` of the prefectures' outlines.

    A primary mesh is 40′ of latitude by 1° of longitude (JIS X 0410).
    """
    outlines = _outlines(municipalities, prefectures)
    if not len(outlines):
        return ()
    west, south, east, north = shapely.total_bounds(outlines)
    rows = np.arange(math.floor((south - MARGIN_DEG) * 1.5), math.floor((north + MARGIN_DEG) * 1.5) + 1)
    columns = np.arange(math.floor(west - MARGIN_DEG), math.floor(east + MARGIN_DEG) + 1)
    row, column = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    boxes = shapely.box(column, row / 1.5, column + 1, (row + 1) / 1.5)
    touched = np.unique(shapely.STRtree(boxes).query(outlines, predicate="dwithin", distance=MARGIN_DEG)[1])
    return tuple(sorted(f"{row[i]:02d}{column[i] - 100:02d}" for i in touched))


def neighbouring(municipalities: gpd.GeoDataFrame, prefectures: Sequence[str]) -> tuple[str, ...]:
    """Return the other prefectures (2 digits, sorted) with land within ``MARGIN_DEG`` of these."""
    others = municipalities[~municipalities["code"].str[:2].isin(prefectures)]
    tree = shapely.STRtree(others.geometry.to_numpy())
    near = np.unique(tree.query(_outlines(municipalities, prefectures), predicate="dwithin", distance=MARGIN_DEG)[1])
    return tuple(sorted(set(others["code"].str[:2].to_numpy()[near])))


def _outlines(municipalities: gpd.GeoDataFrame, prefectures: Sequence[str]) -> np.ndarray:
    if municipalities.crs is None or not municipalities.crs.is_geographic:
        found = "none" if municipalities.crs is None else municipalities.crs.to_string()
        message = f"municipalities: expected outlines in a geographic CRS (EPSG:6668), found {found}"
        raise CrsError(message, file="municipalities", layer="", expected="EPSG:6668", found=found)
    chosen = municipalities[municipalities["code"].str[:2].isin(prefectures)]
    return np.asarray(shapely.get_parts(chosen.geometry.to_numpy()))


def _prefecture(code: str) -> str:
    padded = code.strip().zfill(2)
    if padded not in ALL_PREFECTURES:
        message = f"--prefecture {code}: expected a prefecture code from 01 to 47"
        raise FetchError(message, key="fetch_prefecture", found=code)
    return padded
