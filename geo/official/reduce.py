"""Tiles -> the tables of an area, in the order of the tiles: whatever way they were made, the bytes are the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from geo.communities import community_table
from geo.dataset import LOWLAND, STORAGE_CRS
from geo.fragments import polygon_parts
from geo.mesh import cell_polygons
from geo.official.amounts import BOUNDS, CLIMATE, LAND_USE, PEOPLE
from geo.official.frame import Frame
from geo.official.grid import EQUAL_AREA
from geo.official.inputs import OfficialInputs
from geo.official.parquet import GeoParquetWriter, store, stored_outlines
from geo.official.slivers import join_slivers
from geo.official.tile import FRAGMENT_COLUMNS, pieces_path, tile_path
from geo.official.water import Water

EXTENSIVE = ("area_km2", *PEOPLE, *LAND_USE, *BOUNDS)
_SURROUNDINGS_M = 40_000.0
# A tile's width and height, in the order of bounds: west, south, east, north.
_TILE_DEGREES = np.array([0.5, 1 / 3, 0.5, 1 / 3])
_AT_EDGE = 1e-7


@dataclass(frozen=True, eq=False)
class Reduced:
    """What is left in memory once the tables are written.

    Attributes
    ----------
    cells
        The table ``cells``.
    totals
        Census year -> persons given and persons shared out.
    """

    cells: gpd.GeoDataFrame
    totals: dict[str, list[float]]


def reduce_tiles(frame: Frame, tiles: Path, inputs: OfficialInputs, water: Water | None, made: Path) -> Reduced:
    """Write ``fragments``, ``cells``, ``municipalities``, ``basins``, ``communities`` and ``surroundings``."""
    attributes, pieces, totals = _read(frame, tiles)
    lowland = _over_tiles(shapely.from_wkb(pieces.loc[pieces["code"] == LOWLAND, "geometry"].to_numpy()))
    pieces = pieces[pieces["code"] != LOWLAND].reset_index(drop=True)
    communities = join_slivers(pieces)
    _write_fragments(frame, tiles, communities, made / "fragments.parquet")
    cells = _cells(attributes)
    store(cells, made / "cells.parquet")
    home = _municipalities(inputs, frame.prefectures)
    store(home, made / "municipalities.parquet")
    basins = _basins(water, lowland)
    store(basins, made / "basins.parquet")
    community = attributes["community_code"].map(communities)
    table = _communities(attributes.assign(community_code=community), pieces, communities, home, basins)
    store(table, made / "communities.parquet")
    store(_surroundings(inputs, frame, home), made / "surroundings.parquet")
    return Reduced(cells, totals)


def _read(frame: Frame, tiles: Path) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, list[float]]]:
    """Read what all tiles say without outlines, the 2 km pieces, and the sums of the totals."""
    attributes, pieces = [], []
    totals: dict[str, list[float]] = {}
    for tile in frame.tiles:
        table = pq.read_table(tile_path(tiles, tile), columns=list(FRAGMENT_COLUMNS))
        notes = json.loads((table.schema.metadata or {})[b"notes"])
        for year, both in notes["totals"].items():
            totals[year] = [sum(pair) for pair in zip(totals.get(year, [0.0, 0.0]), both, strict=True)]
        attributes.append(table.replace_schema_metadata(None))
        pieces.append(pq.read_table(pieces_path(tiles, tile)).replace_schema_metadata(None))
    ordered = pa.concat_tables(attributes).to_pandas()
    ordered = ordered.sort_values(["mesh_code", "municipality_code", "basin_code"], ignore_index=True)
    return ordered, pa.concat_tables(pieces).to_pandas(), totals


def _over_tiles(lowlands: NDArray[np.object_]) -> shapely.Geometry:
    """Unite what the tiles hold; only parts that reach a tile's edge can touch another tile's."""
    parts = shapely.get_parts(lowlands)
    edges = shapely.bounds(parts) / _TILE_DEGREES
    at_edge = (np.abs(edges - np.round(edges)) < _AT_EDGE).any(axis=1)
    united = shapely.get_parts(shapely.union_all(parts[at_edge]))
    return shapely.multipolygons(np.concatenate([parts[~at_edge], united[shapely.get_dimensions(united) == 2]]))


def _write_fragments(frame: Frame, tiles: Path, communities: pd.Series, path: Path) -> None:
    """Write the fragments by primary mesh, whose cells follow one another in the order of their codes."""
    names = [*FRAGMENT_COLUMNS, "geometry"]
    schema = pq.read_schema(tile_path(tiles, frame.tiles[0])).remove_metadata()
    with GeoParquetWriter(path, pa.schema([schema.field(name) for name in names])) as writer:
        for _, members in groupby(frame.tiles, key=lambda tile: tile[:4]):
            rows = pa.concat_tables([pq.read_table(tile_path(tiles, tile), columns=names) for tile in members])
            rows = rows.sort_by([(name, "ascending") for name in ("mesh_code", "municipality_code", "basin_code")])
            codes = communities.reindex(rows["community_code"].to_pandas()).to_numpy(dtype=object)
            position = names.index("community_code")
            rows = rows.set_column(position, "community_code", pa.array(codes, type=pa.large_string()))
            if len(rows):
                writer.write(rows.replace_schema_metadata(None))


def _cells(fragments: pd.DataFrame) -> gpd.GeoDataFrame:
    """Sum the area's fragments by cell; a cell all of whose land has an unknown amount keeps it unknown."""
    inside = fragments[fragments["in_area"]].groupby("mesh_code")
    cells = inside[list(EXTENSIVE)].sum(min_count=1)
    cells[list(CLIMATE)] = inside[list(CLIMATE)].first()
    outlines = cell_polygons(cells.index.to_numpy(dtype=np.str_))
    return gpd.GeoDataFrame(cells.reset_index(), geometry=outlines, crs=STORAGE_CRS)


