"""The inputs of an area's build, read from its ``inputs/`` folder and checked: settings, land, unit basins, tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio.errors
import shapely

from geo.dataset import AREA_NAME
from geo.errors import DatasetError, MeguriError
from geo.landuse import COVER_OF
from geo.readings import river_readings

NAMES = ("name_ja", "name_en", "prefecture_code", "prefecture_name_ja", "prefecture_name_en", "plane_crs")
_CONFIG = (*NAMES, "census_year", "l03b_cell_km2", "basins", "readings", "layers")


def read_config(folder: Path, area: str) -> dict[str, Any]:
    """Return ``inputs/area.toml`` with ``rivers``, the rivers' readings; every file that it names is there.

    Raises
    ------
    DatasetError
        There is no such file, it lacks a field, or a file that it names cannot be opened.
    """
    path = folder / "inputs" / "area.toml"
    if not AREA_NAME.fullmatch(area) or not path.is_file():
        message = f"area '{area}' has no inputs/area.toml: put the inputs there first"
        raise DatasetError(message, key="build_inputs", area=area)
    with reading(path):
        config = tomllib.loads(path.read_text(encoding="utf-8"))
        lacking = [name for name in _CONFIG if name not in config]
        lacking += [f"basins.{name}" for name in ("composite", "names", "cut") if name not in config.get("basins", {})]
        if lacking:
            raise KeyError(lacking[0])
        for row in config["layers"]:
            (folder / row["file"]).open("rb").close()
        config["rivers"] = river_readings(config)
    return config


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what a missing or damaged input raises into one DatasetError that names the file."""
    try:
        yield
    except MeguriError:
        raise
    except (OSError, ValueError, KeyError, pyogrio.errors.DataSourceError) as error:
        detail = " ".join(str(error).split())
        message = f"inputs/{path.name} is missing or cannot be used ({type(error).__name__}: {detail}): mend the file"
        raise DatasetError(message, key="build_input", file=path.name, detail=detail) from error


def read_table(path: Path, key: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV indexed by ``key`` (text); raises DatasetError where a column lacks or has gaps, or a key is twice."""
    with reading(path):
        table = pd.read_csv(path, dtype={key: str}).set_index(key)
        gaps = [name for name in columns if table[name].isna().any()]
        if gaps or table.index.duplicated().any():
            raise ValueError(f"column '{gaps[0]}' has gaps" if gaps else f"a {key} stands twice")
    return table


def read_inputs(folder: Path, config: dict[str, Any]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Return land (municipalities near the area, cleaned), unit basins as published, and the mesh; projected.

    Raises
    ------
    DatasetError
        One of the files is missing or cannot be used.
    """
    inputs, plane = folder / "inputs", config["plane_crs"]
    with reading(inputs / "unit_basins.geojson"):
        basins = gpd.read_file(inputs / "unit_basins.geojson").to_crs(plane)
    with reading(inputs / "municipalities_japan.geojson"):
        towns = gpd.read_file(inputs / "municipalities_japan.geojson")
        towns["prefecture_code"] = towns["code"].str[:2]
    west, south, east, north = basins.to_crs(towns.crs).total_bounds
    towns = towns.cx[west - 1 : east + 1, south - 1 : north + 1].to_crs(plane).reset_index(drop=True)
    towns["geometry"] = shapely.coverage_clean(towns.geometry.to_numpy())
    years = tuple(f"population_{year}" for year in (2010, 2015, 2020))
    mesh = read_table(inputs / "mesh_1km.csv", "mesh_code", (*years, *COVER_OF.values()))
    return towns, basins, mesh
