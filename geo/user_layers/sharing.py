"""A layer's amounts shared out onto fragments: by area, length or place, or by the codes that it carries.

All areas are reckoned in a cylindrical equal-area projection. What of an outline lies inside the area is told by the
municipalities' outlines; the fragments' own (whose corners are rounded) are scaled to it, so that an amount inside is
kept to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.amounts import FloatArray
from geo.dataset import STORAGE_CRS
from geo.fragments import polygon_parts

EQUAL_AREA = "+proj=cea +lat_ts=36 +lon_0=138 +ellps=GRS80 +units=m"
# What lies inside but for this share lies inside wholly.
_ROUNDING = 1e-10
_SLIVER = 1e-6
_POLYGON = 2


@dataclass(frozen=True, eq=False)
class Shared:
    """Amounts on fragments.

    Attributes
    ----------
    amounts
        float64 (n,) in the layer's unit (its mean for a rate); NaN where unknown.
    inside, outside
        Sums of the part that lies in the area's fragments, and of what fell outside of it (NaN for a rate).
    """

    amounts: FloatArray
    inside: float
    outside: float


def measures(shapes: npt.NDArray[np.object_], kind: str) -> FloatArray:
    """Return areas of polygons, lengths of lines (projected), 1 for points, float64 (n,)."""
    if kind == "points":
        return np.ones(len(shapes))
    return np.asarray(shapely.area(shapes) if kind == "polygons" else shapely.length(shapes), dtype=np.float64)


def projected(table: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Return outlines in the equal-area projection, valid: a sliver can fold over when its corners move."""
    shapes = np.array(table.geometry.to_crs(EQUAL_AREA).to_numpy(), dtype=object)
    broken = ~shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == _POLYGON)
    mended = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    shapes[broken] = polygon_parts(mended)
    return shapes


def shares(
    shapes: npt.NDArray[np.object_],
    kind: str,
    fragments: npt.NDArray[np.object_],
    in_area: npt.NDArray[np.bool_],
    municipalities: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray]:
    """Return (feature, fragment, share of the feature), each (k,); all outlines projected alike.

    What of a feature lies in the area is told by the municipalities; the fragments share that out among them. A point
    on a border belongs to the first fragment that it touches. What lies in a municipality but, by a rounding, in no
    fragment goes to the nearest.
    """
    if kind == "points":
        return _point_shares(shapes, fragments, in_area, municipalities)
    whole = measures(shapes, kind)
    feature, fragment, part = _parts(shapes, kind, fragments)
    share = part / whole[feature]
    inner = in_area[fragment]
    sums = np.bincount(feature[inner], share[inner], minlength=len(shapes))
    town_feature, _, town_part = _parts(shapes, kind, municipalities)
    target = np.bincount(town_feature, town_part, minlength=len(shapes)) / whole
    # A line along a border lies in both neighbours: it is halved, not counted twice.
    target = np.where(target > 1 - _ROUNDING, 1.0, target)
    scale = np.divide(target, sums, out=np.zeros(len(shapes)), where=sums > 0)
    share = np.where(inner, share * scale[feature], share)
    stray = np.flatnonzero((sums <= 0) & (target > _SLIVER))
    nearest = _nearest(shapes[stray], fragments, in_area)
    return np.concatenate([feature, stray]), np.concatenate([fragment, nearest]), np.concatenate([share, target[stray]])


def share_outlines(
    table: gpd.GeoDataFrame,
    values: FloatArray,
    kind: str,
    measure: str,
    fragments: gpd.GeoDataFrame,
    municipalities: gpd.GeoDataFrame,
) -> Shared:
    """Share the values of outlines onto fragments.

    Extensive: a feature's amount by the share of its area (length) in each fragment; a fragment that no feature meets
    has 0, but in the halo, where a layer usually ends, unknown unless it reaches there. Intensive: the mean over the
    part of the fragment that is covered, by area; unknown where nothing is.
    """
    in_area = fragments["in_area"].to_numpy(dtype=bool)
    known = np.isfinite(values)
    shapes, values = projected(table)[known], values[known]
    pieces = projected(fragments)
    feature, fragment, share = shares(shapes, kind, pieces, in_area, projected(municipalities))
    n = len(fragments)
    if measure == "intensive":
        weight = share * measures(shapes, kind)[feature]
        total = np.bincount(fragment, weight, minlength=n)
        sums = np.bincount(fragment, weight * values[feature], minlength=n)
        mean = np.full(n, np.nan)
        # A sliver over a border that two roundings leave is no coverage.
        np.divide(sums, total, out=mean, where=total > _SLIVER * shapely.area(pieces))
        return Shared(mean, np.nan, np.nan)
    amounts = np.bincount(fragment, share * values[feature], minlength=n).astype(np.float64)
    inside = float(amounts[in_area].sum())
    if not (~in_area[fragment]).any():
        amounts[~in_area] = np.nan
    return Shared(amounts, inside, float(values.sum()) - inside)


