"""Communities: the JIS 2 km integrated mesh cut by municipality, named after the place and its river."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.basins import shared_borders
from geo.dataset import LOWLAND
from geo.mesh import double_mesh_codes
from geo.readings import Reading

SLIVER_KM2 = 0.05
_UNREAD = Reading("", "")
_COMPASS_JA = ("東", "北東", "北", "北西", "西", "南西", "南", "南東")
_COMPASS_EN = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


def community_codes(fragments: gpd.GeoDataFrame) -> NDArray[np.str_]:
    """Return each fragment's community, ``<2 km mesh>-<municipality>``; slivers join a neighbour, (n,).

    A piece under 5 ha joins the neighbour of the same municipality with the longest common border, smallest
    pieces first; one without such a neighbour (an islet) stays. Fragments inside and outside the area never share one.
    """
    codes = pd.Series(double_mesh_codes(fragments["mesh_code"].to_numpy(dtype=np.str_))).str.cat(
        fragments["municipality_code"].to_numpy(), sep="-"
    )
    pieces = gpd.GeoDataFrame(
        {"code": codes.to_numpy(), "area_km2": fragments["area_km2"].to_numpy()},
        geometry=fragments.geometry.to_numpy(),
    )
    area = pieces.groupby("code")["area_km2"].sum()
    outline = pieces.dissolve("code").geometry
    names = outline.index.to_numpy()
    borders = shared_borders(outline.to_numpy())
    town = np.array([name.partition("-")[2] for name in names])
    parent = {name: name for name in names}
    size = area.to_dict()
    for name in sorted((key for key in names if size[key] < SLIVER_KM2), key=lambda key: (size[key], key)):
        position = int(np.flatnonzero(names == name)[0])
        near = borders[(borders["left"] == position) & (town[borders["right"]] == town[position])]
        own = _root(parent, name)
        near = near[near["right"].map(lambda other, own=own: _root(parent, names[other]) != own).astype(bool)]
        if len(near):
            joined = _root(parent, names[near.loc[near["length_m"].idxmax(), "right"]])
            parent[own] = joined
    return np.asarray(codes.map(lambda code: _root(parent, code)), dtype=np.str_)


def community_table(
    fragments: gpd.GeoDataFrame,
    municipalities: gpd.GeoDataFrame,
    basins: gpd.GeoDataFrame,
    readings: Mapping[str, Reading],
) -> gpd.GeoDataFrame:
    """Return the area's communities: ``code``, names, ``municipality_code``, ``river_name``, ``basin_code``, geometry.

    Parameters
    ----------
    fragments
        With ``community_code``, ``basin_code``, ``area_km2``; in a projected CRS.
    municipalities
        ``code``, ``name_ja``, ``name_kana``, ``name_en``.
    basins
        ``code``, ``rivers``, ``river_system_name``, ``river_system_name_en``.
    readings
        River's Japanese name -> its reading; not every river has one.

    Notes
    -----
    A community is called by its municipality and the first river of the unit basin that covers most of it (the rivers
    are estimates of the source); several of one name are told apart by the direction from their common middle, then by
    number. Where the river's reading is not known, English names the river system's basin instead and ``name_kana`` is
    the municipality's alone; else it is both, 'おだわらし・くのがわ'.
    """
    inside = fragments[fragments["in_area"]]
    outline = inside[["community_code", "municipality_code", "geometry"]].dissolve("community_code")
    cover = inside.groupby(["community_code", "basin_code"])["area_km2"].sum().reset_index()
    main = cover.sort_values(["community_code", "area_km2"]).groupby("community_code")["basin_code"].last()
    table = outline.reset_index().rename(columns={"community_code": "code"})
    table["basin_code"] = main.reindex(table["code"]).to_numpy()
    unit = basins.set_index("code").reindex(table["basin_code"])
    first_river = unit["rivers"].fillna("").str.split(";").str[0].to_numpy()
    system = unit["river_system_name"].fillna("").to_numpy()
    table["river_name"] = np.where(first_river != "", first_river, system)
    town = municipalities.set_index("code").reindex(table["municipality_code"])
    read = [readings.get(name, _UNREAD) for name in table["river_name"]]
    river_en = np.array([reading.en for reading in read], dtype=object)
    system_en = unit["river_system_name_en"].fillna("").to_numpy()
    table["name_ja"], table["name_en"] = _names(table, town, river_en, system_en)
    table["name_kana"] = [
        f"{kana}・{reading.kana}" if reading.kana else kana
        for kana, reading in zip(town["name_kana"], read, strict=True)
    ]
    columns = ["code", "name_ja", "name_kana", "name_en", "municipality_code", "basin_code", "river_name", "geometry"]
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=fragments.crs)


def _root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        name = parent[name]
    return name


def _names(
    table: gpd.GeoDataFrame, town: pd.DataFrame, river_en: NDArray[np.object_], system_en: NDArray[np.object_]
) -> tuple[list[str], list[str]]:
    """Names ja and en, (n,) each; ``river_en`` and ``system_en`` are '' where the English name is not known."""
    low = table["basin_code"].to_numpy() == LOWLAND
    # '' is not lowland: where no basins are known, nothing can be said of the river.
    known = table["basin_code"].to_numpy() != ""
    river = table["river_name"].to_numpy()
    place_ja = np.where(low, "川の流域に入らない低地", np.where(river == "", "名のない川のあたり", river + "のあたり"))
    base_ja = town["name_ja"].to_numpy() + np.where(known, "・" + place_ja.astype(object), "")
    place_en = [_place_en(*names) for names in zip(low, river_en, system_en, strict=True)]
    base_en = town["name_en"].to_numpy() + np.where(known, ", " + np.array(place_en, dtype=object), "")
    centres = shapely.get_coordinates(shapely.centroid(table.geometry.to_numpy()))
    return _tell_apart(base_ja, centres, _COMPASS_JA, "（{}）"), _tell_apart(base_en, centres, _COMPASS_EN, " ({})")


def _place_en(is_low: bool, river: str, system: str) -> str:
    if is_low:
        return "lowland outside any basin"
    if river:
        return f"around {river}" if river.startswith("Lake ") else f"around the {river}"
    # Beside its own river, a community is only known to lie somewhere in the whole system's basin.
    return f"{system} basin" if system else "an unnamed basin"


def _tell_apart(names: NDArray[Any], centres: NDArray[np.float64], compass: tuple[str, ...], pattern: str) -> list[str]:
    """Add a direction to names that repeat, and a number where even that repeats (from north to south)."""
    frame = pd.DataFrame({"name": names, "x": centres[:, 0], "y": centres[:, 1]})
    middle = frame.groupby("name")[["x", "y"]].transform("mean")
    angle = np.arctan2(frame["y"] - middle["y"], frame["x"] - middle["x"])
    direction = np.array(compass)[np.round(angle / (np.pi / 4)).astype(int) % 8]
    repeats = frame.groupby("name")["name"].transform("size") > 1
    frame["direction"] = np.where(repeats, direction, "")
    order = frame.sort_values(["name", "direction", "y", "x"], ascending=[True, True, False, True])
    number = order.groupby(["name", "direction"]).cumcount().reindex(frame.index) + 1
    crowded = frame.groupby(["name", "direction"])["name"].transform("size") > 1
    labels = []
    for name, side, position, many in zip(frame["name"], frame["direction"], number, crowded, strict=True):
        mark = f"{side}{position if many else ''}" if compass is _COMPASS_JA else f"{side} {position}" if many else side
        labels.append(f"{name}{pattern.format(mark)}" if side else str(name))
    return labels
