"""Unit basins of an official build: a coverage, their river systems, which reach into the area, which are cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.basins import REACHES_KM2, shared_borders
from geo.fragments import polygon_parts
from geo.official.grid import cut_by_blocks, subdivide, tiles_over

_SNAPPING_M = 1.0
_GAP_WIDTH_M = 100.0
# Numbers of W12_002 after the bureau's two digits that are one river system each (class-1 and major class-2 rivers);
# the others are composites of small systems, or land without an outlet.
_SINGLE = (range(1, 200), range(201, 500))
_STEP_M = 100.0
_SHARED_M = 50.0
_INLAND_M = 500.0
_OPEN_KM = 1.0
# Outlines of two editions differ along a border: less than this share of a system outside is no cut.
_BEYOND_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class Water:
    """The unit basins of the systems that reach into the area.

    Attributes
    ----------
    basins
        ``code``, ``river_system_code``, ``river_system_name``, ``rivers``, ``is_cut``, ``is_estimated``,
        ``cleaned_area_km2``, geometry in the equal-area plane; sorted by code.
    notes
        ``[basins]`` of ``dataset.toml``.
    """

    basins: gpd.GeoDataFrame
    notes: dict[str, Any]


def prepare_basins(given: gpd.GeoDataFrame, names: pd.DataFrame | None, towns: gpd.GeoDataFrame) -> Water:
    """Clean, group and mark the unit basins; those of systems that do not reach into the area are left out.

    Parameters
    ----------
    given
        W12 in the equal-area plane: ``code``, ``water_system_code``, ``kind``, geometry.
    names
        ``code``, ``system_name``, ``rivers``, or None.
    towns
        ``prefecture_code``, ``role`` ('area', 'neighbour' with its own outlines, 'land' of the simplified map),
        geometry in the same plane.
    """
    cleaned, changes = _coverage(given)
    basins = cleaned[cleaned["kind"] == "basin"].sort_values("code").reset_index(drop=True)
    basins = _with_names(basins, names)
    basins["river_system_code"] = _systems(basins)
    system = basins["river_system_code"].to_numpy()
    inside = _area_inside(basins.geometry.to_numpy(), towns[towns["role"] == "area"].geometry.to_numpy())
    reach = pd.Series(inside).groupby(system).transform("sum").to_numpy()
    # Where there is nothing but the area every basin is its own.
    reaches = (reach >= REACHES_KM2) if (towns["role"] != "area").any() else reach > 0
    left_out = sorted(set(system[~reaches]))
    near = basins[reaches].reset_index(drop=True)
    cuts = _cuts(near, cleaned, towns)
    near["is_cut"] = near["river_system_code"].isin(cuts)
    near["is_estimated"] = ~near["water_system_code"].map(_is_single).astype(bool)
    near["cleaned_area_km2"] = shapely.area(near.geometry.to_numpy()) / 1e6
    label = near.groupby("river_system_code")["river_system_name"].first()
    notes = {
        "mean_change": float(np.mean(np.abs(changes))) if len(changes) else 0.0,
        "largest_change": float(np.max(np.abs(changes))) if len(changes) else 0.0,
        "left_out": left_out,
        "open_edges_km": {code: cut[0] for code, cut in cuts.items()},
        "beyond_km2": {code: cut[1] for code, cut in cuts.items()},
        "cut": {code: _cut_sentence(str(label[code]) or code, *cut) for code, cut in cuts.items()},
    }
    return Water(near.drop(columns=["kind", "water_system_code"]), notes)


def _coverage(given: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, NDArray[np.float64]]:
    """Return the outlines without overlaps, and each one's relative change of area; untouched where they have none."""
    outlines = given.geometry.to_numpy()
    if shapely.coverage_is_valid(outlines):
        return given, np.zeros(len(given))
    cleaned = polygon_parts(
        np.asarray(shapely.coverage_clean(outlines, snapping_distance=_SNAPPING_M, gap_width=_GAP_WIDTH_M))
    )
    before, after = shapely.area(outlines), shapely.area(cleaned)
    kept = after > 0
    return given.assign(geometry=cleaned)[kept].reset_index(drop=True), after[kept] / before[kept] - 1


def _with_names(basins: gpd.GeoDataFrame, names: pd.DataFrame | None) -> gpd.GeoDataFrame:
    known = pd.DataFrame(columns=["code", "system_name", "rivers"]) if names is None else names
    listed = known.set_index("code").reindex(basins["code"])
    own = listed["system_name"].fillna("").to_numpy(dtype=object)
    table = basins.assign(river_system_name=own, rivers=listed["rivers"].fillna("").to_numpy(dtype=object))
    # A code that is one system has one name: the one that most of its unit basins have.
    for code, members in table.groupby("water_system_code").indices.items():
        if _is_single(str(code)):
            told = pd.Series(own[members])[lambda column: column != ""]
            name = "" if told.empty else sorted(told.mode())[0]
            table.loc[table.index[members], "river_system_name"] = name
    return table


