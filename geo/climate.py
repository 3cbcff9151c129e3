"""Climate of each cell from the ERA5 monthly climatology."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator

from geo.errors import DatasetError


def climate_at(
    path: Path, latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return ``precipitation_mm`` (a year) and ``temperature_c`` (annual mean) at points in degrees, (n,) each.

    Parameters
    ----------
    path
        NetCDF with ``tp`` (mm per month; the attribute in the file says m and is wrong) and ``t2m`` (°C; it says K),
        twelve months, on a 0.25° grid.

    Raises
    ------
    DatasetError
        A variable does not have twelve months, or a point lies outside the grid.

    Notes
    -----
    Bilinear between the grid's points. ERA5 (Hersbach et al. 2020) smooths mountains: rain on a windward slope is
    rather too low.
    """
    months = {name: _read(path, name) for name in ("tp", "t2m")}
    rain, grid_latitude, grid_longitude = months["tp"]
    warmth = months["t2m"][0]
    points = np.column_stack([latitude, longitude])
    yearly = {"precipitation_mm": rain.sum(axis=0), "temperature_c": warmth.mean(axis=0)}
    result = {}
    for name, field in yearly.items():
        ascending = RegularGridInterpolator((grid_latitude[::-1], grid_longitude), field[::-1])
        try:
            result[name] = np.asarray(ascending(points), dtype=np.float64)
        except ValueError as error:
            message = f"{path.name}: a cell lies outside the climate grid; use a file that covers the area"
            raise DatasetError(message, key="climate_extent", file=path.name) from error
    return result


def _read(path: Path, variable: str) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Read a variable (12, rows, columns), north row first, with the latitudes and longitudes of its points."""
    with rasterio.open(f"NETCDF:{path}:{variable}") as source:
        if source.count != 12:
            message = f"{path.name}: '{variable}' has {source.count} steps, expected the twelve months"
            raise DatasetError(message, key="climate_months", file=path.name, found=source.count)
        values = source.read().astype(np.float64)
        transform = source.transform
        longitude = transform.c + transform.a * (np.arange(source.width) + 0.5)
        latitude = transform.f + transform.e * (np.arange(source.height) + 0.5)
    return values, latitude, longitude
