"""Fragments cut by polygons of the user's: amounts go by area, nothing is lost, nothing counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.dataset import STORAGE_CRS
from geo.fragments import polygon_parts
from geo.user_layers.sharing import EQUAL_AREA

# A piece below this is where two outlines cross at a shallow angle, not a place.
_LEAST_AREA_M2 = 1.0


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a partition: ``codes`` and ``names`` (m,), outlines in EPSG:6668 (m,)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    outlines: npt.NDArray[np.object_]


def units_of(table: gpd.GeoDataFrame, code_column: str, name_column: str) -> Units:
    """Return a layer's polygons as units, in the order in which their codes first stand; one code is one unit.

    Without ``code_column`` they are numbered from 1; without ``name_column`` a unit is called by its code.
    """
    numbers = [str(number) for number in range(1, len(table) + 1)]
    codes = [str(code).strip() for code in table[code_column]] if code_column else numbers
    names = [str(name).strip() if pd.notna(name) else "" for name in table[name_column]] if name_column else codes
    outlines = np.asarray(table.geometry.to_crs(STORAGE_CRS).to_numpy(), dtype=object)
    order = list(dict.fromkeys(codes))
    first = [codes.index(code) for code in order]
    members = [np.flatnonzero(np.array(codes, dtype=object) == code) for code in order]
    united = np.empty(len(order), dtype=object)
    united[:] = [outlines[at[0]] if len(at) == 1 else shapely.union_all(outlines[at]) for at in members]
    return Units(tuple(order), tuple(names[at] or codes[at] for at in first), united)


def split(fragments: gpd.GeoDataFrame, units: Units, extensive: Sequence[str]) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Cut fragments by units.

    Parameters
    ----------
    fragments
        EPSG:6668; those outside the area are passed on whole, in no unit.
    extensive
        Columns that are shared by area; every other column is copied to the pieces.

    Returns
    -------
    The pieces in the fragments' order (a fragment that no unit meets is as it was; what no unit covers of one comes
    last), and the units' positions, int64, −1 for none. The pieces' amounts sum to the fragment's to rounding.
    """
    in_area = np.flatnonzero(fragments["in_area"].to_numpy(dtype=bool))
    shapes = np.asarray(fragments.geometry.to_numpy(), dtype=object)
    whole = _areas(shapes)
    # Cut in degrees, where the stored corners are exact; only areas are reckoned in a projection.
    inner, unit = shapely.STRtree(units.outlines).query(shapes[in_area], predicate="intersects")
    fragment = in_area[inner]
    common = polygon_parts(shapely.intersection(shapes[fragment], units.outlines[unit]))
    area = _areas(common)
    kept = area >= np.minimum(_LEAST_AREA_M2, whole[fragment] / 2)
    order = np.lexsort((unit[kept], fragment[kept]))
    fragment, unit, common, area = (x[kept][order] for x in (fragment, unit, common, area))
    covered = np.bincount(fragment, area, minlength=len(shapes))
    rest = np.flatnonzero(whole - covered >= np.minimum(_LEAST_AREA_M2, whole / 2))
    left = shapes.copy()
    cut = rest[np.isin(rest, fragment)]
    if len(cut):
        unions = pd.Series(common).groupby(fragment).agg(lambda group: shapely.union_all(group.to_numpy()))
        left[cut] = polygon_parts(shapely.difference(shapes[cut], unions[cut].to_numpy()))
    # A long edge that is cut has another chord: its area can differ where nothing is left.
    rest = rest[~np.isin(rest, cut) | (_areas(left[rest]) >= np.minimum(_LEAST_AREA_M2, whole[rest] / 2))]
    owner = np.concatenate([fragment, rest])
    position = np.concatenate([unit, np.full(len(rest), -1)])
    weight = np.concatenate([area, _areas(left[rest])])
    pieces = np.concatenate([common, left[rest]])
    order = np.lexsort((position < 0, owner))
    owner, position, weight, pieces = (x[order] for x in (owner, position, weight, pieces))
    # What is whole keeps its stored outline to the last digit.
    alone = np.bincount(owner, minlength=len(shapes))[owner] == 1
    pieces[alone] = shapes[owner[alone]]
    share = weight / np.bincount(owner, weight, minlength=len(shapes))[owner]
    result = fragments.iloc[owner].reset_index(drop=True)
    result = result.assign(**{name: result[name].to_numpy(dtype=np.float64) * share for name in extensive})
    result = result.set_geometry(gpd.GeoSeries(pieces, crs=STORAGE_CRS))
    return result, pd.Series(position, dtype=np.int64)


def _areas(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Return areas in m² of outlines in EPSG:6668."""
    moved = gpd.GeoSeries(shapes, crs=STORAGE_CRS).to_crs(EQUAL_AREA)
    return np.asarray(moved.area, dtype=np.float64)
