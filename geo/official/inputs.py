"""What an official build starts from: the products' tables, read, with what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.landuse import L03B_CLASSES


@dataclass(frozen=True, eq=False)
class Described:
    """A product that is used whole, once the tiles are one.

    Attributes
    ----------
    table
        As its reader gives it, EPSG:6668.
    layer
        Its row of ``[[layers]]``.
    """

    table: gpd.GeoDataFrame = field(repr=False)
    layer: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class OfficialInputs:
    """The products of one build; outlines in EPSG:6668, None or empty where a product is not there.

    Attributes
    ----------
    municipalities
        N03, of the area and of its neighbours where given: ``code``, ``name_ja``, ``prefecture_code``,
        ``prefecture_ja``, geometry.
    japan
        All of Japan, simplified: ``code``, ``name_ja``, ``name_kana``, ``name_en``, ``prefecture_code``,
        ``prefecture_ja``, geometry; names, and the land of prefectures that ``municipalities`` lacks.
    basins
        W12: ``code``, ``water_system_code``, ``kind`` ('basin' or 'lowland'), geometry.
    river_names
        By unit basin: ``code``, ``system_name``, ``rivers`` (joined by ';').
    landuse
        L03-b by third mesh: ``mesh_code`` and 100 m cells by class (those of ``geo.landuse.L03B_CLASSES``).
    census
        Year -> ``mesh_code`` (third mesh), ``population``.
    census_prefectures
        Prefectures that the census files hold, where they are files by prefecture (a cell on a border is split between
        them); empty where they are files by primary mesh.
    climate
        Grid points: ``latitude``, ``longitude``, ``precipitation_mm``, ``temperature_c``.
    communities
        What the communities are: 'mesh' (2 km squares), 'schools' (A27) or 'towns' (small areas).
    community_outlines
        Their outlines where they are not the mesh: ``code``, ``name_ja``, ``municipality_code``, geometry.
    renewables
        REPOS: ``kind``, ``capacity_kw``, geometry.
    national_forest
        A45: ``area_ha``, geometry.
    layers
        Rows of ``dataset.toml``'s ``[[layers]]``.
    counts
        By product, what its reader met and did.
    missing
        Rows of ``[[missing]]``: ``key``, ``title_ja``, ``title_en``, ``lacks_ja``, ``lacks_en``.
    """

    municipalities: gpd.GeoDataFrame = field(repr=False)
    japan: gpd.GeoDataFrame = field(repr=False)
    basins: gpd.GeoDataFrame | None = field(default=None, repr=False)
    river_names: pd.DataFrame | None = field(default=None, repr=False)
    landuse: pd.DataFrame | None = field(default=None, repr=False)
    census: Mapping[int, pd.DataFrame] = field(default_factory=dict, repr=False)
    census_prefectures: frozenset[str] = frozenset()
    climate: pd.DataFrame | None = field(default=None, repr=False)
    communities: str = "mesh"
    community_outlines: Described | None = None
    renewables: Described | None = None
    national_forest: Described | None = None
    layers: tuple[Mapping[str, Any], ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    missing: tuple[Mapping[str, str], ...] = ()


def landuse_by_class(landuse: pd.DataFrame) -> pd.DataFrame:
    """Return the 100 m cells of each third mesh by land class (sea and beach left out), sorted by ``mesh_code``."""
    classes = {name: landuse[list(parts)].sum(axis=1) for name, parts in L03B_CLASSES.items()}
    table = pd.DataFrame({"mesh_code": landuse["mesh_code"].astype(str), **classes})
    return table.groupby("mesh_code", sort=True).sum().reset_index()


def population_by_cell(census: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return persons by third mesh, a column ``population_<year>`` a year, sorted by ``mesh_code``; NaN: not listed.

    Finer meshes (500 and 250 m) are added up. A hidden cell without a figure is inside the figure of the cell that it
    was merged into, so it adds nothing.
    """
    columns = {
        f"population_{year}": table.groupby(table["mesh_code"].astype(str).str[:8])["population"].sum()
        for year, table in sorted(census.items())
    }
    return pd.DataFrame(columns).rename_axis("mesh_code").sort_index().reset_index()
