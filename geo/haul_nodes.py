"""The nodes between which resources are hauled: a community's (municipality's, cell's) part of a river system."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geo.amounts import FloatArray
from geo.dataset import LOWLAND
from geo.errors import CrsError, InputError

KINDS = ("community", "municipality", "cells")
# The nodes' own units, smallest scale first, and the fragments' columns that carry them.
UNITS = {
    "community": "community_code",
    "municipality": "municipality_code",
    "basin": "river_system_code",
    "prefecture": "prefecture_code",
}
# What a node is cut from besides the river system. A cell's parts in two municipalities are two nodes.
_CUT_FROM = {
    "community": ("community_code",),
    "municipality": ("municipality_code",),
    "cells": ("mesh_code", "municipality_code"),
}
_THREADS = 2
_NO_NODE = -1


@dataclass(frozen=True, eq=False)
class Nodes:
    """k nodes, sorted by code; the same whatever the order of the fragments.

    Attributes
    ----------
    codes
        object (k,): ``community|system`` (``municipality|system``; ``cell|municipality|system``).
    community, municipality, basin, prefecture
        object (k,): the units that a node lies in, '' where it lies in none. ``basin`` is the river system, or
        ``lowland`` outside every basin. Where nodes are larger than communities, ``community`` is ''.
    latitude, longitude
        float64 (k,), degrees: the centroid of the node's fragments, weighted by their areas.
    of_fragment
        int64 (n,): which node a fragment belongs to; -1 for the halo, which is no part of any.
    distance_km
        float64 (k, k), symmetric, 0 on the diagonal: km by road, estimated as the geodesic distance × detour.
    by, detour
        What the nodes were made with.
    """

    codes: npt.NDArray[np.object_]
    community: npt.NDArray[np.object_]
    municipality: npt.NDArray[np.object_]
    basin: npt.NDArray[np.object_]
    prefecture: npt.NDArray[np.object_]
    latitude: FloatArray
    longitude: FloatArray
    of_fragment: npt.NDArray[np.int64]
    distance_km: FloatArray = field(repr=False)
    by: str = "community"
    detour: float = 1.0

    def __len__(self) -> int:
        return len(self.codes)

    def units(self, by: str) -> npt.NDArray[np.object_]:
        """Return each node's unit of a scale, object (k,), '' where it has none; KeyError for no scale."""
        return {
            "community": self.community,
            "municipality": self.municipality,
            "basin": self.basin,
            "prefecture": self.prefecture,
        }[by]

    def sums(self, amounts: FloatArray) -> FloatArray:
        """Add up the fragments' amounts, float64 (n,), by node: (k,); the order of the fragments does not matter."""
        inside = self.of_fragment != _NO_NODE
        nodes, values = self.of_fragment[inside], amounts[inside]
        order = np.lexsort((values, nodes))
        return np.bincount(nodes[order], values[order], minlength=len(self)).astype(np.float64)


def nodes_of(fragments: gpd.GeoDataFrame, *, by: str = "community", detour: float) -> Nodes:
    """Return the nodes of an area's fragments inside the area; the halo is left out: it is no part of the allocation.

    Parameters
    ----------
    fragments
        A dataset's table in a geographic CRS, with its codes, ``in_area``, ``area_km2`` and geometry.
    by
        'community', 'municipality' or 'cells', each cut by the river systems (and lowland). A fragment that lies in
        no community is put into one with what else its municipality has there.
    detour
        Length of the way by road ÷ geodesic distance, at least 1.

    Raises
    ------
    InputError
        An unknown ``by``, a detour below 1, a missing column, or no fragment inside the area.
    CrsError
        The fragments have no geographic CRS.
    """
    if by not in KINDS:
        message = f"by: expected one of {', '.join(KINDS)}; found '{by}'"
        raise InputError(message, key="by", found=by, expected=", ".join(KINDS))
    if not 1 <= detour < np.inf:
        message = f"detour: expected a number of at least 1; found {detour}"
        raise InputError(message, key="haul_detour", found=detour)
    needed = dict.fromkeys((*_CUT_FROM[by], *UNITS.values(), "mesh_code", "in_area", "area_km2"))
    missing = [name for name in needed if name not in fragments]
    if missing:
        message = f"fragments: column '{missing[0]}' is missing; expected at least {', '.join(needed)}"
        raise InputError(message, key="fragments_column", column=missing[0])
    if fragments.crs is None or not fragments.crs.is_geographic:
        message = f"fragments: expected coordinates in degrees (EPSG:6668); found {fragments.crs or 'no CRS'}"
        raise CrsError(message, key="haul_crs", found=str(fragments.crs or "—"))
    inside = fragments["in_area"].to_numpy(dtype=bool)
    if not inside.any():
        message = "fragments: expected at least one inside the area; found none"
        raise InputError(message, key="haul_empty")
    return _nodes(fragments, inside, by, detour)


