"""The work of one tile: its land cut by mesh, municipality and unit basin, with amounts, written to one file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from geo.dataset import LOWLAND, STORAGE_CRS
from geo.fragments import polygon_parts
from geo.mesh import cell_polygons
from geo.official.amounts import BOUNDS, CLIMATE, LAND_USE, PEOPLE, climate, land_use, people
from geo.official.frame import Frame
from geo.official.grid import (
    BLOCK_CELLS,
    EQUAL_AREA,
    TILE_CELLS,
    Pieces,
    block_boxes,
    codes_of,
    cut_by_blocks,
    subdivide,
    tile_origin,
)
from geo.official.parquet import stored_outlines
from geo.official.pieces import SIDES, piece_codes, pieces_of
from geo.writing import write_atomically

# Below this a piece is an artefact of two outlines that cross at a shallow angle, not a place.
_LEAST_AREA_M2 = 1.0
_WHOLE = 1e-10
FRAGMENT_COLUMNS = (
    "mesh_code",
    "municipality_code",
    "basin_code",
    "river_system_code",
    "community_code",
    "prefecture_code",
    "in_area",
    "area_km2",
    *PEOPLE,
    *LAND_USE,
    *BOUNDS,
    *CLIMATE,
    "has_mesh",
)

_TEXTS = {*FRAGMENT_COLUMNS[:6], "code"}
_FLAGS = {"in_area", "has_mesh"}


@dataclass(frozen=True, eq=False)
class TileResult:
    """What a tile adds to the whole.

    Attributes
    ----------
    fragments
        ``FRAGMENT_COLUMNS`` and geometry in EPSG:6668; ``community_code`` is still the 2 km mesh cut by municipality,
        small pieces not yet joined. Ordered by mesh, municipality and basin.
    pieces
        These 2 km pieces: ``code``, ``municipality_code``, ``in_area``, ``area_km2``, the length in metres of the
        border with the same municipality's piece on each of ``SIDES`` (0 but for small pieces), geometry in the
        equal-area plane.
    lowland
        The area's land that no basin covers, in EPSG:6668; empty where no basins are given.
    totals
        Census year -> persons given and persons shared out.
    """

    fragments: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame
    lowland: shapely.Geometry
    totals: dict[str, list[float]]


def tile_path(folder: Path, tile: str) -> Path:
    """Return where a tile's result lies."""
    return folder / f"{tile}.parquet"


def pieces_path(folder: Path, tile: str) -> Path:
    """Return where a tile's 2 km pieces and lowland lie."""
    return folder / f"{tile}-pieces.parquet"


def run_tile(tile: str, *, frame: Frame, folder: Path) -> str:
    """Do a tile's work and write it into ``folder``; its main file, with the frame's digest, comes last."""
    result = compute_tile(tile, frame)
    pieces = result.pieces.to_wkb()
    if not result.lowland.is_empty:
        row = {"code": LOWLAND, "municipality_code": "", "in_area": True, "area_km2": 0.0, **dict.fromkeys(SIDES, 0.0)}
        low = pd.DataFrame([row | {"geometry": shapely.to_wkb(result.lowland)}])
        pieces = pd.concat([pieces, low], ignore_index=True)
    _write(pd.DataFrame(pieces), pieces_path(folder, tile), frame, {})
    _write(pd.DataFrame(result.fragments.to_wkb()), tile_path(folder, tile), frame, {"totals": result.totals})
    return tile


def is_done(tile: str, *, frame: Frame, folder: Path) -> bool:
    """Tell whether a tile's files are there, whole and made from this frame."""
    try:
        found = [pq.read_schema(path(folder, tile)).metadata or {} for path in (tile_path, pieces_path)]
    except (OSError, pa.ArrowException):
        return False
    return all(metadata.get(b"frame") == frame.digest.encode() for metadata in found)


