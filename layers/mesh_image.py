"""The mesh as a picture: classes of 1 km cells coloured with numpy, warped to Web Mercator, written as a small PNG."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import rasterio.features
import rasterio.transform
import rasterio.warp
import shapely
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling

from layers.layer import NOT_DRAWN, LegendEntry
from layers.palette import PATTERNS, rgb, tile_ink

# Third mesh (JIS X 0410): 30 seconds of latitude by 45 seconds of longitude.
ROWS_PER_DEGREE = 120
COLUMNS_PER_DEGREE = 80
# Pixels along a cell's side: borders of cells stay within 1/32 of a cell, and a pattern's tile fits more than once.
PIXELS_PER_CELL = 16
# JGD2011 and WGS 84 agree within a metre, far below a pixel.
_DEGREES, _MERCATOR = "EPSG:4326", "EPSG:3857"
_Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class MeshImage:
    """A PNG in EPSG:3857 and the corners it spans, in degrees."""

    png: bytes
    south: float
    west: float
    north: float
    east: float


def mesh_rows_columns(mesh_codes: pd.Index[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row (from the equator north) and column (from 100°E) of third-mesh codes, int64 (n,) each.

    The cell's south-west corner is (row / 120, 100 + column / 80) degrees.
    """
    numbers = np.asarray(mesh_codes.astype(str), dtype=np.int64)
    digits = numbers[:, None] // 10 ** np.arange(3, -1, -1) % 10
    rows = numbers // 1_000_000 * 80 + digits[:, 0] * 10 + digits[:, 2]
    columns = numbers // 10_000 % 100 * 80 + digits[:, 1] * 10 + digits[:, 3]
    return rows, columns


def draw_mesh(
    classes: pd.Series, legend: tuple[LegendEntry, ...], *, land: shapely.Geometry | None = None
) -> MeshImage | None:
    """Colour cells by class.

    Parameters
    ----------
    classes
        Class number by mesh code; ``NOT_DRAWN`` leaves the cell clear.
    legend
        Fill (and pattern) of each class.
    land
        Outline in degrees to which the picture is cut: a cell's sea carries no value. None keeps whole squares.

    Returns
    -------
    The picture, or None where no cell is given.
    """
    if classes.empty:
        return None
    rows, columns = mesh_rows_columns(classes.index)
    first_row, first_column = int(rows.min()), int(columns.min())
    shape = (int(rows.max()) - first_row + 1, int(columns.max()) - first_column + 1)
    grid = np.full(shape, NOT_DRAWN, dtype=np.int16)
    # Row 0 of a picture is its northern edge.
    grid[shape[0] - 1 - (rows - first_row), columns - first_column] = classes.to_numpy()
    south, west = first_row / ROWS_PER_DEGREE, 100 + first_column / COLUMNS_PER_DEGREE
    north, east = south + shape[0] / ROWS_PER_DEGREE, west + shape[1] / COLUMNS_PER_DEGREE
    bounds = (west, south, east, north)
    warped = _to_mercator(grid, bounds)
    if land is not None:
        warped[_off_land(land, bounds, warped.shape)] = NOT_DRAWN
    return MeshImage(_png(_with_patterns(warped, legend), legend), south, west, north, east)


def _to_mercator(grid: NDArray[np.int16], bounds: _Bounds) -> NDArray[np.int16]:
    height, width = grid.shape[0] * PIXELS_PER_CELL, grid.shape[1] * PIXELS_PER_CELL
    warped = np.full((height, width), NOT_DRAWN, dtype=np.int16)
    rasterio.warp.reproject(
        grid,
        warped,
        src_transform=rasterio.transform.from_bounds(*bounds, grid.shape[1], grid.shape[0]),
        src_crs=_DEGREES,
        src_nodata=NOT_DRAWN,
        dst_transform=_mercator_transform(bounds, (height, width)),
        dst_crs=_MERCATOR,
        dst_nodata=NOT_DRAWN,
        resampling=Resampling.nearest,
    )
    return warped


@lru_cache(maxsize=4)
def _off_land(land: shapely.Geometry, bounds: _Bounds, shape: tuple[int, int]) -> NDArray[np.bool_]:
    outline = rasterio.warp.transform_geom(_DEGREES, _MERCATOR, shapely.geometry.mapping(land))
    transform = _mercator_transform(bounds, shape)
    return np.asarray(rasterio.features.geometry_mask([outline], out_shape=shape, transform=transform))


def _mercator_transform(bounds: _Bounds, shape: tuple[int, int]) -> Any:
    projected = rasterio.warp.transform_bounds(_DEGREES, _MERCATOR, *bounds)
    return rasterio.transform.from_bounds(*projected, shape[1], shape[0])


def _with_patterns(grid: NDArray[np.int16], legend: tuple[LegendEntry, ...]) -> NDArray[np.uint8]:
    """Turn classes into palette numbers: 0 is clear, then the fills, then the inks of the patterns."""
    numbers = (grid + 1).astype(np.uint8)
    for place, entry in enumerate(legend):
        here = grid == place
        if entry.pattern and here.any():
            tile = tile_ink(PATTERNS[entry.pattern])
            repeats = (grid.shape[0] // tile.shape[0] + 1, grid.shape[1] // tile.shape[1] + 1)
            ink = np.tile(tile, repeats)[: grid.shape[0], : grid.shape[1]]
            numbers[here & ink] = 1 + len(legend) + place
    return numbers


def _png(numbers: NDArray[np.uint8], legend: tuple[LegendEntry, ...]) -> bytes:
    fills = [rgb(entry.fill) for entry in legend]
    inks = [rgb(PATTERNS[entry.pattern].ink) if entry.pattern else (0, 0, 0) for entry in legend]
    image = Image.fromarray(numbers)
    image.putpalette([channel for colour in [(0, 0, 0), *fills, *inks] for channel in colour])
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", transparency=0, compress_level=6)
    return buffer.getvalue()
