"""Land use: official totals of unit basins (L03-b) brought down to fragments by the cells' land cover (dasymetric)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.dataset import LOWLAND
from geo.proportional import fit_table

CLASSES = ("forest", "paddy", "farmland", "built", "grass", "water", "other")
# L03-b classes (LandUseCd-09) that make up each column; beach and sea are not land of a municipality.
L03B_CLASSES: dict[str, tuple[str, ...]] = {
    "forest": ("forest",),
    "paddy": ("paddy",),
    "farmland": ("other_farmland",),
    "built": ("built_up", "road", "railway"),
    "grass": ("wasteland", "golf_course"),
    "water": ("river_lake",),
    "other": ("other",),
}
COVER_OF = {
    "forest": "forest_pct",
    "paddy": "cropland_pct",
    "farmland": "cropland_pct",
    "built": "built_pct",
    "grass": "grass_pct",
    "water": "water_pct",
    "other": "other_pct",
}
# Classes that are given between two bounds where only the satellite's shares are known.
BOUNDED = ("forest", "farmland")
# Where the cells show none of a class it is spread over land that is neither built nor water, with this small weight.
_BACKGROUND = 0.01
_NEIGHBOURHOOD_M = 10_000.0


@dataclass(frozen=True)
class LandUse:
    """Land use of every fragment.

    Attributes
    ----------
    amounts
        (n,) columns ``forest_km2`` … ``other_km2``; ``paddy_km2`` is NaN where no official figure exists.
        ``forest_km2_low/_high`` and ``farmland_km2_low/_high`` are the bounds outside the unit basins.
    fit
        One row a unit basin: ``code``, ``l03b_km2`` (its cells' land area) and ``land_km2`` (its fragments' area).
    """

    amounts: pd.DataFrame
    fit: pd.DataFrame


def share_land_use(
    fragments: pd.DataFrame,
    cover: pd.DataFrame,
    counts: pd.DataFrame,
    cell_area_km2: float,
    centres_m: NDArray[np.float64],
    sea_share: NDArray[np.float64],
) -> LandUse:
    """Bring the basins' land use down to the fragments.

    Parameters
    ----------
    fragments
        ``mesh_code``, ``basin_code``, ``area_km2``.
    cover
        Land-cover shares of the whole cell, sea included, in % (columns of ``COVER_OF``), indexed by mesh code.
    counts
        L03-b cells of each class (columns as in ``L03B_CLASSES``), indexed by unit-basin code.
    cell_area_km2
        Mean area of one L03-b cell, about 0.0105 km².
    centres_m
        (n, 2) projected centres of the fragments in metres.
    sea_share
        (n,) share of each fragment's cell that is no land: this much of its water is sea and not the fragment's.

    Notes
    -----
    In a unit basin: iterative proportional fitting between the fragments' areas and the basin's class shares, seeded
    with area × cover share, so that the classes sum to the land and none exceeds it. The class shares are L03-b's;
    they are scaled to the basin's land here, because its outline and whole cells differ by 1–3 %. Outside (lowland):
    the cover's own shares are one bound, the same scaled by the L03-b ÷ cover ratio of the 10 km around the other;
    the column itself is their mean, and what it takes more comes from grass, other and built land in proportion.
    """
    area = fragments["area_km2"].to_numpy()
    shares, known = _cover_shares(fragments["mesh_code"], cover, sea_share)
    amounts = np.full((len(fragments), len(CLASSES)), np.nan)
    class_counts = pd.DataFrame({name: counts[list(parts)].sum(axis=1) for name, parts in L03B_CLASSES.items()})
    rows = []
    for code, index in fragments.groupby("basin_code", sort=True).indices.items():
        if code == LOWLAND:
            continue
        totals = class_counts.loc[str(code)].to_numpy(dtype=float)
        land_km2 = area[index].sum()
        amounts[index] = fit_table(_seed(shares[index], area[index]), area[index], totals / totals.sum() * land_km2)
        rows.append((code, totals.sum() * cell_area_km2, land_km2))
    bounds = {name: np.repeat(amounts[:, [CLASSES.index(name)]], 2, axis=1) for name in BOUNDED}
    low = np.flatnonzero(fragments["basin_code"].to_numpy() == LOWLAND)
    if len(low):
        ratio = _neighbourhood_ratio(amounts, shares, area, low, centres_m)
        amounts[low], low_bounds = _lowland(shares[low], area[low], ratio)
        amounts[low[~known[low]]] = np.nan
        for name in BOUNDED:
            bounds[name][low] = np.where(known[low, None], low_bounds[name], np.nan)
    table = pd.DataFrame(amounts, columns=[f"{name}_km2" for name in CLASSES], index=fragments.index)
    for name in BOUNDED:
        table[f"{name}_km2_low"], table[f"{name}_km2_high"] = bounds[name].T
    return LandUse(amounts=table, fit=pd.DataFrame(rows, columns=["code", "l03b_km2", "land_km2"]))


def _cover_shares(
    mesh_codes: pd.Series, cover: pd.DataFrame, sea_share: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Cover share of each class on land (n, classes), and where it is known; elsewhere the mean of the known ones."""
    on_land = cover.reindex(mesh_codes)[sorted(set(COVER_OF.values()))].reset_index(drop=True)
    on_land["water_pct"] = (on_land["water_pct"] - 100 * sea_share).clip(lower=0)
    percent = on_land[list(COVER_OF.values())].to_numpy(dtype=float)
    total = on_land.to_numpy(dtype=float).sum(axis=1)
    known = np.isfinite(total) & (total > 0)
    shares = np.divide(percent, total[:, None], out=np.zeros_like(percent), where=known[:, None])
    shares[~known] = shares[known].mean(axis=0)
    return shares, known


