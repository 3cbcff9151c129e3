"""Communities by given outlines (school districts, small areas) instead of the 2 km mesh: the fragments cut by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.communities import SLIVER_KM2
from geo.dataset import LOWLAND, STORAGE_CRS
from geo.fragments import polygon_parts
from geo.official.grid import EQUAL_AREA
from geo.user_layers.splitting import Units, split, units_of

# What of a district reaches into a neighbouring municipality by less than this, or 5 ha, was drawn a little off.
_STRAY = 0.01
_LEAST_AREA_M2 = 1.0
# 1e-6 degrees is 0.1 m: two outlines closer than that touch.
_TOUCH_DEGREES = 1e-6
_GRID_DEGREES = 1e-9


@dataclass(frozen=True, eq=False)
class Placed:
    """Tables with communities by outlines.

    Attributes
    ----------
    fragments
        Cut; ``community_code`` is the outline's where one covers the piece.
    communities
        The table ``communities``, by code.
    overlapping
        Outlines that gave up land to a smaller one that they overlap.
    overlap_km2, uncovered_km2
        That land; the area's land that keeps its 2 km square.
    """

    fragments: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    overlapping: int
    overlap_km2: float
    uncovered_km2: float


def place_communities(
    fragments: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    municipalities: gpd.GeoDataFrame,
    basins: gpd.GeoDataFrame,
    outlines: gpd.GeoDataFrame,
    extensive: Sequence[str],
) -> Placed:
    """Cut fragments by outlines and make these the communities.

    Parameters
    ----------
    fragments, communities, municipalities, basins
        The tables of the area, EPSG:6668, with the communities of the 2 km mesh.
    outlines
        ``code``, ``name_ja``, ``municipality_code``, geometry (EPSG:6668).
    extensive
        Columns that are shared by area.

    Notes
    -----
    Where outlines overlap, the land is the smaller one's (of two as large, of the lower code). A community lies in one
    municipality: of an outline over a border the part in its own municipality (else the largest) has the outline's
    code, another '<code>-<municipality>'; a part under 5 ha or 1 % of it is taken for a border drawn otherwise. Land
    that no outline covers keeps the community of the 2 km mesh; where less than 5 ha of one is left, as along such a
    border, its pieces go to the community of the same municipality that they touch most.
    """
    units, overlapping, overlap_km2 = _disjoint(_near(outlines, municipalities))
    pieces, position = split(fragments, units, extensive)
    unit = position.to_numpy()
    mesh = pieces["community_code"].to_numpy(dtype=object)
    unit_codes = np.array([*units.codes, ""], dtype=object)
    homes = outlines.drop_duplicates("code").set_index("code")["municipality_code"]
    codes, made = _codes(pieces, unit, unit_codes, mesh, homes)
    codes = _join_rests(pieces, codes, mesh, np.isin(codes, list(made)), unit >= 0)
    pieces = pieces.assign(community_code=codes)
    pieces = gpd.GeoDataFrame(pieces, geometry="geometry", crs=STORAGE_CRS)
    inside = pieces["in_area"].to_numpy(dtype=bool)
    uncovered = float(pieces.loc[inside & (codes == mesh), "area_km2"].sum())
    names = dict(zip(units.codes, units.names, strict=True))
    touched = set(mesh[inside & (codes != mesh)])
    own = pieces[inside]
    kept = communities[communities["code"].isin(set(own["community_code"]))]
    again = kept["code"].isin(touched)
    shapes = _united(own[own["community_code"].isin({*made, *kept.loc[again, "code"]})])
    cut = kept[again].set_geometry([shapes[code] for code in kept.loc[again, "code"]], crs=STORAGE_CRS)
    new = _rows(own, {code: names[source] for code, source in made.items()}, shapes, municipalities, basins)
    parts = [part[communities.columns] for part in (kept[~again], cut, new) if len(part)]
    table = pd.concat(parts, ignore_index=True).sort_values("code", ignore_index=True)
    places = gpd.GeoDataFrame(table, geometry="geometry", crs=STORAGE_CRS)
    return Placed(pieces, places, overlapping, overlap_km2, uncovered)


def _near(outlines: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    tree = shapely.STRtree(outlines.geometry.to_numpy())
    found = np.unique(tree.query(municipalities.geometry.to_numpy(), predicate="intersects")[1])
    return outlines.iloc[found].sort_values("code", ignore_index=True)


def _disjoint(outlines: gpd.GeoDataFrame) -> tuple[Units, int, float]:
    """Return units that do not overlap, how many gave up land, and how much (km²)."""
    units = units_of(outlines, "code", "name_ja")
    shapes = units.outlines.copy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    common = polygon_parts(shapely.intersection(shapes[first], shapes[second]))
    overlaps = _areas_m2(common) >= _LEAST_AREA_M2
    first, second = first[overlaps], second[overlaps]
    if not len(first):
        return units, 0, 0.0
    area = _areas_m2(shapes)
    # Units are in the order of their codes, so of two as large the second loses.
    loser = np.where(area[first] > area[second], first, second)
    winner = np.where(area[first] > area[second], second, first)
    losers = np.unique(loser)
    taken = [shapely.union_all(units.outlines[np.sort(winner[loser == one])]) for one in losers]
    shapes[losers] = polygon_parts(shapely.difference(shapes[losers], np.array(taken, dtype=object)))
    left = _areas_m2(shapes)
    kept = np.flatnonzero(left >= _LEAST_AREA_M2)
    names = tuple(units.names[at] for at in kept), tuple(units.codes[at] for at in kept)
    return Units(names[1], names[0], shapes[kept]), len(losers), float((area - left)[losers].sum() / 1e6)


def _codes(
    pieces: gpd.GeoDataFrame,
    unit: NDArray[np.int64],
    unit_codes: NDArray[np.object_],
    mesh: NDArray[np.object_],
    homes: pd.Series,
) -> tuple[NDArray[np.object_], dict[str, str]]:
    """Return the pieces' communities (n,), and the new ones -> their outline's code."""
    table = pd.DataFrame({"unit": unit, "town": pieces["municipality_code"], "area": pieces["area_km2"]})
    parts = table[unit >= 0].groupby(["unit", "town"])["area"].sum().reset_index()
    least = np.maximum(_STRAY * parts.groupby("unit")["area"].transform("sum"), SLIVER_KM2)
    is_stray = parts["area"] < least
    is_home = homes.reindex(unit_codes[parts["unit"].to_numpy()]).to_numpy(dtype=object) == parts["town"]
    parts = parts.assign(is_stray=is_stray, is_home=is_home & ~is_stray)
    parts = parts.sort_values(["unit", "is_home", "area", "town"], ascending=[True, False, False, True])
    is_main = ~parts.duplicated("unit")
    parts = parts[is_main | ~parts["is_stray"]]
    source = unit_codes[parts["unit"].to_numpy()]
    parts = parts.assign(code=np.where(is_main.loc[parts.index], source, source + "-" + parts["town"].to_numpy()))
    found = table.merge(parts[["unit", "town", "code"]], on=["unit", "town"], how="left")["code"].to_numpy(dtype=object)
    made = dict(zip(parts["code"].tolist(), source.tolist(), strict=True))
    return np.where(pd.isna(found), mesh, found), made


def _join_rests(
    pieces: gpd.GeoDataFrame,
    codes: NDArray[np.object_],
    mesh: NDArray[np.object_],
    is_new: NDArray[np.bool_],
    is_covered: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Give what is left of a 2 km square, where it is under 5 ha, to the neighbours."""
    inside = pieces["in_area"].to_numpy(dtype=bool)
    rest = inside & ~is_new & np.isin(mesh, mesh[is_covered])
    left_km2 = pieces["area_km2"].where(rest, 0.0).groupby(mesh).transform("sum").to_numpy()
    shapes = np.asarray(pieces.geometry.to_numpy(), dtype=object)
    town = pieces["municipality_code"].to_numpy(dtype=object)
    small = np.flatnonzero(rest & (left_km2 < SLIVER_KM2))
    result = codes.copy()
    others = np.flatnonzero(is_new)
    # A sliver behind a sliver joins after it.
    while len(small) and len(others):
        joined = _most_touched(shapes, town, result, small, others)
        others = joined.index.to_numpy(dtype=np.int64)
        result[others] = joined.to_numpy(dtype=object)
        small = np.setdiff1d(small, others)
    return result


