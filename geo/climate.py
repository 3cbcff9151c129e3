"""Climate of each cell from the ERA5 monthly climatology."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from numpy.typing import NDArray

from geo.errors import DatasetError

_FIELDS = ("precipitation_mm", "temperature_c")


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
    rain, grid_latitude, grid_longitude, warmth = _yearly(path)
    try:
        return _between(grid_latitude, grid_longitude, rain, warmth, latitude, longitude)
    except ValueError as error:
        message = f"{path.name}: a cell lies outside the climate grid; use a file that covers the area"
        raise DatasetError(message, key="climate_extent", file=path.name) from error


def climate_grid(path: Path) -> pd.DataFrame:
    """Return the grid itself, north row first: ``latitude``, ``longitude``, ``precipitation_mm``, ``temperature_c``.

    ``path`` and errors as for :func:`climate_at`.
    """
    rain, grid_latitude, grid_longitude, warmth = _yearly(path)
    latitude, longitude = np.meshgrid(grid_latitude, grid_longitude, indexing="ij")
    return pd.DataFrame(
        {
            "latitude": latitude.ravel(),
            "longitude": longitude.ravel(),
            "precipitation_mm": rain.ravel(),
            "temperature_c": warmth.ravel(),
        }
    )


def climate_of_grid(
    grid: pd.DataFrame, latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return at points what :func:`climate_at` returns, from the table of :func:`climate_grid`.

    Raises
    ------
    DatasetError
        The table is no whole grid, or a point lies outside it.
    """
    fields = {name: grid.pivot_table(name, "latitude", "longitude") for name in _FIELDS}
    rain, warmth = (field.sort_index(ascending=False) for field in fields.values())
    rows, columns = (np.asarray(axis, dtype=np.float64) for axis in (rain.index, rain.columns))
    if rain.size != len(grid) or rain.isna().to_numpy().any() or warmth.isna().to_numpy().any():
        message = "climate: the table is no whole grid; rebuild it with 'python -m geo build japan'"
        raise DatasetError(message, key="climate_extent", file="climate.parquet")
    try:
        return _between(rows, columns, rain.to_numpy(), warmth.to_numpy(), latitude, longitude)
    except ValueError as error:
        message = "climate.parquet: a point lies outside the climate grid; it covers Japan only"
        raise DatasetError(message, key="climate_extent", file="climate.parquet") from error


def _yearly(
    path: Path,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Read precipitation a year (rows, columns), the latitudes and longitudes of the points, and the annual mean."""
    rain, latitude, longitude = _read(path, "tp")
    warmth = _read(path, "t2m")[0]
    return rain.sum(axis=0), latitude, longitude, warmth.mean(axis=0)


def _between(
    grid_latitude: NDArray[np.float64],
    grid_longitude: NDArray[np.float64],
    rain: NDArray[np.float64],
    warmth: NDArray[np.float64],
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Interpolate between the grid's points; ValueError outside them."""
    # Loaded with a build, not with the app.
    from scipy.interpolate import RegularGridInterpolator  # noqa: PLC0415

    points = np.column_stack([latitude, longitude])
    result = {}
    for name, field in zip(_FIELDS, (rain, warmth), strict=True):
        ascending = RegularGridInterpolator((grid_latitude[::-1], grid_longitude), field[::-1])
        result[name] = np.asarray(ascending(points), dtype=np.float64)
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
