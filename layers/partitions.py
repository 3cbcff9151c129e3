"""Partitions that users brought, beside the area's own: which there are, what they are called, the unit at a point."""

from __future__ import annotations

import geopandas as gpd
import shapely

from geo.dataset import Dataset
from geo.prepared import PARTITION
from geo.user_layers.own import partition_layers, partition_units


def is_brought(kind: str) -> bool:
    """Tell whether a kind of place (``partition_<key>``) is one that users brought."""
    return kind.startswith(PARTITION)


def brought_kinds(dataset: Dataset) -> tuple[str, ...]:
    """Return the kinds of place that users brought and that can be used, in the order of being added."""
    return tuple(partition_layers(dataset))


def title_of(kind: str, dataset: Dataset, lang: str) -> str:
    """Return what a partition that users brought is called; its key where the area has none such."""
    layer = partition_layers(dataset).get(kind)
    if layer is None:
        return kind
    return layer.title_ja if lang == "ja" else layer.title_en


def brought_outlines(kind: str, dataset: Dataset) -> gpd.GeoDataFrame:
    """Return a partition's units as :func:`layers.outlines.outlines` does; KeyError where the area has none such."""
    table = partition_units(dataset)[kind].set_index("code")[["name_ja", "name_en", "geometry"]]
    return gpd.GeoDataFrame(table.assign(is_cut=False, is_river_estimated=False), geometry="geometry", crs=table.crs)


def shapes_name(kind: str, dataset: Dataset) -> str:
    """Return what the map calls a partition's outlines; another name for another upload."""
    return f"{kind}_{partition_layers(dataset)[kind].sha256[:8]}"


def code_at(kind: str, dataset: Dataset, latitude: float, longitude: float) -> str:
    """Return the code of a partition's unit at a point (degrees), '' where it has none there."""
    units = partition_units(dataset).get(kind)
    if units is None:
        return ""
    found = units.sindex.query(shapely.Point(longitude, latitude), predicate="intersects")
    return str(units["code"].iloc[int(found.min())]) if len(found) else ""
