"""A user's grid: kept as a plain GeoTIFF of our own writing, summed by fragment, and warped for the map."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import rasterio
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile
from rasterio.warp import Resampling, calculate_default_transform, reproject

from geo.amounts import FloatArray
from geo.dataset import STORAGE_CRS
from geo.potential import PotentialRaster
from geo.user_layers.model import Raster, UploadError, UserLayer
from geo.user_layers.sharing import Shared

_OPTIONS = {"compress": "DEFLATE", "predictor": 3, "tiled": True, "blockxsize": 256, "blockysize": 256}
# exactextract reckons coverage in single precision: a pixel that fragments cover but for this much is covered wholly.
_ROUNDING = 1e-6
# Up to here each pixel's coverage is put right; beyond, the plain sums stand (each within single precision).
_MOST_PAIRED = 10_000_000


def write_raster(path: Path, raster: Raster) -> None:
    """Write a grid as GeoTIFF: one band of float64, NaN for no value; nothing of the upload's own metadata."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=raster.values.shape[0],
        width=raster.values.shape[1],
        count=1,
        dtype="float64",
        crs=raster.crs,
        transform=raster.transform,
        nodata=float("nan"),
        **_OPTIONS,
    ) as out:
        out.write(raster.values, 1)


def parse_raster(layer: UserLayer, content: bytes) -> Raster:
    """Read a kept grid; raises UploadError where it is damaged."""
    try:
        with MemoryFile(content) as memory, memory.open(driver="GTiff") as raster:
            return Raster(raster.read(1).astype(np.float64), raster.transform, f"EPSG:{raster.crs.to_epsg()}")
    except (RasterioError, AttributeError) as error:
        message = f"layer '{layer.key}': {layer.file} is gone or damaged; remove the layer and upload it again"
        raise UploadError(message, key="upload_lost", layer=layer.key, title=layer.title_ja, file=layer.file) from error


def display_raster(layer: UserLayer, content: bytes) -> PotentialRaster:
    """Return a kept grid in EPSG:6668 for the map (nearest pixel: values are shown, not summed)."""
    raster = parse_raster(layer, content)
    rows, columns = raster.values.shape
    if rasterio.crs.CRS.from_string(raster.crs).is_geographic:
        values, transform = raster.values.astype(np.float32), raster.transform
    else:
        bounds = rasterio.transform.array_bounds(rows, columns, raster.transform)
        transform, width, height = calculate_default_transform(raster.crs, STORAGE_CRS, columns, rows, *bounds)
        values = np.full((height, width), np.nan, dtype=np.float32)
        reproject(
            raster.values.astype(np.float32),
            values,
            src_transform=raster.transform,
            src_crs=raster.crs,
            dst_transform=transform,
            dst_crs=STORAGE_CRS,
            src_nodata=np.nan,
            dst_nodata=np.nan,
            resampling=Resampling.nearest,
        )
    return PotentialRaster(values, transform, layer.title_en, layer.unit, layer.year)


def share_raster(raster: Raster, measure: str, fragments: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> Shared:
    """Sum (extensive) or average (intensive) a grid over the fragments by the share of each pixel that they cover.

    How much of a pixel lies in the area is told by the municipalities; the fragments share that out among them.
    A fragment over pixels without value only is unknown; a pixel without value counts as nothing in a sum.
    """
    in_area = fragments["in_area"].to_numpy(dtype=bool)
    moved = fragments[["geometry"]].to_crs(raster.crs)
    window = _window(raster, moved.total_bounds)
    if window is None:
        return Shared(np.full(len(fragments), np.nan), 0.0, float(np.nansum(raster.values)))
    source = _source(window)
    if measure == "intensive":
        found = exact_extract(source, moved, ["mean"], output="pandas")
        return Shared(found["mean"].to_numpy(dtype=np.float64), np.nan, np.nan)
    if window.values.size <= _MOST_PAIRED:
        inside_area = _covered(window, source, municipalities[["geometry"]].to_crs(raster.crs))
        amounts = _sums(window, source, moved, in_area, inside_area)
    else:
        found = exact_extract(source, moved, ["sum", "count"], output="pandas")
        amounts = np.where(found["count"] > 0, found["sum"], np.nan)
    inside = float(np.nansum(amounts[in_area]))
    return Shared(amounts, inside, float(np.nansum(raster.values)) - inside)


def _sums(
    window: Raster,
    source: NumPyRasterSource,
    moved: gpd.GeoDataFrame,
    in_area: npt.NDArray[np.bool_],
    inside_area: FloatArray,
) -> FloatArray:
    fragment, pixel, coverage = _pairs(source, moved)
    inner = in_area[fragment]
    total = np.bincount(pixel[inner], coverage[inner], minlength=window.values.size)
    scale = np.divide(inside_area, total, out=np.ones(window.values.size), where=total > 0)
    coverage = np.where(inner, coverage * scale[pixel], coverage)
    values = window.values.ravel()[pixel]
    known = np.isfinite(values)
    sums = np.bincount(fragment[known], coverage[known] * values[known], minlength=len(moved))
    count = np.bincount(fragment[known], coverage[known], minlength=len(moved))
    return np.where(count > 0, sums, np.nan)


def _covered(window: Raster, source: NumPyRasterSource, moved: gpd.GeoDataFrame) -> FloatArray:
    """Return how much of each pixel outlines that do not overlap cover together, 0 to 1, (rows × columns,)."""
    _, pixel, coverage = _pairs(source, moved)
    total = np.bincount(pixel, coverage, minlength=window.values.size)
    return np.where(total > 1 - _ROUNDING, 1.0, total)


def _pairs(
    source: NumPyRasterSource, moved: gpd.GeoDataFrame
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray]:
    """Return (outline, pixel, share of the pixel) of all that meet, each (k,)."""
    found = exact_extract(source, moved, ["cell_id", "coverage"], output="pandas")
    outline = np.repeat(np.arange(len(moved)), found["cell_id"].map(len).to_numpy(dtype=np.int64))
    pixel = np.concatenate([np.zeros(0), *found["cell_id"]]).astype(np.int64)
    return outline, pixel, np.concatenate([np.zeros(0), *found["coverage"]]).astype(np.float64)


def _window(raster: Raster, bounds: npt.NDArray[np.float64]) -> Raster | None:
    """Cut the grid to a box in its own CRS; None where they do not meet."""
    rows, columns = raster.values.shape
    left, top = ~raster.transform @ (bounds[0], bounds[3])
    right, bottom = ~raster.transform @ (bounds[2], bounds[1])
    first, last = max(int(np.floor(top)), 0), min(int(np.ceil(bottom)), rows)
    west, east = max(int(np.floor(left)), 0), min(int(np.ceil(right)), columns)
    if first >= last or west >= east:
        return None
    moved = raster.transform @ Affine.translation(west, first)
    return Raster(raster.values[first:last, west:east], moved, raster.crs)


def _source(raster: Raster) -> NumPyRasterSource:
    rows, columns = raster.values.shape
    west, north = raster.transform @ (0, 0)
    east, south = raster.transform @ (columns, rows)
    return NumPyRasterSource(
        np.ascontiguousarray(raster.values), xmin=west, ymin=south, xmax=east, ymax=north, nodata=np.nan
    )