def _systems(basins: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return each unit basin's system: its code, or code and number of the touching group of one name."""
    code: NDArray[np.object_] = basins["water_system_code"].to_numpy(dtype=object)
    name = basins["river_system_name"].to_numpy(dtype=object)
    result: NDArray[np.object_] = code.copy()
    composite = np.flatnonzero([not _is_single(one) for one in code])
    if not len(composite):
        return result
    borders = shared_borders(basins.geometry.to_numpy()[composite])
    left, right = composite[borders["left"].to_numpy()], composite[borders["right"].to_numpy()]
    same = (code[left] == code[right]) & (name[left] == name[right])
    links = coo_array((np.ones(int(same.sum())), (left[same], right[same])), shape=(len(code), len(code)))
    _, groups = connected_components(links, directed=False)
    for one in sorted(set(code[composite])):
        members = np.flatnonzero(code == one)
        number = {group: position + 1 for position, group in enumerate(pd.unique(groups[members]))}
        result[members] = [f"{one}-{number[groups[index]]:02d}" for index in members]
    return result


def _is_single(water_system_code: str) -> bool:
    tail = water_system_code[2:]
    return len(water_system_code) == 5 and tail.isdecimal() and any(int(tail) in part for part in _SINGLE)


def _area_inside(basins: NDArray[np.object_], land: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return km² of each basin on land that does not overlap, by tiles so that large outlines are cut once."""
    left, right = shapely.STRtree(land).query(basins, predicate="intersects")
    common = shapely.area(shapely.intersection(basins[left], land[right]))
    return np.bincount(left, common, minlength=len(basins)) / 1e6


def _cuts(basins: gpd.GeoDataFrame, given: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    """Return, by system that goes on beyond the data, km of open edge and km² on land without outlines of its own.

    An edge is open where no other outline of the source lies within 50 m, there is land for 500 m all around, and some
    of that land is of a prefecture whose basins are not given. That is also so along a divide whose other side is not
    in the data: which of the two it is the data cannot tell, and the mark errs on the side of "cut".
    """
    has_basins = _prefectures_with_basins(given, towns)
    known = towns["prefecture_code"].isin(has_basins).to_numpy() & (towns["role"] != "land").to_numpy()
    land = towns.geometry.to_numpy()
    if known.all():
        return {}
    foreign, foreign_tree = land[~known], shapely.STRtree(land[~known])
    everything, outlines_tree = shapely.STRtree(land), shapely.STRtree(given.geometry.to_numpy())
    number = pd.Series(basins["river_system_code"].to_numpy(), index=basins["code"].to_numpy())
    system_of_given = number.reindex(given["code"]).to_numpy(dtype=object)
    own_land = land[(towns["role"] != "land").to_numpy()]
    own_tree = shapely.STRtree(own_land)
    found = {}
    for code, members in basins.groupby("river_system_code", sort=True).indices.items():
        outline = shapely.union_all(basins.geometry.to_numpy()[members])
        points, lengths = _points_along(shapely.boundary(outline))
        near = np.unique(foreign_tree.query(points, predicate="dwithin", distance=_INLAND_M)[0])
        points, lengths = points[near], lengths[near]
        at, other = outlines_tree.query(points, predicate="dwithin", distance=_SHARED_M)
        closed = np.zeros(len(points), dtype=bool)
        closed[at[system_of_given[other] != code]] = True
        points, lengths = points[~closed], lengths[~closed]
        open_km = float(lengths[_is_inland(points, everything)].sum() / 1000)
        touched = foreign[foreign_tree.query(outline, predicate="intersects")]
        beyond = shapely.intersection(outline, shapely.union_all(touched))
        around = own_land[own_tree.query(beyond, predicate="intersects")]
        beyond_km2 = float(shapely.area(shapely.difference(beyond, shapely.union_all(around))) / 1e6)
        is_beyond = beyond_km2 >= max(REACHES_KM2, _BEYOND_SHARE * shapely.area(outline) / 1e6)
        if open_km > _OPEN_KM or is_beyond:
            found[str(code)] = (round(open_km, 3), round(beyond_km2, 3))
    return found


def _prefectures_with_basins(given: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> set[str]:
    """Return the area's prefectures, and the neighbours over half of whose cells' centres lie in a given outline."""
    tree = shapely.STRtree(given.geometry.to_numpy())
    found = set(towns.loc[towns["role"] == "area", "prefecture_code"])
    neighbours = towns[towns["role"] == "neighbour"]
    for code, group in neighbours.groupby("prefecture_code", sort=True):
        outlines = group.geometry.to_numpy()
        cells = [subdivide(cut_by_blocks(outlines, tile), 1).geometry for tile in tiles_over(outlines)]
        centres = shapely.centroid(np.concatenate(cells))
        if len(np.unique(tree.query(centres, predicate="intersects")[0])) > len(centres) / 2:
            found.add(str(code))
    return found


def _points_along(line: shapely.Geometry) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Return points at most 100 m apart along a line, and the length in metres that each stands for."""
    rings = shapely.get_parts(line)
    coordinates, ring = shapely.get_coordinates(shapely.segmentize(rings, _STEP_M), return_index=True)
    same = ring[1:] == ring[:-1]
    start, end = coordinates[:-1][same], coordinates[1:][same]
    return np.asarray(shapely.points((start + end) / 2)), np.hypot(*(end - start).T)


def _is_inland(points: NDArray[np.object_], land: shapely.STRtree) -> NDArray[np.bool_]:
    """Tell where there is land 500 m away in seven of eight directions (two maps' outlines leave gaps)."""
    angle = np.arange(8) * np.pi / 4
    ring = _INLAND_M * np.column_stack([np.cos(angle), np.sin(angle)])
    probes = shapely.points((shapely.get_coordinates(points)[:, None, :] + ring).reshape(-1, 2))
    on_land = np.zeros(len(probes), dtype=bool)
    on_land[np.unique(land.query(probes, predicate="intersects")[0])] = True
    return np.asarray(on_land.reshape(-1, 8).sum(axis=1) >= 7)


def _cut_sentence(label: str, open_km: float, beyond_km2: float) -> dict[str, str]:
    return {
        "ja": f"{label}：流域は、データのない隣の都道府県へ続いている可能性があります"
        f"（開いた境 {open_km:.1f} km、境界データのない土地 {beyond_km2:.1f} km²）。",
        "en": f"{label}: the basin may go on into prefectures without data "
        f"({open_km:.1f} km of open edge, {beyond_km2:.1f} km² on land without outlines).",
    }
