"""Small-hydro potential by reach, an estimate: head × what is left of the rain × named losses.

    capacity (kW)      = 9.81 × usable discharge (m³/s) × head (m) × (1 − head loss) × efficiency
    usable discharge   = Σ upstream max(0, precipitation − evapotranspiration) × runoff share × dependable share
    energy (kWh/yr)    = capacity × capacity factor × 8,760 h

Every reach uses its own fall once; rights to the water, fish, access and grids are not looked at.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.dataset import STORAGE_CRS
from geo.mesh import CELL_HEIGHT_ARCSEC, CELL_WIDTH_ARCSEC, south_west_arcsec
from geo.terms import Catalogue
from geo.terrain import Terrain, cell_centres
from geo.terrain_factors import case_values, hydro_factors
from geo.terrain_flow import row_sizes

_GRAVITY = 9.81
_HOURS = 8760
# From here on a stream is taken for one (km²), and this long is a reach (m).
LEAST_AREA_KM2 = 1.0
REACH_M = 1000.0


def small_hydro(
    terrain: Terrain,
    rain: pd.DataFrame,
    catalogue: Catalogue,
    *,
    case: str = "central",
    least_area_km2: float = LEAST_AREA_KM2,
    reach_m: float = REACH_M,
) -> gpd.GeoDataFrame:
    """Return the potential of every reach.

    Parameters
    ----------
    rain
        ``mesh_code`` (third mesh) and ``precipitation_mm`` (a year): a dataset's fragments or cells.
    case
        'low', 'central' or 'high': which end of their ranges the factors take (see :mod:`geo.terrain_factors`).
    least_area_km2
        Upstream area from which on there is a stream.
    reach_m
        About how long a reach is; it also ends where streams meet.

    Returns
    -------
    One row a reach, from up to down, EPSG:6668: ``upstream_km2`` at its upper end, ``head_m``,
    ``mean_discharge_m3_per_s`` and ``discharge_m3_per_s`` (the usable part) at its upper end, where the water is taken
    in, ``capacity_kw``, ``energy_kwh_per_year``, ``unknown_share`` (of the upstream area, without climate: it adds no
    water), ``is_cut`` (the upstream area touches the end of the data), ``case``, line.

    Raises
    ------
    InputError
        An unknown case, or the catalogue lacks a factor.
    """
    values = case_values(hydro_factors(catalogue), case)
    _, _, area_km2 = row_sizes(terrain.dem)
    own = np.broadcast_to(area_km2[:, np.newaxis], terrain.direction.shape)
    millimetres = _on_grid(terrain, rain)
    left = np.maximum(millimetres - values["water.evapotranspiration"], 0.0) * values["hydro.runoff_share"]
    # 1 mm on 1 km² is 1,000 m³.
    runoff = np.nan_to_num(left) * own * 1000 / (_HOURS * 3600)
    mean_discharge = terrain.flow.accuflux(runoff).ravel()
    unknown_km2 = terrain.flow.accuflux(np.where(np.isnan(millimetres), own, 0.0)).ravel()
    edges = terrain.flow.accuflux(terrain.is_data_edge.astype(np.int32), nodata=-1).ravel()
    reaches = _reaches(terrain, least_area_km2, reach_m)
    first = np.array([reach[0] for reach in reaches], dtype=np.int64)
    last = np.array([reach[-1] for reach in reaches], dtype=np.int64)
    height, upstream = terrain.filled_m.ravel(), terrain.upstream_km2.ravel()
    head = np.maximum(height[first].astype(np.float64) - height[last], 0.0)
    usable = mean_discharge[first] * values["water.dependable_share"]
    capacity = _GRAVITY * usable * head * (1 - values["hydro.head_loss"]) * values["hydro.efficiency"]
    table = pd.DataFrame(
        {
            "upstream_km2": upstream[first],
            "head_m": head,
            "mean_discharge_m3_per_s": mean_discharge[first],
            "discharge_m3_per_s": usable,
            "capacity_kw": capacity,
            "energy_kwh_per_year": capacity * values["electricity.hydro_capacity_factor"] * _HOURS,
            "unknown_share": np.clip(unknown_km2[first] / upstream[first], 0.0, 1.0),
            "is_cut": edges[first] > 0,
            "case": case,
        }
    )
    return gpd.GeoDataFrame(table, geometry=_lines(terrain, reaches), crs=STORAGE_CRS)


def _reaches(terrain: Terrain, least_area_km2: float, reach_m: float) -> list[npt.NDArray[np.int64]]:
    """Return the cells of each reach, from up to down; the last one is the next reach's first."""
    # Loading it takes a second, its first use compiles: only where terrain is asked for.
    from pyflwdir.streams import streams  # noqa: PLC0415

    is_stream = np.nan_to_num(terrain.upstream_km2.ravel()) >= least_area_km2
    if not is_stream.any():
        return []
    longest = max(2, round(reach_m / terrain.resolution_m))
    found = streams(terrain.flow.idxs_ds, terrain.flow.idxs_seq, mask=is_stream, max_len=longest)
    # At an outlet a stream is followed by a reach of no length.
    return [np.asarray(cells, dtype=np.int64) for cells in found if len(cells) > 1 and cells[0] != cells[-1]]


def _lines(terrain: Terrain, reaches: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.object_]:
    if not reaches:
        return np.array([], dtype=object)
    counts = [len(reach) for reach in reaches]
    points = cell_centres(terrain, np.concatenate(reaches))
    return np.asarray(shapely.linestrings(points, indices=np.repeat(np.arange(len(reaches)), counts)))


def _on_grid(terrain: Terrain, rain: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the precipitation (mm a year) of the mesh cell in which each cell's centre lies; NaN where none is."""
    known = rain[["mesh_code", "precipitation_mm"]].dropna().drop_duplicates("mesh_code")
    grid = np.full(terrain.direction.shape, np.nan)
    if known.empty:
        return grid
    south, west = south_west_arcsec(known["mesh_code"].to_numpy(dtype=np.str_))
    rows, columns = south // CELL_HEIGHT_ARCSEC, west // CELL_WIDTH_ARCSEC
    top, left = rows.min(), columns.min()
    # A rim of NaN takes in whatever lies beyond the mesh.
    table = np.full((rows.max() - top + 3, columns.max() - left + 3), np.nan)
    table[rows - top + 1, columns - left + 1] = known["precipitation_mm"].to_numpy(dtype=np.float64)
    dem, high, wide = terrain.dem, *terrain.direction.shape
    latitude = dem.north - (np.arange(high) + 0.5) * dem.step_lat
    longitude = dem.west + (np.arange(wide) + 0.5) * dem.step_lon
    row = np.floor(latitude * 3600 / CELL_HEIGHT_ARCSEC).astype(np.int64) - top + 1
    column = np.floor(longitude * 3600 / CELL_WIDTH_ARCSEC).astype(np.int64) - left + 1
    return np.asarray(table[np.ix_(np.clip(row, 0, table.shape[0] - 1), np.clip(column, 0, table.shape[1] - 1))])
