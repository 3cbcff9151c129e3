"""Amounts of a tile's fragments: land use, people and climate of the third mesh, shared out by land."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator

from geo.landuse import BOUNDED, CLASSES
from geo.mesh import cell_centres
from geo.official.frame import Frame

PEOPLE = ("population", "population_mesh", "population_2010", "population_2015")
LAND_USE = tuple(f"{name}_km2" for name in CLASSES)
BOUNDS = tuple(f"{name}_km2_{end}" for name in BOUNDED for end in ("low", "high"))
CLIMATE = ("precipitation_mm", "temperature_c")


def people(
    parts: pd.DataFrame, frame: Frame, tile: str
) -> tuple[dict[str, NDArray[np.float64]], dict[str, list[float]]]:
    """Share the census mesh out.

    Parameters
    ----------
    parts
        All land of the tile's cells: ``mesh_code``, ``prefecture_code``, ``area_m2``.

    Returns
    -------
    ``(columns, totals)``: the columns of ``PEOPLE``, (n,) persons, NaN where unknown; and by year the persons of the
    cells given, and those shared out (the same but for rounding).

    Notes
    -----
    By land area inside the cell. A file by prefecture holds of a border cell only that prefecture's people: they go to
    its land alone. A cell that a file leaves out has nobody; one whose file is not there is unknown.
    """
    count = len(parts)
    columns = {name: np.full(count, np.nan) for name in PEOPLE}
    totals: dict[str, list[float]] = {}
    if not frame.years:
        return columns, totals
    given = _mesh_rows(frame.folder / "census.parquet", tile)
    is_listed = np.ones(count, dtype=bool)
    if frame.census_prefectures:
        is_listed = parts["prefecture_code"].isin(frame.census_prefectures).to_numpy()
    area = np.where(is_listed, parts["area_m2"].to_numpy(), 0.0)
    cell = pd.factorize(parts["mesh_code"])[0]
    land = np.bincount(cell, area, minlength=count)[cell]
    share = np.divide(area, land, out=np.zeros(count), where=land > 0)
    for year in frame.years:
        persons = given[f"population_{year}"].reindex(parts["mesh_code"]).fillna(0.0).to_numpy(dtype=np.float64)
        is_known = is_listed if frame.census_prefectures else np.full(count, tile[:4] in frame.census_meshes[str(year)])
        shared = np.where(is_known, persons * share, np.nan)
        totals[str(year)] = [_once_a_cell(persons, cell, is_known), float(np.nansum(shared))]
        if f"population_{year}" in columns:
            columns[f"population_{year}"] = shared
        if year == frame.years[-1]:
            columns["population"] = columns["population_mesh"] = shared
    return columns, totals


def land_use(fragments: pd.DataFrame, frame: Frame, tile: str) -> dict[str, NDArray[np.float64]]:
    """Share land use out: the columns of ``LAND_USE`` and ``BOUNDS``, (n,) km², NaN where unknown.

    Each fragment has the classes in the shares that L03-b counts in its cell (sea and beach left out), so that they
    sum to its land and none exceeds it. A cell without a land cell of L03-b is unknown. The bounds are the figure
    itself: nothing is estimated.
    """
    columns = {name: np.full(len(fragments), np.nan) for name in (*LAND_USE, *BOUNDS)}
    if (frame.folder / "landuse.parquet").is_file() and len(fragments):
        counts = _mesh_rows(frame.folder / "landuse.parquet", tile).reindex(fragments["mesh_code"])
        values = counts[list(CLASSES)].to_numpy(dtype=np.float64)
        total = values.sum(axis=1, keepdims=True)
        shares = np.divide(values, total, out=np.full_like(values, np.nan), where=total > 0)
        amounts = shares * fragments["area_km2"].to_numpy()[:, None]
        columns |= dict(zip(LAND_USE, amounts.T, strict=True))
        for name in BOUNDED:
            columns[f"{name}_km2_low"] = columns[f"{name}_km2_high"] = columns[f"{name}_km2"]
    return columns


def climate(fragments: pd.DataFrame, frame: Frame) -> dict[str, NDArray[np.float64]]:
    """Return ``precipitation_mm`` and ``temperature_c`` at the cells' centres, (n,); NaN outside the grid."""
    path = frame.folder / "climate.parquet"
    if not path.is_file() or not len(fragments):
        return {name: np.full(len(fragments), np.nan) for name in CLIMATE}
    codes, where = np.unique(fragments["mesh_code"].to_numpy(dtype=np.str_), return_inverse=True)
    grid = _climate_grid(path, frame.digest)
    values = grid(np.column_stack(cell_centres(codes)))
    return {name: np.asarray(values[where, position]) for position, name in enumerate(CLIMATE)}


@lru_cache(maxsize=2)
def _climate_grid(path: Path, digest: str) -> RegularGridInterpolator:
    # The digest is in the cache's key: the same path holds another grid in another build.
    table = pd.read_parquet(path).sort_values(["latitude", "longitude"])
    latitude, longitude = np.unique(table["latitude"]), np.unique(table["longitude"])
    values = table[list(CLIMATE)].to_numpy(dtype=np.float64).reshape(len(latitude), len(longitude), len(CLIMATE))
    return RegularGridInterpolator((latitude, longitude), values, bounds_error=False)


def _mesh_rows(path: Path, tile: str) -> pd.DataFrame:
    """Return the rows of a tile's primary mesh, by ``mesh_code``."""
    first, last = f"{tile[:4]}0000", f"{tile[:4]}9999"
    rows = pq.read_table(path, filters=[("mesh_code", ">=", first), ("mesh_code", "<=", last)])
    table: pd.DataFrame = rows.to_pandas().set_index("mesh_code")
    return table


def _once_a_cell(persons: NDArray[np.float64], cell: NDArray[np.int64], is_known: NDArray[np.bool_]) -> float:
    """Return the persons of all cells with land that the census holds, each cell once."""
    _, first = np.unique(cell[is_known], return_index=True)
    return float(persons[is_known][first].sum())
