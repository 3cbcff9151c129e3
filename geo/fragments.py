"""The least common geography: cell ∩ municipality ∩ unit basin, and sharing amounts out onto it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.dataset import LOWLAND
from geo.errors import CrsError
from geo.mesh import cell_areas_km2, cell_polygons, codes_covering

# Below this a piece is an artefact of two outlines that cross at a shallow angle, not a place (1 m²).
_LEAST_AREA_M2 = 1.0


def overlay(
    left: NDArray[np.object_], right: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Return the pairs that overlap, and their common part.

    Returns
    -------
    ``(left_index, right_index, geometry)``: int64 (k,), int64 (k,), object (k,); polygon parts only, each of at least
    1 m² (both inputs in metres), ordered by left, then right.
    """
    tree = shapely.STRtree(right)
    left_index, right_index = tree.query(left, predicate="intersects")
    order = np.lexsort((right_index, left_index))
    left_index, right_index = left_index[order], right_index[order]
    common = polygon_parts(shapely.intersection(left[left_index], right[right_index]))
    kept = shapely.area(common) >= _LEAST_AREA_M2
    return left_index[kept], right_index[kept], common[kept]


def polygon_parts(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Drop points and lines from intersections; what holds no polygon becomes an empty polygon."""
    kinds = shapely.get_type_id(geometries)
    mixed = np.flatnonzero(kinds == shapely.GeometryType.GEOMETRYCOLLECTION)
    result = np.where(np.isin(kinds, (3, 6, 7)), geometries, shapely.Polygon())
    for index in mixed:
        parts = shapely.get_parts(geometries[index])
        result[index] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return np.asarray(result)


def cells_over(land: gpd.GeoDataFrame, plane_crs: str) -> gpd.GeoDataFrame:
    """Return the full third mesh over ``land``: ``mesh_code``, ``cell_area_km2`` (geodesic), projected geometry."""
    _require_crs(land)
    codes = codes_covering(*land.to_crs("EPSG:6668").total_bounds)
    cells = gpd.GeoDataFrame(
        {"mesh_code": codes, "cell_area_km2": cell_areas_km2(codes)},
        geometry=cell_polygons(codes),
        crs="EPSG:6668",
    ).to_crs(plane_crs)
    touched = np.unique(shapely.STRtree(cells.geometry.to_numpy()).query(land.geometry.to_numpy(), "intersects")[1])
    return cells.iloc[touched].reset_index(drop=True)


def make_fragments(
    cells: gpd.GeoDataFrame,
    municipalities: gpd.GeoDataFrame,
    basins: gpd.GeoDataFrame,
    *,
    prefecture_code: str,
) -> gpd.GeoDataFrame:
    """Cut cells by municipalities and unit basins.

    Parameters
    ----------
    cells
        ``mesh_code``, ``cell_area_km2``; the full mesh over all land given.
    municipalities
        ``code``, ``prefecture_code``: the area's and its neighbours', so that a border cell's land is known.
    basins
        ``code``, ``river_system_code``, ``reaches_area``: a coverage.
    prefecture_code
        The area.

    Returns
    -------
    Fragments of the area and of its halo (fragments outside whose river system reaches into the area), ordered by mesh,
    municipality and basin code: the codes, ``in_area``, ``area_km2`` (planar share of the cell × the cell's geodesic
    area), ``land_share`` (of all land in the cell), geometry. What no basin covers is ``lowland``.

    Raises
    ------
    CrsError
        The CRSs differ, are missing or are not projected.
    """
    for table in (cells, municipalities, basins):
        _require_crs(table)
        if table.crs != cells.crs or not table.crs.is_projected:
            message = f"fragments need one projected CRS, found {cells.crs} and {table.crs}"
            raise CrsError(message, found=str(table.crs), expected=str(cells.crs))
    cell_index, town_index, pieces = overlay(cells.geometry.to_numpy(), municipalities.geometry.to_numpy())
    piece_area = shapely.area(pieces)
    land_m2 = np.bincount(cell_index, piece_area, minlength=len(cells))
    piece_index, basin_index, parts = overlay(pieces, basins.geometry.to_numpy())
    covered = pd.Series(parts).groupby(piece_index).agg(lambda group: shapely.union_all(group.to_numpy()))
    rest = pieces.copy()
    rest[covered.index] = polygon_parts(shapely.difference(pieces[covered.index], covered.to_numpy()))
    low = np.flatnonzero(shapely.area(rest) >= _LEAST_AREA_M2)
    piece_of = np.concatenate([piece_index, low])
    geometry = np.concatenate([parts, rest[low]])
    basin_code = np.concatenate([basins["code"].to_numpy()[basin_index], np.full(len(low), LOWLAND)])
    system = np.concatenate([basins["river_system_code"].to_numpy()[basin_index], np.full(len(low), LOWLAND)])
    reaches = np.concatenate([basins["reaches_area"].to_numpy()[basin_index], np.zeros(len(low), dtype=bool)])
    cell_of, town_of = cell_index[piece_of], town_index[piece_of]
    prefecture = municipalities["prefecture_code"].to_numpy()[town_of]
    cell_m2 = shapely.area(cells.geometry.to_numpy())[cell_of]
    area_m2 = shapely.area(geometry)
    fragments = gpd.GeoDataFrame(
        {
            "mesh_code": cells["mesh_code"].to_numpy()[cell_of],
            "municipality_code": municipalities["code"].to_numpy()[town_of],
            "basin_code": basin_code,
            "river_system_code": system,
            "prefecture_code": prefecture,
            "in_area": prefecture == prefecture_code,
            "area_km2": area_m2 / cell_m2 * cells["cell_area_km2"].to_numpy()[cell_of],
            "land_share": area_m2 / land_m2[cell_of],
        },
        geometry=geometry,
        crs=cells.crs,
    )
    kept = fragments[fragments["in_area"] | reaches]
    return kept.sort_values(["mesh_code", "municipality_code", "basin_code"]).reset_index(drop=True)


def _require_crs(table: gpd.GeoDataFrame) -> None:
    if table.crs is None:
        message = "a table without CRS cannot be used: state its CRS in the source file"
        raise CrsError(message, found="none", expected="EPSG:6668")
