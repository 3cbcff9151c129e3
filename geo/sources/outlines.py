"""What the readers of outlines share: which layers to read, pieces of one code made one, uneven edges counted."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.fragments import polygon_parts
from geo.sources.archive import Source
from geo.sources.product_names import name_of
from geo.sources.reading import SourceError
from geo.sources.vector import one_format

# Gaps narrower than this are counted as slivers: 1e-5 degrees is about 1 m.
_GAP_DEGREES = 1e-5


def dissolve(table: gpd.GeoDataFrame, by: list[str]) -> tuple[gpd.GeoDataFrame, int]:
    """Unite the polygons of every code.

    Parameters
    ----------
    table
        One row a polygon; of the columns beside ``by`` the first row's value stands for all.
    by
        The columns that make up the key.

    Returns
    -------
    ``(table, dissolved)``: one row a key, sorted by it; how many rows went into others. Outlines are united exactly,
    nothing is snapped or closed, so what was a coverage stays one.
    """
    keys = table.groupby(by, sort=True)
    united = keys.first()[[name for name in table.columns if name not in by and name != "geometry"]]
    outlines = table.geometry.to_numpy()
    geometry = np.empty(len(united), dtype=object)
    for number, rows in enumerate(keys.indices[key] for key in united.index):
        geometry[number] = outlines[rows[0]] if len(rows) == 1 else _united(outlines[rows])
    # Normalised: the same outline whether it came in one piece or several, in whichever order.
    outlines = shapely.normalize(polygon_parts(geometry))
    result = gpd.GeoDataFrame(united.reset_index(), geometry=outlines, crs=table.crs)
    return result[table.columns], len(table) - len(result)


def _united(outlines: NDArray[np.object_]) -> shapely.Geometry:
    """Unite polygons; where all their edges meet that is a matter of leaving out the common ones, ten times faster."""
    is_coverage = shapely.coverage_is_valid(outlines)
    return shapely.coverage_union_all(outlines) if is_coverage else shapely.union_all(outlines)


def uneven(outlines: NDArray[np.object_]) -> int:
    """Count polygons with an edge that overlaps the neighbour's or leaves a gap of up to a metre.

    Parameters
    ----------
    outlines
        (n,) polygons in degrees, of one file: only there can their edges be expected to be the same.
    """
    if len(outlines) < 2:
        return 0
    edges = shapely.coverage_invalid_edges(outlines, gap_width=_GAP_DEGREES)
    return int((~shapely.is_empty(edges) & ~shapely.is_missing(edges)).sum())


def expect_polygons(table: gpd.GeoDataFrame, file: str, layer: str) -> None:
    """Refuse a layer with points or lines in it.

    Raises
    ------
    SourceError
        Names the first such row.
    """
    wrong = np.flatnonzero(shapely.get_dimensions(table.geometry.to_numpy()) != 2)
    if len(wrong):
        raise SourceError.of(
            file,
            layer=layer,
            row=int(wrong[0]) + 1,
            expected="a polygon",
            found=str(table.geometry.iloc[wrong[0]].geom_type),
            remedy="Give the layer of polygons.",
        )


def layers_named(source: Source, path: Path, product: str, *, expected: str, remedy: str) -> list[str]:
    """Return the layers of a download that are called like a product's, each in one format.

    Parameters
    ----------
    source, path
        The download, and where it lies; a bare file is taken whatever it is called.
    product
        As :func:`geo.sources.product_names.name_of` tells it.
    expected, remedy
        What is said where no layer is called so.

    Raises
    ------
    SourceError
        No layer is called so.
    """
    if path.is_file() and path.suffix.lower() != ".zip":
        return [path.name]
    known = [
        name
        for name in source.find("*.shp", "*.geojson", "*.json", "*.gpkg", "*.gml", "*.xml")
        if (named := name_of(PurePosixPath(name).name)) and named.product == product and not named.refused_en
    ]
    if not known:
        found = ", ".join(source.names()[:8]) or "nothing"
        raise SourceError.of(source.label, expected=expected, found=found, remedy=remedy)
    return one_format(source, known)


def together(tables: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return tables of one CRS one below the other."""
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), geometry="geometry", crs=tables[0].crs)