def _seed(shares: NDArray[np.float64], area: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area × cover share, plus a little on land that is neither built nor water (and a trace everywhere)."""
    open_land = 1 - shares[:, CLASSES.index("built")] - shares[:, CLASSES.index("water")]
    background = _BACKGROUND * (np.clip(open_land, 0, 1)[:, None] + 1e-3)
    return np.asarray(area[:, None] * (shares + background), dtype=np.float64)


def _neighbourhood_ratio(
    amounts: NDArray[np.float64],
    shares: NDArray[np.float64],
    area: NDArray[np.float64],
    low: NDArray[np.int64],
    centres_m: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """L03-b ÷ land cover over the unit basins within 10 km of each lowland fragment, by class; 1 where none is near."""
    inside = np.setdiff1d(np.arange(len(area)), low)
    near = cKDTree(centres_m[inside]).query_ball_point(centres_m[low], _NEIGHBOURHOOD_M)
    ratios: dict[str, NDArray[np.float64]] = {}
    for name in BOUNDED:
        column = CLASSES.index(name)
        official, seen = amounts[inside, column], (shares[:, column] * area)[inside]
        pairs = ((official[members].sum(), seen[members].sum()) for members in near)
        ratios[name] = np.array([top / bottom if bottom > 0 else 1.0 for top, bottom in pairs])
    return ratios


def _lowland(
    shares: NDArray[np.float64], area: NDArray[np.float64], ratio: dict[str, NDArray[np.float64]]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Amounts (k, classes) on lowland, and the (k, 2) bounds of each class in ``BOUNDED``."""
    result = shares * area[:, None]
    result[:, CLASSES.index("paddy")] = np.nan
    reserve = [CLASSES.index(name) for name in ("grass", "other", "built")]
    bounds = {}
    for name, factor in ratio.items():
        column = CLASSES.index(name)
        own = result[:, column].copy()
        free = result[:, reserve].sum(axis=1)
        scaled = np.minimum(own * factor, own + free)
        bounds[name] = np.column_stack([np.minimum(own, scaled), np.maximum(own, scaled)])
        result[:, column] = (own + scaled) / 2
        # Where there is none of the three to change, "other" takes what the class gives up (it cannot gain there).
        parts = np.where(free[:, None] > 0, result[:, reserve] / np.where(free > 0, free, 1)[:, None], [0.0, 1.0, 0.0])
        result[:, reserve] -= parts * (result[:, column] - own)[:, None]
    return result, bounds
