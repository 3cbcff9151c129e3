"""JIS X 0410 mesh codes <-> cells, and geodesic cell areas.

Codes are strings here, as in the tables. Corners are reckoned in whole arc-seconds (a third-mesh cell is 30″ × 45″),
so that no edge is misplaced by a rounding error. jismesh, the library for this, fails on arrays of one element with
today's numpy; it checks these functions in the tests instead.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from geo.errors import InputError

CELL_HEIGHT_ARCSEC = 30
CELL_WIDTH_ARCSEC = 45
_THIRD_MESH_DIGITS = 8


def south_west_arcsec(mesh_codes: NDArray[np.str_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return latitude and longitude of the south-west corners in whole arc-seconds.

    Parameters
    ----------
    mesh_codes
        (n,) third-mesh codes of eight digits.

    Raises
    ------
    InputError
        A code is not eight digits, or has a second-mesh digit above 7.
    """
    codes = np.asarray(mesh_codes, dtype=np.str_)
    wrong = [code for code in codes.tolist() if not (len(code) == _THIRD_MESH_DIGITS and code.isdecimal())]
    if wrong:
        message = f"mesh code '{wrong[0]}' is not a third-mesh code: expected eight digits"
        raise InputError(message, key="mesh_code", found=wrong[0])
    number = codes.astype(np.int64)
    primary_row, primary_column = number // 1_000_000, number // 10_000 % 100
    second_row, second_column = number // 1000 % 10, number // 100 % 10
    if np.any((second_row > 7) | (second_column > 7)):
        bad = codes[(second_row > 7) | (second_column > 7)][0]
        message = f"mesh code '{bad}' has a second-mesh digit above 7"
        raise InputError(message, key="mesh_code", found=str(bad))
    latitude = primary_row * 2400 + second_row * 300 + number // 10 % 10 * CELL_HEIGHT_ARCSEC
    longitude = (primary_column + 100) * 3600 + second_column * 450 + number % 10 * CELL_WIDTH_ARCSEC
    return latitude, longitude


def cell_polygons(mesh_codes: NDArray[np.str_]) -> NDArray[np.object_]:
    """Return the (n,) cells as polygons in degrees of longitude and latitude."""
    latitude, longitude = south_west_arcsec(mesh_codes)
    return np.asarray(
        shapely.box(
            longitude / 3600,
            latitude / 3600,
            (longitude + CELL_WIDTH_ARCSEC) / 3600,
            (latitude + CELL_HEIGHT_ARCSEC) / 3600,
        )
    )


def cell_centres(mesh_codes: NDArray[np.str_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude and longitude of the cells' centres in degrees."""
    latitude, longitude = south_west_arcsec(mesh_codes)
    return (latitude + CELL_HEIGHT_ARCSEC / 2) / 3600, (longitude + CELL_WIDTH_ARCSEC / 2) / 3600


def cell_areas_km2(mesh_codes: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return the (n,) areas on the GRS80 ellipsoid in km².

    Exact for a cell between two parallels and two meridians: the area below a parallel on the ellipsoid
    (Snyder 1987, Map Projections: A Working Manual, eq. 3-12).
    """
    latitude, _ = south_west_arcsec(mesh_codes)
    south = np.radians(latitude / 3600)
    north = np.radians((latitude + CELL_HEIGHT_ARCSEC) / 3600)
    width = np.radians(CELL_WIDTH_ARCSEC / 3600)
    ellipsoid = Geod(ellps="GRS80")
    semi_minor_km = float(ellipsoid.b) / 1000
    eccentricity = float(np.sqrt(ellipsoid.es))

    def below(angle: NDArray[np.float64]) -> NDArray[np.float64]:
        sine = np.sin(angle)
        return sine / (1 - ellipsoid.es * sine**2) + np.arctanh(eccentricity * sine) / eccentricity

    return np.asarray(semi_minor_km**2 * width * (below(north) - below(south)) / 2, dtype=np.float64)


def codes_of_points(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return the third-mesh code of each point (degrees); points must lie inside cells, not on their edges."""
    row = np.floor(np.asarray(latitude) * (3600 / CELL_HEIGHT_ARCSEC)).astype(np.int64)
    column = np.floor((np.asarray(longitude) - 100) * (3600 / CELL_WIDTH_ARCSEC)).astype(np.int64)
    primary = row // 80 * 100 + column // 80
    second = row % 80 // 10 * 10 + column % 80 // 10
    third = row % 10 * 10 + column % 10
    return np.asarray(primary * 10_000 + second * 100 + third).astype(np.str_)


def codes_covering(west: float, south: float, east: float, north: float) -> NDArray[np.str_]:
    """Return the codes of all third-mesh cells that touch a box in degrees, ordered by code."""
    rows = np.arange(np.floor(south * 120), np.ceil(north * 120))
    columns = np.arange(np.floor(west * 80), np.ceil(east * 80))
    latitude, longitude = np.meshgrid((rows + 0.5) / 120, (columns + 0.5) / 80, indexing="ij")
    return np.sort(codes_of_points(latitude.ravel(), longitude.ravel()))


def double_mesh_codes(mesh_codes: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the JIS 2 km integrated mesh (2倍地域メッシュ) of each third-mesh cell: even row, even column, '5'."""
    codes = np.asarray(mesh_codes, dtype=np.str_)
    parts = [f"{code[:6]}{int(code[6]) // 2 * 2}{int(code[7]) // 2 * 2}5" for code in codes.tolist()]
    return np.asarray(parts, dtype=np.str_)
