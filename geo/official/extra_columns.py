"""Amounts of single places (renewable potentials, national forest) as further columns of the fragments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.sources.repos import WIND_KW_PER_KM2
from geo.user_layers.sharing import EQUAL_AREA, projected, share_outlines

WIND, HYDRO, GEOTHERMAL = "wind_suitable_km2", "small_hydro_kw", "geothermal_kw"
NATIONAL_FOREST = "forest_national_km2"
# Every column that such amounts can make, in their order in the tables.
EXTRA = (WIND, HYDRO, GEOTHERMAL, NATIONAL_FOREST)
_KINDS = {"wind_land": WIND, "small_hydro": HYDRO, "geothermal": GEOTHERMAL}
_GEOMETRIES = ("points", "lines", "polygons")
_HECTARES_PER_KM2 = 100.0
_SAME = 1e-6
# Outlines of one map share edges, whose roundings overlap a little.
_OVERLAP = 0.01
_TITLES = {
    WIND: ("風力に向く土地（REPOS）", "land suited to wind (REPOS)"),
    HYDRO: ("中小水力の設備（REPOS）", "small hydro (REPOS)"),
    GEOTHERMAL: ("地熱の設備（REPOS）", "geothermal (REPOS)"),
}


@dataclass(frozen=True, eq=False)
class Amounts:
    """Places whose ``value`` (in the column's unit) is shared onto the fragments."""

    places: dict[str, gpd.GeoDataFrame]
    left_out: tuple[dict[str, str], ...]


def renewable_amounts(table: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> Amounts:
    """Return what the fields of REPOS say in the units of the catalogue, and the columns that they cannot make.

    Parameters
    ----------
    table
        As ``geo.sources.repos.read_repos``.
    municipalities
        The area's, EPSG:6668.

    Notes
    -----
    Suitable land is the outlines' own area, where their capacity was reckoned from it; it is never reckoned back from
    a capacity. Hydro and geothermal are the capacity in kW. A kind of which nothing lies in the area is left out, since
    the files do not say what they cover; so are outlines that overlap, which would count twice. Solar is left out
    (the catalogue reckons roofs and fields from land use), and wind at sea lies in no municipality.
    """
    places, left_out = {}, []
    tree = shapely.STRtree(table.geometry.to_numpy())
    here = np.unique(tree.query(municipalities.geometry.to_numpy(), predicate="intersects")[1])
    near = table.iloc[here]
    for kind, column in _KINDS.items():
        of_kind = near[near["kind"] == kind]
        reason = _why_not(column, of_kind)
        if reason is None:
            value = _areas_km2(of_kind) if column == WIND else of_kind["capacity_kw"].to_numpy(dtype=np.float64)
            places[column] = gpd.GeoDataFrame({"value": value}, geometry=of_kind.geometry.to_numpy(), crs=table.crs)
        else:
            ja, en = _TITLES[column]
            row = {"key": f"repos_{kind}", "title_ja": ja, "title_en": en, "lacks_ja": reason[0], "lacks_en": reason[1]}
            left_out.append(row)
    return Amounts(places, tuple(left_out))


def forest_amounts(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the stands of A45 with their area as the register says it, km²."""
    value = table["area_ha"].to_numpy(dtype=np.float64) / _HECTARES_PER_KM2
    return gpd.GeoDataFrame({"value": value}, geometry=table.geometry.to_numpy(), crs=table.crs)


def share_places(
    places: gpd.GeoDataFrame, fragments: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame
) -> NDArray[np.float64]:
    """Share values onto fragments, (n,): polygons by area, lines by length, points where they lie.

    In the area 0 where nothing is; in the halo NaN where no place of the kind reaches.
    """
    places, fragments, municipalities = (in_plane(table) for table in (places, fragments, municipalities))
    dimension = shapely.get_dimensions(places.geometry.to_numpy())
    parts = []
    for number, kind in enumerate(_GEOMETRIES):
        some = places[dimension == number]
        if len(some):
            values = some["value"].to_numpy(dtype=np.float64)
            parts.append(share_outlines(some, values, kind, "extensive", fragments, municipalities).amounts)
    together = pd.DataFrame(np.array(parts).T).sum(axis=1, min_count=1)
    return together.to_numpy(dtype=np.float64)


def in_plane(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table in the equal-area plane, its outlines valid there."""
    if table.crs.equals(EQUAL_AREA):
        return table
    return table.set_geometry(gpd.GeoSeries(projected(table), index=table.index, crs=EQUAL_AREA))


def unknown_where_no_prefecture(values: NDArray[np.float64], prefecture: Sequence[str]) -> NDArray[np.float64]:
    """Return NaN in prefectures that have nothing at all: of those no file was given."""
    sums = pd.Series(values).groupby(np.asarray(prefecture, dtype=object)).transform("sum").to_numpy()
    return np.where(sums > 0, values, np.nan)


def _why_not(column: str, places: gpd.GeoDataFrame) -> tuple[str, str] | None:
    """Say why a column cannot be made, in Japanese and English; None where it can."""
    if places.empty:
        return (
            "読み込んだ地図では地域の中に該当がなく、未整備とします",
            "nothing in the area on the maps given: unknown",
        )
    capacity = places["capacity_kw"].to_numpy(dtype=np.float64)
    if column != WIND and np.isnan(capacity).all():
        return "設備容量（kW）の欄がありません", "the maps give no capacity (kW)"
    if len(np.unique(shapely.get_dimensions(places.geometry.to_numpy()))) > 1:
        return (
            "点と線など複数の地図があり、足すと二重に数えます",
            "maps of several kinds (points, lines): would count twice",
        )
    area = _areas_km2(places)
    outlined = WIND_KW_PER_KM2["wind_land"] * area
    if column == WIND and not ((area > 0) & (np.abs(capacity - outlined) <= _SAME * outlined)).all():
        ja = "設備容量だけの地図で、向く土地の面積は分かりません（容量から面積は逆算しません）"
        return ja, "the maps give capacities, not the suitable land; no area is reckoned back from a capacity"
    shapes = np.asarray(in_plane(places).geometry.to_numpy(), dtype=object)[area > 0]
    if shapely.area(shapely.union_all(shapes)) < (1 - _OVERLAP) * shapely.area(shapes).sum():
        return "地図の範囲が重なっていて、足すと二重に数えます", "the outlines overlap and would count twice"
    return None


def _areas_km2(table: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.asarray(table.geometry.to_crs(EQUAL_AREA).area / 1e6, dtype=np.float64)
