"""Fragments -> the other tables of an area: every amount is a sum of fragments."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.dataset import LOWLAND, STORAGE_CRS
from geo.fragments import polygon_parts
from geo.mesh import cell_polygons

INTENSIVE = ("precipitation_mm", "temperature_c")
_SURROUNDINGS_M = 40_000.0
# 1e-9 degrees is 0.1 mm: finer digits would only carry the platform's rounding.
_STORAGE_GRID_DEGREES = 1e-9


def extensive(fragments: pd.DataFrame) -> list[str]:
    """Return the columns that are amounts (they add up over places), in the table's order."""
    skipped = {*INTENSIVE, "land_share"}
    return [name for name in fragments.columns if fragments[name].dtype == np.float64 and name not in skipped]


def cell_table(fragments: gpd.GeoDataFrame, plane: str) -> gpd.GeoDataFrame:
    """Sum the area's fragments by cell; a cell all of whose land has an unknown amount keeps it unknown."""
    inside = fragments[fragments["in_area"]]
    cells = inside.groupby("mesh_code")[extensive(fragments)].sum(min_count=1)
    cells[list(INTENSIVE)] = inside.groupby("mesh_code")[list(INTENSIVE)].first()
    codes = cells.index.to_numpy(dtype=np.str_)
    table = gpd.GeoDataFrame(cells.reset_index(), geometry=cell_polygons(codes), crs=STORAGE_CRS)
    return table.to_crs(plane)


def municipality_table(home: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the area's municipalities, ordered by code."""
    columns = ["code", "name_ja", "name_kana", "name_en", "prefecture_code", "geometry"]
    return home[columns].sort_values("code").reset_index(drop=True)


def with_lowland(basins: gpd.GeoDataFrame, outline: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the unit basins, ordered by code, and the row ``lowland``: the area's land that no basin covers."""
    rest = polygon_parts(np.array([shapely.difference(outline, shapely.union_all(basins.geometry.to_numpy()))]))
    low: dict[str, object] = {name: "" for name in basins.columns if basins[name].dtype != bool and name != "geometry"}
    low |= {name: False for name in basins.columns if basins[name].dtype == bool}
    low |= {"code": LOWLAND, "river_system_code": LOWLAND, "reaches_area": True}
    low |= {"published_area_km2": np.nan, "cleaned_area_km2": np.nan}
    row = gpd.GeoDataFrame([low], geometry=rest, crs=basins.crs)[basins.columns]
    table = pd.concat([basins.sort_values("code"), row], ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=basins.crs)


def surroundings(land: gpd.GeoDataFrame, outline: shapely.Geometry, own: str) -> gpd.GeoDataFrame:
    """The neighbouring prefectures' land within 40 km: what the map shows around the area."""
    frame = shapely.box(*shapely.bounds(outline)).buffer(_SURROUNDINGS_M, join_style="mitre")
    others = land[land["prefecture_code"] != own].clip(frame)
    outlines = others[["prefecture_code", "prefecture_ja", "geometry"]].dissolve("prefecture_code").reset_index()
    return outlines.rename(columns={"prefecture_ja": "name_ja"})


def to_storage(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table as it is stored: EPSG:6668, coordinates rounded to 1e-9 degrees, valid polygons.

    Where two thinned outlines cross at a shallow angle a piece can pinch to a thread narrower than the rounding and
    so touch itself: such a piece is repaired, which moves its edge by less than a millimetre.
    """
    stored = table.to_crs(STORAGE_CRS)
    rounded = shapely.set_precision(stored.geometry.to_numpy(), _STORAGE_GRID_DEGREES, mode="pointwise")
    stored["geometry"] = polygon_parts(shapely.make_valid(rounded, method="structure", keep_collapsed=False))
    return stored
