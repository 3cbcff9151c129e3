"""The 2 km pieces of a tile's municipalities: what communities are put together from, over all tiles."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.communities import SLIVER_KM2
from geo.mesh import double_mesh_codes
from geo.official.grid import EQUAL_AREA, Pieces, codes_of, edges_x, edges_y

SIDES = ("west", "east", "south", "north")
_MARGIN_M = 100.0


def piece_codes(fragments: pd.DataFrame) -> NDArray[np.object_]:
    """Return each fragment's 2 km piece, '<2 km mesh>-<municipality>', (n,)."""
    mesh = pd.Series(double_mesh_codes(fragments["mesh_code"].to_numpy(dtype=np.str_)), dtype=object)
    return np.asarray((mesh + "-" + fragments["municipality_code"].to_numpy(dtype=object)).to_numpy(dtype=object))


def pieces_of(parts: Pieces, towns: gpd.GeoDataFrame, fragments: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the 2 km pieces that hold fragments, ordered by code."""
    codes = double_mesh_codes(codes_of(parts.row, parts.column))
    area = fragments.groupby("community_code")["area_km2"].sum()
    table = gpd.GeoDataFrame(
        {
            "code": [f"{mesh}-{town}" for mesh, town in zip(codes, towns["code"].to_numpy()[parts.owner], strict=True)],
            "municipality_code": towns["code"].to_numpy(dtype=object)[parts.owner],
            "in_area": towns["role"].to_numpy(dtype=object)[parts.owner] == "area",
            "at": np.arange(len(parts)),
        },
        geometry=parts.geometry,
        crs=EQUAL_AREA,
    )
    table["area_km2"] = area.reindex(table["code"]).to_numpy(dtype=np.float64)
    table = table[table["area_km2"].notna()].sort_values("code", ignore_index=True)
    small = (table["area_km2"] < SLIVER_KM2).to_numpy()
    lengths = np.zeros((len(table), len(SIDES)))
    lengths[small] = _borders(parts.take(table["at"].to_numpy()[small]), towns.geometry.to_numpy())
    table[list(SIDES)] = lengths
    return table[["code", "municipality_code", "in_area", "area_km2", *SIDES, "geometry"]]


def _borders(parts: Pieces, towns: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return how many metres of each block's four sides lie inside the part's municipality, (n, 4)."""
    if not len(parts):
        return np.zeros((0, len(SIDES)))
    west, south = edges_x(parts.column), edges_y(parts.row)
    east, north = edges_x(parts.column + parts.size), edges_y(parts.row + parts.size)
    corners = {"west": (west, south, west, north), "east": (east, south, east, north)}
    corners |= {"south": (west, south, east, south), "north": (west, north, east, north)}
    # The town around the block, not the part itself: along the part's own edge an intersection is a matter of rounding.
    around = shapely.box(west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M)
    nearby = shapely.intersection(towns[parts.owner], around)
    lengths = []
    for side in SIDES:
        x1, y1, x2, y2 = corners[side]
        lines = shapely.linestrings(np.stack([np.column_stack([x1, y1]), np.column_stack([x2, y2])], axis=1))
        lengths.append(shapely.length(shapely.intersection(nearby, lines)))
    return np.column_stack(lengths)