def share_codes(
    codes: npt.NDArray[np.object_],
    values: FloatArray,
    measure: str,
    labels: npt.NDArray[np.object_],
    weights: FloatArray,
    areas: FloatArray,
) -> FloatArray:
    """Share figures by code over the fragments that carry it, float64 (n,).

    Parameters
    ----------
    codes, values
        (m,) of the table; a code may stand several times (they add up; a rate is averaged). NaN is unknown.
    labels
        (n,) the fragments' codes.
    weights, areas
        (n,) what the amount goes by, and what it goes by where a code's weights sum to nothing.

    A code without a figure is unknown.
    """
    given = pd.DataFrame({"code": codes, "value": values}).dropna().groupby("code")["value"]
    figures = (given.sum() if measure == "extensive" else given.mean()).reindex(labels).to_numpy(dtype=np.float64)
    if measure != "extensive":
        return figures
    table = pd.DataFrame({"label": labels, "weight": np.nan_to_num(weights), "area": areas})
    sums = table.groupby("label")[["weight", "area"]].transform("sum")
    by_weight = table["weight"] / sums["weight"].where(sums["weight"] > 0)
    share = by_weight.fillna(table["area"] / sums["area"])
    return np.asarray(figures * share.to_numpy(dtype=np.float64), dtype=np.float64)


def _parts(
    shapes: npt.NDArray[np.object_], kind: str, others: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray]:
    """Return the pairs that meet and the area (length) of what they have in common."""
    tree = shapely.STRtree(others)
    feature, other = tree.query(shapes, predicate="intersects")
    order = np.lexsort((other, feature))
    feature, other = feature[order], other[order]
    part = measures(shapely.intersection(shapes[feature], others[other]), kind)
    kept = part > 0
    return feature[kept], other[kept], part[kept]


def _point_shares(
    shapes: npt.NDArray[np.object_],
    fragments: npt.NDArray[np.object_],
    in_area: npt.NDArray[np.bool_],
    municipalities: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray]:
    """Give each point of a feature to one fragment: of those that it touches, inside the area before the halo."""
    points, owner = shapely.get_parts(shapes, return_index=True)
    point, fragment = shapely.STRtree(fragments).query(points, predicate="intersects")
    order = np.lexsort((fragment, ~in_area[fragment], point))
    point, fragment = point[order], fragment[order]
    first = np.concatenate([[True], point[1:] != point[:-1]]) if len(point) else np.zeros(0, dtype=bool)
    point, fragment = point[first], fragment[first]
    stray = np.setdiff1d(shapely.STRtree(municipalities).query(points, predicate="intersects")[0], point)
    point = np.concatenate([point, stray])
    fragment = np.concatenate([fragment, _nearest(points[stray], fragments, in_area)])
    count = np.bincount(owner, minlength=len(shapes))
    return owner[point], fragment, 1.0 / count[owner[point]]


def _nearest(
    shapes: npt.NDArray[np.object_], fragments: npt.NDArray[np.object_], in_area: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Return the nearest fragment inside the area of each outline."""
    inside = np.flatnonzero(in_area)
    if not len(shapes):
        return np.zeros(0, dtype=np.int64)
    return np.asarray(inside[shapely.STRtree(fragments[inside]).nearest(shapes)], dtype=np.int64)


__all__ = ["EQUAL_AREA", "STORAGE_CRS", "Shared", "measures", "projected", "share_codes", "share_outlines", "shares"]
