"""The frame of a build: outlines and mesh figures brought into one form, from which every tile takes its part."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.official.grid import EQUAL_AREA, tiles_over
from geo.official.inputs import OfficialInputs, landuse_by_class, population_by_cell
from geo.official.water import Water, prepare_basins
from geo.writing import write_text

# To be raised whenever a tile would come out otherwise from the same inputs.
_METHOD = 1
_ROWS_A_GROUP = 32
_MESH_ROWS_A_GROUP = 20_000
_SETTINGS = "frame.json"


@dataclass(frozen=True)
class Frame:
    """A frame on disk.

    Attributes
    ----------
    folder
        Holds ``municipalities.parquet``, ``basins.parquet`` (in the equal-area plane), ``landuse.parquet``,
        ``census.parquet``, ``climate.parquet`` (those whose product is there) and ``frame.json``.
    digest
        Hex digest over all of these: a tile made from it stays good as long as it is the same.
    prefectures
        The area's, sorted.
    tiles
        All tiles with land of the area or of its halo, sorted.
    has_basins
        Whether unit basins are given.
    years
        Census years, sorted.
    census_prefectures, census_meshes
        Prefectures that the census files hold where they are by prefecture; else by year the primary meshes.
    """

    folder: Path
    digest: str
    prefectures: tuple[str, ...]
    tiles: tuple[str, ...]
    has_basins: bool
    years: tuple[int, ...]
    census_prefectures: frozenset[str]
    census_meshes: dict[str, list[str]]


def make_frame(inputs: OfficialInputs, prefectures: Collection[str], folder: Path) -> tuple[Frame, Water | None]:
    """Write the frame into ``folder`` (emptied first); the same inputs give the same bytes.

    Returns
    -------
    The frame, and the unit basins (None without W12).
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    towns = _towns(inputs, prefectures)
    water = None
    if inputs.basins is not None:
        water = prepare_basins(inputs.basins.to_crs(EQUAL_AREA), inputs.river_names, towns)
        outlines = water.basins[["code", "river_system_code", "geometry"]]
        _write_outlines(outlines, folder / "basins.parquet")
    towns = _near(towns, water)
    _write_outlines(towns, folder / "municipalities.parquet")
    if inputs.landuse is not None:
        landuse_by_class(inputs.landuse).to_parquet(folder / "landuse.parquet", row_group_size=_MESH_ROWS_A_GROUP)
    if inputs.census:
        population_by_cell(inputs.census).to_parquet(folder / "census.parquet", row_group_size=_MESH_ROWS_A_GROUP)
    if inputs.climate is not None:
        inputs.climate.to_parquet(folder / "climate.parquet")
    reaching = [towns[towns["role"] == "area"].geometry.to_numpy()]
    if water is not None and (towns["role"] == "neighbour").any():
        reaching.append(water.basins.geometry.to_numpy())
    settings = {
        "method": _METHOD,
        "libraries": [shapely.__version__, shapely.geos_version_string],
        "prefectures": sorted(prefectures),
        "tiles": tiles_over(np.concatenate(reaching)),
        "has_basins": water is not None,
        "years": sorted(inputs.census),
        "census_prefectures": sorted(inputs.census_prefectures),
        "census_meshes": {
            str(year): sorted(set(table["mesh_code"].astype(str).str[:4])) for year, table in inputs.census.items()
        },
    }
    write_text(folder / _SETTINGS, json.dumps(settings, sort_keys=True, indent=1))
    return open_frame(folder), water


def open_frame(folder: Path) -> Frame:
    """Open the frame that ``make_frame`` wrote."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as handle:
            digest.update(f"{path.name} {hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode())
    settings: dict[str, Any] = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
    return Frame(
        folder=folder,
        digest=digest.hexdigest(),
        prefectures=tuple(settings["prefectures"]),
        tiles=tuple(settings["tiles"]),
        has_basins=settings["has_basins"],
        years=tuple(settings["years"]),
        census_prefectures=frozenset(settings["census_prefectures"]),
        census_meshes=settings["census_meshes"],
    )


def _towns(inputs: OfficialInputs, prefectures: Collection[str]) -> gpd.GeoDataFrame:
    """The area's municipalities, its neighbours', and the simplified land of prefectures without outlines."""
    columns = ["code", "prefecture_code", "geometry"]
    own = inputs.municipalities[columns].copy()
    own["role"] = np.where(own["prefecture_code"].isin(list(prefectures)), "area", "neighbour")
    land = inputs.japan.loc[~inputs.japan["prefecture_code"].isin(own["prefecture_code"]), columns]
    towns = pd.concat([own, land.to_crs(own.crs).assign(role="land")], ignore_index=True)
    towns = gpd.GeoDataFrame(towns, geometry="geometry", crs=own.crs).to_crs(EQUAL_AREA)
    return towns.sort_values(["code", "role"], ignore_index=True)


def _near(towns: gpd.GeoDataFrame, water: Water | None) -> gpd.GeoDataFrame:
    """Leave out what is far from the area and from the basins that reach into it."""
    area = towns[towns["role"] == "area"].geometry.to_numpy()
    boxes = [shapely.box(*bounds) for bounds in shapely.bounds(area)]
    if water is not None:
        boxes += [shapely.box(*bounds) for bounds in shapely.bounds(water.basins.geometry.to_numpy())]
    reach = shapely.buffer(np.array(boxes), 3000.0, join_style="mitre")
    kept = np.unique(shapely.STRtree(towns.geometry.to_numpy()).query(reach, predicate="intersects")[1])
    return towns.iloc[kept].reset_index(drop=True)


def _write_outlines(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet in small groups with each outline's bounds, so that a tile reads only what is near it."""
    table.to_parquet(path, index=False, compression="zstd", write_covering_bbox=True, row_group_size=_ROWS_A_GROUP)
