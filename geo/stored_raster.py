"""Opening a raster that a dataset stores: its CRS and bands are checked, and what is wrong is told with a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import rasterio

from geo.dataset import STORAGE_CRS
from geo.errors import CrsError, DatasetError


@contextmanager
def open_stored(path: Path, *, dtypes: Sequence[str], bands: str, remedy: str) -> Iterator[rasterio.DatasetReader]:
    """Open a raster of a dataset for reading.

    Parameters
    ----------
    dtypes
        The type of every band, 'float32' each.
    bands, remedy
        What an error says was expected, and what to do.

    Raises
    ------
    DatasetError
        The file cannot be read (also later, inside the block), or has other bands.
    CrsError
        Its CRS is missing or not EPSG:6668.
    """
    try:
        with rasterio.open(path) as raster:
            crs = raster.crs
            if crs is None or crs.to_epsg() != rasterio.crs.CRS.from_string(STORAGE_CRS).to_epsg():
                found = "none" if crs is None else crs.to_string()
                message = f"{path.name}: CRS is {found}, expected {STORAGE_CRS}; {remedy}"
                raise CrsError(message, file=path.name, found=found, expected=STORAGE_CRS)
            if raster.dtypes != tuple(dtypes):
                message = f"{path.name}: expected {bands}; found {', '.join(raster.dtypes)}"
                raise DatasetError(message, key="raster_kind", file=path.name, found=", ".join(raster.dtypes))
            yield raster
    except rasterio.errors.RasterioIOError as error:
        message = f"{path.name}: cannot be read as a raster: {error}"
        raise DatasetError(message, key="raster_file", file=path.name) from error