def _nodes(fragments: gpd.GeoDataFrame, inside: npt.NDArray[np.bool_], by: str, detour: float) -> Nodes:
    rows = np.flatnonzero(inside)
    table = pd.DataFrame({name: _text(fragments[name])[rows] for name in ("mesh_code", *UNITS.values())})
    # A degree's length changes so little across a fragment that its centroid in degrees is its centroid.
    centres = shapely.centroid(fragments.geometry.to_numpy()[rows])
    area = np.nan_to_num(fragments["area_km2"].to_numpy(dtype=np.float64)[rows])
    table = table.assign(row=rows, area=area, x=shapely.get_x(centres), y=shapely.get_y(centres))
    # Land of no system lies outside every basin.
    table["river_system_code"] = table["river_system_code"].where(table["river_system_code"] != "", LOWLAND)
    first, *others = _CUT_FROM[by]
    table["code"] = table[first].where(table[first] != "", table["municipality_code"])
    for name in (*others, "river_system_code"):
        table["code"] += "|" + table[name]
    if by == "municipality":
        table["community_code"] = ""
    # One order whatever that of the fragments: a sum of floats depends on it.
    table = table.sort_values(["code", "mesh_code", "x", "y", "area"], kind="stable", ignore_index=True)
    codes, number = np.unique(table["code"].to_numpy(dtype=object), return_inverse=True)
    # Parts of a node that has no area count alike.
    weight = np.where(np.bincount(number, table["area"])[number] > 0, table["area"], 1.0)
    longitude, latitude = (np.bincount(number, weight * table[axis]) / np.bincount(number, weight) for axis in "xy")
    of_fragment = np.full(len(fragments), _NO_NODE, dtype=np.int64)
    of_fragment[table["row"]] = number
    return Nodes(
        codes=codes,
        community=_largest(table, number, "community_code"),
        municipality=_largest(table, number, "municipality_code"),
        basin=_largest(table, number, "river_system_code"),
        prefecture=_largest(table, number, "prefecture_code"),
        latitude=latitude,
        longitude=longitude,
        of_fragment=of_fragment,
        distance_km=_distances_km(latitude, longitude) * detour,
        by=by,
        detour=detour,
    )


def _largest(table: pd.DataFrame, number: npt.NDArray[np.intp], column: str) -> npt.NDArray[np.object_]:
    """Return each node's unit, object (k,); of several the one with the most area, then the first by code."""
    area = table.groupby([number, table[column]])["area"].sum().rename_axis(["node", "unit"]).reset_index()
    first = area.sort_values(["node", "area", "unit"], ascending=[True, False, True]).drop_duplicates("node")
    return first["unit"].to_numpy(dtype=object)


def _distances_km(latitude: FloatArray, longitude: FloatArray) -> FloatArray:
    """Return geodesic distances on GRS80, float64 (k, k) km (Karney 2013, by pyproj); each pair is computed once."""
    k = len(latitude)
    first, second = np.triu_indices(k, 1)

    def lengths(pairs: slice) -> FloatArray:
        i, j = first[pairs], second[pairs]
        # One geodesic object a thread; it lets the threads run side by side.
        _, _, metres = Geod(ellps="GRS80").inv(longitude[i], latitude[i], longitude[j], latitude[j])
        return np.asarray(metres, dtype=np.float64)

    cuts = np.linspace(0, len(first), _THREADS + 1).astype(int)
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        metres = np.concatenate([*pool.map(lengths, map(slice, cuts[:-1], cuts[1:]))])
    distances = np.zeros((k, k))
    distances[first, second] = metres / 1000
    distances += distances.T
    return distances


def _text(column: pd.Series) -> npt.NDArray[np.object_]:
    """Return codes as text, '' where there is none."""
    values = column.to_numpy(dtype=object)
    return np.array(
        ["" if missing else str(value) for value, missing in zip(values, pd.isna(values), strict=True)], dtype=object
    )
