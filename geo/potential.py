"""Potential rasters: a supply's central amount per 1 km mesh cell, as Cloud-Optimized GeoTIFF, and reading them back.

A cell's value is the amount of its part inside the area, per year. The mesh is 45″ × 30″; its corners come from the
mesh codes by integer arithmetic, so that the grid is exact.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio
import rasterio.shutil
from affine import Affine
from rasterio.io import MemoryFile

from geo.dataset import STORAGE_CRS
from geo.errors import CatalogueError
from geo.mesh import CELL_HEIGHT_ARCSEC, CELL_WIDTH_ARCSEC, south_west_arcsec
from geo.resources import factor_values, term_rate
from geo.stored_raster import open_stored
from geo.terms import Catalogue, Potential, Term
from geo.writing import write_atomically

# One tile holds a prefecture's mesh; overviews of a grid this small would only be copies.
_COG_OPTIONS = {"COMPRESS": "DEFLATE", "PREDICTOR": "YES", "BLOCKSIZE": "256", "OVERVIEWS": "NONE"}
_RESOLUTION = "1 km (third mesh, 45″ × 30″)"


@dataclass(frozen=True, eq=False)
class PotentialRaster:
    """A potential raster as read back.

    Attributes
    ----------
    values
        float32 (rows, columns), north row first; NaN where there is no cell or its land is unknown.
    transform
        Column and row -> longitude and latitude (EPSG:6668) of the cell's north-west corner.
    description, unit, year
        What is in it, as written into the file; the amount of a cell is in ``unit``.
    """

    values: npt.NDArray[np.float32]
    transform: Affine
    description: str
    unit: str
    year: str


def potential_amounts(cells: pd.DataFrame, potential: Potential, catalogue: Catalogue) -> npt.NDArray[np.float64]:
    """Return the (n,) amounts of the cells in the potential's unit; NaN where none of its indicators is known.

    Raises
    ------
    CatalogueError
        The cells lack a column that a term needs.
    """
    resource = catalogue.resources[potential.resource]
    values = factor_values(catalogue, resource)
    rate = potential.conversion * prod(catalogue.factors[name].central for name in potential.times)
    parts = []
    for term in resource.supply:
        if term.key in potential.terms:
            amount = _column(cells, term.indicator, potential, term) * term_rate(term, values)
            if term.excess_of:
                excess = _column(cells, term.excess_of, potential, term) - values[term.excess_over]
                amount = amount * np.maximum(excess, 0.0)
            parts.append(amount * rate)
    stacked = np.vstack(parts)
    return np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0))


def write_potentials(cells: pd.DataFrame, catalogue: Catalogue, folder: Path) -> list[dict[str, Any]]:
    """Write every potential of the catalogue as ``<key>.tif``; the same input gives the same bytes.

    Parameters
    ----------
    cells
        One row a cell: ``mesh_code`` and the indicators of its part inside the area.
    folder
        Where the rasters go; each is written whole or not at all.

    Returns
    -------
    The rasters' descriptions in the form of ``dataset.toml``'s ``[[layers]]``, files relative to ``folder``'s parent;
    ``licence`` and ``attribution`` are for the caller to fill, who knows where the cells come from.

    Raises
    ------
    CatalogueError
        The cells lack a column that a potential needs.
    InputError
        A mesh code that is none.
    """
    layers = []
    for potential in catalogue.potentials.values():
        values, transform = to_grid(
            cells["mesh_code"].to_numpy(dtype=np.str_), potential_amounts(cells, potential, catalogue)
        )
        path = folder / f"{potential.key}.tif"
        write_atomically(path, partial(_write_cog, values=values, transform=transform, potential=potential))
        layers.append(_layer(potential, catalogue, path))
    return layers


def to_grid(
    mesh_codes: npt.NDArray[np.str_], amounts: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float32], Affine]:
    """Lay the (n,) amounts of third-mesh cells out as a grid: float32 (rows, columns), NaN where no cell is."""
    latitude, longitude = south_west_arcsec(mesh_codes)
    rows = (latitude.max() - latitude) // CELL_HEIGHT_ARCSEC
    columns = (longitude - longitude.min()) // CELL_WIDTH_ARCSEC
    grid = np.full((int(rows.max()) + 1, int(columns.max()) + 1), np.nan, dtype=np.float32)
    grid[rows, columns] = amounts
    west, north = longitude.min() / 3600, (latitude.max() + CELL_HEIGHT_ARCSEC) / 3600
    return grid, Affine(CELL_WIDTH_ARCSEC / 3600, 0, west, 0, -CELL_HEIGHT_ARCSEC / 3600, north)


def read_potential(path: Path) -> PotentialRaster:
    """Read a potential raster back.

    Raises
    ------
    DatasetError
        The file cannot be read, or is not one band of float32.
    CrsError
        Its CRS is missing or not EPSG:6668.
    """
    with open_stored(path, dtypes=("float32",), bands="one band of float32", remedy="rebuild the dataset") as raster:
        return PotentialRaster(
            values=raster.read(1),
            transform=raster.transform,
            description=raster.descriptions[0] or "",
            unit=raster.units[0] or "",
            year=raster.tags().get("year", ""),
        )


def _write_cog(path: Path, *, values: npt.NDArray[np.float32], transform: Affine, potential: Potential) -> None:
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": STORAGE_CRS,
        "transform": transform,
        "nodata": float("nan"),
    }
    # GDAL's COG driver only copies: the raster is made in memory first.
    with MemoryFile() as memory:
        with memory.open(**profile) as raster:
            raster.write(values, 1)
            raster.set_band_description(1, potential.name_en)
            raster.units = (potential.unit,)
            raster.update_tags(year=potential.year, name_ja=potential.name_ja, note=potential.note_en)
        with memory.open() as raster:
            rasterio.shutil.copy(raster, path, driver="COG", **_COG_OPTIONS)


def _layer(potential: Potential, catalogue: Catalogue, path: Path) -> dict[str, Any]:
    """Describe a raster as ``dataset.toml`` does its layers."""
    terms = [term for term in catalogue.resources[potential.resource].supply if term.key in potential.terms]
    indicators = list(dict.fromkeys(term.indicator for term in terms))
    return {
        "key": f"potential_{potential.key}",
        "title_ja": f"{potential.name_ja}の推計",
        "title_en": f"{potential.name_en} (estimate)",
        "file": f"{path.parent.name}/{path.name}",
        "source": "資源カタログの中央の値による推計",
        "year": potential.year,
        "resolution": _RESOLUTION,
        "licence": "",
        "attribution": "",
        "processing_ja": f"{'・'.join(indicators)} × 資源カタログの係数（中央の値）。単位 {potential.unit}。",
        "processing_en": f"{', '.join(indicators)} of the cell × the catalogue's central factors, in {potential.unit}.",
        "caveats_ja": [
            "実際の設置や伐採の可否は見ていません。係数を変えても、この地図は中央の値のままです。",
            *([potential.note_ja] if potential.note_ja else []),
        ],
        "caveats_en": [
            "Whether a site can really be used is not looked at. It stays at the central factors when sliders move.",
            *([potential.note_en] if potential.note_en else []),
        ],
        "columns": [],
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def _column(cells: pd.DataFrame, name: str, potential: Potential, term: Term) -> npt.NDArray[np.float64]:
    if name not in cells:
        message = f"resources.toml: potentials.{potential.key}: term {term.key} needs the column '{name}' of the cells"
        raise CatalogueError(message, key="catalogue_indicator", where=f"potentials.{potential.key}", indicator=name)
    return cells[name].to_numpy(dtype=np.float64)