def compute_tile(tile: str, frame: Frame) -> TileResult:
    """Cut a tile's land and give every fragment its amounts."""
    row, column = (np.array([value]) for value in tile_origin(tile))
    bounds = tuple(shapely.bounds(block_boxes(row, column, TILE_CELLS)[0]))
    towns = gpd.read_parquet(frame.folder / "municipalities.parquet", bbox=bounds).reset_index(drop=True)
    basins = gpd.GeoDataFrame({"code": [], "river_system_code": []}, geometry=[], crs=EQUAL_AREA)
    if frame.has_basins:
        basins = gpd.read_parquet(frame.folder / "basins.parquet", bbox=bounds).reset_index(drop=True)
    role = towns["role"].to_numpy(dtype=object)
    town_parts = _without_doubles(cut_by_blocks(towns.geometry.to_numpy(), tile), role == "land")
    zones, town_of, basin_of = _zones(town_parts, cut_by_blocks(basins.geometry.to_numpy(), tile))
    cells = subdivide(zones, 1)
    parts = _cell_parts(cells, town_of, basin_of, towns, basins, has_basins=frame.has_basins)
    columns, totals = people(parts, frame, tile)
    parts = parts.assign(**columns)
    kept = ((parts["role"] == "area") | ((parts["role"] == "neighbour") & (parts["basin"] >= 0))).to_numpy()
    fragments = _join_tiny(parts[kept])
    fragments = fragments.sort_values(["mesh_code", "municipality_code", "basin_code"], ignore_index=True)
    amounts = land_use(fragments, frame, tile) | climate(fragments, frame)
    whole = fragments["whole"].to_numpy()
    table = gpd.GeoDataFrame(
        fragments.assign(**amounts, in_area=fragments["role"] == "area", has_mesh=_has_mesh(fragments, amounts)),
        geometry=fragments["geometry"].to_numpy(),
        crs=EQUAL_AREA,
    )
    table["community_code"] = piece_codes(table)
    outlines = np.empty(len(table), dtype=object)
    outlines[whole] = cell_polygons(table["mesh_code"].to_numpy(dtype=np.str_)[whole])
    outlines[~whole] = stored_outlines(table.geometry.to_numpy()[~whole])
    stored = gpd.GeoDataFrame(table[list(FRAGMENT_COLUMNS)], geometry=outlines, crs=STORAGE_CRS)
    low = (basin_of < 0) & (role[town_of] == "area") if frame.has_basins else np.zeros(len(zones), dtype=bool)
    lowland = stored_outlines(np.array([shapely.union_all(zones.geometry[low])]))[0]
    return TileResult(stored, pieces_of(town_parts, towns, table), lowland, totals)


def _without_doubles(parts: Pieces, is_land: NDArray[np.bool_]) -> Pieces:
    """Take away from the simplified map's land what outlines of their own already cover."""
    simple = is_land[parts.owner]
    if not simple.any() or simple.all():
        return parts
    own = pd.DataFrame({"row": parts.row, "column": parts.column, "at": np.arange(len(parts))})[~simple]
    groups = own.groupby(["row", "column"])["at"].agg(list)
    geometry, whole = parts.geometry.copy(), parts.whole.copy()
    for index in np.flatnonzero(simple):
        key = (parts.row[index], parts.column[index])
        if key in groups.index:
            others = groups.loc[key]
            covered = parts.whole[others].any()
            rest = shapely.difference(geometry[index], shapely.union_all(parts.geometry[others]))
            geometry[index] = shapely.Polygon() if covered else polygon_parts(np.array([rest]))[0]
            whole[index] = False
    changed = Pieces(parts.owner, parts.row, parts.column, geometry, whole, parts.size)
    return changed.take(shapely.area(geometry) > 0)


def _zones(towns: Pieces, basins: Pieces) -> tuple[Pieces, NDArray[np.int64], NDArray[np.int64]]:
    """Return municipality ∩ basin by block (owner: the zone's own number), and each zone's town and basin; -1: none."""
    left = pd.DataFrame({"row": towns.row, "column": towns.column, "town": np.arange(len(towns))})
    right = pd.DataFrame({"row": basins.row, "column": basins.column, "basin": np.arange(len(basins))})
    pairs = left.merge(right, on=["row", "column"]).sort_values(["town", "basin"])
    town, basin = pairs["town"].to_numpy(dtype=np.int64), pairs["basin"].to_numpy(dtype=np.int64)
    geometry = np.where(basins.whole[basin], towns.geometry[town], basins.geometry[basin])
    whole = towns.whole[town] & basins.whole[basin]
    cut = ~towns.whole[town] & ~basins.whole[basin]
    geometry[cut] = polygon_parts(shapely.intersection(towns.geometry[town[cut]], basins.geometry[basin[cut]]))
    rest = _outside_basins(towns, town, basin, geometry, basins)
    is_rest = ~shapely.is_missing(rest)
    town_at = np.concatenate([town, np.flatnonzero(is_rest)])
    all_whole = np.concatenate([whole, towns.whole[is_rest] & ~np.isin(np.flatnonzero(is_rest), town)])
    zones = Pieces(
        owner=np.arange(len(town_at)),
        row=towns.row[town_at],
        column=towns.column[town_at],
        geometry=np.concatenate([geometry, rest[is_rest]]),
        whole=all_whole,
        size=BLOCK_CELLS,
    )
    basin_of = np.concatenate([basins.owner[basin], np.full(int(is_rest.sum()), -1)])
    kept = shapely.area(zones.geometry) > 0
    town_of = towns.owner[town_at][kept]
    zones = zones.take(kept)
    return (
        Pieces(np.arange(len(zones)), zones.row, zones.column, zones.geometry, zones.whole, zones.size),
        town_of,
        basin_of[kept],
    )


