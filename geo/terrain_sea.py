"""Telling the sea from missing data where the elevation itself does not: by the land that the dataset knows."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
from affine import Affine
from rasterio.features import geometry_mask
from scipy import ndimage

from geo.dataset import Dataset
from geo.sources.dem import SEA, Dem

# The coast of the outlines and that of the elevation differ by up to this many cells.
_COAST_CELLS = 10
_AROUND = "surroundings.parquet"


def with_sea(dem: Dem, dataset: Dataset) -> Dem:
    """Return the grid with the sea marked, as it is where it says itself where the sea is.

    A cell without elevation is sea where it lies off all land, the neighbours' included, or, near the coast, beside
    such a cell. Nothing is marked beyond the neighbours' land on file, or where there is none on file.
    """
    path = dataset.folder / _AROUND
    if (dem.surface == SEA).any() or not path.is_file():
        return dem
    around = gpd.read_parquet(path).geometry.to_crs(dataset.municipalities.crs)
    own = dataset.municipalities.geometry
    shape = dem.surface.shape
    transform = Affine(dem.step_lon, 0, dem.west, 0, -dem.step_lat, dem.north)
    is_off_land = geometry_mask([*own, *around], shape, transform, all_touched=True)
    west, south, east, north = np.vstack([own.total_bounds, around.total_bounds]).T
    longitude = dem.west + (np.arange(shape[1]) + 0.5) * dem.step_lon
    latitude = (dem.north - (np.arange(shape[0]) + 0.5) * dem.step_lat)[:, np.newaxis]
    is_known = (longitude > west.min()) & (longitude < east.max()) & (latitude > south.min()) & (latitude < north.max())
    is_void = np.isnan(dem.elevation_m)
    is_sea = is_off_land & is_known & is_void
    if not is_sea.any():
        return dem
    is_sea = ndimage.binary_dilation(is_sea, structure=np.ones((3, 3)), iterations=_COAST_CELLS, mask=is_void)
    surface = np.where(is_sea, SEA, dem.surface).astype(np.uint8)
    told = dem.provenance and replace(
        dem.provenance,
        processing_ja=f"{dem.provenance.processing_ja}行政区域の外で標高のない所を海とした。",
        processing_en=f"{dem.provenance.processing_en} Sea: no elevation, off the land of the outlines.",
    )
    return replace(dem, surface=surface, provenance=told, counts={**dem.counts, "sea": int(is_sea.sum())})
