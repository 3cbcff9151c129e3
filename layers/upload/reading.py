"""Reading back what users' layers hold: the rows of a table, the pixels of a raster at the size of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio
import rasterio.transform
import rasterio.warp
from affine import Affine
from rasterio.enums import Resampling
from rasterio.io import MemoryFile

from geo.user_layers import Raster, UserLayer
from geo.user_layers.store import read_bytes, read_table

# Pixels along the longer side of the picture that a raster becomes on the map.
PICTURE_PX = 1200
_MERCATOR, _DEGREES = "EPSG:3857", "EPSG:4326"


@dataclass(frozen=True, eq=False)
class Picture:
    """A raster in Web Mercator, float64 (rows, columns), NaN where unknown, and its corners in degrees."""

    values: npt.NDArray[np.float64]
    transform: Any
    south: float
    west: float
    north: float
    east: float


def own_values(own: UserLayer) -> npt.NDArray[np.float64] | None:
    """Return the values of a layer (of a raster's picture), float64, NaN where unknown; None where it has none."""
    if own.kind == "raster":
        return own_picture(own).values
    if not own.column:
        return None
    return pd.to_numeric(read_table(own)[own.column], errors="coerce").to_numpy(dtype=np.float64)


def own_picture(own: UserLayer) -> Picture:
    """Return a raster layer as the map shows it; raises UploadError where its file is gone or damaged."""
    with MemoryFile(read_bytes(own), filename="layer.tif") as memory, memory.open(driver="GTiff") as raster:
        scale = max(1.0, max(raster.width, raster.height) / (2 * PICTURE_PX))
        shape = (max(1, round(raster.height / scale)), max(1, round(raster.width / scale)))
        values = raster.read(1, out_shape=shape, masked=True).astype(np.float64).filled(np.nan)
        transform = raster.transform @ Affine.scale(raster.width / shape[1], raster.height / shape[0])
        return picture(values, transform, raster.crs.to_string())


def checked_picture(raster: Raster) -> Picture:
    """Return an upload's raster as the map shows it."""
    step = max(1, max(raster.values.shape) // (2 * PICTURE_PX))
    return picture(raster.values[::step, ::step], raster.transform @ Affine.scale(step, step), raster.crs)


def picture(values: npt.NDArray[np.float64], transform: Any, crs: str) -> Picture:
    """Warp a grid to Web Mercator, nearest pixel, at most ``PICTURE_PX`` along its longer side."""
    rows, columns = values.shape
    west, north = transform @ (0, 0)
    east, south = transform @ (columns, rows)
    bounds = rasterio.warp.transform_bounds(crs, _MERCATOR, west, south, east, north)
    wide, high = bounds[2] - bounds[0], bounds[3] - bounds[1]
    longest = min(PICTURE_PX, max(64, 2 * max(rows, columns)))
    shape = (max(1, round(longest * high / max(wide, high))), max(1, round(longest * wide / max(wide, high))))
    target = rasterio.transform.from_bounds(*bounds, shape[1], shape[0])
    warped = np.full(shape, np.nan)
    rasterio.warp.reproject(
        np.ascontiguousarray(values, dtype=np.float64),
        warped,
        src_transform=transform,
        src_crs=crs,
        src_nodata=np.nan,
        dst_transform=target,
        dst_crs=_MERCATOR,
        dst_nodata=np.nan,
        resampling=Resampling.nearest,
    )
    west, south, east, north = rasterio.warp.transform_bounds(_MERCATOR, _DEGREES, *bounds)
    return Picture(warped, target, south, west, north, east)
