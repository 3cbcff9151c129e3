"""The elevation raster of a dataset, ``rasters/dem.tif``: a Cloud-Optimized GeoTIFF of elevation and surface."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from affine import Affine
from rasterio.io import MemoryFile
from rasterio.windows import Window

from geo.carried import DEM_FILE
from geo.dataset import STORAGE_CRS
from geo.sources.dem import Dem
from geo.stored_raster import open_stored
from geo.terrain_flow import thinned

DEM_KEY = "dem"
__all__ = ["DEM_FILE", "DEM_KEY", "MOST_CELLS", "read_dem_raster", "write_dem_raster"]
# About 400 MB and ten seconds of computing: what a page may ask for. A prefecture at 10 m has 60 million.
MOST_CELLS = 9_000_000
_COG_OPTIONS = {
    "COMPRESS": "DEFLATE",
    "PREDICTOR": "YES",
    "BLOCKSIZE": "512",
    "OVERVIEW_RESAMPLING": "NEAREST",
    "BIGTIFF": "IF_SAFER",
}


def write_dem_raster(path: Path, dem: Dem) -> None:
    """Write the grid as a COG in EPSG:6668, float32: band 1 elevation (m, NaN none), band 2 the kind of surface.

    The same grid gives the same bytes.
    """
    rows, columns = dem.elevation_m.shape
    profile = {
        "driver": "GTiff",
        "height": rows,
        "width": columns,
        "count": 2,
        "dtype": "float32",
        "crs": STORAGE_CRS,
        "transform": Affine(dem.step_lon, 0, dem.west, 0, -dem.step_lat, dem.north),
        "nodata": float("nan"),
        "bigtiff": "IF_SAFER",
    }
    # GDAL's COG driver only copies: the raster is made in memory first.
    with MemoryFile() as memory:
        with memory.open(**profile) as raster:
            raster.write(dem.elevation_m, 1)
            raster.write(dem.surface.astype(np.float32), 2)
            raster.set_band_description(1, "elevation")
            raster.set_band_description(2, "surface: 0 unknown, 1 land, 2 inland water, 3 sea")
            raster.units = ("m", "")
        with memory.open() as raster:
            rasterio.shutil.copy(raster, path, driver="COG", **_COG_OPTIONS)


def read_dem_raster(path: Path, *, most_cells: int = MOST_CELLS) -> Dem:
    """Read the raster back, cells put together (the lowest elevation of each block) until ``most_cells`` are enough.

    Raises
    ------
    DatasetError
        The file cannot be read, or does not hold elevation and surface.
    CrsError
        Its CRS is missing or not EPSG:6668.
    """
    with open_stored(
        path, dtypes=("float32", "float32"), bands="two bands of float32", remedy="add the elevation anew"
    ) as raster:
        factor = max(1, math.ceil(math.sqrt(raster.width * raster.height / most_cells)))
        # In strips of whole blocks, so that the full grid is never in memory beside the thinned one.
        strips = [
            thinned(_strip(raster, top, min(512 * factor, raster.height - top)), factor)
            for top in range(0, raster.height, 512 * factor)
        ]
    first = strips[0]
    return Dem(
        elevation_m=np.concatenate([strip.elevation_m for strip in strips]),
        surface=np.concatenate([strip.surface for strip in strips]),
        west=first.west,
        north=first.north,
        step_lon=first.step_lon,
        step_lat=first.step_lat,
    )


def _strip(raster: rasterio.DatasetReader, top: int, height: int) -> Dem:
    elevation, surface = raster.read(window=Window(0, top, raster.width, height))
    grid = raster.transform
    return Dem(
        elevation_m=elevation,
        surface=np.nan_to_num(surface).astype(np.uint8),
        west=grid.c,
        north=grid.f + grid.e * top,
        step_lon=grid.a,
        step_lat=-grid.e,
    )