def _outside_basins(
    towns: Pieces,
    town: NDArray[np.int64],
    basin: NDArray[np.int64],
    common: NDArray[np.object_],
    basins: Pieces,
) -> NDArray[np.object_]:
    """Return what no basin covers of each part of a town, (n,); None where that is nothing."""
    rest = towns.geometry.copy()
    covered = np.bincount(town, shapely.area(common), minlength=len(towns))
    area = shapely.area(towns.geometry)
    full = covered >= area * (1 - _WHOLE)
    rest[full] = None
    members = pd.Series(basin).groupby(town).agg(list)
    for index in members.index[~full[members.index.to_numpy(dtype=np.int64)]]:
        union = shapely.union_all(basins.geometry[members.loc[index]])
        part = polygon_parts(np.array([shapely.difference(towns.geometry[index], union)]))[0]
        rest[index] = None if part.is_empty else part
    return rest


def _cell_parts(
    cells: Pieces,
    town_of: NDArray[np.int64],
    basin_of: NDArray[np.int64],
    towns: gpd.GeoDataFrame,
    basins: gpd.GeoDataFrame,
    *,
    has_basins: bool,
) -> pd.DataFrame:
    """Return all land of the tile by cell, municipality and basin: codes, ``role``, ``area_m2``, geometry."""
    town, basin = town_of[cells.owner], basin_of[cells.owner]
    none = LOWLAND if has_basins else ""
    labels = {
        name: np.append(basins[name].to_numpy(dtype=object), none)[basin] for name in ("code", "river_system_code")
    }
    area = shapely.area(cells.geometry)
    return pd.DataFrame(
        {
            "mesh_code": codes_of(cells.row, cells.column),
            "municipality_code": towns["code"].to_numpy(dtype=object)[town],
            "prefecture_code": towns["prefecture_code"].to_numpy(dtype=object)[town],
            "role": towns["role"].to_numpy(dtype=object)[town],
            "basin": basin,
            "basin_code": labels["code"],
            "river_system_code": labels["river_system_code"],
            "area_m2": area,
            "area_km2": area / 1e6,
            "whole": cells.whole,
            "geometry": cells.geometry,
        }
    )


def _join_tiny(parts: pd.DataFrame) -> pd.DataFrame:
    """Let pieces under 1 m² join the largest of the same cell and municipality: their amounts, not their outline."""
    tiny = (parts["area_m2"] < _LEAST_AREA_M2).to_numpy()
    if not tiny.any():
        return parts.reset_index(drop=True)
    ordered = parts.assign(tiny=tiny).sort_values("area_m2", ascending=False, kind="stable")
    key = [ordered["mesh_code"], ordered["municipality_code"]]
    ordered["first"] = ~ordered.duplicated(["mesh_code", "municipality_code"])
    joins = ordered["tiny"] & ~ordered["first"]
    amounts = ["area_m2", "area_km2", *PEOPLE]
    gained = ordered[amounts].where(joins, 0.0).groupby(key).transform("sum")
    ordered.loc[ordered["first"], amounts] += gained[ordered["first"]]
    return ordered[~joins].drop(columns=["tiny", "first"]).reset_index(drop=True)


def _has_mesh(fragments: pd.DataFrame, amounts: dict[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Tell where the mesh inputs know the cell: its people or its land use."""
    return np.asarray(np.isfinite(fragments["population"].to_numpy()) | np.isfinite(amounts["forest_km2"]))


def _write(table: pd.DataFrame, path: Path, frame: Frame, notes: dict[str, Any]) -> None:
    metadata = {"frame": frame.digest, "notes": json.dumps(notes, sort_keys=True)}
    # Spelt out: a tile without land has no values to tell a column's type from.
    schema = pa.schema([(str(name), _arrow_type(str(name))) for name in table.columns], metadata)
    arrow = pa.Table.from_pandas(table, schema=schema, preserve_index=False).replace_schema_metadata(metadata)
    write_atomically(path, lambda temporary: pq.write_table(arrow, temporary, compression="zstd"))


def _arrow_type(column: str) -> pa.DataType:
    if column in _TEXTS:
        return pa.large_string()
    return pa.large_binary() if column == "geometry" else pa.bool_() if column in _FLAGS else pa.float64()
