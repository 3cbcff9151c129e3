"""The units of each geometry with their outlines and names, as every renderer shows them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from geo.dataset import LOWLAND, Dataset
from geo.errors import DatasetError
from layers.layer import CELLS
from layers.messages import text
from layers.partitions import brought_kinds, brought_outlines

# The partition a page chooses -> the outlines that show it.
GEOMETRY_OF = {
    "community": "community",
    "municipality": "municipality",
    "basin": "river_system",
    "prefecture": "prefecture",
    "cells": CELLS,
}


def outlines(geometry: str, dataset: Dataset) -> gpd.GeoDataFrame:
    """Return the units of a geometry, indexed by code: ``name_ja``, ``name_en``, marks, geometry (EPSG:6668).

    Parameters
    ----------
    geometry
        One of ``layers.layer.GEOMETRIES``, 'cells', or a partition that users brought; lowland is a unit of the river
        systems and unit basins.

    Notes
    -----
    The marks are bool: ``is_cut``, a river system that goes on beyond the data, and ``is_river_estimated``, a name with
    a river in it that the source estimated (a unit basin says so in the name itself).
    """
    if geometry in brought_kinds(dataset):
        return brought_outlines(geometry, dataset)
    is_estimated: Any = False
    if geometry == "prefecture":
        table = dataset.prefecture.set_index("code")[["name_ja", "name_en", "geometry"]]
    elif geometry == "municipality":
        table = dataset.municipalities.set_index("code")[["name_ja", "name_en", "geometry"]]
    elif geometry == "community":
        communities = dataset.communities.set_index("code")
        table = communities[["name_ja", "name_en", "geometry"]]
        is_estimated = communities["river_name"].fillna("") != "" if "river_name" in communities else False
    elif geometry == "river_system":
        table = _system_names(dataset.river_systems)
        is_estimated = _estimated_systems(dataset).reindex(table.index, fill_value=False)
    elif geometry == "unit_basin":
        table = _unit_basin_names(dataset.basins)
    elif geometry == CELLS:
        cells = dataset.cells.set_index("mesh_code")
        table = cells[["geometry"]].assign(name_ja=cells.index, name_en=cells.index)
    else:
        message = f"unknown geometry '{geometry}': expected one of {', '.join(sorted(GEOMETRY_OF.values()))}"
        raise DatasetError(message, key="layer_geometry", geometry=geometry)
    is_cut = dataset.river_systems["is_cut"].fillna(False).astype(bool) if geometry == "river_system" else False
    table = table.assign(is_cut=is_cut, is_river_estimated=is_estimated)
    table.index = table.index.astype(str).rename("code")
    return gpd.GeoDataFrame(table, geometry="geometry", crs=dataset.basins.crs)


def geometry_of(by: str) -> str:
    """Return the outlines that show a partition: its own name where users brought it."""
    return GEOMETRY_OF.get(by, by)


def has_cut(geometry: str, dataset: Dataset) -> bool:
    """Tell whether a geometry has units that go on beyond the data."""
    return geometry == "river_system" and bool(dataset.river_systems["is_cut"].any())


def _system_names(systems: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Names of river systems; a cut one says so, an unnamed one says that."""
    table = systems.rename(columns={"river_system_name": "name_ja", "river_system_name_en": "name_en"})
    return _marked(table, table.index == LOWLAND, "river_system")


def _estimated_systems(dataset: Dataset) -> pd.Series:
    """Tell which river systems bear an estimated name: bool by river system code."""
    basins = dataset.basins
    named = basins["river_system_name"].fillna("") != ""
    marked = basins["is_estimated"].fillna(False).astype(bool) if "is_estimated" in basins else False
    return pd.Series(named & marked).groupby(basins["river_system_code"]).any().astype(bool)


def _unit_basin_names(basins: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = basins.set_index("code").rename(columns={"rivers": "name_ja"})
    rivers = table["name_ja"].fillna("").astype(str)
    table["name_ja"] = rivers.str.replace(";", "・", regex=False)
    table["name_en"] = table["river_system_name_en"]
    return _marked(table, table.index == LOWLAND, "unit_basin")


def _marked(table: gpd.GeoDataFrame, lowland: Any, kind: str) -> gpd.GeoDataFrame:
    named = {}
    for lang in ("ja", "en"):
        names = table[f"name_{lang}"].fillna("").astype(str)
        whole = names.map(lambda name, lang=lang: text(f"map.name.{kind}", lang, name=name))
        whole = whole.where(names != "", text(f"map.name.{kind}_unnamed", lang))
        if kind == "river_system":
            cut = table["is_cut"].fillna(False).astype(bool)
            whole = whole.where(~cut, whole + text("map.name.cut", lang))
        named[f"name_{lang}"] = whole.where(~lowland, text("map.name.lowland", lang))
    return table.assign(**named)[["name_ja", "name_en", "geometry"]]
