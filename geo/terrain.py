"""Terrain: where water flows, what drains to a point, and its way down to the sea (on pyflwdir).

Pits are filled, so that all water leaves at the sea or where the data end; real sinks (karst, craters) are not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from pyproj import Geod
from rasterio.features import shapes

from geo.errors import InputError
from geo.sources.dem import SEA, Dem
from geo.terrain_flow import data_edges, flow_directions, row_sizes, without_voids

# A click on a map is not more exact than this; the stream meant is within it.
SNAP_M = 250.0
# The stream is where at least this share of the largest upstream area nearby passes: the very largest would always lie
# as far down the stream as the distance allows.
_OF_LARGEST = 0.5
_GRS80 = Geod(ellps="GRS80")


@dataclass(frozen=True, eq=False)
class Terrain:
    """Flow over a grid; made by :func:`flow_terrain`.

    Attributes
    ----------
    dem
        The grid it was made of.
    filled_m
        float32 (rows, columns): elevations with voids closed and pits filled, NaN where nothing flows.
    direction
        uint8 (rows, columns): D8 codes, 0 an outlet, 247 no data.
    upstream_km2
        float64 (rows, columns): area that drains through each cell, its own included; NaN where nothing flows.
    is_data_edge
        bool (rows, columns): beyond the cell the data end (not the land): more may flow in.
    flow
        pyflwdir's FlwdirRaster, in cells: it knows nothing of degrees, areas are this module's own.
    """

    dem: Dem
    filled_m: npt.NDArray[np.float32] = field(repr=False)
    direction: npt.NDArray[np.uint8] = field(repr=False)
    upstream_km2: npt.NDArray[np.float64] = field(repr=False)
    is_data_edge: npt.NDArray[np.bool_] = field(repr=False)
    flow: Any = field(repr=False)

    @property
    def transform(self) -> Affine:
        """Column and row -> longitude and latitude of the cell's north-west corner."""
        return Affine(self.dem.step_lon, 0, self.dem.west, 0, -self.dem.step_lat, self.dem.north)

    @property
    def resolution_m(self) -> float:
        """North-south size of a cell at the grid's middle."""
        _, height, _ = row_sizes(self.dem)
        return float(height[len(height) // 2])


@dataclass(frozen=True)
class Upstream:
    """All that drains to a point.

    Attributes
    ----------
    polygon
        EPSG:6668, made of whole cells.
    area_km2
        Sum of its cells' geodesic areas.
    latitude, longitude
        The point on the stream, the centre of its cell.
    snapped_m
        How far that is from the point asked for.
    elevation_m
        Of the point on the stream.
    is_cut
        The polygon touches the end of the data: more may drain to the point.
    """

    polygon: shapely.Geometry
    area_km2: float
    latitude: float
    longitude: float
    snapped_m: float
    elevation_m: float
    is_cut: bool


@dataclass(frozen=True)
class Downstream:
    """The way down from a point.

    Attributes
    ----------
    line
        From the point on the stream to where its water leaves, through the cells' centres, EPSG:6668.
    length_km
        Geodesic length.
    drop_m
        Elevation lost on the way.
    reaches_sea
        Whether it ends at the sea; else it ends where the data do.
    """

    line: shapely.LineString
    length_km: float
    drop_m: float
    reaches_sea: bool


def flow_terrain(dem: Dem, *, say: Callable[[str], object] = lambda _: None) -> Terrain:
    """Compute the flow over a grid.

    Parameters
    ----------
    say
        Told each stage as it begins: 'filling', 'directing', 'accumulating'.

    Raises
    ------
    InputError
        The grid holds no elevation, or is a single cell.
    """
    # Loading it takes a second, its first use compiles: only where terrain is asked for.
    import pyflwdir  # noqa: PLC0415

    if dem.elevation_m.size < 2 or np.isnan(dem.elevation_m).all():
        raise InputError("the elevation raster holds no elevations; add another", key="terrain_empty")
    say("filling")
    elevation = without_voids(dem)
    say("directing")
    filled, direction = flow_directions(elevation, dem)
    say("accumulating")
    flow = pyflwdir.from_array(direction, ftype="d8", check_ftype=False)
    _, _, area_km2 = row_sizes(dem)
    own = np.repeat(area_km2, direction.shape[1]).reshape(direction.shape)
    upstream = np.where(np.isnan(elevation), np.nan, flow.accuflux(own))
    return Terrain(dem, filled, direction, upstream, data_edges(elevation, dem), flow)


def upstream_of(terrain: Terrain, latitude: float, longitude: float, *, snap_m: float = SNAP_M) -> Upstream:
    """Return all that drains to the stream near a point.

    Parameters
    ----------
    latitude, longitude
        Degrees, JGD2011.
    snap_m
        The point moves to the main stream within this distance: the nearest cell through which at least half as much
        land drains as through the largest there. 0 takes its own cell.

    Raises
    ------
    InputError
        No cell with flow is that near.
    """
    row, column, away = _snapped(terrain, latitude, longitude, snap_m)
    columns = terrain.direction.shape[1]
    mask = terrain.flow.basins(idxs=np.array([row * columns + column])) == 1
    high, wide = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    top, left = int(high[0]), int(wide[0])
    part = mask[top : int(high[-1]) + 1, left : int(wide[-1]) + 1]
    rings = shapes(part.astype(np.uint8), mask=part, transform=terrain.transform @ Affine.translation(left, top))
    centre = cell_centres(terrain, np.array([row * columns + column]))[0]
    return Upstream(
        polygon=shapely.union_all([shapely.geometry.shape(ring) for ring, _ in rings]),
        area_km2=float(terrain.upstream_km2[row, column]),
        latitude=float(centre[1]),
        longitude=float(centre[0]),
        snapped_m=away,
        elevation_m=float(terrain.filled_m[row, column]),
        is_cut=bool((mask & terrain.is_data_edge).any()),
    )


def downstream_path(terrain: Terrain, latitude: float, longitude: float, *, snap_m: float = SNAP_M) -> Downstream:
    """Return the way down from the stream near a point; parameters and errors as for :func:`upstream_of`."""
    row, column, _ = _snapped(terrain, latitude, longitude, snap_m)
    columns = terrain.direction.shape[1]
    cells = way_down(terrain, row * columns + column)
    points = cell_centres(terrain, cells)
    end_row, end_column = divmod(int(cells[-1]), columns)
    around = terrain.dem.surface[max(0, end_row - 1) : end_row + 2, max(0, end_column - 1) : end_column + 2]
    heights = terrain.filled_m.ravel()[cells[[0, -1]]]
    return Downstream(
        line=shapely.LineString(points if len(points) > 1 else np.repeat(points, 2, axis=0)),
        length_km=float(_GRS80.line_length(points[:, 0], points[:, 1])) / 1000,
        drop_m=float(heights[0] - heights[1]),
        reaches_sea=bool((around == SEA).any()),
    )


def way_down(terrain: Terrain, cell: int) -> npt.NDArray[np.int64]:
    """Return the cells (row × columns + column) from one to its outlet, both included: int64 (n,)."""
    below = terrain.flow.idxs_ds
    passed = [cell]
    while (following := int(below[passed[-1]])) != passed[-1]:
        passed.append(following)
    return np.array(passed, dtype=np.int64)


def _snapped(terrain: Terrain, latitude: float, longitude: float, snap_m: float) -> tuple[int, int, float]:
    """Return row and column of the main stream's cell nearest to a point, and its distance in metres."""
    rows, columns = terrain.direction.shape
    dem = terrain.dem
    if math.isfinite(latitude) and math.isfinite(longitude):
        row = math.floor((dem.north - latitude) / dem.step_lat)
        column = math.floor((longitude - dem.west) / dem.step_lon)
        width, height, _ = row_sizes(dem)
        nearest = min(max(row, 0), rows - 1)
        reach_rows, reach_columns = (math.ceil(snap_m / size[nearest]) for size in (height, width))
        top, bottom = max(0, row - reach_rows), min(rows, row + reach_rows + 1)
        left, right = max(0, column - reach_columns), min(columns, column + reach_columns + 1)
        if top < bottom and left < right:
            index = np.arange(top, bottom)[:, np.newaxis] * columns + np.arange(left, right)
            points = cell_centres(terrain, index.ravel())
            count = len(points)
            away = _GRS80.inv(np.full(count, longitude), np.full(count, latitude), points[:, 0], points[:, 1])[2]
            distance = np.asarray(away)
            is_own = index.ravel() == row * columns + column
            areas = np.where((distance <= snap_m) | is_own, terrain.upstream_km2.ravel()[index.ravel()], np.nan)
            if not np.isnan(areas).all():
                is_stream = np.nan_to_num(areas, nan=-1.0) >= _OF_LARGEST * np.nanmax(areas)
                best = int(np.where(is_stream, distance, np.inf).argmin())
                found_row, found_column = divmod(int(index.ravel()[best]), columns)
                return found_row, found_column, float(distance[best])
    message = f"no land with a known elevation within {snap_m:g} m of {latitude:.5f}, {longitude:.5f}"
    raise InputError(
        message,
        key="terrain_point",
        latitude=round(latitude, 5),
        longitude=round(longitude, 5),
        distance_m=round(snap_m),
    )


def cell_centres(terrain: Terrain, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return longitude and latitude of cells' centres, float64 (n, 2)."""
    row, column = np.divmod(cells, terrain.direction.shape[1])
    dem = terrain.dem
    return np.column_stack([dem.west + (column + 0.5) * dem.step_lon, dem.north - (row + 0.5) * dem.step_lat])
