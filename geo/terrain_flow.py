"""From elevations to flow directions: voids closed, pits filled, every cell pointed at its steepest neighbour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyproj import Geod
from rasterio.fill import fillnodata
from scipy import ndimage

from geo.sources.dem import INLAND_WATER, SEA, UNKNOWN, Dem

# pyflwdir's D8 codes (ESRI's): row step, column step -> code; straight neighbours first, so that they win a tie.
_NEIGHBOURS = {
    (0, 1): 1,
    (1, 0): 4,
    (0, -1): 16,
    (-1, 0): 64,
    (1, 1): 2,
    (1, -1): 8,
    (-1, -1): 32,
    (-1, 1): 128,
}
NO_DATA_D8 = 247
OUTLET_D8 = 0
# A hole this small amid the data (a hectare at 10 m) is a flaw of the survey, not the end of the data.
_LARGEST_VOID_CELLS = 100
# Powers of two: sums and differences of elevations in these steps (1 mm) have no rounding in float32 up to 16 km, so
# that a filled pit is exactly as high as its rim and no path can turn back on itself.
_STEPS_PER_M = 1024.0
_GRS80 = Geod(ellps="GRS80")


def row_sizes(dem: Dem) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return width (m), height (m) and area (km²) of a cell in each row, float64 (rows,), on the GRS80 ellipsoid."""
    rows = dem.elevation_m.shape[0]
    north: npt.NDArray[np.float64] = dem.north - np.arange(rows, dtype=np.float64) * dem.step_lat
    south, middle = north - dem.step_lat, north - dem.step_lat / 2
    west, east = np.zeros(rows), np.full(rows, dem.step_lon)
    width = np.asarray(_GRS80.inv(west, middle, east, middle)[2])
    height = np.asarray(_GRS80.inv(west, north, west, south)[2])
    return width, height, np.subtract(_zone(north, dem.step_lon), _zone(south, dem.step_lon))


def _zone(latitude: npt.NDArray[np.float64], span_lon: float) -> npt.NDArray[np.float64]:
    """Return the ellipsoid's area (km²) between the equator and a parallel over ``span_lon`` degrees (Snyder 1987)."""
    e = np.sqrt(_GRS80.es)
    sine = np.sin(np.radians(latitude))
    authalic = sine / (1 - _GRS80.es * sine**2) + np.arctanh(e * sine) / e
    return np.asarray(_GRS80.b**2 / 2 * authalic * np.radians(span_lon) / 1e6)


def without_voids(dem: Dem) -> npt.NDArray[np.float32]:
    """Return the elevations, float32 (rows, columns), with water surfaces and small holes interpolated from around.

    Water without an elevation would else be an end of the data, at which every stream stops. Larger holes and the sea
    stay NaN. Heights are rounded to 1/1024 m.
    """
    is_void = np.isnan(dem.elevation_m) & (dem.surface != SEA)
    is_small = is_void & (dem.surface == INLAND_WATER)
    labels, count = ndimage.label(is_void & ~is_small, structure=np.ones((3, 3)))
    if count:
        sizes = np.bincount(labels.ravel())
        # Void at the sheet's edge or beside the sea is where the data end, however narrow.
        open_ends = np.unique(labels[_beside_edge_or_sea(dem)])
        closes = sizes <= _LARGEST_VOID_CELLS
        closes[open_ends] = False
        closes[0] = False
        is_small |= closes[labels]
    elevation = dem.elevation_m.copy()
    if is_small.any() and not np.isnan(elevation).all():
        known = ~np.isnan(elevation)
        filled = fillnodata(np.where(known, elevation, 0).astype(np.float32), mask=known, max_search_distance=200.0)
        reached = fillnodata(known.astype(np.float32), mask=known, max_search_distance=200.0) > 0
        elevation = np.where(is_small & reached, filled, elevation)
    return np.asarray(np.rint(elevation * _STEPS_PER_M) / _STEPS_PER_M, dtype=np.float32)


