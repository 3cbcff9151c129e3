"""A dataset with its users' layers in it: communities and partitions of their own, and indicators on the fragments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.dataset import STORAGE_CRS, Dataset
from geo.user_layers.columns import with_user_columns
from geo.user_layers.model import UploadError, UserLayer
from geo.user_layers.splitting import Units, split, units_of
from geo.user_layers.store import list_user_layers, read_table

# A unit that reaches into a neighbouring municipality by less than this share was drawn a little off.
_STRAY = 0.01


@dataclass(frozen=True, eq=False)
class Applied:
    """A dataset's tables with its users' layers in them.

    Attributes
    ----------
    fragments
        Cut by the user's polygons, with a column ``partition_<key>`` (the unit's code, '' outside every unit) for each
        partition and ``user_<key>`` for each indicator.
    communities
        The user's own where there are any, the default ones where they do not reach.
    partitions
        By layer key: ``code``, ``name_ja``, ``name_en``, geometry (EPSG:6668).
    """

    fragments: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    partitions: Mapping[str, gpd.GeoDataFrame]


def apply_user_layers(
    dataset: Dataset, fragments: gpd.GeoDataFrame | None = None, communities: gpd.GeoDataFrame | None = None
) -> Applied:
    """Return a dataset's tables with its users' layers in them; the tables as they are where there is no layer.

    Parameters
    ----------
    fragments, communities
        The tables as they were built; the dataset's own where left out.

    A layer whose file is gone or damaged is passed over (:func:`geo.user_layers.columns.broken_layers` names it).
    Communities do not cross municipalities: a polygon over a border becomes a community on either side.
    """
    pieces = dataset.fragments if fragments is None else fragments
    places = dataset.communities if communities is None else communities
    layers = list_user_layers(dataset.area, dataset.folder.parent)
    partitions: dict[str, gpd.GeoDataFrame] = {}
    for layer in layers:
        if layer.role not in ("community", "partition"):
            continue
        try:
            table = read_table(layer)
        except UploadError:
            continue
        units = units_of(gpd.GeoDataFrame(table), layer.code_column, layer.name_column)
        extensive = [name for name in dataset.meta["columns"]["extensive"] if name in pieces]
        pieces, position = split(pieces, units, extensive)
        if layer.role == "partition":
            codes = np.array([*units.codes, ""], dtype=object)[position.to_numpy()]
            pieces = pieces.assign(**{f"partition_{layer.key}": codes})
            partitions[layer.key] = _partition(units)
        else:
            pieces, places = _communities(pieces, position, places, units, layer)
    pieces = with_user_columns(pieces, dataset)
    return Applied(pieces, places, MappingProxyType(partitions))


def _partition(units: Units) -> gpd.GeoDataFrame:
    columns = {"code": units.codes, "name_ja": units.names, "name_en": units.names}
    return gpd.GeoDataFrame(columns, geometry=units.outlines, crs=STORAGE_CRS)


def _communities(
    pieces: gpd.GeoDataFrame, position: pd.Series, places: gpd.GeoDataFrame, units: Units, layer: UserLayer
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give the pieces inside units their new community, and make the table of communities anew."""
    table = pd.DataFrame(
        {"unit": position, "town": pieces["municipality_code"].to_numpy(), "area": pieces["area_km2"].to_numpy()}
    )
    inside = table[table["unit"] >= 0]
    part = inside.groupby(["unit", "town"])["area"].transform("sum")
    is_stray = part < _STRAY * inside.groupby("unit")["area"].transform("sum")
    taken = inside[~is_stray]
    codes = pieces["community_code"].to_numpy(dtype=object).copy()
    made = [f"{layer.key}-{unit + 1}-{town}" for unit, town in zip(taken["unit"], taken["town"], strict=True)]
    touched = set(codes[inside.index])
    codes[taken.index] = made
    result = pieces.assign(community_code=codes)
    own = result[result["in_area"]]
    names = {code: units.names[unit] for code, unit in zip(made, taken["unit"], strict=True)}
    untouched = places[~places["code"].isin(touched)]
    remaining = places[places["code"].isin(touched) & places["code"].isin(set(own["community_code"]))]
    shapes = _dissolved(own[own["community_code"].isin({*names, *remaining["code"]})])
    outlines = gpd.GeoSeries([shapes[code] for code in remaining["code"]], remaining.index, crs=STORAGE_CRS)
    remaining = remaining.set_geometry(outlines)
    new = _new_places(own, names, shapes, places)
    parts = [part for part in (untouched, remaining, new) if len(part)]
    return result, gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=STORAGE_CRS)


def _new_places(
    own: gpd.GeoDataFrame, names: Mapping[str, str], shapes: Mapping[str, shapely.Geometry], places: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the user's communities as rows like the others; what is not known of them is ''."""
    rows = own[own["community_code"].isin(set(names))].sort_values("area_km2", ascending=False)
    largest = rows.drop_duplicates("community_code").set_index("community_code")
    codes = list(names)
    values: dict[str, object] = {name: "" for name in places.columns if name != "geometry"}
    values |= {
        "code": codes,
        "name_ja": [names[code] for code in codes],
        "name_en": [names[code] for code in codes],
        "municipality_code": [largest["municipality_code"][code] for code in codes],
    }
    if "basin_code" in places:
        values["basin_code"] = [largest["basin_code"][code] for code in codes]
    return gpd.GeoDataFrame(values, geometry=[shapes[code] for code in codes], crs=STORAGE_CRS)


def _dissolved(pieces: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    """Unite the pieces of each community, EPSG:6668."""
    groups = pd.Series(pieces.geometry.to_numpy()).groupby(pieces["community_code"].to_numpy())
    united = groups.agg(lambda group: shapely.union_all(np.asarray(group.to_numpy(), dtype=object)))
    return {str(code): shape for code, shape in united.items()}
