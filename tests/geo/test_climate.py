"""Climate of the cells from a grid of two by two points, worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import netcdf_file

from geo.climate import climate_at
from geo.errors import DatasetError


def write_grid(path: Path, months: int = 12) -> Path:
    """North row 100 and 200 mm a month, south row 300 and 400; half a year of 10 °C, half a year of 20."""
    with netcdf_file(path, "w") as file:
        for name, values in (("time", range(months)), ("latitude", [35.5, 35.25]), ("longitude", [139.0, 139.25])):
            file.createDimension(name, len(values))
            file.createVariable(name, "f8", (name,))[:] = np.array(values, dtype=float)
        file.variables["latitude"].units, file.variables["longitude"].units = b"degrees_north", b"degrees_east"
        rain = file.createVariable("tp", "f4", ("time", "latitude", "longitude"))
        rain[:] = np.broadcast_to([[100.0, 200.0], [300.0, 400.0]], (months, 2, 2))
        warmth = file.createVariable("t2m", "f4", ("time", "latitude", "longitude"))
        warmth[:] = np.where(np.arange(months) < months / 2, 10.0, 20.0)[:, None, None]
    return path


def test_a_year_of_rain_and_the_mean_temperature_between_the_points(tmp_path: Path) -> None:
    path = write_grid(tmp_path / "grid.nc")
    found = climate_at(path, np.array([35.5, 35.25, 35.375]), np.array([139.0, 139.25, 139.125]))
    assert found["precipitation_mm"] == pytest.approx([1200, 4800, 3000])
    assert found["temperature_c"] == pytest.approx([15, 15, 15])


def test_a_year_that_is_not_whole_and_a_cell_beyond_the_grid_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="11 steps"):
        climate_at(write_grid(tmp_path / "short.nc", 11), np.array([35.3]), np.array([139.1]))
    with pytest.raises(DatasetError, match="outside the climate grid"):
        climate_at(write_grid(tmp_path / "grid.nc"), np.array([36.0]), np.array([139.1]))
