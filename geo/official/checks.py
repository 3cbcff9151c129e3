"""What must hold of a finished build: amounts add up at every scale, and the land is the input's."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from geo.official.extra_columns import EXTRA
from geo.official.grid import EQUAL_AREA
from geo.official.reduce import EXTENSIVE
from geo.official.tiles import BuildError

CONSERVATION = 1e-9
AREAS = 1e-6
_PARTITIONS = {
    "municipalities": ("municipality_code", "code"),
    "basins": ("basin_code", "code"),
    "communities": ("community_code", "code"),
}


def check_build(made: Path, outlines: gpd.GeoDataFrame, totals: dict[str, list[float]]) -> dict[str, Any]:
    """Check the tables as they were written.

    Parameters
    ----------
    made
        Folder with the tables.
    outlines
        The area's municipalities as read: ``code``, geometry.
    totals
        Census year -> persons of the cells given and persons shared out.

    Returns
    -------
    ``[checks]`` of ``dataset.toml``: for every known amount the largest relative difference between the sums over
    fragments, cells, municipalities, basins (lowland included), communities and prefectures; the largest relative
    difference between a municipality's fragments and its outline; the persons given against those shared out.

    Raises
    ------
    BuildError
        One is beyond its tolerance (1e-9 for sums, 1e-6 for areas).
    """
    amounts = amounts_of(made)
    names = ["mesh_code", *(column for column, _ in _PARTITIONS.values()), "prefecture_code", "in_area", *amounts]
    fragments = pq.read_table(made / "fragments.parquet", columns=names, filters=[("in_area", "=", True)]).to_pandas()
    sums = {"fragments": {name: math.fsum(fragments[name].dropna()) for name in amounts}}
    cells = pq.read_table(made / "cells.parquet", columns=list(amounts)).to_pandas()
    sums["cells"] = {name: math.fsum(cells[name].dropna()) for name in amounts}
    for table, (column, key) in _PARTITIONS.items():
        listed = pq.read_table(made / f"{table}.parquet", columns=[key])[key].to_pandas()
        if table == "basins" and listed.empty:
            continue
        # By the table's own rows: a unit that it lacks is a difference.
        units = fragments.groupby(column)[list(amounts)].sum().reindex(listed)
        sums[table] = {name: math.fsum(units[name].dropna()) for name in amounts}
    by_prefecture = fragments.groupby("prefecture_code")[list(amounts)].sum()
    sums["prefectures"] = {name: math.fsum(by_prefecture[name]) for name in amounts}
    known = [name for name in amounts if fragments[name].notna().any()]
    differences = {name: _spread([partition[name] for partition in sums.values()]) for name in known}
    lands = _area_differences(fragments, outlines)
    people = {year: _spread(pair) for year, pair in sorted(totals.items())}
    for what, difference, limit in (
        *((f"the sums of {name}", value, CONSERVATION) for name, value in differences.items()),
        *((f"the area of municipality {code}", value, AREAS) for code, value in lands.items()),
        *((f"the people of {year} on the mesh", value, CONSERVATION) for year, value in people.items()),
    ):
        # Not "greater": a NaN must fail, too.
        if not difference <= limit:
            message = (
                f"{what} differ by {difference:.3g} (relative), more than {limit:g}: "
                "the dataset was not replaced; overlapping outlines in the input are the likely cause"
            )
            raise BuildError(message, key="build_check", what=what, difference=f"{difference:.3g}", limit=f"{limit:g}")
    return {
        "conservation_tolerance": CONSERVATION,
        "conservation": differences,
        "partitions": list(sums),
        "municipality_area_tolerance": AREAS,
        "municipality_area_largest": max(lands.values(), default=0.0),
        "municipality_area_largest_at": max(lands, key=lambda code: lands[code], default=""),
        "population_shared": people,
    }


def amounts_of(made: Path) -> tuple[str, ...]:
    """Return the extensive columns of the fragments as they were written."""
    there = set(pq.read_schema(made / "fragments.parquet").names)
    return (*EXTENSIVE, *(name for name in EXTRA if name in there))


def _area_differences(fragments: pd.DataFrame, outlines: gpd.GeoDataFrame) -> dict[str, float]:
    """Return, by municipality, how far its fragments' area is from its outline's, relative."""
    given = pd.Series(
        shapely.area(outlines.to_crs(EQUAL_AREA).geometry.to_numpy()) / 1e6, index=outlines["code"].astype(str)
    )
    made = fragments.groupby("municipality_code")["area_km2"].sum().reindex(given.index)
    difference = (made / given - 1).abs()
    return {str(code): float(value) for code, value in difference.sort_index().items()}


def _spread(values: list[float]) -> float:
    """Return the largest difference between values, relative to the largest."""
    largest = float(np.max(np.abs(values)))
    return float(np.max(values) - np.min(values)) / largest if largest > 0 else 0.0