def flow_directions(
    elevation_m: npt.NDArray[np.float32], dem: Dem
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Fill the pits and point every cell at the neighbour to which it falls most steeply.

    Parameters
    ----------
    elevation_m
        float32 (rows, columns) of :func:`without_voids`; NaN has no flow.
    dem
        The grid, and where the sea is: it lies at 0 m and takes water in.

    Returns
    -------
    Filled elevations, float32, and directions, uint8 in pyflwdir's D8 codes: 0 is an outlet (into the sea or off the
    data), 247 no data. Directions have no loops: a step goes down, or, on a flat, towards where the flat spills.

    Notes
    -----
    Pits: priority flood (Wang & Liu 2006) of pyflwdir, whose own directions are only the order of flooding, and are
    used on flats alone. Elsewhere: steepest descent among eight neighbours (O'Callaghan & Mark 1984), distances on
    the ellipsoid, straight neighbours before diagonal ones in a tie.
    """
    # Loading it takes a second, its first use compiles: only where terrain is asked for.
    from pyflwdir.dem import fill_depressions  # noqa: PLC0415

    is_known = ~np.isnan(elevation_m)
    filled, flood = fill_depressions(elevation_m, nodata=np.nan)
    width, height, _ = row_sizes(dem)
    level = np.where(dem.surface == SEA, np.float32(0), filled)
    padded = np.pad(level, 1, constant_values=np.nan)
    is_sea = np.pad(dem.surface == SEA, 1)
    rows, columns = filled.shape
    steepest = np.zeros(filled.shape, dtype=np.float32)
    direction = np.zeros(filled.shape, dtype=np.uint8)
    is_rim = np.zeros(filled.shape, dtype=bool)
    for (down, right), code in _NEIGHBOURS.items():
        window = (slice(1 + down, 1 + down + rows), slice(1 + right, 1 + right + columns))
        distance = np.hypot(down * height, right * width).astype(np.float32)[:, np.newaxis]
        with np.errstate(invalid="ignore"):
            slope = (filled - padded[window]) / distance
            is_better = slope > steepest
        steepest = np.where(is_better, slope, steepest)
        # Into the sea is out.
        direction = np.where(is_better, np.where(is_sea[window], OUTLET_D8, code), direction).astype(np.uint8)
        is_rim |= np.isnan(padded[window]) | is_sea[window]
    is_flat = (steepest == 0) & is_known
    # Where the data or the land end, a cell without a lower neighbour lets its water out.
    direction = np.where(is_flat & ~is_rim, flood, direction)
    direction[~is_known] = NO_DATA_D8
    return filled, direction


def data_edges(elevation_m: npt.NDArray[np.float32], dem: Dem) -> npt.NDArray[np.bool_]:
    """Return the cells with flow that have a neighbour beyond the data (sea is not): bool (rows, columns)."""
    beyond = np.pad(np.isnan(elevation_m) & (dem.surface != SEA), 1, constant_values=True)
    near = ndimage.binary_dilation(beyond, structure=np.ones((3, 3)))[1:-1, 1:-1]
    return np.asarray(near & ~np.isnan(elevation_m))


def _beside_edge_or_sea(dem: Dem) -> npt.NDArray[np.bool_]:
    near = ndimage.binary_dilation(np.pad(dem.surface == SEA, 1, constant_values=True), structure=np.ones((3, 3)))
    return np.asarray(near[1:-1, 1:-1])


def thinned(dem: Dem, factor: int) -> Dem:
    """Return the grid with ``factor`` × ``factor`` cells in one: the lowest elevation, so that valleys stay open.

    The last row and column may stand for fewer cells. A cell is sea only where it holds no land.
    """
    if factor == 1:
        return dem
    rows, columns = dem.elevation_m.shape
    missing = ((0, -rows % factor), (0, -columns % factor))
    high, wide = -(-rows // factor), -(-columns // factor)
    blocks = (high, factor, wide, factor)
    elevation = np.pad(dem.elevation_m, missing, constant_values=np.nan).reshape(blocks)
    lowest = np.fmin.reduce(np.fmin.reduce(elevation, axis=3), axis=1)
    kinds = np.pad(dem.surface, missing, constant_values=UNKNOWN).reshape(blocks)
    # Land before water before sea before nothing.
    surface = np.full((high, wide), UNKNOWN, dtype=np.uint8)
    for kind in sorted(set(np.unique(kinds).tolist()) - {UNKNOWN}, reverse=True):
        surface[(kinds == kind).any(axis=(1, 3))] = kind
    return Dem(lowest, surface, dem.west, dem.north, dem.step_lon * factor, dem.step_lat * factor)