def _municipalities(inputs: OfficialInputs, prefectures: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Return the area's municipalities by code, in the equal-area plane, with the readings of their names."""
    given = inputs.municipalities[inputs.municipalities["prefecture_code"].isin(prefectures)]
    known = inputs.japan.drop_duplicates("code").set_index("code").reindex(given["code"])
    kana, english = (known[name].fillna("").to_numpy(dtype=object) for name in ("name_kana", "name_en"))
    # A municipality newer than the list of readings shows its Japanese name in English too.
    table = given.assign(name_kana=kana, name_en=np.where(english == "", given["name_ja"], english))
    columns = ["code", "name_ja", "name_kana", "name_en", "prefecture_code", "geometry"]
    return table[columns].sort_values("code", ignore_index=True).to_crs(EQUAL_AREA)


def _basins(water: Water | None, lowland: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the table ``basins``: the unit basins and the row ``lowland``; no row where no basins are given."""
    texts = ["river_system_name", "river_system_name_en", "river_system_kana", "rivers"]
    flags, areas = ["is_cut", "is_estimated", "reaches_area"], ["published_area_km2", "cleaned_area_km2"]
    columns = ["code", "river_system_code", *texts, *flags, *areas]
    if water is None:
        kinds: Mapping[str, str] = dict.fromkeys(flags, "bool") | dict.fromkeys(areas, "float64")
        empty = pd.DataFrame({name: pd.Series([], dtype=kinds.get(name, "str")) for name in columns})
        return gpd.GeoDataFrame(empty, geometry=[], crs=STORAGE_CRS)
    table = water.basins.assign(
        river_system_name_en="",
        river_system_kana="",
        reaches_area=True,
        published_area_km2=np.nan,
        geometry=stored_outlines(water.basins.geometry.to_numpy()),
    )
    low: dict[str, object] = dict.fromkeys(texts, "") | dict.fromkeys(flags, False) | dict.fromkeys(areas, np.nan)
    low |= {"code": LOWLAND, "river_system_code": LOWLAND, "reaches_area": True}
    outline = polygon_parts(np.array([lowland]))
    row = pd.DataFrame([low | {"geometry": outline[0]}])
    joined = pd.concat([pd.DataFrame(table), row], ignore_index=True)[[*columns, "geometry"]]
    joined = joined.astype(dict.fromkeys(flags, "bool") | dict.fromkeys(areas, "float64"))
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=STORAGE_CRS)


def _communities(
    fragments: pd.DataFrame,
    pieces: pd.DataFrame,
    communities: pd.Series,
    home: gpd.GeoDataFrame,
    basins: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Return the table ``communities``; pieces that joined are united, the others are as their tile cut them."""
    inside = fragments[fragments["in_area"]]
    cover = inside.groupby(["community_code", "basin_code"])["area_km2"].sum().reset_index()
    main = cover.sort_values(["community_code", "area_km2", "basin_code"]).groupby("community_code").last()
    own = pieces[pieces["in_area"]].sort_values("code")
    code = own["code"].map(communities).to_numpy(dtype=object)
    outlines = shapely.from_wkb(own["geometry"].to_numpy())
    first = pd.DataFrame(
        {"code": code, "municipality_code": own["municipality_code"].to_numpy(), "at": range(len(own))}
    )
    joined = first.groupby("code", sort=True).agg(municipality_code=("municipality_code", "first"), at=("at", list))
    united = [outlines[at[0]] if len(at) == 1 else shapely.union_all(outlines[at]) for at in joined["at"]]
    whole = gpd.GeoDataFrame(
        {
            "community_code": joined.index.to_numpy(dtype=object),
            "municipality_code": joined["municipality_code"].to_numpy(dtype=object),
            "basin_code": main["basin_code"].reindex(joined.index).to_numpy(dtype=object),
            "area_km2": main["area_km2"].reindex(joined.index).to_numpy(),
            "in_area": True,
        },
        geometry=united,
        crs=EQUAL_AREA,
    )
    return community_table(whole, home, basins, {})


def _surroundings(inputs: OfficialInputs, frame: Frame, home: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the neighbouring prefectures' land within 40 km: what the map shows around the area."""
    japan = inputs.japan.to_crs(EQUAL_AREA)
    own = japan["prefecture_code"].isin(frame.prefectures)
    bounds = shapely.bounds(home.geometry.to_numpy())
    west, south = bounds[:, :2].min(axis=0) - _SURROUNDINGS_M
    east, north = bounds[:, 2:].max(axis=0) + _SURROUNDINGS_M
    others = japan[~own].clip((west, south, east, north))
    outlines = others[["prefecture_code", "prefecture_ja", "geometry"]].dissolve("prefecture_code").reset_index()
    return outlines.rename(columns={"prefecture_ja": "name_ja"})