def _most_touched(
    shapes: NDArray[np.object_],
    town: NDArray[np.object_],
    codes: NDArray[np.object_],
    small: NDArray[np.int64],
    others: NDArray[np.int64],
) -> pd.Series:
    """Return the community, among the pieces ``others`` of one municipality, that each small piece touches most."""
    reach = shapely.buffer(shapes[small], _TOUCH_DEGREES)
    at, other = shapely.STRtree(shapes[others]).query(reach, predicate="intersects")
    same = town[small[at]] == town[others[other]]
    at, other = at[same], other[same]
    contact = shapely.area(shapely.intersection(reach[at], shapes[others[other]]))
    table = pd.DataFrame({"piece": small[at], "code": codes[others[other]], "contact": contact})
    table = table.groupby(["piece", "code"])["contact"].sum().reset_index()
    table = table.sort_values(["piece", "contact", "code"], ascending=[True, False, True]).drop_duplicates("piece")
    return table.set_index("piece")["code"]


def _united(pieces: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    shapes = np.asarray(pieces.geometry.to_numpy(), dtype=object)
    groups = pieces.groupby("community_code", sort=True).indices
    united = [shapely.union_all(shapes[at], grid_size=_GRID_DEGREES) for at in groups.values()]
    return dict(zip(map(str, groups), polygon_parts(np.array(united, dtype=object)), strict=True))


def _rows(
    own: gpd.GeoDataFrame,
    names: dict[str, str],
    shapes: dict[str, shapely.Geometry],
    municipalities: gpd.GeoDataFrame,
    basins: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Return the new communities as rows of ``communities``; called by municipality and the outline's name."""
    cover = own[own["community_code"].isin(names)]
    cover = cover.groupby(["community_code", "municipality_code", "basin_code"])["area_km2"].sum().reset_index()
    main = cover.sort_values(["community_code", "area_km2", "basin_code"]).groupby("community_code").last()
    unit = basins.drop_duplicates("code").set_index("code").reindex(main["basin_code"])
    is_low = main["basin_code"].to_numpy() == LOWLAND
    rivers = unit["rivers"].fillna("").str.split(";").str[0].to_numpy(dtype=object)
    system = unit["river_system_name"].fillna("").to_numpy(dtype=object)
    town = municipalities.set_index("code").reindex(main["municipality_code"])
    name = np.array([names[code] for code in main.index], dtype=object)
    repeats = pd.DataFrame({"town": main["municipality_code"].to_numpy(), "name": name}).duplicated(keep=False)
    code = main.index.to_numpy(dtype=object)
    ja = np.where(repeats, name + "（" + code + "）", name)
    en = np.where(repeats, name + " (" + code + ")", name)
    values = {
        "code": code,
        "name_ja": town["name_ja"].to_numpy(dtype=object) + "・" + ja,
        "name_kana": town["name_kana"].to_numpy(dtype=object),
        "name_en": town["name_en"].to_numpy(dtype=object) + ", " + en,
        "municipality_code": main["municipality_code"].to_numpy(dtype=object),
        "basin_code": main["basin_code"].to_numpy(dtype=object),
        "river_name": np.where(is_low, "", np.where(rivers != "", rivers, system)),
    }
    return gpd.GeoDataFrame(values, geometry=[shapes[one] for one in main.index], crs=STORAGE_CRS)


def _areas_m2(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    return np.asarray(gpd.GeoSeries(shapes, crs=STORAGE_CRS).to_crs(EQUAL_AREA).area, dtype=np.float64)
